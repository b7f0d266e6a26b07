"""A number with a slider beside its field."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from designer.widgets.number_field import NumberField

TICKS = 400


class QuietSlider(QSlider):
    """A slider that leaves the wheel to the form it stands in unless it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SliderField(QWidget):
    """A slider over the useful part of a range and a field for all of it.

    Parameters
    ----------
    minimum, maximum : what the field accepts.
    slider_range : what the slider covers; both ends must be > 0 where `logarithmic`.
    logarithmic : equal steps of the slider are equal factors; it then gives two significant figures.

    Signals
    -------
    changed(object value, bool dragging) : the user set another number; `dragging` while the mouse holds the slider.
    """

    changed = Signal(object, bool)

    def __init__(
        self,
        minimum: float,
        maximum: float,
        value: float,
        integer: bool = False,
        logarithmic: bool = False,
        slider_range: tuple[float, float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        low, high = slider_range or (minimum, maximum)
        if logarithmic and low <= 0:
            low = high * 1e-5
        self._low, self._high, self._logarithmic, self._integer = low, high, logarithmic, integer
        self.slider = QuietSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, self._tick_count())
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field = NumberField(minimum, maximum, value, integer)
        self.field.setFixedWidth(56)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self.set_value(value)
        self.slider.valueChanged.connect(self._on_slid)
        self.slider.sliderReleased.connect(self._on_released)
        self.field.changed.connect(self._on_typed)

    @property
    def value(self) -> float:
        """The number; an int where `integer`."""
        return self.field.value

    def set_value(self, value: float) -> None:
        """Show a number without announcing it."""
        self.field.set_value(value)
        self._place(value)

    def _tick_count(self) -> int:
        whole = self._integer and not self._logarithmic
        return max(1, min(TICKS, round(self._high - self._low))) if whole else TICKS

    def _place(self, value: float) -> None:
        value = min(max(value, self._low), self._high)
        if self._logarithmic:
            share = math.log(value / self._low) / math.log(self._high / self._low)
        else:
            share = (value - self._low) / ((self._high - self._low) or 1.0)
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(share * self.slider.maximum()))
        self.slider.blockSignals(blocked)

    def _at(self, tick: int) -> float:
        share = tick / self.slider.maximum()
        if self._logarithmic:
            value = float(f"{self._low * (self._high / self._low) ** share:.2g}")
        else:
            value = float(f"{self._low + share * (self._high - self._low):.6g}")
        value = min(max(value, self._low), self._high)
        return round(value) if self._integer else value

    def _on_slid(self, tick: int) -> None:
        value = self._at(tick)
        if value != self.value:
            self.field.set_value(value)
            self.changed.emit(self.value, self.slider.isSliderDown())

    def _on_released(self) -> None:
        self.changed.emit(self.value, False)

    def _on_typed(self, value: object) -> None:
        self._place(self.value)
        self.changed.emit(value, False)

"""Editors of whole and real numbers: a slider over the useful part of the range, and a field for all of it."""

from __future__ import annotations

import itertools

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from core.options import IntegerOption, OptionValue, RealOption
from designer.widgets.kept_number_field import KeptNumberField
from designer.widgets.option_editor import OptionEditor, Room
from designer.widgets.slider_field import SliderField

LARGEST_LINEAR_RANGE = 256
"""Whole numbers over a larger range get a slider with equal steps per factor."""

LARGEST_ON_SLIDER = 1024
"""Largest whole number on such a slider; the field goes further."""

FIELD_WIDTH = 66
"""Width of the field beside a slider: "100,000" can be read."""

LARGEST_SMALL = 1_000_000
"""A number that can be larger needs a longer field."""

USUAL_REALS = (1e-4, 100.0)
"""What a logarithmic slider covers of a range that is wider."""

_gestures = itertools.count(1)


class PlainNumberEditor(OptionEditor):
    """A field for a number."""

    def __init__(self, option: IntegerOption | RealOption, parent: QWidget | None = None) -> None:
        super().__init__(option, parent)
        self.room = Room.SMALL if option.maximum <= LARGEST_SMALL else Room.SHORT
        self.field = number_field(option)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field)
        self.lead_to(self.field)
        self.field.changed.connect(lambda value: self.edited.emit(value, ""))
        self.field.complained.connect(self.complained)

    def set_value(self, value: OptionValue) -> None:
        self.field.set_value(value)  # type: ignore[arg-type]

    def set_mixed(self) -> None:
        self.field.show_mixed(self.tr("mixed"))


class SliderEditor(OptionEditor):
    """A slider and a field for a number."""

    def __init__(self, option: IntegerOption | RealOption, parent: QWidget | None = None) -> None:
        super().__init__(option, parent)
        self.field = number_field(option)
        self.field.setFixedWidth(FIELD_WIDTH)
        logarithmic, ends = slider_scale(option)
        self._slider = SliderField(
            option.minimum,
            option.maximum,
            option.initial,
            integer=isinstance(option, IntegerOption),
            logarithmic=logarithmic,
            slider_range=ends,
        )
        # The slider's own field forgets a wrong number when it is left; ours keeps it in sight.
        self._slider.field.hide()
        self.slider = self._slider.slider
        self.slider.setAccessibleName(self.accessibleName())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self.field)
        self.lead_to(self.slider, self.field)
        self._gesture = next(_gestures)
        self._slider.changed.connect(self._on_slid)
        self.slider.sliderPressed.connect(self._begin_gesture)
        self.field.changed.connect(self._on_typed)
        self.field.complained.connect(self.complained)

    def set_value(self, value: OptionValue) -> None:
        self.field.set_value(value)  # type: ignore[arg-type]
        self._slider.set_value(value)  # type: ignore[arg-type]

    def set_mixed(self) -> None:
        self.field.show_mixed(self.tr("mixed"))

    def _begin_gesture(self) -> None:
        self._gesture = next(_gestures)

    def _on_slid(self, value: object, dragging: bool) -> None:
        if value != self.field.value or not self.field.text():
            self.field.set_value(value)  # type: ignore[arg-type]
        self.edited.emit(value, f"slider {self._gesture}")

    def _on_typed(self, value: object) -> None:
        self._slider.set_value(value)  # type: ignore[arg-type]
        self._begin_gesture()
        self.edited.emit(value, "")


def number_field(option: IntegerOption | RealOption) -> KeptNumberField:
    """Return a field for the whole range of a number."""
    field = KeptNumberField(option.minimum, option.maximum, option.initial, isinstance(option, IntegerOption))
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    field.setMinimumWidth(44)
    return field


def slider_scale(option: IntegerOption | RealOption) -> tuple[bool, tuple[float, float]]:
    """Return whether a slider has equal steps per factor, and the ends of what it covers."""
    low, high = float(option.minimum), float(option.maximum)
    if isinstance(option, IntegerOption):
        if high - low <= LARGEST_LINEAR_RANGE:
            return False, (low, high)
        return True, (max(low, 1.0), min(high, LARGEST_ON_SLIDER))
    if option.logarithmic:
        return True, (max(low, USUAL_REALS[0]), min(high, USUAL_REALS[1]))
    return False, (low, high)

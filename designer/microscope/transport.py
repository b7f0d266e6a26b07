"""The row of controls under the canvas: back, forward, play, how fast, how far one step goes."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from core.tracing.cursor import Grain
from designer.actions import ActionTable
from designer.microscope.place import Way, coarser
from designer.microscope.service import MicroscopeService
from designer.numbers import general
from designer.widgets.action_button import ActionButton
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.segmented import SegmentedControl

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""Steps per second that can be chosen."""
AT_FIRST = 1
HEIGHT = 48


class Transport(QWidget):
    """Walks through the iteration at the user's word, or by itself."""

    def __init__(self, microscope: MicroscopeService, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._microscope, self._actions = microscope, actions
        self.setFixedHeight(HEIGHT)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._play_on)
        self._play = actions["microscope.play"]
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setValue(AT_FIRST)
        self.speed.setFixedWidth(96)
        self.speed.setToolTip(self.tr("Steps per second"))
        self.speed.setAccessibleName(self.tr("Steps per second"))
        self._speed_text = QLabel()
        self._speed_text.setProperty("level", "second")
        self._names = {
            Grain.ITERATION: self.tr("iteration"),
            Grain.LAYER: self.tr("layer"),
            Grain.STAGE: self.tr("stage"),
            Grain.UNIT: self.tr("unit"),
            Grain.TERM: self.tr("term"),
        }
        self.grains = SegmentedControl([(grain.value, name) for grain, name in self._names.items()])
        self.grains.set_current(microscope.place.grain.value)
        self._where = QLabel()
        self._where.setProperty("level", "second")
        self._lay_out()
        self.speed.valueChanged.connect(self._follow_speed)
        self.grains.changed.connect(self._choose_grain)
        actions.bind("microscope.play", self._toggle)
        microscope.moved.connect(self._follow)
        microscope.closed.connect(self.stop)
        microscope.failed.connect(lambda _error: self.stop())
        self._follow_speed()

    @property
    def playing(self) -> bool:
        """Whether it walks by itself."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Stop walking."""
        self._timer.stop()
        self._play.setChecked(False)
        self.play_button.set_icon_name("run")

    def _lay_out(self) -> None:
        actions = self._actions
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        start = ActionButton(actions["microscope.start"], "rewind", icon_only=True)
        back = ActionButton(actions["microscope.back"], "step-back")
        forward = ActionButton(actions["microscope.forward"], "step", primary=True)
        self.play_button = ActionButton(self._play, "run", icon_only=True)
        for button in (start, back, forward, self.play_button):
            button.setFixedHeight(32)
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self._speed_text)
        row.addWidget(self.speed)
        row.addSpacing(16)
        row.addWidget(QLabel(self.tr("Grain")))
        row.addWidget(self.grains)
        self.grains.setMinimumWidth(self.grains.sizeHint().width())
        self.hint = ElidedLabel(least_share=1.0)
        self.hint.setProperty("level", "third")
        row.addWidget(self.hint, 1)
        row.addWidget(self._where)
        self._tell_keys()

    def _choose_grain(self, key: str) -> None:
        self._microscope.place.grain = Grain(key)
        self._tell_keys()

    def _tell_keys(self) -> None:
        """Say how far the arrows go together with Shift and Ctrl."""
        names, grain = self._names, self._microscope.place.grain
        shift, ctrl = coarser(grain, 1), coarser(grain, 2)
        if shift is grain:
            self.hint.setText("")
        elif ctrl is shift:
            self.hint.setText(self.tr("Shift or Ctrl + arrow: one {grain}").format(grain=names[shift]))
        else:
            text = self.tr("Shift + arrow: one {shift} · Ctrl + arrow: one {ctrl}")
            self.hint.setText(text.format(shift=names[shift], ctrl=names[ctrl]))

    def _toggle(self) -> None:
        if self._timer.isActive():
            self.stop()
        else:
            self._timer.start()
            self._play.setChecked(True)
            self.play_button.set_icon_name("pause")

    def _play_on(self) -> None:
        if not self._microscope.is_open or not self._microscope.move(Way.FORWARD):
            self.stop()

    def _follow_speed(self) -> None:
        speed = SPEEDS[self.speed.value()]
        self._timer.setInterval(round(1000.0 / speed))
        self._speed_text.setText(self.tr("{speed} per second").format(speed=general(speed, 6)))

    def _follow(self) -> None:
        microscope = self._microscope
        if microscope.is_open:
            number, count = microscope.place.position.stage + 1, len(microscope.place.walk.stages)
            self._where.setText(self.tr("stage {number} of {count}").format(number=number, count=count))

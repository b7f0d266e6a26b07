"""The live check of a weight: backpropagation beside the central difference."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.errors import LayerloomError
from core.formulas.quantities import Quantity
from core.tracing.gradient_check import GradientChecker, WeightCheck
from core.tracing.trace import Trace
from designer.microscope.service import MicroscopeService
from designer.numbers import general, scientific
from designer.translation import layer_names

WAIT_MS = 150
"""So long the walk must rest before a weight is checked, so that walking stays fluid."""

VALUE_WIDTH = 108


class CheckView(QWidget):
    """Three numbers and a verdict."""

    def __init__(self, microscope: MicroscopeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._microscope = microscope
        self._checker: GradientChecker | None = None
        self._weight: Quantity | None = None
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._check)
        self._trace: Trace | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        self._values: list[QLabel] = []
        for row, title in enumerate(
            (self.tr("backpropagation"), self.tr("central difference"), self.tr("relative error"))
        ):
            grid.addWidget(QLabel(title), row, 0)
            value = QLabel()
            value.setProperty("level", "strong")
            value.setMinimumWidth(VALUE_WIDTH)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
            self._values.append(value)
        self._step = QLabel()
        self._step.setProperty("level", "third")
        grid.addWidget(self._step, 1, 2, Qt.AlignmentFlag.AlignRight)
        self._verdict = QLabel()
        grid.addWidget(self._verdict, 2, 2, Qt.AlignmentFlag.AlignRight)
        self._note = QLabel()
        self._note.setWordWrap(True)
        grid.addWidget(self._note, 3, 0, 1, 3)

    @property
    def verdict(self) -> str:
        """What the check came to, in a word."""
        return self._verdict.text()

    def show_weight(self, weight: Quantity | None) -> None:
        """Check the weight that a number belongs to; None for nothing."""
        self._weight = weight if self._microscope.is_open else None
        if self._weight is None:
            self._wait.stop()
            return
        self._show_nothing("")
        self._wait.start()

    def _check(self) -> None:
        weight = self._weight
        if weight is None or not self._microscope.is_open:
            return
        trace = self._microscope.trace
        if (weight.node, weight.name) not in trace.trained:
            self._show_nothing(self.tr("The layer is frozen: there is no gradient to check."))
            return
        try:
            if self._checker is None or self._trace is not trace:
                self._checker, self._trace = GradientChecker(trace), trace
            self._show(self._checker.check(weight))
        except (LayerloomError, MemoryError):
            self._show_nothing(self.tr("This network cannot be checked."))

    def _show(self, check: WeightCheck) -> None:
        for label, value in zip(self._values, (check.analytic, check.numeric), strict=False):
            label.setText(_written(value))
        self._values[2].setText(scientific(check.error, 1))
        self._step.setText(f"h = {scientific(check.step, 0)}")
        self._note.setText(self._words(check))
        self._note.setVisible(bool(self._note.text()))
        if check.at_kink:
            self._verdict.setText(self.tr("kink"))
            self._verdict.setProperty("tone", "warning")
        else:
            self._verdict.setText(self.tr("✓ agrees") if check.agrees else self.tr("✗ differs"))
            self._verdict.setProperty("tone", "good" if check.agrees else "error")
        self._verdict.style().unpolish(self._verdict)
        self._verdict.style().polish(self._verdict)

    def _show_nothing(self, reason: str) -> None:
        for label in (*self._values, self._step, self._verdict):
            label.clear()
        self._note.setText(reason)
        self._note.setVisible(bool(reason))

    def _words(self, check: WeightCheck) -> str:
        if not check.at_kink:
            return ""
        sides = self.tr("The loss has a kink here: its slope is {left} to the left and {right} to the right.").format(
            left=_written(check.left), right=_written(check.right)
        )
        if check.kink is None:
            return sides
        name = layer_names(self._microscope.trace.graph)[check.kink.node]
        unit = ", ".join(str(int(index) + 1) for index in check.kink.unit)
        return sides + " " + self.tr("z of unit {unit} of “{name}” crosses the kink of its function.").format(
            unit=unit, name=name
        )


def _written(value: float) -> str:
    return general(value, 9, signed=True)

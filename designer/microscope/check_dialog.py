"""The check of every weight: a heat map of the errors as it grows, and the worst of them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QToolTip, QVBoxLayout, QWidget

from core.compiler.parameters import ParameterKey
from core.formulas.quantities import Kind, Quantity
from core.tracing.gradient_check import GradientChecker, NetworkCheck
from core.tracing.notation import Notation
from core.tracing.trace import Trace
from core.tracing.writing import heading
from designer.fonts import CAPTION, TEXT, ui_font
from designer.numbers import scientific, whole
from designer.theme import ThemeService, sequential_colours
from designer.translation import layer_names

SLICE_MS = 20
"""So long the check works before the window gets its turn."""
SMALLEST, LARGEST = -12.0, -3.0
"""Ends of the scale of colours: powers of ten of the relative error."""
ROW, LABEL, MAP_HEIGHT = 64.0, 150.0, 44.0


class CheckDialog(QDialog):
    """Compares all gradients with numeric derivatives; it can be closed at any time.

    Signals
    -------
    chosen(Quantity) : the user wants to see the gradient of a weight explained.
    """

    chosen = Signal(object)

    def __init__(self, trace: Trace, notation: Notation, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Check all gradients"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._trace, self._notation, self._names = trace, notation, layer_names(trace.graph)
        checker = GradientChecker(trace)
        self._count, self._done = checker.count, 0
        self._steps: Iterator[NetworkCheck] = checker.check_all()
        self.found: NetworkCheck | None = None
        self.map = ErrorMap(trace, notation, theme)
        self.map.chosen.connect(self._choose)
        self._words = QLabel(self.tr("Each weight is moved a little up and down, and the loss worked out again."))
        self._words.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, max(1, self._count))
        self._show_worst = QPushButton(self.tr("Show the worst"))
        self._show_worst.setEnabled(False)
        self._show_worst.clicked.connect(self._choose_worst)
        self._close = QPushButton(self.tr("Stop"))
        self._close.clicked.connect(self.close)
        self._lay_out()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)
        self._timer.start()

    @property
    def finished_all(self) -> bool:
        """Whether every weight is checked."""
        return self._done == self._count

    @property
    def words(self) -> str:
        """What the check has come to, in words."""
        return self._words.text()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self._words)
        column.addWidget(self.map, 1)
        column.addWidget(self._bar)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._show_worst)
        row.addWidget(self._close)
        column.addLayout(row)
        self.resize(620, min(720, 190 + round(ROW) * len(self._trace.trained)))

    def _go_on(self) -> None:
        end = time.perf_counter() + SLICE_MS / 1000.0
        while time.perf_counter() < end:
            found = next(self._steps, None)
            if found is None:
                self._end()
                return
            self.found = found
            self._done += 1
        self._show()

    def _show(self) -> None:
        self._bar.setValue(self._done)
        if self.found is not None:
            self.map.show_check(self.found, self._done)

    def _end(self) -> None:
        self._timer.stop()
        self._show()
        self._close.setText(self.tr("Close"))
        self._bar.hide()
        self._words.setText(self._verdict())
        self._show_worst.setEnabled(self.found is not None and self.found.worst is not None)

    def _verdict(self) -> str:
        if self.found is None:
            return self.tr("Nothing trains here: there is no gradient to check.")
        kinks = sum(int(array.sum()) for array in self.found.kinks.values())
        worst = self.found.worst
        parts = []
        if worst is None or worst.agrees:
            parts.append(self.tr("All {count} gradients agree.").format(count=whole(self._count)))
        else:
            parts.append(self.tr("Not all gradients agree."))
        if worst is not None and worst.provable_error == 0.0:
            parts.append(self.tr("What differs is no more than rounding."))
        elif worst is not None:
            error = scientific(worst.error, 1)
            text = self.tr("The largest relative error is {error}, of {weight}.")
            parts.append(text.format(error=error, weight=self._name(worst.weight)))
        if kinks:
            parts.append(self.tr("{count} weights stand at a kink, where there is no derivative.").format(count=kinks))
        return " ".join(parts)

    def _name(self, weight: Quantity) -> str:
        place = " → ".join(str(int(index) + 1) for index in weight.unit)
        return f"{heading(self._notation, weight)} {place} · {self._names[weight.node]}"

    def _choose_worst(self) -> None:
        if self.found is not None and self.found.worst is not None:
            self._choose(self.found.worst.weight)

    def _choose(self, weight: Quantity) -> None:
        self.chosen.emit(weight.of(Kind.GRADIENT))
        self.close()


class ErrorMap(QWidget):
    """A strip of cells per parameter: bright is a large error, the third colour a kink.

    Signals
    -------
    chosen(Quantity) : a weight was clicked.
    """

    chosen = Signal(object)

    def __init__(self, trace: Trace, notation: Notation, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace, self._theme, self._names = trace, theme, layer_names(trace.graph)
        self._symbols = [heading(notation, Quantity(Kind.PARAMETER, *key)) for key in trace.trained]
        self._check: NetworkCheck | None = None
        self._ends = np.cumsum([trace.old[key].size for key in trace.trained])
        self._done = 0
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Errors of all gradients"))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(560, round(ROW * len(self._trace.trained)))

    def show_check(self, check: NetworkCheck, done: int) -> None:
        """Show what is known after `done` weights."""
        self._check, self._done = check, done
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        for row, key in enumerate(self._trace.trained):
            top = row * ROW
            painter.setPen(QColor(theme.text))
            painter.setFont(ui_font(TEXT, 600))
            painter.drawText(QRectF(0.0, top + 4.0, LABEL - 10.0, 18.0), self._names[key[0]])
            painter.setPen(QColor(theme.text_second))
            painter.setFont(ui_font(CAPTION))
            shape = " × ".join(whole(size) for size in self._trace.old[key].shape)
            painter.drawText(QRectF(0.0, top + 22.0, LABEL - 10.0, 16.0), f"{self._symbols[row]}  {shape}")
            painter.drawImage(self._rect(row), self._image(row, key))
            painter.setPen(QColor(theme.border))
            painter.drawRect(self._rect(row))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        found = self._weight_at(event.position().toPoint())
        if found is not None:
            self.chosen.emit(found)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            found = self._weight_at(event.pos())
            if found is not None and self._check is not None:
                error = self._check.errors[found.node, found.name][tuple(map(int, found.unit))]
                place = " → ".join(str(int(index) + 1) for index in found.unit)
                QToolTip.showText(event.globalPos(), f"{place}: {scientific(error, 1)}", self)
            return True
        return super().event(event)

    def _rect(self, row: int) -> QRectF:
        return QRectF(LABEL, row * ROW + 4.0, max(10.0, self.width() - LABEL - 2.0), MAP_HEIGHT)

    def _image(self, row: int, key: ParameterKey) -> QImage:
        theme = self._theme.current
        cells = self._cells(key)
        if self._check is None:
            return _image_of(np.full((*cells.shape, 3), 0, dtype=np.uint8))
        errors, kinks = _strip(self._check.errors[key]), _strip(self._check.kinks[key])
        with np.errstate(divide="ignore"):
            sizes = (np.log10(errors) - SMALLEST) / (LARGEST - SMALLEST)
        pixels = sequential_colours(theme, np.where(errors > 0.0, np.maximum(sizes, 0.02), 0.02))
        pixels[kinks] = _rgb(theme.warning)
        begin = int(self._ends[row]) - errors.size
        pixels[cells >= self._done - begin] = _rgb(theme.raised)
        return _image_of(pixels)

    def _cells(self, key: ParameterKey) -> NDArray[np.int64]:
        """Return the numbers of the weights of a parameter in the form of a broad strip."""
        shape = self._trace.old[key].shape
        return _strip(np.arange(int(np.prod(shape))).reshape(shape))

    def _weight_at(self, place: QPoint) -> Quantity | None:
        row = int(place.y() // ROW)
        if not 0 <= row < len(self._trace.trained):
            return None
        rect, key = self._rect(row), self._trace.trained[row]
        cells, shape = self._cells(key), self._trace.old[key].shape
        if not rect.contains(place):
            return None
        line = math.floor((place.y() - rect.top()) / rect.height() * cells.shape[0])
        column = math.floor((place.x() - rect.left()) / rect.width() * cells.shape[1])
        number = cells[min(line, cells.shape[0] - 1), min(column, cells.shape[1] - 1)]
        unit = tuple(int(index) for index in np.unravel_index(int(number), shape))
        return Quantity(Kind.PARAMETER, *key, unit)


def _strip(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array as a matrix that is broader than high."""
    matrix = array.reshape(array.shape[0] if array.ndim > 1 else 1, -1)
    return matrix.T if matrix.shape[0] > matrix.shape[1] else matrix


def _rgb(colour: str) -> tuple[int, int, int]:
    found = QColor(colour)
    return found.red(), found.green(), found.blue()


def _image_of(pixels: NDArray[np.uint8]) -> QImage:
    rows, columns = pixels.shape[:2]
    data = np.ascontiguousarray(pixels.astype(np.uint8))
    return QImage(data.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()

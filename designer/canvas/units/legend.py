"""What fill, ring and edges of open layers mean, with the ends of their scales."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.canvas.text import draw_text
from designer.canvas.units import pictures
from designer.canvas.units.edges import Measure
from designer.canvas.units.numbers import size_of
from designer.canvas.units.unit_view import UnitView
from designer.numbers import MINUS, general, scientific
from designer.theme import ThemeService

WIDTH, LINE, PADDING, BAR_X, BAR_WIDTH = 256, 30, 10, 142, 104
Align = Qt.AlignmentFlag


@dataclass(frozen=True, slots=True)
class Scale:
    """One line: what is shown how, and the ends of its scale; no ends: none."""

    sign: str
    words: str
    ends: tuple[str, str] | None
    signed: bool


class Legend(QWidget):
    """Stands in the lower left corner of the canvas while a layer is open, and is about the layer that is looked at."""

    def __init__(self, view: UnitView, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._view, self._theme = view, theme
        self._scales: tuple[Scale, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)
        view.changed.connect(self.follow)
        self.hide()

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The lines."""
        return self._scales

    def follow(self) -> None:
        """Show the scales of what is looked at."""
        scales = self._current()
        if scales != self._scales:
            self._scales = scales
            self.setAccessibleName(". ".join(f"{s.words} {' – '.join(s.ends or ())}" for s in scales))
            self.resize(self.sizeHint())
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """A line for each scale."""
        return QSize(WIDTH, 2 * PADDING + LINE * len(self._scales))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.separator), 1.0))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        for place, scale in enumerate(self._scales):
            self._paint_line(painter, scale, PADDING + place * LINE + LINE / 2)

    def _paint_line(self, painter: QPainter, scale: Scale, y: float) -> None:
        theme = self._theme.current
        self._paint_sign(painter, scale.sign, QPointF(PADDING + 12.0, y))
        draw_text(painter, QPointF(PADDING + 32.0, y), scale.words, theme.text_second, 11)
        if scale.ends is None:
            return
        bar = QRectF(BAR_X, y - 10.0, BAR_WIDTH, 9.0)
        painter.drawImage(bar, pictures.column(theme.diverging if scale.signed else theme.sequential, level=True))
        below = y + 6.0
        draw_text(painter, QPointF(bar.left(), below), scale.ends[0], theme.text_third, 10)
        draw_text(painter, QPointF(bar.right(), below), scale.ends[1], theme.text_third, 10, align=Align.AlignRight)

    def _paint_sign(self, painter: QPainter, sign: str, at: QPointF) -> None:
        theme = self._theme.current
        if sign == "fill":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.sequential[3]))
            painter.drawEllipse(at, 7.0, 7.0)
        elif sign == "ring":
            painter.setPen(QPen(QColor(theme.diverging[4]), 3.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 6.0, 6.0)
        else:
            pen = QPen(QColor(theme.diverging[4 if sign == "edge" else 1]), 2.5)
            if sign == "bias":
                pen.setDashPattern([1.2, 1.8])
            painter.setPen(pen)
            painter.drawLine(at - QPointF(10.0, 0.0), at + QPointF(10.0, 0.0))

    def _current(self) -> tuple[Scale, ...]:
        view, layers = self._view, list(self._view.ends)
        if not layers:
            return ()
        front = view.emphasis.front()
        anatomies = {id_: view.ends[id_].frame.anatomy for id_ in layers}
        inner = [id_ for id_, own in anatomies.items() if not (own.is_input or own.is_end)]
        node_id = front.node_id if front is not None and front.node_id in view.ends else (inner or layers)[-1]
        anatomy, numbers, letters = anatomies[node_id], view.layer_numbers(node_id), view.numbers.letters
        lines: list[Scale] = []
        if numbers.a is not None and not anatomy.is_input:
            end = max(1.0, size_of(numbers.a))
            low = f"{MINUS}{_short(end)}" if anatomy.signed else "0"
            word = self.tr("fill: target {y}") if anatomy.is_end else self.tr("fill: activation {a}")
            word = word.format(y=letters.target, a=letters.a)
            lines.append(Scale("fill", word, (low, _short(end)), anatomy.signed))
        if numbers.ring is not None:
            ring = letters.delta if numbers.delta is not None else letters.back
            word = self.tr("ring: {symbol}").format(symbol=ring) if anatomy.picture is None else letters.back
            lines.append(Scale("ring", word, _ends(size_of(numbers.ring)), True))
        edges = self._edges_of(node_id)
        if edges is not None:
            words = {
                Measure.WEIGHT: self.tr("edge: weight {w}"),
                Measure.CONTRIBUTION: self.tr("edge: {w} · {a}"),
                Measure.GRADIENT: self.tr("edge: gradient"),
            }
            word = words[view.wish.measure].format(w=letters.weight, a=letters.a)
            lines.append(Scale("edge", word, _ends(edges), True))
        if anatomy.bias:
            lines.append(Scale("bias", self.tr("dotted: bias"), None, True))
        return tuple(lines)

    def _edges_of(self, node_id: str) -> float | None:
        """Return the end of the scale of the edges into a layer, else of those out of it; None where there are none."""
        known = [item for item in self._view.link_items() if item.edges is not None and item.edges.weighted]
        into = [item for item in known if item.edges is not None and item.edges.node_id == node_id]
        chosen = into or known
        return chosen[-1].end if chosen else None


def _ends(end: float) -> tuple[str, str]:
    return (f"{MINUS}{_short(end)}", f"+{_short(end)}") if end > 0.0 else ("0", "0")


def _short(value: float) -> str:
    """Return the end of a scale in three figures or so."""
    if value == 0.0 or 0.01 <= value < 1000.0:
        return general(value, 3)
    return scientific(value, 1)

"""What fill, ring and edges of open layers mean, with the ends of their scales: as a box, or in one flat row."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.canvas.text import draw_text, text_width
from designer.canvas.units import pictures
from designer.canvas.units.bias_curve import DASH_STEP
from designer.canvas.units.edge_item import EdgeItem
from designer.canvas.units.edges import Measure
from designer.canvas.units.numbers import size_of
from designer.canvas.units.unit_view import UnitView
from designer.numbers import MINUS, significant, whole
from designer.theme import ThemeService

WIDTH, LINE, PADDING, BAR_X, BAR_WIDTH = 256, 30, 10, 142, 104
FLAT_HEIGHT, FLAT_GAP, FLAT_SIGN, FLAT_BAR = 28, 14.0, 26.0, 40.0
Align = Qt.AlignmentFlag


@dataclass(frozen=True, slots=True)
class Scale:
    """One line: what is shown how, and the ends of its scale.

    Attributes
    ----------
    words, symbol : what it is, in the box and in the flat row.
    ends : None where there is no scale; `note` then says why, if there could be one.
    """

    sign: str
    words: str
    symbol: str
    ends: tuple[str, str] | None
    signed: bool
    note: str = ""


class Legend(QWidget):
    """Stands in a lower corner of the canvas while a layer is open, and is about the layer that is looked at.

    Where it would cover what it explains it lies flat, along the lower edge.
    """

    def __init__(self, view: UnitView, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._view, self._theme = view, theme
        self._scales: tuple[Scale, ...] = ()
        self._flat_room: int | None = None
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
            self.setAccessibleName(". ".join(f"{s.words} {' – '.join(s.ends or (s.note,))}".strip() for s in scales))
            self.resize(self.sizeHint())
            self.update()

    @property
    def flat(self) -> bool:
        """Whether it lies flat."""
        return self._flat_room is not None

    @property
    def box(self) -> QSize:
        """What it takes as a box: a line for each scale."""
        return QSize(WIDTH, 2 * PADDING + LINE * len(self._scales))

    def lie_flat(self, room: int | None) -> bool:
        """Lie flat in so many pixels, or stand as a box (None); returns whether there is room for it."""
        self._flat_room = room
        size = self.sizeHint()
        if size != self.size():
            self.resize(size)
        self.update()
        return room is None or size.width() <= room

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The box, or the row with as much of each scale as there is room for."""
        if self._flat_room is None:
            return self.box
        return QSize(math.ceil(self._row_width(self._detail())), FLAT_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.separator), 1.0))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        if self.flat:
            self._paint_row(painter)
            return
        for place, scale in enumerate(self._scales):
            self._paint_line(painter, scale, PADDING + place * LINE + LINE / 2)

    def _paint_line(self, painter: QPainter, scale: Scale, y: float) -> None:
        theme = self._theme.current
        self._paint_sign(painter, scale.sign, QPointF(PADDING + 12.0, y))
        draw_text(painter, QPointF(PADDING + 32.0, y), scale.words, theme.text_second, 11)
        if scale.ends is None:
            draw_text(painter, QPointF(BAR_X, y), scale.note, theme.text_third, 10)
            return
        bar = QRectF(BAR_X, y - 10.0, BAR_WIDTH, 9.0)
        painter.drawImage(bar, pictures.column(theme.diverging if scale.signed else theme.sequential, level=True))
        below = y + 6.0
        draw_text(painter, QPointF(bar.left(), below), scale.ends[0], theme.text_third, 10)
        draw_text(painter, QPointF(bar.right(), below), scale.ends[1], theme.text_third, 10, align=Align.AlignRight)

    def _detail(self) -> int:
        """Return how much of each scale the row shows: 2 a bar with its ends, 1 the bar, 0 the symbol alone."""
        assert self._flat_room is not None
        return next((detail for detail in (2, 1) if self._row_width(detail) <= self._flat_room), 0)

    def _row_width(self, detail: int) -> float:
        widths = [_flat_width(scale, detail) for scale in self._scales]
        return 2.0 * PADDING + sum(widths) + FLAT_GAP * max(0, len(widths) - 1)

    def _paint_row(self, painter: QPainter) -> None:
        theme, detail, x, y = self._theme.current, self._detail(), float(PADDING), FLAT_HEIGHT / 2
        for scale in self._scales:
            self._paint_sign(painter, scale.sign, QPointF(x + 10.0, y))
            left = x + FLAT_SIGN
            draw_text(painter, QPointF(left, y), scale.symbol, theme.text_second, 11)
            left += text_width(scale.symbol, 11)
            for text, room in _flat_parts(scale, detail):
                if text:
                    draw_text(painter, QPointF(left + 6.0, y), text, theme.text_third, 10)
                else:
                    stops = theme.diverging if scale.signed else theme.sequential
                    painter.drawImage(QRectF(left + 6.0, y - 4.0, FLAT_BAR, 8.0), pictures.column(stops, level=True))
                left += room
            x += _flat_width(scale, detail) + FLAT_GAP

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
                # As `dashed` draws it beside the units; patterns count in widths of the line.
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                pen.setDashPattern([DASH_STEP / 2 / pen.widthF()] * 2)
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
            letter = letters.target if anatomy.is_end else letters.a
            word = self.tr("fill: target {y}") if anatomy.is_end else self.tr("fill: activation {a}")
            word = word.format(y=letter, a=letter)
            lines.append(Scale("fill", word, letter, (low, _short(end)), anatomy.signed))
        if numbers.ring is not None:
            ring = letters.delta if numbers.delta is not None else letters.back
            word = self.tr("ring: {symbol}").format(symbol=ring) if anatomy.picture is None else letters.back
            known = bool(np.isfinite(numbers.ring).any())
            lines.append(self._signed("ring", word, ring, size_of(numbers.ring), known=known))
        edges = self._edges_of(node_id)
        if edges is not None and edges.edges is not None:
            texts = {
                Measure.WEIGHT: (self.tr("edge: weight {w}"), "{w}"),
                Measure.CONTRIBUTION: (self.tr("edge: {w} · {a}"), "{w} · {a}"),
                Measure.GRADIENT: (self.tr("edge: gradient"), letters.weight_gradient),
            }
            word, symbol = (text.format(w=letters.weight, a=letters.a) for text in texts[view.wish.measure])
            known = not len(edges.edges) or bool(np.isfinite(edges.edges.values).any())
            lines.append(self._signed("edge", word, symbol, edges.end, known=known))
        if anatomy.bias:
            lines.append(Scale("bias", self.tr("dashed: bias"), self.tr("bias"), None, True))
        return tuple(lines)

    def _signed(self, sign: str, word: str, symbol: str, end: float, *, known: bool) -> Scale:
        """Return a scale from −end to +end, or say that no number is known."""
        ends, note = (_ends(end), "") if known else (None, self.tr("not known"))
        return Scale(sign, word, symbol, ends, True, note)

    def _edges_of(self, node_id: str) -> EdgeItem | None:
        """Return the edges into a layer, else those out of it; None where there are none."""
        known = [item for item in self._view.link_items() if item.edges is not None and item.edges.weighted]
        into = [item for item in known if item.edges is not None and item.edges.node_id == node_id]
        chosen = into or known
        return chosen[-1] if chosen else None


def _flat_parts(scale: Scale, detail: int) -> list[tuple[str, float]]:
    """Return what stands behind the symbol in the row, with the width of each; an empty text is the bar."""
    if scale.ends is None or not detail:
        return [(scale.note, text_width(scale.note, 10) + 6.0)] if scale.note and detail else []
    low, high = ((text, text_width(text, 10) + 6.0) for text in scale.ends)
    bar = ("", FLAT_BAR + 6.0)
    return [low, bar, high] if detail > 1 else [bar]


def _flat_width(scale: Scale, detail: int) -> float:
    return FLAT_SIGN + text_width(scale.symbol, 11) + sum(width for _, width in _flat_parts(scale, detail))


def _ends(end: float) -> tuple[str, str]:
    return (f"{MINUS}{_short(end)}", f"+{_short(end)}") if end > 0.0 else ("0", "0")


def _short(value: float) -> str:
    """Return the end of a scale as the Deltas panel writes it; a whole number without places."""
    return whole(round(value)) if value < 1e6 and value == round(value) else significant(value)

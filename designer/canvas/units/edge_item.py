"""The edges of one link, or the biases of one layer, as one item: few pens, opaque colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.text import draw_text, text_width
from designer.canvas.units.bias_curve import bias_curve, dashed
from designer.canvas.units.edge_numbers import arrowhead, places_apart
from designer.canvas.units.edges import LEVELS, Edges, levels
from designer.canvas.units.frame import MOST_CIRCLES, ROOMY_UPTO
from designer.canvas.units.numbers import Direction, size_of
from designer.canvas.units.pens import edge_pen, line_width
from designer.numbers import measure
from designer.theme import Theme, mixed

LABELLED_UPTO = 16
"""Links with so few edges show every number."""

MOST_LABELS = 6
"""Of a unit that is brought forward the strongest edges show their numbers."""

LABELS_FROM = 0.55
LARGEST_LABEL = 15
BESIDE, BELOW = 22.0, 14.0
"""How far from its unit the middle of a bias's number stands."""

LABEL_ROOM = 96.0
"""As wide as the longest number is, −8.89e−5 in the largest letters, with its margins."""

COARSE_UPTO = 3
BAND, TERM_BAND = 9.0, 15.0


@dataclass(frozen=True, slots=True, eq=False)
class EdgeStyle:
    """How edges stand out.

    Attributes
    ----------
    end : size at which colour and width are full; None for the largest of the edges.
    front : (n,) which edges are brought forward; all others are dimmed. None: none is.
    chosen : the edge that is selected.
    lit : (n,) which edges light up, `direction`: which way, `term`: whether they are the one term that is looked at.
    labels : whether numbers may stand on them.
    arrows : whether arrowheads say which way the numbers flow on those that light up.
    """

    end: float | None = None
    front: NDArray[np.bool_] | None = None
    chosen: int | None = None
    lit: NDArray[np.bool_] | None = None
    direction: Direction = Direction.FORWARD
    term: bool = False
    labels: bool = True
    arrows: bool = False


class EdgeItem(QGraphicsItem):
    """Paints edges in scene pixels; `curved` ones are the biases, dashed, beside the units that they lead to."""

    def __init__(self, theme: Theme, *, curved: bool = False) -> None:
        super().__init__()
        self._theme, self._curved = theme, curved
        self._edges: Edges | None = None
        self._style = EdgeStyle()
        self._bounds = QRectF()
        self._lines: list[QLineF] = []
        self._middles: list[QPointF] = []
        self._paths: list[QPainterPath] = []
        self._dashes: list[list[QLineF]] = []
        self._reach, self._coarse = 13.0, False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def edges(self) -> Edges | None:
        """What is shown."""
        return self._edges

    @property
    def style(self) -> EdgeStyle:
        """How they stand out."""
        return self._style

    @property
    def end(self) -> float:
        """Strength at which colour and width are full."""
        if self._style.end is not None:
            return self._style.end
        return size_of(self._edges.values) if self._edges is not None else 0.0

    def show_edges(
        self, edges: Edges, style: EdgeStyle, theme: Theme, reach: float = 13.0, *, repaint: bool = True
    ) -> None:
        """Show other edges, or show them otherwise.

        Parameters
        ----------
        reach : how far from a unit's middle a bias ends.
        repaint : whether to ask for a painting; not where one is about to come anyway, and soon another: then weak
            edges are drawn without smoothing, which takes half the time and cannot be seen in motion.
        """
        before = self._edges
        moved = (
            before is None
            or reach != self._reach
            or before.starts.shape != edges.starts.shape
            or not (np.array_equal(before.starts, edges.starts) and np.array_equal(before.ends, edges.ends))
        )
        self._edges, self._style, self._theme, self._reach = edges, style, theme, reach
        if moved:
            self.prepareGeometryChange()
            self._lay_out(edges)
        self._coarse = not repaint
        if repaint:
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return self._bounds

    def middle(self, index: int) -> QPointF:
        """Return where the number of an edge stands."""
        if self._curved and self._edges is not None:
            # Beside the unit, where no other bias runs; beside a picture (no reach) below the edge that leaves it.
            x, y = self._edges.ends[index].tolist()
            return QPointF(x + self._reach + BESIDE, y + (0.75 * self._reach or BELOW))
        if index < len(self._middles):
            return self._middles[index]
        # Numbers of edges that cross in the middle would cover each other.
        return self._lines[index].pointAt(0.3 + 0.12 * (index % 4))

    def at(self, point: QPointF, reach: float) -> tuple[int, float] | None:
        """Return the edge nearest to a point of the scene within reach, with its distance."""
        if self._edges is None:
            return None
        if not self._curved:
            return self._edges.nearest((point.x(), point.y()), reach)
        best: tuple[int, float] | None = None
        for index, path in enumerate(self._paths):
            for step in range(2, 19):
                away = path.pointAtPercent(step / 20.0) - point
                distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
                if distance <= reach and (best is None or distance < best[1]):
                    best = (index, distance)
        return best

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        edges, style = self._edges, self._style
        if edges is None or not len(edges):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._paint_bands(painter)
        front = style.front
        if front is None:
            self._paint_set(painter, np.ones(len(edges), dtype=bool), 1.0)
        else:
            self._paint_set(painter, ~front, 0.22)
            self._paint_set(painter, front, 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if style.chosen is not None:
            painter.setPen(QPen(QColor(self._theme.accent), 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            self._draw(painter, [style.chosen])
        detail = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        self._paint_arrows(painter)
        if style.labels and detail >= LABELS_FROM:
            # From afar as large as they can be without covering each other.
            self._paint_labels(painter, min(LARGEST_LABEL, max(10, round(10.0 / detail))))

    def _paint_bands(self, painter: QPainter) -> None:
        lit = self._style.lit
        if lit is None or not lit.any():
            return
        theme = self._theme
        flow = theme.forward if self._style.direction is Direction.FORWARD else theme.backward
        bands = [(mixed(flow, theme.canvas, 0.35), BAND)]
        if self._style.term:
            # The one term that is looked at has the cursor's colour, between edges that say which way it goes.
            sides = mixed(flow, theme.canvas, 0.5) if self._style.arrows else QColor(theme.cursor_border)
            bands = [(sides, TERM_BAND), (QColor(theme.cursor_term), TERM_BAND - 3.0)]
        for colour, width in bands:
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            self._draw(painter, np.flatnonzero(lit).tolist())

    def _paint_set(self, painter: QPainter, which: NDArray[np.bool_], strength: float) -> None:
        edges = self._edges
        assert edges is not None
        if not edges.weighted:
            colour = mixed(self._theme.wire, self._theme.canvas, 0.65 * strength)
            # Lines from all to all cover each other soon enough.
            few = len(edges) <= MOST_CIRCLES
            painter.setPen(QPen(colour, line_width(painter, 1.0) if few else 1.0))
            self._draw(painter, np.flatnonzero(which).tolist())
            return
        sizes = levels(edges.values, self.end)
        steps = np.where(edges.values < 0.0, -sizes, sizes)
        for level in range(LEVELS + 1):
            for sign in (-1, 1) if level else (1,):
                chosen = np.flatnonzero(which & (steps == sign * level))
                if len(chosen):
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not self._coarse or level > COARSE_UPTO)
                    painter.setPen(edge_pen(self._theme.name, sign * level, strength, self._curved))
                    self._draw(painter, chosen.tolist())

    def _draw(self, painter: QPainter, indices: list[int]) -> None:
        if not self._curved:
            painter.drawLines([self._lines[index] for index in indices])
            return
        for index in indices:
            painter.drawLines(self._dashes[index])

    def _paint_arrows(self, painter: QPainter) -> None:
        """Show on the edges that light up which way the numbers flow."""
        lit = self._style.lit
        if self._curved or not self._style.arrows or lit is None or not 0 < int(lit.sum()) <= LABELLED_UPTO:
            return
        backward = self._style.direction is Direction.BACKWARD
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.backward if backward else self._theme.forward))
        for index in np.flatnonzero(lit).tolist():
            line = self._lines[index]
            line = QLineF(line.p2(), line.p1()) if backward else line
            if line.length() > 40.0:
                painter.drawPolygon(arrowhead(line))

    def _paint_labels(self, painter: QPainter, size: int) -> None:
        for index in self._labelled():
            self._paint_label(painter, index, size, strong=index == self._style.chosen)

    def _labelled(self) -> list[int]:
        """Return the edges on which their numbers stand; what is chosen comes last."""
        edges, style = self._edges, self._style
        if edges is None or not edges.weighted:
            return []
        known = np.isfinite(edges.values)
        if style.front is not None:
            shown = np.flatnonzero(style.front & known)[-MOST_LABELS:]
        elif edges.total <= (ROOMY_UPTO if self._curved else LABELLED_UPTO):
            shown = np.flatnonzero(known)
        else:
            shown = np.zeros(0, dtype=np.intp)
        chosen = style.chosen
        if chosen is not None and known[chosen]:
            shown = np.append(shown[shown != chosen], chosen)
        return [int(index) for index in shown]

    def labels(self, size: int = LARGEST_LABEL) -> list[QRectF]:
        """Return where numbers stand on edges, if they have this size."""
        return [self._label(index, size)[1] for index in self._labelled()]

    def lit_lines(self, most: int) -> list[QLineF]:
        """Return the edges that light up, at most so many, each in the direction in which it leads."""
        lit = self._style.lit
        if self._curved or lit is None:
            return []
        return [self._lines[index] for index in np.flatnonzero(lit)[:most].tolist()]

    def _label(self, index: int, size: int) -> tuple[str, QRectF]:
        assert self._edges is not None
        text, middle = signed_text(float(self._edges.values[index])), self.middle(index)
        width, height = text_width(text, size) + 8.0, size + 4.0
        # The number of a bias begins beside its unit, however long it is: it must not cover the unit.
        left = middle.x() - BESIDE + 3.0 if self._curved else middle.x() - width / 2
        return text, QRectF(left, middle.y() - height / 2, width, height)

    def _paint_label(self, painter: QPainter, index: int, size: int, *, strong: bool) -> None:
        theme, (text, rect) = self._theme, self._label(index, size)
        lit = self._style.lit is not None and bool(self._style.lit[index]) and self._style.term
        painter.setPen(QPen(QColor(theme.accent), 1.0) if strong else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.cursor_term if lit else theme.canvas))
        painter.drawRoundedRect(rect, 3.0, 3.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        draw_text(painter, rect.center(), text, theme.text, size, align=Qt.AlignmentFlag.AlignHCenter)

    def _lay_out(self, edges: Edges) -> None:
        rows = np.concatenate([edges.starts, edges.ends], axis=1).tolist()
        if self._curved:
            self._lines, self._paths = [], [bias_curve(row, self._reach) for row in rows]
            self._dashes = [dashed(path) for path in self._paths]
            bounds = QRectF()
            for path in self._paths:
                bounds = bounds.united(path.boundingRect())
            for index in range(len(edges)):
                middle = self.middle(index)
                bounds = bounds.united(QRectF(middle.x(), middle.y(), LABEL_ROOM - BESIDE, 1.0))
        else:
            self._lines, self._paths = [QLineF(*row) for row in rows], []
            self._middles = places_apart(self._lines) if len(rows) <= LABELLED_UPTO else []
            points = np.concatenate([edges.starts, edges.ends])
            if len(points):
                (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
                bounds = QRectF(left, top, right - left, bottom - top)
            else:
                bounds = QRectF()
        # What is painted beyond them stays on the screen when the edges have gone.
        beside = LABEL_ROOM / 2
        self._bounds = bounds.adjusted(-beside, -12.0, beside, 12.0) if not bounds.isNull() else QRectF()


def signed_text(value: float) -> str:
    """Return a number with its sign, also a positive one."""
    if np.isfinite(value) and abs(value) >= 0.005:
        text = f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")
        return text if abs(value) < 1000.0 else measure(value)
    return measure(value) if np.isnan(value) or value == 0.0 else ("+" if value > 0 else "") + measure(value)

"""A small picture of a network for the card of its template: units, maps and the digit that it reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from core.compiler.shapes import LayerShape, infer_shapes
from core.graph.model import Graph
from core.graph.topology import topological_order
from core.layers.catalog import LAYERS
from core.layers.layer_type import Family
from core.options import Shape
from designer.theme import Theme, mixed

MOST_UNITS, MOST_MAPS = 8, 4
IMAGE_FROM = 64
"""From so many inputs on they are drawn as one picture."""

_UNIT = 4.0
_MAP_STEP = 3.0
_PICTURE = 40.0


@dataclass(frozen=True, slots=True)
class Column:
    """What stands for a layer, from left to right: the digit, maps one behind the other, or units.

    Attributes
    ----------
    boxes : of the digit or of the maps, the hindmost first.
    units : centres of the units.
    """

    depth: int
    family: Family
    boxes: tuple[QRectF, ...] = ()
    units: tuple[QPointF, ...] = ()

    @property
    def ways_out(self) -> Sequence[QPointF]:
        """Where lines to the next layer begin."""
        return self.units or (QPointF(self.boxes[-1].right(), self._middle),)

    @property
    def ways_in(self) -> Sequence[QPointF]:
        """Where lines from the layer before end."""
        return self.units or (QPointF(min(box.left() for box in self.boxes), self._middle),)

    @property
    def extent(self) -> tuple[float, float]:
        """Where it begins and ends, from left to right."""
        middle = self.units[0].x() if self.units else 0.0
        lefts = [box.left() for box in self.boxes] or [middle - _UNIT]
        rights = [box.right() for box in self.boxes] or [middle + _UNIT]
        return min(lefts), max(rights)

    @property
    def top(self) -> QPointF:
        """Where an arc past other layers begins and ends."""
        if self.units:
            return self.units[0] - QPointF(0, _UNIT)
        return QPointF(self.boxes[-1].center().x(), min(box.top() for box in self.boxes))

    @property
    def _middle(self) -> float:
        return (self.boxes[0].center().y() + self.boxes[-1].center().y()) / 2.0


def paint_network(painter: QPainter, rect: QRectF, theme: Theme, graph: Graph) -> None:
    """Paint the layers as columns, with edges in the colours of weights."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    columns = columns_of(graph, rect.adjusted(18, 22, -18, -14))
    for link in graph.links:
        source = _seen(graph, columns, link.source)
        if source is not None and link.target in columns:
            _paint_link(painter, theme, source, columns[link.target])
    for column in columns.values():
        if column.family is Family.INPUT_OUTPUT and column.boxes:
            _paint_digit(painter, theme, column.boxes[0])
        for box in column.boxes if column.family is not Family.INPUT_OUTPUT else ():
            painter.setPen(QPen(QColor(theme.families[column.family]), 1.0))
            painter.setBrush(QColor(theme.card))
            painter.drawRect(box)
        for index, unit in enumerate(column.units):
            painter.setPen(QPen(QColor(theme.text_third), 1.0))
            painter.setBrush(QColor(theme.sequential[1 + (index * 7 + len(column.units)) % 4]))
            painter.drawEllipse(unit, _UNIT, _UNIT)


def columns_of(graph: Graph, rect: QRectF) -> Mapping[str, Column]:
    """Return what to draw, by layer, with even gaps; no output, and nothing that only makes maps smaller or flat."""
    shapes = infer_shapes(graph)
    depths = _depths(graph, shapes)
    sizes: dict[int, float] = {}
    for node_id, depth in depths.items():
        sizes[depth] = max(sizes.get(depth, 0.0), _width(graph, node_id, shapes[node_id].output or (1,)))
    gap = (rect.width() - sum(sizes.values())) / max(1, len(sizes) - 1)
    result: dict[str, Column] = {}
    for node_id, depth in depths.items():
        left = rect.left() + sum(sizes[before] + gap for before in range(depth))
        middle = QPointF(left + sizes[depth] / 2.0, rect.center().y())
        family, shape = LAYERS[graph.node(node_id).kind].family, shapes[node_id].output or (1,)
        if _is_picture(graph, node_id, shape):
            box = QRectF(0, 0, _PICTURE, _PICTURE)
            box.moveCenter(middle)
            result[node_id] = Column(depth, family, boxes=(box,))
        elif len(shape) == 3:
            result[node_id] = Column(depth, family, boxes=_maps(middle, shape))
        else:
            result[node_id] = Column(depth, family, units=_units(middle, math.prod(shape), rect.height()))
    return result


def _is_picture(graph: Graph, node_id: str, shape: Shape) -> bool:
    return LAYERS[graph.node(node_id).kind].maximum_inputs == 0 and math.prod(shape) >= IMAGE_FROM


def _width(graph: Graph, node_id: str, shape: Shape) -> float:
    if _is_picture(graph, node_id, shape):
        return _PICTURE
    return _side(shape) + _MAP_STEP * (_map_count(shape) - 1) if len(shape) == 3 else 2.0 * _UNIT


def _side(shape: Shape) -> float:
    """Return the length of a side, in pixels, for maps of this shape (rows, columns, maps)."""
    return 6.0 + min(24.0, 24.0 * shape[0] / 28.0)


def _map_count(shape: Shape) -> int:
    return min(shape[2], MOST_MAPS)


def _maps(middle: QPointF, shape: Shape) -> tuple[QRectF, ...]:
    """Return a square for each of the first maps, one behind the other."""
    count, side = _map_count(shape), _side(shape)
    first = middle - QPointF(1, 1) * (_MAP_STEP * (count - 1) + side) / 2.0
    corners = [first + QPointF(1, 1) * (_MAP_STEP * index) for index in range(count)]
    return tuple(QRectF(corner.x(), corner.y(), side, side) for corner in corners)


def _units(middle: QPointF, width: int, height: float) -> tuple[QPointF, ...]:
    count = min(width, MOST_UNITS)
    pitch = min(13.0, height / max(1, count - 1))
    top = middle.y() - pitch * (count - 1) / 2.0
    return tuple(QPointF(middle.x(), top + index * pitch) for index in range(count))


def _depths(graph: Graph, shapes: Mapping[str, LayerShape]) -> Mapping[str, int]:
    """Return how many drawn layers lie before each drawn one, on the longest way."""
    reached: dict[str, int] = {}
    drawn: dict[str, int] = {}
    for node_id in topological_order([node.id for node in graph.nodes], graph.successors):
        kind, before = LAYERS[graph.node(node_id).kind], [link.source for link in graph.links_into(node_id)]
        reached[node_id] = max((reached[source] for source in before), default=-1)
        smaller = kind.family is Family.IMAGES and not _more_maps(shapes, before, node_id)
        if kind.has_output and not smaller:
            reached[node_id] += 1
            drawn[node_id] = reached[node_id]
    return drawn


def _more_maps(shapes: Mapping[str, LayerShape], before: Sequence[str], node_id: str) -> bool:
    """Whether a layer makes maps that are not those of the layer before, made smaller or larger."""
    shape = shapes[node_id].output or ()
    return len(shape) == 3 and all((shapes[source].output or ())[2:] != shape[2:] for source in before)


def _seen(graph: Graph, columns: Mapping[str, Column], node_id: str) -> Column | None:
    """Return what stands for a layer, or for the one before it where it is not drawn."""
    before = graph.links_into(node_id)
    if node_id in columns or not before:
        return columns.get(node_id)
    return _seen(graph, columns, before[0].source)


def _paint_link(painter: QPainter, theme: Theme, source: Column, target: Column) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if target.depth - source.depth > 1:
        top = min(source.top.y(), target.top.y()) - 20
        path = QPainterPath(source.top)
        path.cubicTo(QPointF(source.top.x() + 16, top), QPointF(target.top.x() - 16, top), target.top)
        painter.setPen(QPen(QColor(theme.wire), 1.5))
        painter.drawPath(path)
    elif target.units and target.family is Family.WEIGHTS and (source.units or source.family is Family.INPUT_OUTPUT):
        _paint_weights(painter, theme, source.ways_out, target.units)
    elif len(source.units) == len(target.units) > 0:
        painter.setPen(QPen(QColor(theme.wire), 0.75))
        for start, end in zip(source.units, target.units, strict=True):
            painter.drawLine(start, end)
    else:
        painter.setPen(QPen(QColor(theme.wire), 1.5))
        painter.drawLine(_mean(source.ways_out), _mean(target.ways_in))


def _paint_weights(
    painter: QPainter, theme: Theme, sources: Sequence[QPointF], targets: Sequence[QPointF]
) -> None:
    for i, source in enumerate(sources):
        for j, target in enumerate(targets):
            # Any fixed rule that mixes signs and sizes will do: the picture stands for weights, it shows none.
            weight = math.sin(12.9898 * (i + 1) + 78.233 * (j + 1))
            colour = theme.diverging[0 if weight < 0 else 4]
            painter.setPen(QPen(mixed(colour, theme.canvas, 0.2 + 0.6 * weight * weight), 0.4 + 0.9 * weight * weight))
            painter.drawLine(source, target)


def _mean(points: Sequence[QPointF]) -> QPointF:
    return QPointF(points[0].x(), sum(point.y() for point in points) / len(points))


def _paint_digit(painter: QPainter, theme: Theme, box: QRectF) -> None:
    painter.setPen(QColor(theme.border))
    painter.setBrush(QColor("#000000" if theme.dark else "#FFFFFF"))
    painter.drawRect(box)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(box.adjusted(4, 4, -4, -4), _digit(theme.dark))


@lru_cache(maxsize=2)
def _digit(dark: bool) -> QImage:
    """Return a 3 as a scanner would see it: 20 × 20 grey pixels."""
    image = QImage(20, 20, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    path = QPainterPath(QPointF(5, 4))
    path.cubicTo(QPointF(12, 0), QPointF(17, 6), QPointF(9, 9.5))
    path.cubicTo(QPointF(19, 10), QPointF(15, 19), QPointF(4, 16))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = QColor("#FFFFFF") if dark else QColor("#000000")
    painter.setPen(QPen(ink, 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPath(path)
    painter.end()
    return image

"""Small pictures of networks for the cards of the start page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from core.compiler.shapes import infer_shapes
from core.graph.model import Graph
from core.graph.topology import topological_order
from core.layers.catalog import LAYERS
from core.layers.layer_type import Family
from core.storage.summary import LayerSummary
from designer.fonts import ui_font
from designer.theme import Theme, mixed

MOST_UNITS = 8
IMAGE_FROM = 64
"""From so many inputs on they are drawn as one picture."""

_UNIT = 4.0


def paint_empty(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Paint a place where something can be dropped."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0, 0, 86, 44)
    box.moveCenter(rect.center())
    painter.setPen(QPen(QColor(theme.text_third), 1.0, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(QPen(QColor(theme.accent), 1.75))
    centre = box.center()
    painter.drawLine(centre - QPointF(7, 0), centre + QPointF(7, 0))
    painter.drawLine(centre - QPointF(0, 7), centre + QPointF(0, 7))


def paint_network(painter: QPainter, rect: QRectF, theme: Theme, graph: Graph) -> None:
    """Paint the layers as columns of units, with edges in the colours of weights."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    columns = _columns(graph, rect.adjusted(28, 22, -28, -14))
    for link in graph.links:
        if link.source in columns and link.target in columns:
            far = abs(_depth(graph)[link.target] - _depth(graph)[link.source]) > 1
            _paint_edges(painter, theme, columns[link.source], columns[link.target], far)
    for node_id, points in columns.items():
        if len(points) == 1 and LAYERS[graph.node(node_id).kind].family is Family.INPUT_OUTPUT:
            _paint_digit(painter, theme, points[0])
            continue
        for index, point in enumerate(points):
            shade = theme.sequential[1 + (index * 7 + len(points)) % 4]
            painter.setPen(QPen(QColor(theme.text_third), 1.0))
            painter.setBrush(QColor(shade))
            painter.drawEllipse(point, _UNIT, _UNIT)


def paint_chain(painter: QPainter, rect: QRectF, theme: Theme, layers: Sequence[LayerSummary]) -> None:
    """Paint the layers as a row of cards with their numbers."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    shown = sorted(layers, key=_end)[:6]
    if not shown:
        return
    pitch = min(64.0, (rect.width() - 24.0) / len(shown))
    width, height, middle = pitch - 16.0, 28.0, round(rect.center().y())
    left = rect.center().x() - (pitch * len(shown) - 16.0) / 2.0
    painter.setFont(ui_font(10))
    for index, layer in enumerate(shown):
        box = QRectF(round(left + index * pitch), middle - 14, round(width), height)
        if index + 1 < len(shown):
            painter.fillRect(QRectF(box.right(), middle, 16.0, 1.5), QColor(theme.wire))
        painter.fillRect(box, QColor(theme.card))
        painter.setPen(QColor(theme.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        family = LAYERS[layer.kind].family if layer.kind in LAYERS else Family.WEIGHTS
        painter.fillRect(QRectF(box.left(), box.top(), 3, box.height() + 1), QColor(theme.families[family]))
        painter.setPen(QColor(theme.text_second))
        painter.drawText(box.adjusted(3, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, _number(layer.name))


def paint_curve(painter: QPainter, rect: QRectF, theme: Theme, curve: Sequence[tuple[int, float]]) -> None:
    """Paint a loss curve over the whole rectangle, on a logarithmic scale."""
    points = [(x, math.log10(y)) for x, y in curve if y > 0.0 and math.isfinite(y)]
    if len(points) < 2:
        return
    low, high = min(y for _, y in points), max(y for _, y in points)
    first, last = points[0][0], points[-1][0]
    across, up = (last - first) or 1, (high - low) or 1.0
    path = QPainterPath()
    for index, (x, y) in enumerate(points):
        place = QPointF(
            rect.left() + rect.width() * (x - first) / across, rect.bottom() - rect.height() * (y - low) / up
        )
        path.lineTo(place) if index else path.moveTo(place)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.training_curve), 1.25))
    painter.drawPath(path)


def _columns(graph: Graph, rect: QRectF) -> Mapping[str, list[QPointF]]:
    """Return the places of the units to draw, by layer; the output layer is not drawn."""
    shapes, depths = infer_shapes(graph), _depth(graph)
    drawn = [node for node in graph.nodes if LAYERS[node.kind].has_output]
    deepest = max((depths[node.id] for node in drawn), default=0) or 1
    result: dict[str, list[QPointF]] = {}
    for node in drawn:
        width = math.prod(shapes[node.id].output or (1,))
        x = rect.left() + rect.width() * depths[node.id] / deepest
        if LAYERS[node.kind].maximum_inputs == 0 and width >= IMAGE_FROM:
            result[node.id] = [QPointF(x + 8, rect.center().y())]
            continue
        count = min(width, MOST_UNITS)
        pitch = min(13.0, rect.height() / max(1, count - 1))
        top = rect.center().y() - pitch * (count - 1) / 2.0
        result[node.id] = [QPointF(x, top + index * pitch) for index in range(count)]
    return result


def _depth(graph: Graph) -> Mapping[str, int]:
    depths: dict[str, int] = {}
    for node_id in topological_order([node.id for node in graph.nodes], graph.successors):
        before = [depths[link.source] for link in graph.links_into(node_id)]
        depths[node_id] = 1 + max(before) if before else 0
    return depths


def _paint_edges(
    painter: QPainter, theme: Theme, sources: Sequence[QPointF], targets: Sequence[QPointF], far: bool
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if far:
        start = sources[0] - QPointF(0, 22 if len(sources) == 1 else _UNIT)
        end = targets[0] - QPointF(0, _UNIT)
        path = QPainterPath(start)
        top = min(start.y(), end.y()) - 20
        path.cubicTo(QPointF(start.x() + 16, top), QPointF(end.x() - 16, top), end)
        painter.setPen(QPen(QColor(theme.wire), 1.5))
        painter.drawPath(path)
        return
    for i, source in enumerate(sources):
        for j, target in enumerate(targets):
            # Any fixed rule that mixes signs and sizes will do: the picture stands for weights, it shows none.
            weight = math.sin(12.9898 * (i + 1) + 78.233 * (j + 1))
            colour = theme.diverging[0 if weight < 0 else 4]
            painter.setPen(QPen(mixed(colour, theme.canvas, 0.2 + 0.6 * weight * weight), 0.4 + 0.9 * weight * weight))
            painter.drawLine(source + QPointF(20 if len(sources) == 1 else 0, 0), target)


def _paint_digit(painter: QPainter, theme: Theme, centre: QPointF) -> None:
    box = QRectF(0, 0, 44, 44)
    box.moveCenter(centre)
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


def _end(layer: LayerSummary) -> int:
    """Inputs come first and outputs last, whatever the order in which they were drawn."""
    if layer.kind not in LAYERS:
        return 1
    kind = LAYERS[layer.kind]
    return 0 if kind.maximum_inputs == 0 else 2 if not kind.has_output else 1


def _number(name: str) -> str:
    """Return the number in a layer's automatic name ("Dense 15"), else nothing."""
    last = name.split(" ")[-1].replace(",", "")
    return last if last.isdigit() else ""

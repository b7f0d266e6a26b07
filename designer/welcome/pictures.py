"""Small pictures for the cards of the start page: of a place to begin, a project's layers, its loss."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from core.layers.catalog import LAYERS
from core.layers.layer_type import Family
from core.storage.summary import LayerSummary
from designer.fonts import ui_font
from designer.theme import Theme


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

"""Beside which of the edges that light up it is said what flows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF

from designer.canvas.scene import CanvasScene
from designer.canvas.units.edge_item import EdgeItem
from designer.canvas.units.flow_pill import FlowPill
from designer.canvas.units.numbers import Direction, Highlight

MOST_LINES = 8
"""Beside one of so many edges it is said."""


def show_flow(
    pill: FlowPill, lit: Highlight | None, edges: Sequence[EdgeItem], biases: Sequence[EdgeItem], scene: CanvasScene
) -> None:
    """Say what flows through the edges that light up, or through the wire that does; nothing where `lit` is None."""
    words = lit.words if lit is not None else ""
    lines: list[QLineF] = []
    taken: list[QRectF] = []
    if lit is not None and words:
        lines = [line for item in edges for line in item.lit_lines(MOST_LINES)]
        if not lines and lit.link_id in scene.routes:
            lines = [QLineF(*start, *end) for start, end in pairwise(scene.routes[lit.link_id])]
        taken = [rect for item in (*edges, *biases) for rect in item.labels()]
        taken += [_around(line.pointAt(step / 12.0)) for line in lines for step in range(13)]
        taken += [QRectF(box.left, box.top, box.width, box.height) for box in scene.boxes.values()]
    direction = Direction.FORWARD if lit is None else lit.direction
    pill.show_flow(words, direction, lines[:MOST_LINES], taken, scene.theme)


def _around(point: QPointF) -> QRectF:
    return QRectF(point.x() - 8.0, point.y() - 8.0, 16.0, 16.0)

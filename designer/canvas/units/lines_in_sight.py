"""The lines between cards and units as segments, and which rectangles none of them crosses."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from designer.canvas.scene import CanvasScene
from designer.canvas.units.unit_view import UnitView

Segments = NDArray[np.float64]
"""(n, 4): x and y of the start, x and y of the end, in the scene."""


def lines_in_sight(scene: CanvasScene, view: UnitView) -> Segments:
    """Return the wires, and the edges and fans that lead into open layers."""
    routes = [points for id_, points in scene.routes.items() if scene.wire(id_).isVisible()]
    rows = [(*p, *q) for points in routes for p, q in pairwise(points)]
    for fan in view.links.fans.values():
        rows.extend(fan.pieces)
    found = [np.array(rows, dtype=np.float64).reshape(-1, 4)]
    for item in view.link_items():
        if item.edges is not None:
            found.append(np.concatenate([item.edges.starts, item.edges.ends], axis=1))
    return np.concatenate(found)


def crosses(segments: Segments, rect: QRectF) -> bool:
    """Whether one of the segments runs through a rectangle."""
    start, way = segments[:, :2], segments[:, 2:] - segments[:, :2]
    low, high = np.array([rect.left(), rect.top()]), np.array([rect.right(), rect.bottom()])
    still = np.abs(way) < 1e-9
    safe = np.where(still, 1.0, way)
    one, other = (low - start) / safe, (high - start) / safe
    # What moves along an axis is between the sides from one share of its way to another; else always or never.
    between = (start >= low) & (start <= high)
    enters = np.where(still, np.where(between, -np.inf, np.inf), np.minimum(one, other)).max(axis=1, initial=0.0)
    leaves = np.where(still, np.where(between, np.inf, -np.inf), np.maximum(one, other)).min(axis=1, initial=1.0)
    return bool((enters <= leaves).any())

"""Finds where the name of a curve can stand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

ENOUGH = 4.0
"""Pixels between a name and a curve; more is no better."""

DISTANCES = (ENOUGH, 10.0, 16.0, 24.0)
"""How far from its curve a name is tried."""


def free_place(
    size: QSizeF,
    curve: NDArray[np.float64],
    across: NDArray[np.float64],
    curves: Sequence[NDArray[np.float64]],
    taken: Sequence[QRectF],
    plot: QRectF,
    bars: float,
) -> QRectF:
    """Return where a curve's name stands: near its curve, clear of all of them, above the bars, rather at the right.

    Parameters
    ----------
    size : of the name.
    curve, curves : the curve to name, and all, at the places `across`; in pixels, down is positive.
    taken : places of other names.
    plot : where the name must lie.
    bars : height of the tallest bar, from the foot of the plot.
    """
    best, best_score = QRectF(plot.topLeft(), size), -math.inf
    first, last = plot.left() + size.width() / 2, plot.right() - size.width() / 2
    for middle in np.linspace(first, last, 32).tolist():
        height = float(np.interp(middle, across, curve))
        for distance in DISTANCES:
            for top in (height - size.height() - distance, height + distance):
                box = QRectF(QPointF(middle - size.width() / 2, top), size)
                if not plot.contains(box) or any(box.intersects(other) for other in taken):
                    continue
                near = (across >= box.left() - 2.0) & (across <= box.right() + 2.0)
                room = min(
                    float(np.maximum(box.top() - other[near], other[near] - box.bottom()).min()) for other in curves
                )
                over_bars = max(0.0, min(box.bottom() - (plot.bottom() - bars), size.height()))
                to_the_right = (plot.right() - middle) / plot.width()
                score = 2.0 * min(room, ENOUGH) - 0.2 * distance - 0.5 * over_bars - 3.0 * to_the_right
                if score > best_score:
                    best, best_score = box, score
    return best

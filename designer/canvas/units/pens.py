"""The pens of edges: few and opaque, and never so thin that a line fades away from afar."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from designer.canvas.live_values import signed_colours
from designer.canvas.units.edges import LEVELS
from designer.theme import THEMES, mixed

THINNEST, THICKEST = 0.8, 3.8
THINNEST_PLAIN = 1.5
"""Of a line without a weight, in pixels of the screen: with smoothing a thinner one takes the colour of the ground."""


def line_width(painter: QPainter, width: float) -> float:
    """Return the width in the scene of a line that only shows what hangs together, so wide at 100 %."""
    detail = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
    return max(width, THINNEST_PLAIN / detail)


@lru_cache(maxsize=256)
def edge_pen(theme_name: str, level: int, strength: float, dashed: bool) -> QPen:
    """Return the pen of an edge with a weight.

    Parameters
    ----------
    level : from −LEVELS to LEVELS, its colour and width.
    strength : share of its colour over that of the ground.
    dashed : whether it is a bias, drawn as short lines.
    """
    theme, share = THEMES[theme_name], abs(level) / LEVELS
    place = np.array([np.sign(level) * max(share**1.4, 0.1)])
    red, green, blue = signed_colours(theme.diverging, place, 1.0)[0].tolist()
    # Opaque, mixed with the ground: drawing with transparent pens takes several times as long.
    colour = mixed(QColor(red, green, blue).name(), theme.canvas, strength)
    pen = QPen(colour, THINNEST + (THICKEST - THINNEST) * share**2)
    if dashed:
        pen.setWidthF(max(1.4, pen.widthF() * 0.8))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen

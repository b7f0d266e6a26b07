"""How the curves of the layers are told apart: by colour in the order of the network, and by their dashes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QColor, QPen

from designer.plots.strokes import fine_pen
from designer.theme import Theme, sequential_colours

DASHES: Sequence[Sequence[float]] = ((), (6.0, 3.0), (2.0, 2.0), (8.0, 3.0, 2.0, 3.0))
"""Lengths of dashes and gaps, in pixels, by turns."""

FIRST = 0.5
"""Place of the first layer on the scale: below, it could not be seen on the ground."""


def layer_colours(theme: Theme, count: int) -> list[str]:
    """Return a colour for each of so many layers, from the first to the last."""
    places = np.linspace(FIRST, 1.0, count) if count > 1 else np.array([0.5 * (1.0 + FIRST)])
    return [QColor(*(int(part) for part in colour)).name() for colour in sequential_colours(theme, places)]


def layer_pen(colour: str, place: int, ratio: float) -> QPen:
    """Return the pen of the layer at a place in the network; `ratio` is how many pixels of the screen make one."""
    pen = fine_pen(QColor(colour))
    dashes = DASHES[place % len(DASHES)]
    if dashes:
        pen.setDashPattern([part * ratio for part in dashes])
    return pen

"""A sample as a grey picture in the colours of the theme: 0 is the ground of a field, the largest value ink."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, qRgb

from designer.theme import Theme, colour_table

Greys: TypeAlias = NDArray[np.uint8]


def grey_image(levels: Greys, theme: Theme) -> QImage:
    """Return (height, width) levels as an image that owns its pixels: the theme's field is 0, its text 255."""
    height, width = levels.shape
    image = QImage(levels.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(_colours(theme.field, theme.text))
    return image.copy()


@lru_cache(maxsize=8)
def _colours(ground: str, ink: str) -> Sequence[int]:
    return [qRgb(*(int(part) for part in row)) for row in colour_table((ground, ink), 256)]

"""Samples as levels of grey."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from core.options import Shape
from designer.widgets.grey_picture import Greys

COARSE = 16
"""Pictures up to this size are shown pixel by pixel."""


def picture_shape(shape: Shape) -> tuple[int, int] | None:
    """Return (height, width) where samples of this shape are pictures of one channel, else None."""
    sizes = shape[:2] if len(shape) == 3 and shape[2] == 1 else shape
    return (sizes[0], sizes[1]) if len(sizes) == 2 and min(sizes) >= 2 else None


def largest_value(inputs: NDArray[Any]) -> float:
    """Return the value that is shown in full ink: the largest of some samples."""
    part = inputs[:500]
    return float(part.max()) if part.size and np.isfinite(part.max()) and part.max() > 0 else 1.0


def grey_levels(samples: NDArray[Any], size: tuple[int, int], largest: float) -> Greys:
    """Return (samples, height, width) levels from 0 (ground) to 255 (ink)."""
    levels = np.clip(np.nan_to_num(samples.reshape(len(samples), *size) / largest), 0.0, 1.0)
    return np.rint(levels * 255.0).astype(np.uint8)


def side_for(size: tuple[int, int], wanted: int) -> int:
    """Return how many pixels wide a picture is shown: near `wanted`, and for coarse ones a multiple of their size."""
    longest = max(size)
    return longest * max(1, round(wanted / longest)) if longest * 2 <= wanted else wanted


def scaled(levels: Greys, side: int) -> Greys:
    """Return (height, width) levels as a (side, side) picture in the middle of the ground."""
    height, width = levels.shape
    factor = side / max(height, width)
    target = max(1, round(width * factor)), max(1, round(height * factor))
    grey = np.ascontiguousarray(levels)
    image = QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8)
    # Coarse pictures keep their square pixels; those of fine ones would come out uneven.
    smooth = max(height, width) > COARSE
    mode = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
    image = image.scaled(*target, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    result = np.zeros((side, side), dtype=np.uint8)
    top, left = (side - target[1]) // 2, (side - target[0]) // 2
    result[top : top + target[1], left : left + target[0]] = lines[:, : target[0]]
    return result

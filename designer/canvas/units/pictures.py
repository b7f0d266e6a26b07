"""Numbers as small pictures: outputs of images, incoming weights, kernels, responses to two inputs."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage

from designer.canvas.units.anatomy import Anatomy
from designer.canvas.units.numbers import Array, size_of
from designer.theme import THEMES, Stops, Theme, colour_table, shares
from designer.widgets.grey_picture import grey_image

MOST_SLICES = 16
"""Of a kernel with more channels than this the first ones are shown."""

SMALLEST_END, LARGEST_END = 1e-30, 1e30
"""Between them single precision, which is fast, tells numbers apart."""


def coloured(values: Array, end: float, signed: bool, theme: Theme) -> QImage:
    """Return a (rows, columns) array as a picture with a pixel per number; NaN has the colour of the ground."""
    return coloured_all(values[np.newaxis], end, signed, theme)[0]


def coloured_all(values: Array, end: float, signed: bool, theme: Theme) -> list[QImage]:
    """Return the pictures of a (pictures, rows, columns) array, on one scale."""
    table = _table(theme.name, signed)
    last = len(table) - 2
    if not SMALLEST_END < end < LARGEST_END:
        values, end = shares(values, end), 1.0
    with np.errstate(all="ignore"):
        places = np.asarray(values, dtype=np.float32) * np.float32(1.0 / end)
        if signed:
            places = (places + 1.0) * np.float32(0.5)
        places *= last
        unknown = np.isnan(places)
        np.clip(places, 0.0, last, out=places)
        np.rint(places, out=places)
    places[unknown] = last + 1
    pixels = table[places.astype(np.intp)]
    return [_packed(picture) for picture in pixels]


def grey(values: Array, theme: Theme) -> QImage:
    """Return a (rows, columns) array of a sample as a picture: 0 is the ground of a field, its largest value ink."""
    parts = np.clip(np.nan_to_num(shares(values, size_of(np.maximum(values, 0.0)))), 0.0, 1.0)
    return grey_image(np.rint(parts * 255.0).astype(np.uint8), theme)


def channel(values: Array, anatomy: Anatomy, row: int) -> Array:
    """Return one picture, (rows, columns), of a layer's values, (units,)."""
    assert anatomy.picture is not None
    result: Array = values.reshape(*anatomy.picture, anatomy.channels)[..., row]
    return result


def incoming_weights(kernel: Array, unit: int, units: int, picture: tuple[int, int, int]) -> Array:
    """Return the weights of one unit, (inputs,) of a (inputs, pieces · units) kernel, in the form of what it reads.

    Of several pieces the largest weight in size is shown; channels stand side by side.
    """
    columns = kernel[:, unit::units]
    if columns.shape[1] > 1:
        strongest = np.abs(columns).argmax(axis=1)
        column = columns[np.arange(len(columns)), strongest]
    else:
        column = columns[:, 0]
    return mosaic(column.reshape(picture))


def filter_weights(kernel: Array, row: int) -> Array:
    """Return one filter of a (rows, columns, channels, filters) kernel, its channels side by side."""
    return mosaic(kernel[..., row])


def mosaic(stack: Array) -> Array:
    """Return the channels of a (rows, columns, channels) array side by side, with a gap of NaN between."""
    rows, columns, channels = stack.shape
    if channels == 1:
        first: Array = stack[..., 0]
        return first
    count, across, down = _tiles(channels)
    result = np.full((down * (rows + 1) - 1, across * (columns + 1) - 1), np.nan)
    for place in range(count):
        top, left = place // across * (rows + 1), place % across * (columns + 1)
        result[top : top + rows, left : left + columns] = stack[..., place]
    return result


def slice_at(channels: int, share: QPointF) -> int:
    """Return the channel that lies in a mosaic at these shares of its width and height."""
    count, across, down = _tiles(channels)
    column, row = (min(int(part * parts), parts - 1) for part, parts in ((share.x(), across), (share.y(), down)))
    return min(max(row, 0) * across + max(column, 0), count - 1)


def _tiles(channels: int) -> tuple[int, int, int]:
    """Return how many channels a mosaic shows, and how many of them across and down."""
    count = min(channels, MOST_SLICES)
    across = math.ceil(math.sqrt(count))
    return count, across, math.ceil(count / across)


@lru_cache(maxsize=8)
def _table(theme_name: str, signed: bool) -> NDArray[np.uint32]:
    """Return the colours of a scale as packed pixels, and that of the ground as the last."""
    theme = THEMES[theme_name]
    colours = colour_table(theme.diverging, 255) if signed else colour_table(theme.sequential, 256)
    wide = colours.astype(np.uint32)
    packed = 0xFF000000 | wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]
    return np.append(packed, np.uint32(QColor(theme.canvas).rgb())).astype(np.uint32)


def _packed(pixels: NDArray[np.uint32]) -> QImage:
    rows, columns = pixels.shape
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()


def _image(colours: NDArray[np.uint8]) -> QImage:
    rows, columns = colours.shape[:2]
    pixels = np.full((rows, columns, 4), 255, dtype=np.uint8)
    pixels[..., :3] = colours
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()


def column(stops: Stops, *, level: bool = False) -> QImage:
    """Return a scale from its lowest colour at the bottom to its highest at the top, or from left to right."""
    table = colour_table(stops, 64)
    return _image(table[np.newaxis] if level else table[::-1][:, np.newaxis])

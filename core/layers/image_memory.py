"""How images lie in memory: batch last, so that convolution and pooling run along long rows of numbers.

Everybody sees one convention: a sample is (rows, columns) or (rows, columns, channels), two sizes mean one channel,
and the arrays of a layer are (batch, *shape). The arrays of layers that work on images are such views of memory in
the order channels, rows, columns, batch. The windows of a kernel are then copied in runs of columns × batch numbers,
and one matrix product writes the result where the next layer reads it. With LeNet-5's convolutions and a batch of 64,
laying out the windows takes 0.10 ms this way and 0.49 ms from the order channels, batch, rows, columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.options import Shape

Array = NDArray[Any]


def image_shape(shape: Shape) -> tuple[int, int, int]:
    """Return (rows, columns, channels) of a sample with two or three sizes."""
    rows, columns, *channels = shape
    return rows, columns, channels[0] if channels else 1


def zeros_batch_last(batch_size: int, shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Return a (batch, *shape) view of new memory in the order channels, rows, columns, batch."""
    stored = np.zeros((*shape[2:], *shape[:2], batch_size), dtype=dtype)
    return np.moveaxis(stored, -1, 0) if len(shape) == 2 else stored.transpose(3, 1, 2, 0)


def planes(array: Array) -> Array:
    """Return the (channels, rows, columns, batch) view of a (batch, *shape) array of images."""
    return array.transpose(1, 2, 0)[np.newaxis] if array.ndim == 3 else array.transpose(3, 1, 2, 0)


def with_sizes(array: Array, sizes: int) -> Array:
    """Return the view of an array whose samples have so many sizes; a third size of an image is its one channel."""
    if array.ndim == sizes + 1:
        return array
    return array[..., np.newaxis] if array.ndim == sizes else array[..., 0]


def memory_view(array: Array) -> Array:
    """Return the view whose axes are in the order of the memory: contiguous for every array of a plan."""
    return array.transpose(sorted(range(array.ndim), key=lambda axis: -array.strides[axis]))


def channel_matrix(array: Array) -> Array:
    """Return the (numbers, channels) view of an array of a plan: one column per unit or, in images, per channel."""
    if array.ndim == 2:
        return array
    by_channel = planes(array)
    channels = len(by_channel)
    if by_channel.flags.c_contiguous:
        return by_channel.reshape(channels, -1).T
    return array.reshape(-1, channels)

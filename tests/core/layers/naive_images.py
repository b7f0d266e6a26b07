"""Convolution and pooling as loops over every sample, pixel and place of the window: slow, and plain to see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Pair = tuple[int, int]


def margins(size: int, window: int, stride: int, padding: str, margin: int) -> Pair:
    """Padding before and after along one side."""
    if padding == "same":
        windows = (size + stride - 1) // stride
        needed = max(0, (windows - 1) * stride + window - size)
        return needed // 2, needed - needed // 2
    return (margin, margin) if padding == "number" else (0, 0)


def starts(size: int, window: int, stride: int, padding: str, margin: int) -> list[int]:
    """Where the windows begin along one side, counted in pixels of the image."""
    before, after = margins(size, window, stride, padding, margin)
    found, place = [], -before
    while place + window <= size + after:
        found.append(place)
        place += stride
    return found


def windows(
    sizes: Pair, window: Pair, stride: Pair, padding: str, margin: int
) -> Iterator[tuple[Pair, list[tuple[Pair, Pair]]]]:
    """Each window: its number (row, column), and (place in the window, pixel) of those that lie in the image."""
    down, across = (starts(*side, padding, margin) for side in zip(sizes, window, stride, strict=True))
    for r, top in enumerate(down):
        for c, left in enumerate(across):
            inside = [
                ((i, j), (top + i, left + j))
                for i in range(window[0])
                for j in range(window[1])
                if 0 <= top + i < sizes[0] and 0 <= left + j < sizes[1]
            ]
            yield (r, c), inside


def output_sizes(sizes: Pair, window: Pair, stride: Pair, padding: str, margin: int) -> Pair:
    down, across = (starts(*side, padding, margin) for side in zip(sizes, window, stride, strict=True))
    return len(down), len(across)


def convolution(
    x: Array, kernel: Array, bias: Array, g: Array, stride: Pair, padding: str, margin: int
) -> tuple[Array, Array, Array]:
    """z, ∂C/∂x and ∂C/∂W for images (batch, rows, columns, channels), where g is ∂C/∂z."""
    sizes, window = x.shape[1:3], kernel.shape[:2]
    z, by_x, by_kernel = np.zeros_like(g), np.zeros_like(x), np.zeros_like(kernel)
    for n in range(len(x)):
        for (r, c), inside in windows(sizes, window, stride, padding, margin):
            for f in range(kernel.shape[3]):
                z[n, r, c, f] = bias[f]
                for (i, j), (row, column) in inside:
                    for k in range(x.shape[3]):
                        z[n, r, c, f] += x[n, row, column, k] * kernel[i, j, k, f]
                        by_x[n, row, column, k] += g[n, r, c, f] * kernel[i, j, k, f]
                        by_kernel[i, j, k, f] += g[n, r, c, f] * x[n, row, column, k]
    return z, by_x, by_kernel


def max_pooling(x: Array, g: Array, window: Pair, stride: Pair, padding: str, margin: int) -> tuple[Array, Array]:
    """a and ∂C/∂x, where the first of several largest numbers gets the gradient."""
    a, by_x = np.zeros_like(g), np.zeros_like(x)
    for n in range(len(x)):
        for k in range(x.shape[3]):
            for (r, c), inside in windows(x.shape[1:3], window, stride, padding, margin):
                best = inside[0][1]
                for _, pixel in inside[1:]:
                    if x[n, *pixel, k] > x[n, *best, k]:
                        best = pixel
                a[n, r, c, k] = x[n, *best, k]
                by_x[n, *best, k] += g[n, r, c, k]
    return a, by_x


def mean_pooling(x: Array, g: Array, window: Pair, stride: Pair, padding: str, margin: int) -> tuple[Array, Array]:
    """a and ∂C/∂x; what lies outside the image does not count."""
    a, by_x = np.zeros_like(g), np.zeros_like(x)
    for n in range(len(x)):
        for k in range(x.shape[3]):
            for (r, c), inside in windows(x.shape[1:3], window, stride, padding, margin):
                a[n, r, c, k] = sum(x[n, *pixel, k] for _, pixel in inside) / len(inside)
                for _, pixel in inside:
                    by_x[n, *pixel, k] += g[n, r, c, k] / len(inside)
    return a, by_x

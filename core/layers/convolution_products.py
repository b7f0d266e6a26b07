"""Convolution by matrix products over windows that are laid out: what numpy alone can do.

The windows become a matrix (rows · columns · channels of the kernel, rows · columns · batch of the output), so that z,
both gradients and nothing else are matrix products. It is made in blocks of output rows; where there is one block
only, going back finds it as going forward left it.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from core.layers.binding import Call
from core.layers.windows import Windows

Array: TypeAlias = NDArray[Any]

BLOCK_NUMBERS = 2**21
"""At most so many numbers of laid out windows are held at a time, or one row of them."""


def block_rows(windows: Windows, kernel_numbers: int, batch_size: int) -> int:
    """Return how many rows of the output are computed at a time."""
    row = kernel_numbers * windows.columns.count * batch_size
    return max(1, min(windows.rows.count, BLOCK_NUMBERS // row))


class ConvolutionProducts:
    """The three sums of a convolution.

    Parameters
    ----------
    padded : (channels, padded rows, padded columns, batch).
    kernel : (kernel numbers, filters).
    """

    def __init__(self, windows: Windows, padded: Array, kernel: Array) -> None:
        self._windows, self._padded, self._kernel = windows, padded, kernel
        self._channels, self._batch = padded.shape[0], padded.shape[3]
        self._row = windows.columns.count * self._batch
        self._rows = block_rows(windows, len(kernel), self._batch)
        self._matrix = np.empty(len(kernel) * self._rows * self._row, dtype=padded.dtype)

    def forward(self, bias: Array | None, z: Array) -> list[Call]:
        """Return the calls of z = b + Σ over windows of x W; `z` is (filters, rows · columns · batch)."""
        calls: list[Call] = []
        for block in self._blocks():
            into = self._part(z, block)
            calls += [self._lay_out(block), _product(self._kernel.T, self._laid_out(block), into)]
            if bias is not None:
                calls.append(_add(into, bias[:, np.newaxis]))
        return calls

    def by_kernel(self, delta: Array, gradient: Array, bias_gradient: Array | None) -> list[Call]:
        """Return the calls of ∂C/∂W = windows δᵀ and ∂C/∂b = Σ δ, after those forward.

        `delta` is shaped as z, `gradient` as the kernel.
        """
        calls, blocks = list[Call](), self._blocks()
        for block in blocks:
            calls += [self._lay_out(block)] if len(blocks) > 1 else []
            into = gradient if block[0] == 0 else np.empty_like(gradient)
            calls.append(_product(self._laid_out(block), self._part(delta, block).T, into))
            calls += [] if into is gradient else [_add(gradient, into)]
        if bias_gradient is not None:
            ones = np.ones(delta.shape[1], dtype=delta.dtype)
            calls.append(lambda: np.dot(delta, ones, bias_gradient))
        return calls

    def by_input(self, delta: Array, gradient: Array) -> list[Call]:
        """Return the calls that add the gradients of all windows, W δ, to the `gradient` of the images.

        The windows have served then: their gradients take their place.
        """
        calls: list[Call] = []
        for block in self._blocks():
            calls += [
                _product(self._kernel, self._part(delta, block), self._laid_out(block)),
                self._gather(block, gradient),
            ]
        return calls

    def _blocks(self) -> list[tuple[int, int]]:
        """Return (first, last + 1) of the output rows of each block."""
        count = self._windows.rows.count
        return [(start, min(start + self._rows, count)) for start in range(0, count, self._rows)]

    def _laid_out(self, block: tuple[int, int]) -> Array:
        """Return the matrix of the windows of a block, (kernel numbers, windows · batch)."""
        numbers = (block[1] - block[0]) * self._row
        return self._matrix[: len(self._kernel) * numbers].reshape(len(self._kernel), numbers)

    def _six_sizes(self, block: tuple[int, int]) -> tuple[int, ...]:
        rows, columns = self._windows.rows, self._windows.columns
        return (rows.window, columns.window, self._channels, block[1] - block[0], columns.count, self._batch)

    def _lay_out(self, block: tuple[int, int]) -> Call:
        rows, columns = self._windows.rows.stride, self._windows.columns.stride
        channel, row, column, sample = self._padded.strides
        windows = as_strided(
            self._padded[:, block[0] * rows :],
            self._six_sizes(block),
            (row, column, channel, row * rows, column * columns, sample),
            writeable=False,
        )
        into = self._laid_out(block).reshape(windows.shape)
        return lambda: np.copyto(into, windows)

    def _part(self, matrix: Array, block: tuple[int, int]) -> Array:
        return matrix[:, block[0] * self._row : block[1] * self._row]

    def _gather(self, block: tuple[int, int], into: Array) -> Call:
        """Add the gradients of the windows of a block to the pixels that they show."""
        shares = self._laid_out(block).reshape(self._six_sizes(block))
        pairs: list[tuple[Array, Array]] = []
        for i in range(self._windows.rows.window):
            down, pixels_down = self._windows.rows.inside(i, *block)
            for j in range(self._windows.columns.window):
                across, pixels_across = self._windows.columns.inside(j, 0, self._windows.columns.count)
                share = shares[i, j, :, down.start - block[0] : down.stop - block[0], across]
                if share.size:
                    pairs.append((into[:, pixels_down, pixels_across], share))

        def gather() -> None:
            for pixels, share in pairs:
                np.add(pixels, share, pixels)

        return gather


def _product(left: Array, right: Array, out: Array) -> Call:
    # np.matmul, unlike np.dot, writes into a part of a matrix.
    matmul = np.matmul
    return lambda: matmul(left, right, out)


def _add(into: Array, more: Array) -> Call:
    return lambda: np.add(into, more, into)

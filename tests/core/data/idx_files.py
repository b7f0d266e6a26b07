"""IDX files written by hand: the format as its specification words it, independent of the reader."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx(sizes: tuple[int, ...], body: bytes, value_type: int = 0x08, dimensions: int | None = None) -> bytes:
    """An IDX file; `dimensions` may contradict the number of sizes."""
    rank = len(sizes) if dimensions is None else dimensions
    return struct.pack(">BBBB", 0, 0, value_type, rank) + b"".join(struct.pack(">I", s) for s in sizes) + body


def of(array: NDArray[np.uint8]) -> bytes:
    return idx(array.shape, array.tobytes())


def small_set(training: int = 30, test: int = 10, rows: int = 3, columns: int = 2) -> list[NDArray[np.uint8]]:
    """Images and labels 0 … 4 of a small data set, in the order of NAMES."""
    generator = np.random.default_rng(5)
    arrays = []
    for count in (training, test):
        arrays.append(generator.integers(0, 256, (count, rows, columns), dtype=np.uint8))
        arrays.append(np.resize(np.arange(5, dtype=np.uint8), count))
    return arrays


def write_set(folder: Path, arrays: list[NDArray[np.uint8]], names: tuple[str, ...] = NAMES) -> None:
    for name, array in zip(names, arrays, strict=True):
        data = of(array)
        (folder / name).write_bytes(gzip.compress(data, 1) if name.endswith(".gz") else data)

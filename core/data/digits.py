"""The built-in data set: 1,797 handwritten digits of 8 × 8 pixels, also enlarged to 28 × 28.

`resources/digits/README.md` says where they come from. All arithmetic here is on whole numbers, so that every machine
gets the same bytes and with them the same fingerprint.
"""

from __future__ import annotations

from importlib import resources

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.idx import read_images, read_labels
from core.data.idx_folder import dataset_of_bytes

TEST_SHARE = 5
"""Of every five samples of a class, in the order of the file, the last belongs to the test part."""

LARGEST_COUNT = 16
SIDE = 28
_DIGIT_HEIGHT, _DIGIT_WIDTH = 20, 24
_ONE = 1 << 12  # fixed-point 1 of the weights below
_DARK, _BRIGHT = 0.6, 0.9  # up to the first is paper, from the second on is ink

_SOURCE_NOTE = (
    "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits (UCI, test part, as in scikit-learn), CC BY 4.0"
)


def load_digits() -> Dataset:
    """Return the digits of 8 × 8 pixels, each value 0 … 16."""
    images, labels = _read()
    return _split("Digits 8 × 8", images, labels, float(LARGEST_COUNT))


def load_digits_28() -> Dataset:
    """Return the digits enlarged to 28 × 28 pixels in the style of MNIST, each value 0 … 255."""
    images, labels = _read()
    return _split("Digits 28 × 28", enlarged(images), labels, 255.0)


def enlarged(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images of 8 × 8 counts of ink, (images, 8, 8), as grey images, (images, 28, 28), 0 … 255.

    Cubic interpolation (R. Keys, 1981) to 20 × 24 pixels, wider than high because these digits were brought to a
    square by making them narrow; the square root before it keeps thin strokes, the contrast after it makes them ink
    with a soft edge, as in MNIST; the centre of mass goes to the centre, as there.
    """
    ink = np.rint(np.sqrt(np.arange(LARGEST_COUNT + 1) / LARGEST_COUNT) * _ONE)[images]
    # Whole numbers below 2⁵³: exact in float64, whatever the order in which a matrix product adds them.
    smooth = np.matmul(np.matmul(_interpolation(_DIGIT_HEIGHT), ink), _interpolation(_DIGIT_WIDTH).T)
    dark, bright = (np.floor(level * _ONE) * _ONE * _ONE for level in (_DARK, _BRIGHT))
    contrast = (np.clip(smooth, dark, bright) - dark) * (255 / (bright - dark))
    return _centred(np.rint(contrast).astype(np.uint8))


def _interpolation(size: int) -> NDArray[np.float64]:
    """Return the weights that stretch 8 pixels to `size` in the middle of 28, (28, 8), in units of 1 / _ONE."""
    position = (np.arange(SIDE) + 0.5 - (SIDE - size) / 2) * 8 / size - 0.5
    distance = np.abs(position[:, None] - np.arange(8))
    near = (1.5 * distance - 2.5) * distance * distance + 1
    far = ((2.5 - 0.5 * distance) * distance - 4) * distance + 2
    weights = np.where(distance < 1, near, np.where(distance < 2, far, 0.0))
    rounded: NDArray[np.float64] = np.rint(weights * _ONE)
    return rounded


def _centred(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Move each image by whole pixels so that its centre of mass comes closest to the centre."""
    places = np.arange(SIDE)
    by_row, by_column = images.sum(axis=2, dtype=np.int64), images.sum(axis=1, dtype=np.int64)
    mass = np.maximum(by_row.sum(axis=1), 1)
    down = (SIDE // 2 * mass - by_row @ places) // mass
    right = (SIDE // 2 * mass - by_column @ places) // mass
    padded = np.pad(images, ((0, 0), (SIDE, SIDE), (SIDE, SIDE)))
    rows = places + SIDE - down[:, None]
    columns = places + SIDE - right[:, None]
    moved: NDArray[np.uint8] = padded[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]]
    return moved


def _read() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    folder = resources.files("resources") / "digits"
    return read_images(folder / "digits-images-idx3-ubyte.gz"), read_labels(folder / "digits-labels-idx1-ubyte.gz")


def _split(name: str, images: NDArray[np.uint8], labels: NDArray[np.uint8], largest: float) -> Dataset:
    """Give every fifth sample of each class to the test part; the order stays that of the file."""
    classes = int(labels.max()) + 1
    in_test = np.zeros(len(labels), dtype=np.bool_)
    for label in range(classes):
        in_test[np.flatnonzero(labels == label)[TEST_SHARE - 1 :: TEST_SHARE]] = True
    arrays = (images[~in_test], labels[~in_test], images[in_test], labels[in_test])
    return dataset_of_bytes(name, arrays, classes, largest, _SOURCE_NOTE)

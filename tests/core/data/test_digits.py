"""The built-in digits are those of the source, and enlarged they look and behave like MNIST."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.digits import enlarged, load_digits, load_digits_28

# From the description of the data set at the UCI repository (test part), and the first digit as scikit-learn prints it.
COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
FIRST = [
    [0, 0, 5, 13, 9, 1, 0, 0],
    [0, 0, 13, 15, 10, 15, 5, 0],
    [0, 3, 15, 2, 0, 11, 8, 0],
    [0, 4, 12, 0, 0, 8, 8, 0],
    [0, 5, 8, 0, 0, 9, 8, 0],
    [0, 4, 11, 0, 1, 12, 7, 0],
    [0, 2, 14, 5, 10, 12, 0, 0],
    [0, 0, 6, 13, 10, 0, 0, 0],
]


@pytest.fixture(scope="module")
def small() -> Dataset:
    return load_digits()


@pytest.fixture(scope="module")
def large() -> Dataset:
    return load_digits_28()


def test_the_digits_are_those_of_the_source(small: Dataset) -> None:
    assert small.inputs[0].tolist() == FIRST
    assert small.labels[:10].tolist() == list(range(10))
    counts = np.bincount(small.labels) + np.bincount(small.test_labels)
    assert counts.tolist() == COUNTS
    assert (small.inputs.max(), small.inputs.min()) == (16, 0)


def test_both_sizes_share_samples_order_and_split(small: Dataset, large: Dataset) -> None:
    assert small.sample_shape == (8, 8) and large.sample_shape == (28, 28)
    assert (small.value_range, large.value_range) == ((0.0, 16.0), (0.0, 255.0))
    np.testing.assert_array_equal(small.labels, large.labels)
    np.testing.assert_array_equal(small.test_labels, large.test_labels)
    np.testing.assert_array_equal(enlarged(small.test_inputs), large.test_inputs)


def test_every_fifth_sample_of_each_class_is_for_the_test(small: Dataset) -> None:
    assert np.bincount(small.test_labels).tolist() == [count // 5 for count in COUNTS]
    assert len(small.inputs) == 1442 and len(small.test_inputs) == 355


def test_the_fingerprints_stay_as_projects_have_stored_them(small: Dataset, large: Dataset) -> None:
    # A change here makes every saved run on these data start its epoch afresh.
    assert small.fingerprint == "e9b293a5a81abe3a392edc61295a6451f20fbe2cbeebda00945af61fd2487473"
    assert large.fingerprint == "c2ce7bfb1ba37f6b850633783802b196e85d7de336b4bb4c4d0b4b3699e5328d"


def keys_cubic(distance: float) -> float:
    """The interpolation kernel of R. Keys (1981) with a = −1/2."""
    d = abs(distance)
    if d < 1:
        return 1.5 * d**3 - 2.5 * d**2 + 1
    return -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2 if d < 2 else 0.0


def one_pixel(image: NDArray[np.uint8], row: int, column: int) -> float:
    """A pixel of the enlarged image before centring, by the formula in the documentation."""
    y = (row + 0.5 - 4) * 8 / 20 - 0.5
    x = (column + 0.5 - 2) * 8 / 24 - 0.5
    ink = sum(keys_cubic(y - i) * keys_cubic(x - j) * math.sqrt(image[i, j] / 16) for i in range(8) for j in range(8))
    return min(max((ink - 0.6) / 0.3, 0.0), 1.0) * 255


def test_enlarging_is_cubic_interpolation_with_contrast(small: Dataset, large: Dataset) -> None:
    for sample in (0, 7, 500):
        plain = np.array([[one_pixel(small.inputs[sample], r, c) for c in range(28)] for r in range(28)])
        found = large.inputs[sample].astype(float)
        differences = [
            np.abs(np.roll(plain, (down, right), (0, 1)) - found).max()
            for down in range(-6, 7)
            for right in range(-6, 7)
        ]
        assert min(differences) <= 2  # grey levels of 255, from whole-number weights


def test_the_centre_of_mass_is_the_centre_of_the_image(large: Dataset) -> None:
    images = np.concatenate([large.inputs, large.test_inputs]).astype(float)
    mass = images.sum(axis=(1, 2))
    for axis in (1, 2):
        centre = images.sum(axis=axis) @ np.arange(28) / mass
        assert np.abs(centre - 13.5).max() <= 0.5


def test_the_enlarged_digits_use_ink_as_mnist_does(large: Dataset) -> None:
    # MNIST: 13 % of the ink possible, 19 % of the pixels above 0, black and white in every image.
    assert 0.10 < large.inputs.mean() / 255 < 0.17
    assert 0.15 < (large.inputs > 0).mean() < 0.25
    assert (large.inputs.max(axis=(1, 2)) == 255).all() and (large.inputs.min(axis=(1, 2)) == 0).all()
    assert not large.inputs[:, [0, -1], :].any()


def test_an_empty_image_stays_empty() -> None:
    assert not enlarged(np.zeros((2, 8, 8), dtype=np.uint8)).any()


def test_the_labels_belong_to_the_images(large: Dataset) -> None:
    # The mean image of a class is nearest to most of the class's test images.
    means = np.array([large.inputs[large.labels == label].mean(axis=0).ravel() for label in range(10)])
    tests = large.test_inputs.reshape(len(large.test_inputs), -1).astype(float)
    nearest = ((tests[:, None, :] - means[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == large.test_labels).mean() > 0.85

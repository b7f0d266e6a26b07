"""Drawings become samples like those of the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.idx_folder import load_idx_folder
from core.data.preprocessing import prepare
from core.data.reference import DataReference
from designer.plots.ink import Drawing, SampleForm, form_of
from tests.designer.plots.strokes import drawing

pytestmark = pytest.mark.usefixtures("qapp")

MNIST = SampleForm((28, 28), (28, 28), 20.0, (14.0, 14.0), True, 2.3, 1.0)
DIGITS = SampleForm((8, 8), (8, 8), 8.0, (4.0, 4.0), False, 1.2, 16.0)


def box_of(sample: np.ndarray) -> tuple[int, int]:
    rows, columns = np.flatnonzero(sample.max(axis=1) > 0.2), np.flatnonzero(sample.max(axis=0) > 0.2)
    return int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)


def centre_of(sample: np.ndarray) -> tuple[float, float]:
    down, across = np.indices(sample.shape) + 0.5
    return float((across * sample).sum() / sample.sum()), float((down * sample).sum() / sample.sum())


@pytest.mark.parametrize("digit", range(10))
def test_a_drawing_fits_the_box_and_its_mass_lies_in_the_middle(digit: int) -> None:
    sample = drawing(digit).sample(MNIST)
    assert sample.shape == (28, 28)
    assert 18 <= max(box_of(sample)) <= 22
    assert centre_of(sample) == pytest.approx((14.0, 14.0), abs=0.3)
    assert sample.min() >= 0.0
    assert 0.8 < sample.max() <= 1.0


def test_size_and_place_on_the_pad_do_not_matter() -> None:
    large = drawing(3)
    small = Drawing()
    small.strokes = [tuple((0.7 + 0.2 * x, 0.1 + 0.2 * y) for x, y in stroke) for stroke in large.strokes]
    assert np.abs(large.sample(MNIST) - small.sample(MNIST)).max() < 0.05


def test_a_sample_has_shape_and_range_of_its_data() -> None:
    sample = drawing(0).sample(DIGITS)
    assert sample.shape == (8, 8)
    assert 10.0 < sample.max() <= 16.0
    channel = SampleForm((28, 28, 1), (28, 28), 20.0, (14.0, 14.0), True, 2.3, 255.0)
    assert drawing(0).sample(channel).shape == (28, 28, 1)


def test_a_dot_stays_a_dot() -> None:
    dot = Drawing()
    dot.begin((0.1, 0.9))
    sample = dot.sample(MNIST)
    assert max(box_of(sample)) <= 5
    assert sample.max() > 0.2


def test_the_form_is_measured_on_the_data() -> None:
    pictures = np.zeros((20, 28, 28))
    pictures[:, 4:24, 13:16] = 255.0
    form = form_of(pictures, (28, 28))
    assert form is not None
    assert (form.size, form.box, form.centre, form.largest) == ((28, 28), 20.0, (14.5, 14.0), 255.0)
    assert 1.0 < form.pen < 2.0
    assert form_of(np.zeros((5, 4)), (4,)) is None
    assert form_of(np.zeros((5, 8, 8)), (8, 8)) is not None


def test_the_eraser_cuts_a_stroke_in_two() -> None:
    line = Drawing()
    line.begin((0.1, 0.5))
    line.extend((0.9, 0.5))
    line.erase((0.5, 0.4), (0.5, 0.6), 0.1)
    assert len(line.strokes) == 2
    assert max(x for x, _ in line.strokes[0]) <= 0.4 + 1e-9
    assert min(x for x, _ in line.strokes[1]) >= 0.6 - 1e-9
    line.erase((0.0, 0.5), (1.0, 0.5), 0.1)
    assert line.empty


def test_data_that_fill_their_pictures_are_centred_by_their_box() -> None:
    pictures = np.zeros((30, 8, 8))
    for row in range(30):
        pictures[row, :, 2] = 1.0
        pictures[row, row % 8, 3:6] = 1.0
    form = form_of(pictures, (8, 8))
    assert form is not None
    assert not form.by_mass
    sample = drawing(6).sample(form)
    assert (sample[0] > 0.2).any()
    assert (sample[-1] > 0.2).any()


def test_real_mnist_is_recognised_as_centred_by_mass(mnist_folder: Path) -> None:
    data = prepare(load_idx_folder(mnist_folder), DataReference("idx"), "float32")
    form = form_of(data.training.inputs, data.sample_shape)
    assert form is not None
    assert form.by_mass
    assert form.box == 20.0
    assert form.centre == pytest.approx((14.5, 14.5), abs=0.2)
    ink = np.median(data.training.inputs[:500].sum(axis=(1, 2)))
    drawn = np.median([drawing(digit).sample(form).sum() for digit in range(10)])
    assert drawn == pytest.approx(ink, rel=0.2)

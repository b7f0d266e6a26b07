"""The numbers of units: of one sample and one moment, so that they multiply out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.project.model import Project
from designer.canvas.units.live_numbers import MAP_SIDE, LiveNumbers, plane
from designer.run.controller import RunStatus
from designer.run.shown_sample import SampleChoice, SamplePart
from tests.core.training.prepared import data_of, samples_of
from tests.designer.canvas.units.conftest import UnitHand

Units = Callable[[Project], UnitHand]


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def _train(units: UnitHand, qtbot: QtBot) -> None:
    run = units.services.run
    qtbot.waitUntil(lambda: run.status is RunStatus.READY and run.snapshot is not None, timeout=20_000)
    run.step_epoch()
    qtbot.waitUntil(lambda: run.status is RunStatus.PAUSED, timeout=20_000)


@pytest.mark.parametrize("trained", [False, True])
def test_weighted_outputs_and_bias_add_up_to_z_and_delta_comes_from_the_next_layer(
    units: UnitHand, qtbot: QtBot, trained: bool
) -> None:
    if trained:
        _train(units, qtbot)
    units.open(0, 1, 2, 3)
    numbers = [units.view.layer_numbers(id_) for id_ in units.ids[:4]]
    links = [units.hand.project.graph.links_into(id_)[0].id for id_ in units.ids[1:4]]
    for place in (1, 2, 3):
        own, before = numbers[place], numbers[place - 1]
        kernel = own.parameters[f"kernel.{links[place - 1]}"].astype(np.float64)
        z = before.a @ kernel + own.parameters["bias"]
        np.testing.assert_allclose(own.z, z, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(own.a, _sigmoid(z), rtol=1e-4)
    for place in (1, 2):
        own, after = numbers[place], numbers[place + 1]
        kernel = after.parameters[f"kernel.{links[place]}"].astype(np.float64)
        np.testing.assert_allclose(own.back, kernel @ after.delta, rtol=1e-3, atol=1e-7)
        np.testing.assert_allclose(own.delta, own.back * own.a * (1.0 - own.a), rtol=1e-3, atol=1e-7)
        gradient = numbers[place].gradients[f"kernel.{links[place - 1]}"]
        np.testing.assert_allclose(gradient, np.outer(numbers[place - 1].a, own.delta), rtol=1e-3, atol=1e-7)


def test_at_first_the_first_sample_of_the_batch_is_shown_and_named(units: UnitHand) -> None:
    units.open(0, 1)
    data, row = units.services.data.data, int(units.snapshot.samples[0])
    assert data is not None
    np.testing.assert_array_equal(units.view.layer_numbers(units.ids[0]).a, data.training.inputs[row].ravel())
    assert units.neurons.caption == f"sample {row + 1:,} · label {data.classes[data.training.labels[row]]}"


def test_another_sample_of_the_batch_one_of_the_test_part_or_the_mean_can_be_shown(units: UnitHand) -> None:
    units.open(0, 1)
    data, sample = units.services.data.data, units.neurons.sample
    assert data is not None
    rows = units.snapshot.samples
    outputs = []
    for number in range(len(rows)):
        sample.choose(SampleChoice(SamplePart.BATCH, number))
        assert units.neurons.caption.startswith(f"sample {int(rows[number]) + 1:,} ·")
        outputs.append(units.view.layer_numbers(units.ids[1]).a)
    sample.choose(SampleChoice(SamplePart.MEAN))
    assert units.neurons.caption == f"mean of {len(rows)} samples"
    np.testing.assert_allclose(units.view.layer_numbers(units.ids[1]).a, np.mean(outputs, axis=0), rtol=1e-5)
    sample.choose_test(7)
    assert units.neurons.caption == f"test sample 8 · label {data.classes[data.test.labels[7]]}"
    np.testing.assert_array_equal(units.view.layer_numbers(units.ids[0]).a, data.test.inputs[7].ravel())
    sample.choose(SampleChoice(SamplePart.BATCH, 10_000))
    assert units.neurons.caption.startswith(f"sample {int(rows[-1]) + 1:,} ·")


def test_the_output_shows_the_target_and_the_last_layer_marks_it(units: UnitHand) -> None:
    units.open(3, 4)
    data, row = units.services.data.data, int(units.snapshot.samples[0])
    assert data is not None
    np.testing.assert_array_equal(units.view.layer_numbers(units.ids[4]).a, data.training.targets[row])
    assert units.view.numbers.target is not None
    assert int(units.view.numbers.target.argmax()) == data.training.labels[row]


def test_a_network_that_has_no_snapshot_has_no_numbers() -> None:
    numbers = LiveNumbers().numbers(None, None, SampleChoice())
    assert not numbers.layers and numbers.caption == ""


def test_data_of_another_width_leave_the_weights_alone(units: UnitHand) -> None:
    units.open(1)
    others = data_of(samples_of([[0.0, 1.0]] * 4, [[1.0, 0.0]] * 4))
    numbers = LiveNumbers().numbers(units.snapshot, others, SampleChoice())
    own = numbers.layers[units.ids[1]]
    assert own.a is None and own.parameters["bias"].shape == (4,)


def test_the_response_to_two_inputs_is_the_output_at_every_place_of_their_plane() -> None:
    data = data_of(samples_of([[0.0, 0.0], [1.0, 2.0]], [[0.0], [1.0]]))
    points = plane(data)
    assert points is not None and points.shape == (MAP_SIDE**2, 2)
    square = points.reshape(MAP_SIDE, MAP_SIDE, 2)
    assert square[0, 0].tolist() == pytest.approx([-0.1, 2.2]), "the second input grows upwards"
    assert square[-1, -1].tolist() == pytest.approx([1.1, -0.2])
    assert plane(data_of(samples_of([[0.0, 0.0, 1.0]], [[0.0]]))) is None

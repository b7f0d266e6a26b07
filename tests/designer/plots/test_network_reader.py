"""The network is asked for its answers, and which test samples it reads wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from core.compiler.parameters import Parameters
from core.compiler.predictor import Predictor
from designer.plots.network_reader import NetworkReader, Survey, scores
from tests.core.graph.networks import graph_of, row
from tests.designer.plots.runs import dense_network, parameters, prepared, snapshot

NETWORK = dense_network(4, 3)
DENSE = next(node.id for node in NETWORK.nodes if node.kind == "dense")


def picks_the_largest() -> dict[tuple[str, str], np.ndarray]:
    """Return weights that name the class of the largest of the first three inputs."""
    values = {key: np.zeros_like(array) for key, array in parameters(NETWORK).items()}
    kernel = next(key for key in values if key[1].startswith("kernel"))
    values[kernel][:3, :3] = np.eye(3)
    return values


def sample_data(count: int = 40, wrong: tuple[int, ...] = ()) -> object:
    inputs = np.random.default_rng(2).random((count, 4))
    labels = inputs[:, :3].argmax(axis=1)
    for place in wrong:
        labels[place] = (labels[place] + 1) % 3
    return prepared(inputs, labels, 3)


def test_answers_are_those_of_the_network_for_any_number_of_samples() -> None:
    reader, data = NetworkReader(), sample_data()
    values = parameters(NETWORK, seed=5)
    reader.show(snapshot(NETWORK, parameters=values), data)
    kernel = next(array for key, array in values.items() if key[1].startswith("kernel"))
    expected = 1.0 / (1.0 + np.exp(-(data.test.inputs @ kernel + values[DENSE, "bias"])))
    for count in (1, 2, 7, 8, 9, 40):
        assert reader.answers(data.test.inputs[:count]) == pytest.approx(expected[:count], abs=1e-6)


def test_wrong_samples_come_first_and_both_groups_keep_their_order() -> None:
    data = sample_data(wrong=(30, 3, 17))
    reader, survey = NetworkReader(), Survey(data)
    reader.show(snapshot(NETWORK, parameters=picks_the_largest()), data)
    assert survey.turn(reader, everything=True)
    rest = [row for row in range(40) if row not in (3, 17, 30)]
    assert survey.order().tolist() == [3, 17, 30, *rest]


def test_a_survey_in_turns_ends_where_one_at_once_does(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sample_data(wrong=(30, 3, 17))
    reader, survey = NetworkReader(), Survey(data)
    reader.show(snapshot(NETWORK, parameters=picks_the_largest()), data)
    monkeypatch.setattr("designer.plots.network_reader.SURVEY_WORK", 1)
    turns = 1
    while not survey.turn(reader, everything=False):
        assert not survey.complete
        turns += 1
    assert turns == 3
    assert np.flatnonzero(survey.wrong).tolist() == [3, 17, 30]


def test_data_that_do_not_fit_are_named_with_both_sizes() -> None:
    reader = NetworkReader()
    reader.show(snapshot(dense_network(9, 3)), sample_data())
    assert not reader.ready
    assert "takes 9 values" in str(reader.problem)
    assert "has 4" in str(reader.problem)
    assert reader.answers(np.zeros((2, 4))) is None
    reader.show(snapshot(NETWORK, 2), sample_data())
    assert reader.ready


def test_there_is_no_answer_without_a_network() -> None:
    reader = NetworkReader()
    reader.show(None, sample_data())
    assert not reader.ready
    assert reader.answers(np.zeros((2, 4))) is None


def test_a_single_output_speaks_for_two_classes() -> None:
    answers = np.array([[0.2], [0.5], [0.9]])
    assert scores(answers[2], 0.5) == pytest.approx([0.1, 0.9])
    assert [int(scores(answer, 0.5).argmax()) for answer in answers] == [0, 0, 1]
    # Coded −1 and +1, the middle is 0.
    assert scores(answers[0], 0.0) == pytest.approx([-0.2, 0.2])
    assert scores(-answers[0], 0.0).argmax() == 0


def test_running_means_are_those_of_the_snapshot() -> None:
    graph = graph_of(
        row("x", "input", shape=(4,)), row("b", "batch_normalization", "x"), row("out", "output", "b")
    )
    trained = Parameters(graph, "float64")
    trained.initialise(1)
    values = trained.copies(trained.values)
    means = {key: np.full_like(array, 5.0) for key, array in trained.buffer_copies().items()}
    inputs = np.arange(8.0).reshape(2, 4)
    expected = Predictor(graph, "float64").predict(values, inputs, means)
    assert not np.allclose(expected, Predictor(graph, "float64").predict(values, inputs))
    reader = NetworkReader()
    reader.show(snapshot(graph, parameters=values, buffers=means), None)
    np.testing.assert_array_equal(reader.answers(inputs), expected)

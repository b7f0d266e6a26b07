"""A network's answers apart from training."""

from __future__ import annotations

import numpy as np
import pytest

from core.compiler.predictor import Predictor
from core.errors import NotTrainableError
from core.graph.model import Graph
from core.training.config import TrainingConfig
from core.training.session import initial_state
from tests.core.graph.networks import chain, graph_of, row

GRAPH = graph_of(
    row("x", "input", shape=(2, 2)),
    row("h", "dense", "x", units=3, activation="tanh"),
    row("y", "dense", "h", "x", units=2, activation="softmax"),
    row("out", "output", "y", loss="cross_entropy"),
)
PARAMETERS = initial_state(GRAPH, TrainingConfig(dtype="float64")).parameters


def _inputs(count: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, 2, 2))


def test_the_answers_are_those_of_the_formulas() -> None:
    x = _inputs(5).reshape(5, 4)
    h = np.tanh(x @ PARAMETERS["h", "kernel.x-h"] + PARAMETERS["h", "bias"])
    z = h @ PARAMETERS["y", "kernel.h-y"] + x @ PARAMETERS["y", "kernel.x-y"] + PARAMETERS["y", "bias"]
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    predictor = Predictor(GRAPH, "float64")
    np.testing.assert_allclose(predictor.predict(PARAMETERS, _inputs(5)), expected, rtol=1e-13)
    values = predictor.activations(PARAMETERS, _inputs(5))
    assert list(values) == ["x", "h", "y"]
    np.testing.assert_allclose(values["h"], h, rtol=1e-13)
    np.testing.assert_array_equal(values["x"], _inputs(5))


def test_answers_do_not_depend_on_what_was_asked_before_or_in_which_portion() -> None:
    predictor = Predictor(GRAPH, "float64")
    whole = predictor.predict(PARAMETERS, _inputs(7))
    kept = whole.copy()
    parts = [predictor.predict(PARAMETERS, _inputs(7)[start : start + 3]) for start in (0, 3, 6)]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-13)
    other = {key: array + 1.0 for key, array in PARAMETERS.items()}
    assert np.any(predictor.predict(other, _inputs(7)) != kept)
    np.testing.assert_array_equal(whole, kept)
    np.testing.assert_array_equal(predictor.predict(PARAMETERS, _inputs(7)), kept)


def test_no_samples_have_no_answers() -> None:
    predictor = Predictor(GRAPH, "float32")
    answers = predictor.predict(PARAMETERS, _inputs(0))
    assert answers.shape == (0, 2) and answers.dtype == np.float32
    shapes = {node_id: value.shape for node_id, value in predictor.activations(PARAMETERS, _inputs(0)).items()}
    assert shapes == {"x": (0, 2, 2), "h": (0, 3), "y": (0, 2)}


def test_extreme_weights_answer_without_a_warning() -> None:
    huge = {key: np.full_like(array, 1e300) for key, array in PARAMETERS.items()}
    assert Predictor(GRAPH, "float64").predict(huge, 1e300 * _inputs(2)).shape == (2, 2)


def test_float32_networks_take_float64_pictures() -> None:
    answers = Predictor(chain(4, 2), "float32").predict({}, _inputs(3))
    assert answers.dtype == np.float32
    np.testing.assert_array_equal(answers, np.full((3, 2), 0.5))


def test_a_network_with_an_error_has_no_answers() -> None:
    with pytest.raises(NotTrainableError, match="no Input layer"):
        Predictor(Graph(), "float32").predict({}, _inputs(1))

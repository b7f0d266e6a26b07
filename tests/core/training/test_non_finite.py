"""Divergence: a run stops before the update that would spoil the weights, and says where."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from core.data.dataset import PreparedData
from core.errors import NonFiniteError
from core.graph.model import Graph
from core.numerics.optimizers import OPTIMIZERS, Optimizer
from core.options import RealOption
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.digests import digest
from tests.core.training.prepared import data_of, random_data, samples_of

# (hidden, last, loss) that diverge at a large rate; warnings are errors here, so none may be raised on the way.
DIVERGING = [
    ("sigmoid", "linear", "squared_error"),
    ("tanh", "linear", "squared_error"),
    ("relu", "linear", "squared_error"),
    ("linear", "linear", "squared_error"),
    ("softmax", "linear", "squared_error"),
    ("linear", "softmax", "cross_entropy"),
    ("relu", "linear", "cross_entropy"),
    ("tanh", "tanh", "cross_entropy"),
]


def _until_it_diverges(graph: Graph, config: TrainingConfig, data: PreparedData) -> tuple[Session, NonFiniteError]:
    """Train, at most 500 steps, and check that nothing but the failing step itself is missing."""
    session = Session(graph, config, data)
    for _ in range(500):
        before = session.parameters.values.copy()
        slots = digest(session.state())["slots"]
        iteration, epoch, rows = session.iteration, session.epoch, len(session.history.training.get("loss", ()))
        try:
            assert np.isfinite(session.step())
        except NonFiniteError as error:
            assert session.parameters.values.tobytes() == before.tobytes()
            assert np.isfinite(before).all()
            assert digest(session.state())["slots"] == slots
            assert (session.iteration, session.epoch) == (iteration, epoch)
            assert len(session.history.training.get("loss", ())) == rows
            return session, error
    raise AssertionError("it did not diverge")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.parametrize(("hidden", "last", "loss"), DIVERGING)
def test_a_diverging_run_stops_with_finite_weights(
    hidden: str, last: str, loss: str, optimizer: str, dtype: str
) -> None:
    graph = chain(5, 6, 6, 3, activation=hidden, last=last, loss=loss)
    config = TrainingConfig(optimizer=optimizer, learning_rate=1e6, dtype=dtype)
    session, error = _until_it_diverges(graph, config, random_data(64, dtype=dtype))
    assert str(error).startswith(("The loss became ", "The gradients became too large "))
    assert f"at iteration {session.iteration + 1} (epoch {session.epoch + 1})" in str(error)
    assert "The weights are those before that step." in str(error)
    assert "A smaller learning rate than 1e+06 usually helps." in str(error)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rule", OPTIMIZERS, ids=OPTIMIZERS.keys)
@pytest.mark.parametrize(("hidden", "last", "loss"), DIVERGING)
def test_no_optimiser_leaves_the_finite_numbers_at_any_rate(
    hidden: str, last: str, loss: str, rule: Optimizer, dtype: str
) -> None:
    graph = chain(5, 6, 6, 3, activation=hidden, last=last, loss=loss)
    options = {option.key: option.maximum for option in rule.options if isinstance(option, RealOption)}
    for chosen in ({}, options):
        config = TrainingConfig(optimizer=rule.key, optimizer_options=chosen, learning_rate=1e6, dtype=dtype)
        session = Session(graph, config, random_data(64, dtype=dtype))
        with suppress(NonFiniteError):
            for _ in range(300):
                session.step()
        state = session.state()
        arrays = [*state.parameters.values(), *(array for slot in state.slots.values() for array in slot.values())]
        assert all(np.isfinite(array).all() for array in arrays)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "linear", "softmax"])
def test_a_value_in_the_data_that_is_no_number_spoils_no_weight(hidden: str, value: float) -> None:
    inputs = np.random.default_rng(1).normal(size=(10, 5))
    inputs[7, 2] = value
    data = data_of(samples_of(inputs, np.eye(3)[np.arange(10) % 3]))
    config = TrainingConfig(batch_size=2, order="given", dtype="float64")
    session, _ = _until_it_diverges(chain(5, 6, 3, activation=hidden), config, data)
    assert session.iteration == 3


def test_the_state_after_a_failure_is_that_before_the_failing_step() -> None:
    inputs = np.random.default_rng(1).normal(size=(10, 5))
    inputs[7] = np.nan
    data = data_of(samples_of(inputs, np.eye(3)[np.arange(10) % 3]))
    session = Session(chain(5, 6, 3), TrainingConfig(batch_size=2, order="given", optimizer="momentum"), _single(data))
    for _ in range(3):
        session.step()
    before = digest(session.state())
    for _ in range(2):
        with pytest.raises(NonFiniteError, match="at iteration 4 "):
            session.step()
        assert digest(session.state()) == before


NOISY = graph_of(
    row("x", "input", shape=(5,)),
    row("n", "gaussian_noise", "x", deviation=0.1),
    row("h", "dense", "n", units=6, activation="tanh"),
    row("d", "dropout", "h", rate=0.4),
    row("y", "dense", "d", units=3, activation="linear"),
    row("out", "output", "y"),
)


NORMED = graph_of(
    row("x", "input", shape=(5,)),
    row("h", "dense", "x", units=6, activation="tanh"),
    row("b", "batch_normalization", "h"),
    row("y", "dense", "b", units=3, activation="linear"),
    row("out", "output", "y"),
)


@pytest.mark.parametrize("graph", [chain(5, 6, 3, last="linear"), NOISY, NORMED], ids=["plain", "noisy", "normed"])
@pytest.mark.parametrize("steps", [0, 2, 5, 7])
def test_a_step_that_is_tried_again_sees_the_same_samples_and_the_same_noise(graph: Graph, steps: int) -> None:
    config = TrainingConfig(batch_size=2, order="random", dtype="float64", input_noise=0.1)
    data = random_data(10)
    session, untroubled = Session(graph, config, data), Session(graph, config, data)
    for _ in range(steps):
        assert session.step() == untroubled.step()
    state = session.state()
    weights = session.parameters.views(session.parameters.values)
    hidden, last = (key for key in weights if key[1] == "bias")
    kernel = next(key for key in weights if key[0] == last[0] and key != last)
    # Saturated units and an error whose square is just finite: the squares of the gradients are not.
    for spoilt, said in ((np.inf, "The loss became"), (5e153, "The gradients became too large")):
        weights[hidden][:], weights[last][:], weights[kernel][:] = 100.0, spoilt, 3.0
        with pytest.raises(NonFiniteError, match=said):
            session.step()
        for key in (hidden, last, kernel):
            weights[key][:] = state.parameters[key]
        assert digest(session.state()) == digest(state)
    for _ in range(7):
        assert session.step() == untroubled.step()
        assert session.samples.tolist() == untroubled.samples.tolist()
    assert digest(session.state()) == digest(untroubled.state())


def _single(data: PreparedData) -> PreparedData:
    return data_of(samples_of(data.training.inputs, data.training.targets, "float32"))

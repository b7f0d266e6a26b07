"""What an update is made of: gradients, penalties, clipping, and the moment at which each is noted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest

from core.compiler.parameters import ParameterKey
from core.formulas.quantities import Kind, Quantity
from core.graph.model import Graph
from core.numerics.clipping import CLIPPINGS
from core.tracing.explaining import Explainer
from core.tracing.recording import IterationRecorder
from core.tracing.trace import Array, Trace
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.graph.networks import graph_of, row
from tests.core.tracing.traces import recorder_of
from tests.core.tracing.working_out import check_all
from tests.core.training.prepared import data_of, random_samples

OWN = (0.3, 0.05)


def _graph() -> Graph:
    own = {"penalty": "own", "l1": OWN[0], "l2": OWN[1]}
    return graph_of(
        row("x", "input", shape=(4,)),
        row("common", "dense", "x", units=3, activation="tanh"),
        row("own", "dense", "common", units=3, activation="tanh", **own),
        row("still", "dense", "own", units=3, activation="tanh", frozen=True),
        row("none", "dense", "still", units=3, activation="linear", penalty="own"),
        row("out", "output", "none"),
    )


def _trace(l1: float, l2: float, clipping: str) -> Trace:
    config = TrainingConfig(l1=l1, l2=l2, clipping=clipping, clip_limit=0.05, batch_size=5, dtype="float64")
    return IterationRecorder(Session(_graph(), config, data_of(random_samples(11, (4,), 3)))).next()


@pytest.mark.parametrize(("l1", "l2", "clipping"), list(product([0.0, 0.2], [0.0, 0.1], CLIPPINGS.keys)))
def test_each_stage_of_the_gradient_is_kept_whatever_penalties_and_clipping_there_are(
    l1: float, l2: float, clipping: str
) -> None:
    trace = _trace(l1, l2, clipping)
    plain = _trace(0.0, 0.0, "none")
    factors = {"common": (l1, l2), "own": OWN, "none": (0.0, 0.0)}
    assert {key[0] for key in trace.trained} == set(factors), "the frozen layer does not train"
    penalised = {}
    for key in trace.trained:
        own = factors[key[0]] if key[1].startswith("kernel") else (0.0, 0.0)
        weight = trace.old[key]
        penalised[key] = trace.gradients[key] + own[0] * np.sign(weight) + own[1] * weight
        np.testing.assert_array_equal(trace.gradients[key], plain.gradients[key])
        np.testing.assert_allclose(trace.penalised[key], penalised[key], rtol=1e-13, atol=1e-16)
        assert trace.penalty_factors.get(key, (0.0, 0.0)) == own
    for key, clipped in _clipped(penalised, clipping).items():
        np.testing.assert_allclose(trace.clipped[key], clipped, rtol=1e-13, atol=1e-16)
        np.testing.assert_allclose(trace.new[key], trace.old[key] - trace.rate * clipped, rtol=1e-12, atol=1e-15)
    assert check_all(Explainer(trace)).worst <= 1e-12


def _clipped(gradients: Mapping[ParameterKey, Array], rule: str) -> Mapping[ParameterKey, Array]:
    def norm(arrays: list[Array]) -> float:
        return float(np.sqrt(sum((array**2).sum() for array in arrays)))

    whole, limit = norm(list(gradients.values())), 0.05
    match rule:
        case "none":
            return gradients
        case "element":
            return {key: g.clip(-limit, limit) for key, g in gradients.items()}
        case "norm":
            return {key: g * min(1.0, limit / norm([g])) for key, g in gradients.items()}
        case "global_norm":
            return {key: g * min(1.0, limit / whole) for key, g in gradients.items()}
    return {key: g * (limit / whole) for key, g in gradients.items()}


@pytest.mark.parametrize("clipping", ["norm", "global_norm", "scale"])
def test_the_norm_before_clipping_is_the_root_of_all_squares(clipping: str) -> None:
    explainer = Explainer(_trace(0.2, 0.1, clipping))
    key = ("own", "kernel.common-own") if clipping == "norm" else ("", "")
    norm = Quantity(Kind.GRADIENT_NORM, *key)
    formula = explainer.formula(norm)
    assert formula is not None
    assert explainer.work_out(formula) == pytest.approx(explainer.number(norm), rel=1e-13)
    keys = [key] if key[0] else explainer.trace.trained
    squares = sum(float((explainer.trace.penalised[k] ** 2).sum()) for k in keys)
    assert explainer.number(norm) == pytest.approx(squares**0.5, rel=1e-13)


def test_the_new_weights_are_those_of_the_update_where_early_stopping_brings_better_ones_back() -> None:
    config = TrainingConfig(
        optimizer="momentum", learning_rate=20.0, batch_size=11, early_stopping="restore", patience=1, dtype="float64"
    )
    session = Session(_graph(), config, data_of(random_samples(11, (4,), 3)))
    session.begin_run()
    recorder = IterationRecorder(session)
    trace = recorder.next()
    while session.stop_reason is None:
        trace = recorder.next()
    last = session.state()
    assert any((trace.new[key] != last.parameters[key]).any() for key in trace.trained), "nothing was brought back"
    assert trace.update > 0 == session.updater.rate.updates
    assert check_all(Explainer(trace)).worst <= 1e-12
    # Whoever listens goes on listening after the optimiser has begun anew.
    assert check_all(Explainer(recorder.next())).worst <= 1e-12


@pytest.mark.parametrize("over_samples", ["mean", "sum"])
def test_delta_of_a_sample_is_the_same_in_a_batch_as_alone(over_samples: str) -> None:
    graph = graph_of(
        row("x", "input", shape=(4,)),
        row("d1", "dense", "x", units=3, activation="tanh"),
        row("d2", "dense", "d1", units=2, activation="sigmoid"),
        row("out", "output", "d2", loss="squared_error", over_samples=over_samples),
    )
    data = data_of(random_samples(5, (4,), 2))
    together = recorder_of(graph, data).next()
    for sample in range(5):
        alone = recorder_of(graph, data).on_samples(np.array([sample]))
        for kind in (Kind.DELTA, Kind.UPSTREAM):
            own = together.values_of(Quantity(kind, "d1", sample=sample))
            assert own == pytest.approx(alone.values_of(Quantity(kind, "d1"))[0], rel=1e-13)
            assert together.number(Quantity(kind, "d1", unit=(1,), sample=sample)) == own[1]
    assert not together.keeps(Quantity(Kind.AUXILIARY, "d1", "bias", slot="change"))

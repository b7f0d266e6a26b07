"""Losses that are sums over the samples, and samples with weights: what trains, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.compiler.compile import compile_plan
from core.data.dataset import PreparedData, Samples
from core.graph.model import Graph
from core.training import evaluation
from core.training.config import TrainingConfig
from core.training.evaluation import Evaluator
from core.training.observer import Observer
from core.training.session import Session
from core.training.snapshot import RunPhase
from tests.core.graph.networks import graph_of, row
from tests.core.training.prepared import data_of, random_data, samples_of

N = 22
NOTHING: Callable[[], None] = lambda: None  # noqa: E731


def _graph(over_samples: str = "mean", **loss: Any) -> Graph:
    return graph_of(
        row("x", "input", shape=(5,)),
        row("h", "dense", "x", units=4, activation="tanh"),
        row("y", "dense", "h", units=3, activation=loss.pop("activation", "tanh")),
        row("out", "output", "y", over_samples=over_samples, **loss),
    )


def _data(weights: Any = None) -> PreparedData:
    data = random_data(N, validation=9)
    if weights is None:
        return data
    parts = (data.training, data.validation)
    return replace(
        data,
        training=replace(parts[0], weights=np.array(weights[:N])),
        validation=replace(parts[1], weights=np.array(weights[N:])),
    )


def _weights() -> Any:
    weights = np.random.default_rng(8).uniform(0.0, 3.0, N + 9)
    return weights * (N / weights[:N].sum())


def _session(graph: Graph, data: PreparedData | None = None, **training: Any) -> Session:
    values = {"dtype": "float64", "batch_size": 4, "epochs": 4, "learning_rate": 0.1, **training}
    return Session(graph, TrainingConfig(**values), data or _data())


def test_a_batch_of_a_sum_makes_the_step_of_a_mean_times_its_size() -> None:
    mean, total = _session(_graph()), _session(_graph("sum"))
    start = mean.parameters.values.copy()
    assert mean.step() == pytest.approx(total.step(), rel=1e-14), "what is shown is the mean of the samples"
    np.testing.assert_allclose(total.parameters.gradients, 4 * mean.parameters.gradients, rtol=1e-13)
    np.testing.assert_allclose(total.parameters.values - start, 4 * (mean.parameters.values - start), rtol=1e-10)


def test_document_004_adds_the_steps_of_all_samples() -> None:
    # One linear neuron, E = ½ Σ (t − y)²: Δw = −η Σ x δ with δ = y − t.
    x, t = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]), np.array([[1.0], [2.0], [0.0]])
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("y", "dense", "x", units=1, activation="linear", bias=False),
        row("out", "output", "y", over_samples="sum"),
    )
    data = data_of(samples_of(x, t))
    session = _session(graph, data, mode="batch", learning_rate=0.01)
    w = session.parameters.values.copy()
    shown = session.step()
    delta = x @ w - t[:, 0]
    np.testing.assert_allclose(session.parameters.values, w - 0.01 * x.T @ delta, rtol=1e-13)
    assert shown == pytest.approx(0.5 * (delta**2).sum() / 3, rel=1e-13)


@pytest.mark.parametrize("over_samples", ["mean", "sum"])
def test_incremental_steps_make_the_step_of_the_batch_where_the_rate_is_small(over_samples: str) -> None:
    rate, found = 1e-7, {}
    for mode in ("batch", "incremental"):
        session = _session(_graph(over_samples), mode=mode, learning_rate=rate, order="given")
        start = session.parameters.values.copy()
        for _ in range(session.batches):
            session.step()
        found[mode] = (session.parameters.values - start) / rate
    np.testing.assert_allclose(found["incremental"], found["batch"], rtol=1e-4, atol=1e-6)


def test_on_line_steps_are_the_same_under_a_mean_and_a_sum() -> None:
    mean, total = (_session(_graph(kind), mode="online") for kind in ("mean", "sum"))
    for _ in range(30):
        assert mean.step() == total.step()
    np.testing.assert_array_equal(mean.parameters.values, total.parameters.values)


@pytest.mark.parametrize("block", [1, 4, 9, 500])
@pytest.mark.parametrize("over_samples", ["mean", "sum"])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_loss_over_a_set_does_not_depend_on_the_blocks(
    block: int, over_samples: str, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "BLOCK", block)
    data = _data(_weights() if weighted else None)
    session = _session(_graph(over_samples), data)
    part = data.validation
    rows = Evaluator(session.graph, session.parameters).row_losses(part, NOTHING)
    weights = np.ones(9) if part.weights is None else part.weights
    assert session.evaluate(part).loss == pytest.approx(float(np.average(rows, weights=weights)), rel=1e-13)


def test_the_loss_of_a_part_whose_samples_do_not_count_is_unknown() -> None:
    data = _data(np.r_[np.ones(N), np.zeros(9)])
    found = _session(_graph(), data).evaluate(data.validation)
    assert np.isnan(found.loss) and 0.0 <= found.accuracy <= 1.0


@pytest.mark.parametrize("over_samples", ["mean", "sum"])
def test_the_record_and_the_rule_of_stopping_have_the_mean_of_the_samples(over_samples: str) -> None:
    session = _session(_graph(over_samples), l2=0.01, learning_rate=0.0, stop_loss=1e9)
    session.begin_run()
    for _ in range(session.batches):
        session.step()
    mean = session.evaluate(session.data.training).loss
    assert session.stop_reason is not None and f"The mean loss of epoch 1, {mean:.4g}," in str(session.stop_reason)
    session = _session(_graph(over_samples), mode="batch", l2=0.01, learning_rate=0.0)
    for _ in range(10):
        session.step()
    row_, kernels = session.history.training, session.parameters.views(session.parameters.values)
    penalty = 0.005 * sum((view**2).sum() for (_, name), view in kernels.items() if name.startswith("kernel"))
    share = 1.0 if over_samples == "mean" else 1.0 / N
    assert row_["loss"][-1] == pytest.approx(mean, rel=1e-13)
    assert row_["total_loss"][-1] == pytest.approx(mean + share * penalty, rel=1e-13)
    assert session.last_penalty == pytest.approx(share * penalty, rel=1e-13)


@pytest.mark.parametrize("weighted", [False, True])
def test_delta_is_that_of_each_sample_alone_under_a_mean_and_a_sum(weighted: bool) -> None:
    weights = _weights() if weighted else None
    shown, norms = [], []
    for over_samples in ("mean", "sum"):
        session = _session(_graph(over_samples), _data(weights), mode="batch", learning_rate=0.0)
        for _ in range(10):
            session.step()
        delta = Observer(session).snapshot(RunPhase.RUNNING).layers["y"].delta
        assert delta is not None
        shown.append(delta)
        norms.append(session.history.training["delta_norm.y"][-1])
    samples = session.data.training
    answers = session.report(samples).answers[session.samples]
    own = (answers - samples.targets[session.samples]) * (1 - answers**2)
    if samples.weights is not None:
        own *= samples.weights[session.samples][:, None]
    for delta in shown:
        np.testing.assert_allclose(delta, own, rtol=1e-12, atol=1e-15)
    assert norms == pytest.approx([float(np.linalg.norm(own.mean(axis=0)))] * 2, rel=1e-12)


@pytest.mark.parametrize("mode", ["batch", "mini_batch", "incremental", "online"])
def test_a_sample_of_weight_2_trains_like_two_samples(mode: str) -> None:
    # Without order and noise the sums of gradients at the same weights are equal: a rate of 0 keeps the weights.
    data, graph = _data(), _graph(activation="softmax", loss="cross_entropy")
    weights = np.ones(N)
    weights[[3, 11]] = 2.0
    twice = np.r_[np.arange(N), 3, 11]
    weighted = replace(data.training, weights=weights * N / (N + 2))
    doubled = Samples(data.training.inputs[twice], data.training.targets[twice], data.training.labels[twice])
    means = []
    for samples in (weighted, doubled):
        session = _session(graph, replace(data, training=samples), mode=mode, learning_rate=0.0)
        gradient, seen = np.zeros_like(session.parameters.values), 0
        for _ in range(session.batches):
            session.step()
            gradient += session.parameters.gradients * len(session.samples)
            seen += len(session.samples)
        means.append((gradient / seen, session.evaluate(samples).loss))
    np.testing.assert_allclose(means[0][0], means[1][0], rtol=1e-11, atol=1e-14)
    assert means[0][1] == pytest.approx(means[1][1], rel=1e-13)


def test_without_weights_nothing_is_kept_for_them() -> None:
    session = _session(_graph())
    assert session.plan.weights is None
    assert _session(_graph(), _data(_weights())).plan.weights is not None


def test_the_order_of_easy_samples_does_not_look_at_weights() -> None:
    weights = _weights()
    session = _session(_graph(), _data(weights), order="curriculum", learning_rate=0.0)
    seen: list[int] = []
    for _ in range(session.batches):
        session.step()
        seen += session.samples.tolist()
    plan = compile_plan(session.graph, session.parameters, N, training=False)
    plan.input[:], plan.target[:] = session.data.training.inputs, session.data.training.targets
    for call in plan.forward:
        call()
    losses = 0.5 * ((plan.output - plan.target) ** 2).sum(axis=1)
    assert seen == np.argsort(losses, kind="stable").tolist()


@pytest.mark.parametrize(("low", "threshold"), [(0.0, 0.5), (-1.0, 0.0)])
def test_a_single_output_names_its_class_by_the_middle_of_the_targets(low: float, threshold: float) -> None:
    # The only weight is 1: the answer is the input.
    inputs = np.array([[-0.9], [-0.1], [0.1], [0.4], [0.6], [2.0]])
    labels = np.array([0, 0, 1, 1, 1, 1])
    graph = graph_of(
        row("x", "input", shape=(1,)),
        row("y", "dense", "x", units=1, activation="linear", bias=False),
        row("out", "output", "y", loss="hinge"),
    )
    targets = np.where(labels == 1, 1.0, low)[:, None]
    samples = Samples(inputs, targets, labels, threshold=threshold)
    session = _session(graph, data_of(samples), mode="batch", learning_rate=0.0)
    session.parameters.values[:] = 1.0
    right = 6 if low else 4
    assert session.evaluate(samples).accuracy == right / 6
    report = session.report(samples)
    assert report.accuracy == right / 6 and report.confusion.trace() == right
    assert report.top_k_accuracy(1) == right / 6
    for _ in range(10):
        session.step()
    assert session.history.training["accuracy"][-1] == right / 6

"""Sessions: which samples each step uses, what it computes, and what its numbers depend on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain as joined
from itertools import pairwise

import numpy as np
import pytest

from core.compiler.predictor import Predictor
from core.data.dataset import PreparedData
from core.errors import DataError, NotTrainableError, OptionError
from core.graph.model import Graph
from core.numerics.initializers import INITIALIZERS
from core.numerics.optimizers import OPTIMIZERS
from core.training.config import TrainingConfig
from core.training.evaluation import BLOCK, Evaluator
from core.training.session import Session, initial_state
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.digests import digest
from tests.core.training.prepared import data_of, random_data, random_samples, samples_of

GRAPH = chain(5, 4, 3)


def _session(data: PreparedData | None = None, graph: Graph = GRAPH, **training: object) -> Session:
    config = TrainingConfig(**{"dtype": "float64", **training})  # type: ignore[arg-type]
    return Session(graph, config, data or random_data(dtype=config.dtype))


def _order(session: Session) -> list[int]:
    """The row numbers of the next epoch, one after the other."""
    return list(joined.from_iterable(_epoch(session)))


def _epoch(session: Session) -> list[list[int]]:
    """The row numbers of each batch of the next epoch."""
    batches = []
    while True:
        session.step()
        batches.append(session.samples.tolist())
        if session.at_epoch_start:
            return batches


@pytest.mark.parametrize(("count", "size", "rest"), [(47, 10, 7), (40, 10, 10), (41, 10, 1), (7, 10, 7), (1, 1, 1)])
@pytest.mark.parametrize("order", ["random", "given", "curriculum"])
def test_an_epoch_uses_every_sample_once_and_the_rest_makes_a_smaller_batch(
    count: int, size: int, rest: int, order: str
) -> None:
    session = _session(random_data(count), batch_size=size, order=order)
    for number in range(1, 4):
        batches = _epoch(session)
        assert session.epoch == number
        assert len(batches) == session.batches == -(-count // size)
        assert [len(batch) for batch in batches[:-1]] == [size] * (len(batches) - 1)
        assert len(batches[-1]) == rest
        assert Counter(joined.from_iterable(batches)) == Counter(range(count))


def test_each_epoch_has_a_new_order_or_always_the_given_one() -> None:
    shuffled = _session(order="random")
    orders = [_order(shuffled) for _ in range(5)]
    assert all(one != other for one, other in pairwise([list(range(47)), *orders]))
    given = _session(order="given")
    assert all(_order(given) == list(range(47)) for _ in range(3))


def test_every_sample_comes_equally_often_to_every_place() -> None:
    session = _session(random_data(4), chain(5, 3), batch_size=4)
    places = np.array([_order(session) for _ in range(2_000)])
    for place in range(4):
        # Binomial with p = 1/4: 500 ± 5 standard deviations of 19.4.
        assert np.abs(np.bincount(places[:, place], minlength=4) - 500).max() < 97


@pytest.mark.parametrize("batch_size", [1, 10, 46, 47, 1_000])
def test_gradients_are_means_over_the_rows_of_the_batch_also_of_the_rest(batch_size: int) -> None:
    session = _session(graph=chain(5, 3, activation="linear"), batch_size=batch_size, learning_rate=0.01)
    x, t = session.data.training.inputs, session.data.training.targets
    for _ in range(2 * session.batches):
        before = {key: array.copy() for key, array in session.state().parameters.items()}
        loss = session.step()
        w, b = before["d1", "kernel.x-d1"], before["d1", "bias"]
        expected_w, expected_b, expected_loss = np.zeros_like(w), np.zeros_like(b), 0.0
        for sample in session.samples:
            error = x[sample] @ w + b - t[sample]
            expected_w += np.outer(x[sample], error) / len(session.samples)
            expected_b += error / len(session.samples)
            expected_loss += 0.5 * (error @ error) / len(session.samples)
        assert loss == pytest.approx(expected_loss, rel=1e-12)
        assert session.last_loss == loss
        after = session.state().parameters
        np.testing.assert_allclose(after["d1", "kernel.x-d1"], w - 0.01 * expected_w, atol=1e-14)
        np.testing.assert_allclose(after["d1", "bias"], b - 0.01 * expected_b, atol=1e-14)


def test_iteration_epoch_and_batch_are_counted() -> None:
    session = _session(batch_size=10)
    seen = [(session.iteration, session.epoch, session.batch, session.at_epoch_start)]
    for _ in range(6):
        session.step()
        seen.append((session.iteration, session.epoch, session.batch, session.at_epoch_start))
    assert seen == [
        (0, 0, 0, True),
        (1, 0, 1, False),
        (2, 0, 2, False),
        (3, 0, 3, False),
        (4, 0, 4, False),
        (5, 1, 0, True),
        (6, 1, 1, False),
    ]


@pytest.mark.parametrize("change", [{"batch_size": 7}, {"order": "given"}, {"learning_rate": 9.0}, {"epochs": 2}])
def test_initial_weights_depend_on_the_seed_and_the_network_alone(change: dict[str, object]) -> None:
    first, other = _session(), _session(**change)
    np.testing.assert_array_equal(first.parameters.values, other.parameters.values)
    assert np.any(first.parameters.values != _session(seed=2).parameters.values)


def test_the_order_of_samples_depends_on_the_seed_and_not_on_the_network() -> None:
    first, wider, other = _session(), _session(graph=chain(5, 20, 20, 3)), _session(seed=2)
    order = _epoch(first)
    assert _epoch(wider) == order
    assert _epoch(other) != order


def test_every_purpose_has_a_random_stream_of_its_own() -> None:
    graph, config = chain(5, 3, initializer="normal"), TrainingConfig(seed=3, dtype="float64")
    state = initial_state(graph, config)
    weights = np.random.PCG64(np.random.SeedSequence(3, spawn_key=(0,)))
    starts = [weights.state, *(dict(generator) for generator in state.generators.values())]
    assert {"shuffle"} <= set(state.generators)
    assert all(one["state"] != other["state"] for i, one in enumerate(starts) for other in starts[:i])
    drawn = np.random.Generator(weights).normal(size=(5, 3))
    np.testing.assert_array_equal(state.parameters["d1", "kernel.x-d1"], drawn)


def test_a_network_with_normal_weights_draws_more_but_shuffles_the_same() -> None:
    for initializer in INITIALIZERS.keys:
        assert _epoch(_session(graph=chain(5, 4, 3, initializer=initializer))) == _epoch(_session())


def test_float32_and_float64_start_from_the_same_numbers_and_use_the_same_samples() -> None:
    double = _session(dtype="float64")
    single = _session(random_data(dtype="float32"), dtype="float32")
    np.testing.assert_array_equal(single.parameters.values, double.parameters.values.astype(np.float32))
    assert _epoch(single) == _epoch(double)
    np.testing.assert_allclose(single.parameters.values, double.parameters.values, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_seed_gives_one_result_twenty_times_over(dtype: str) -> None:
    data = random_data(dtype=dtype)
    results = []
    for _ in range(20):
        session = _session(data, dtype=dtype, optimizer="momentum", seed=5)
        for _ in range(23):
            session.step()
        results.append(digest(session.state()))
    assert all(result == results[0] for result in results[1:])


def test_the_untrained_state_is_where_a_session_starts() -> None:
    for optimizer in OPTIMIZERS.keys:
        config = TrainingConfig(optimizer=optimizer)
        session = Session(GRAPH, config, random_data(dtype="float32"))
        start = replace(initial_state(GRAPH, config), data_fingerprint=session.data.fingerprint)
        assert digest(session.state()) == digest(start)


def test_a_new_learning_rate_applies_at_the_next_step() -> None:
    session = _session(learning_rate=0.5)
    for rate in (0.5, 0.02, 3.0, 0.0):
        session.set_learning_rate(rate)
        before = session.parameters.values.copy()
        session.step()
        np.testing.assert_array_equal(session.parameters.values, before - rate * session.parameters.gradients)
        assert session.learning_rate == session.config.learning_rate == rate


def test_an_impossible_learning_rate_is_refused_and_the_old_one_stays() -> None:
    session = _session(learning_rate=0.5)
    with pytest.raises(OptionError, match="'Rate η' cannot be nan"):
        session.set_learning_rate(float("nan"))
    assert session.learning_rate == session.config.learning_rate == 0.5


def test_a_network_with_a_link_from_the_input_to_the_output_layer_trains() -> None:
    graph = graph_of(
        row("x", "input", shape=(5,)),
        row("h", "dense", "x", units=4),
        row("y", "dense", "h", "x", units=3, activation="softmax"),
        row("out", "output", "y", loss="cross_entropy"),
    )
    session = _session(random_data(200), graph, learning_rate=0.5)
    start = session.evaluate(session.data.training)
    before = session.state().parameters
    for _ in range(200):
        session.step()
    after, end = session.state().parameters, session.evaluate(session.data.training)
    assert all(np.any(before[key] != after[key]) for key in before)
    assert end.loss < start.loss / 4 and end.accuracy > 0.9


def test_what_a_state_holds_does_not_change_when_training_goes_on() -> None:
    session = _session(optimizer="momentum", batch_size=4)
    for _ in range(13):
        session.step()
    state = session.state()
    before = digest(state)
    for _ in range(50):
        session.step()
    assert digest(state) == before
    held = [*state.parameters.values(), *state.slots["velocity"].values(), state.position.order]
    held += [*state.history.training.values(), *state.history.validation.values()]
    assert not any(array.flags.writeable for array in held)


@pytest.mark.parametrize("count", [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 203])
def test_an_evaluation_is_the_mean_over_all_samples_whatever_the_blocks(count: int) -> None:
    session = _session()
    samples = random_samples(count, (5,), 3, seed=7)
    blocks: list[None] = []
    found = Evaluator(GRAPH, session.parameters).evaluate(samples, lambda: blocks.append(None))
    answers = Predictor(GRAPH, "float64").predict(session.state().parameters, samples.inputs)
    assert found.loss == pytest.approx(0.5 * ((answers - samples.targets) ** 2).sum() / count, rel=1e-12)
    assert found.accuracy == np.mean(answers.argmax(axis=1) == samples.labels)
    assert len(blocks) == -(-count // BLOCK)


def test_an_evaluation_of_no_samples_is_unknown() -> None:
    session = _session()
    result = session.evaluate(session.data.test)
    assert np.isnan(result.loss) and np.isnan(result.accuracy)


def test_a_single_output_names_the_class_1_above_one_half() -> None:
    graph = chain(1, 1, activation="linear", bias=False)
    data = data_of(samples_of([[0.4], [0.6], [0.9], [0.2]], [[0.0], [1.0], [0.0], [0.0]]))
    session = _session(data, graph)
    session.parameters.values[:] = 1.0
    assert session.evaluate(data.training).accuracy == 0.75


def test_data_and_network_must_fit() -> None:
    with pytest.raises(DataError) as error:
        _session(graph=chain(4, 3))
    assert str(error.value) == ("The network takes 4 values per sample, but 'Toy' has 5 (5). Set the Input layer to 5.")
    with pytest.raises(DataError) as error:
        _session(graph=chain(5, 4))
    assert str(error.value) == ("The network gives 4 outputs, but 'Toy' has 3 classes. Set the last layer to 3 units.")


def test_there_must_be_samples_to_train_on() -> None:
    with pytest.raises(DataError, match=r"^'Toy' has no training samples\.$"):
        _session(data_of(samples_of(np.empty((0, 5)), np.empty((0, 3)))))


def test_a_network_with_an_error_does_not_train() -> None:
    with pytest.raises(NotTrainableError, match="no Output layer"):
        _session(graph=graph_of(row("x", "input", shape=(5,)), row("y", "dense", "x")))


@pytest.mark.parametrize("count", [0, 1, BLOCK + 7])
def test_a_report_works_out_every_figure_from_the_answers(count: int) -> None:
    session = _session()
    samples = random_samples(count, (5,), 3, seed=7)
    report = session.report(samples)
    parameters = session.state().parameters
    answers = Predictor(GRAPH, "float64").predict(parameters, samples.inputs) if count else np.empty((0, 3))
    np.testing.assert_allclose(report.answers, answers, rtol=1e-13)
    assert report.confusion.shape == (3, 3) and report.confusion.sum() == count
    np.testing.assert_equal(report.accuracy, session.evaluate(samples).accuracy)
    np.testing.assert_equal(report.top_k_accuracy(1), report.accuracy)
    if count:
        errors = samples.targets - answers
        assert report.mean_absolute_error == pytest.approx(np.abs(errors).mean(), rel=1e-12)
        assert report.root_mean_squared_error == pytest.approx(np.sqrt((errors**2).mean()), rel=1e-12)
        assert report.classes.support.tolist() == np.bincount(samples.labels, minlength=3).tolist()
        assert report.top_k_accuracy(3) == 1.0


def test_a_report_of_a_single_output_has_two_classes() -> None:
    graph = chain(1, 1, activation="linear", bias=False)
    data = data_of(samples_of([[0.4], [0.6], [0.9], [0.2]], [[0.0], [1.0], [0.0], [1.0]]))
    session = _session(data, graph)
    session.parameters.values[:] = 1.0
    report = session.report(data.training)
    assert report.confusion.tolist() == [[1, 1], [1, 1]]
    # Errors −0.4, 0.4, −0.9, 0.8: 1.77 in squares, beside 1 for the mean.
    assert report.r_squared == pytest.approx(1 - 1.77)

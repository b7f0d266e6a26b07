"""What a run records: rows worked out a second way, and views that never change under their reader."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.compiler.predictor import Predictor
from core.training import recorder
from core.training.config import TrainingConfig
from core.training.history import GrowingTable
from core.training.recorder import record_interval
from core.training.session import Session
from tests.core.graph.networks import chain
from tests.core.training.prepared import random_data

GRAPH = chain(5, 4, 3, last="softmax", loss="cross_entropy")


@pytest.mark.parametrize(("batches", "interval"), [(1, 10), (199, 10), (200, 10), (240, 12), (5_000, 250)])
def test_about_twenty_rows_are_recorded_in_an_epoch_and_none_sooner_than_after_ten_iterations(
    batches: int, interval: int
) -> None:
    assert record_interval(batches) == interval


@pytest.mark.parametrize(("count", "batch_size"), [(43, 4), (200, 7), (12, 5)])
def test_a_row_is_the_mean_over_the_samples_of_its_interval(count: int, batch_size: int) -> None:
    session = Session(GRAPH, TrainingConfig(batch_size=batch_size, dtype="float64"), random_data(count))
    predictor = Predictor(GRAPH, "float64")
    training = session.data.training
    losses, correct, samples = [], 0, 0
    for iteration in range(1, 51):
        before = session.state().parameters
        loss = session.step()
        rows = session.samples
        answers = predictor.predict(before, training.inputs[rows])
        losses += [-math.log(answer[label]) for answer, label in zip(answers, training.labels[rows], strict=True)]
        assert loss == pytest.approx(np.mean(losses[-len(rows) :]), rel=1e-12)
        correct += int(np.count_nonzero(answers.argmax(axis=1) == training.labels[rows]))
        samples += len(rows)
        if iteration % 10 == 0:
            table = session.history.training
            assert table["iteration"][-1] == iteration
            assert table["loss"][-1] == pytest.approx(np.mean(losses), rel=1e-12)
            assert table["accuracy"][-1] == correct / samples
            losses, correct, samples = [], 0, 0
    assert len(session.history.training["iteration"]) == 5


def test_a_row_has_the_norm_of_the_mean_delta_and_the_spread_of_the_weights() -> None:
    session = Session(GRAPH, TrainingConfig(batch_size=4, dtype="float64"), random_data(40))
    for _ in range(10):
        before = session.state().parameters
        session.step()
    x, t = (part[session.samples] for part in (session.data.training.inputs, session.data.training.targets))
    a1 = 1 / (1 + np.exp(-(x @ before["d1", "kernel.x-d1"] + before["d1", "bias"])))
    z2 = a1 @ before["d2", "kernel.d1-d2"] + before["d2", "bias"]
    delta2 = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True) - t
    delta1 = delta2 @ before["d2", "kernel.d1-d2"].T * a1 * (1 - a1)
    row = {name: column[-1] for name, column in session.history.training.items()}
    assert row["delta_norm.d1"] == pytest.approx(np.linalg.norm(delta1.mean(axis=0)), rel=1e-10)
    assert row["delta_norm.d2"] == pytest.approx(np.linalg.norm(delta2.mean(axis=0)), rel=1e-10)
    after = session.state().parameters
    for (node_id, name), array in after.items():
        values = array.ravel().tolist()
        mean = sum(values) / len(values)
        spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
        assert row[f"deviation.{node_id}.{name}"] == pytest.approx(spread, rel=1e-10)


def test_the_validation_part_is_evaluated_at_the_end_of_epochs_but_not_more_often_than_rows() -> None:
    session = Session(GRAPH, TrainingConfig(batch_size=10, dtype="float64"), random_data(30))
    expected = []
    for _ in range(60):
        session.step()
        if session.at_epoch_start and (not expected or session.iteration - expected[-1][0] >= 10):
            result = session.evaluate(session.data.validation)
            expected.append((session.iteration, result.loss, result.accuracy))
    table = session.history.validation
    assert [row[0] for row in expected] == [3, 15, 27, 39, 51]
    found = zip(table["iteration"].tolist(), table["loss"].tolist(), table["accuracy"].tolist(), strict=True)
    assert list(found) == expected


def test_without_validation_samples_nothing_is_evaluated() -> None:
    session = Session(GRAPH, TrainingConfig(dtype="float64"), random_data(30, validation=0))
    session.step()
    before = session.validation_seconds  # what the first step takes to compile its loops is counted there
    for _ in range(12):
        session.step()
    assert len(session.history.validation["iteration"]) == 0
    assert session.validation_seconds == before


def test_views_stay_as_they_were_while_the_table_grows() -> None:
    table = GrowingTable()
    views, copies = [], []
    for number in range(150):
        row = {"iteration": number, "loss": number / 7}
        table.append({**row, "late": -1.0} if number >= 100 else row)
        view = table.view()
        views.append(view)
        copies.append({name: column.tolist() for name, column in view.items()})
    for number, (view, copy) in enumerate(zip(views, copies, strict=True)):
        assert len(view["iteration"]) == number + 1
        np.testing.assert_equal({name: column.tolist() for name, column in view.items()}, copy)


def test_views_are_read_only() -> None:
    table = GrowingTable()
    table.append({"iteration": 1, "loss": 0.5})
    view = table.view()
    with pytest.raises(ValueError, match="read-only"):
        view["loss"][0] = 1.0
    with pytest.raises(TypeError):
        view["loss"] = np.zeros(1)  # type: ignore[index]


def test_a_row_lacks_a_column_as_nan_before_it_came_and_after_it_went() -> None:
    table = GrowingTable()
    table.append({"iteration": 1, "loss": 0.5})
    table.append({"iteration": 2, "loss": 0.4, "new": 7.0})
    table.append({"iteration": 3, "new": 8.0})
    view = table.view()
    assert view["iteration"].dtype == np.int64
    np.testing.assert_array_equal(view["loss"], [0.5, 0.4, np.nan])
    np.testing.assert_array_equal(view["new"], [np.nan, 7.0, 8.0])


def test_a_table_continues_that_of_an_earlier_run_without_touching_it() -> None:
    first = GrowingTable()
    for number in range(5):
        first.append({"iteration": number, "loss": 1.0})
    given = first.view()
    second = GrowingTable(given)
    second.append({"iteration": 5, "loss": 2.0})
    first.append({"iteration": 99, "loss": 9.0})
    assert second.view()["iteration"].tolist() == [0, 1, 2, 3, 4, 5]
    assert given["iteration"].tolist() == [0, 1, 2, 3, 4]


def test_large_batches_are_counted_early_and_recorded_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    histories = []
    for store in (1_000_000, 1):
        monkeypatch.setattr(recorder, "LARGEST_STORE", store)
        session = Session(GRAPH, TrainingConfig(batch_size=4, dtype="float64"), random_data(43))
        for _ in range(35):
            session.step()
        histories.append(session.history.training)
    for column, values in histories[0].items():
        np.testing.assert_array_equal(values, histories[1][column], column)


def test_a_batch_out_of_turn_may_be_larger_than_all_batches_of_an_interval() -> None:
    session = Session(GRAPH, TrainingConfig(mode="online", dtype="float64"), random_data(40))
    predictor, training = Predictor(GRAPH, "float64"), session.data.training
    losses, correct = [], []
    for iteration in range(1, 11):
        before = session.state().parameters
        if iteration in (3, 7):
            session.choose(np.arange(40))
        session.step()
        rows = session.samples
        assert len(rows) == (40 if iteration in (3, 7) else 1)
        answers = predictor.predict(before, training.inputs[rows])
        losses += [-math.log(answer[label]) for answer, label in zip(answers, training.labels[rows], strict=True)]
        correct += list(answers.argmax(axis=1) == training.labels[rows])
    table = session.history.training
    assert table["loss"][0] == pytest.approx(np.mean(losses), rel=1e-12)
    assert table["accuracy"][0] == pytest.approx(np.mean(correct), rel=1e-12)

"""Figures of a whole part of the data, beside counts made sample by sample."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

from core.data.dataset import PreparedData, Samples
from core.data.reference import DataReference
from core.errors import DataError
from core.project.model import Project
from core.project.templates import layered_project
from core.training.config import TrainingConfig
from core.training.part_figures import Examiner, Part
from core.training.session import Session

NO_BUFFERS: MappingProxyType[tuple[str, str], np.ndarray] = MappingProxyType({})


def samples(count: int, classes: int, seed: int, weighted: bool = False) -> Samples:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, size=count)
    weights = rng.uniform(0.5, 2.0, size=count) if weighted else None
    targets = labels[:, None].astype(float) if classes == 2 else np.eye(classes)[labels]
    return Samples(rng.normal(size=(count, 6)), targets, labels, weights)


def data(classes: int, weighted: bool = False, sizes: tuple[int, int, int] = (1203, 77, 40)) -> PreparedData:
    parts = [samples(size, classes, seed, weighted) for seed, size in enumerate(sizes)]
    return PreparedData("made by hand", *parts, tuple("abcdefgh"[:classes]), (6,), "0" * 64)


def project(outputs: int, loss: str = "squared_error", activation: str = "sigmoid") -> Project:
    return layered_project(
        (6, 9, outputs),
        activation=activation,
        loss=loss,
        initializer="normal",
        training=TrainingConfig(dtype="float64"),
        data=DataReference("digits"),
    )


def answered(session: Session, part: Samples) -> np.ndarray:
    """Return what two layers of sigmoid units answer, by their definition."""
    a = part.inputs
    for node in session.graph.nodes[1:3]:
        values = session.parameters.views(session.parameters.values)
        kernel = next(v for (id_, name), v in values.items() if id_ == node.id and name.startswith("kernel"))
        a = 1.0 / (1.0 + np.exp(-(a @ kernel + values[node.id, "bias"])))
    return a


@pytest.mark.parametrize("part", list(Part))
def test_every_figure_is_what_counting_sample_by_sample_gives(part: Part) -> None:
    given = data(8)
    session = Session(project(8).graph, TrainingConfig(dtype="float64"), given)
    found = Examiner(session.graph, "float64").examine(
        session.parameters.copies(session.parameters.values), NO_BUFFERS, given, part, lambda: None
    )
    chosen = {Part.TRAINING: given.training, Part.VALIDATION: given.validation, Part.TEST: given.test}[part]
    answers = answered(session, chosen)
    matrix, in_top = np.zeros((8, 8), dtype=int), 0
    for answer, label in zip(answers, chosen.labels, strict=True):
        ranked = sorted(range(8), key=lambda index: -answer[index])
        matrix[label, ranked[0]] += 1
        in_top += label in ranked[:5]
    assert found.confusion.tolist() == matrix.tolist()
    assert found.guesses.tolist() == answers.argmax(axis=1).tolist()
    assert found.samples == len(chosen)
    assert found.accuracy == pytest.approx(sum(matrix[i, i] for i in range(8)) / len(chosen))
    assert found.top == pytest.approx(in_top / len(chosen))
    assert found.loss == pytest.approx(0.5 * ((answers - chosen.targets) ** 2).sum() / len(chosen), rel=1e-12)
    assert found.mean_absolute_error == pytest.approx(np.abs(answers - chosen.targets).mean(), rel=1e-12)
    assert found.root_mean_squared_error == pytest.approx(((answers - chosen.targets) ** 2).mean() ** 0.5, rel=1e-12)
    assert found.of_distance
    for label in range(8):
        assert found.classes.support[label] == matrix[label].sum()
        if matrix[:, label].sum():
            assert found.classes.precision[label] == pytest.approx(matrix[label, label] / matrix[:, label].sum())


def test_a_single_output_tells_two_classes_apart_and_has_no_top_five() -> None:
    given = data(2)
    session = Session(project(1).graph, TrainingConfig(dtype="float64"), given)
    found = Examiner(session.graph, "float64").examine(
        session.parameters.copies(session.parameters.values), NO_BUFFERS, given, Part.TEST, lambda: None
    )
    above = answered(session, given.test)[:, 0] > 0.5
    counts = [[int(((given.test.labels == t) & (above == bool(g))).sum()) for g in (0, 1)] for t in (0, 1)]
    assert found.confusion.tolist() == counts
    assert found.top is None


def test_the_loss_is_weighted_where_samples_have_weights_and_the_counts_are_not() -> None:
    given = data(8, weighted=True)
    session = Session(project(8).graph, TrainingConfig(dtype="float64"), given)
    parameters = session.parameters.copies(session.parameters.values)
    found = Examiner(session.graph, "float64").examine(parameters, NO_BUFFERS, given, Part.TEST, lambda: None)
    losses = 0.5 * ((answered(session, given.test) - given.test.targets) ** 2).sum(axis=1)
    assert given.test.weights is not None
    assert found.loss == pytest.approx(np.average(losses, weights=given.test.weights), rel=1e-12)
    assert found.confusion.sum() == len(given.test)


@pytest.mark.parametrize(
    ("loss", "activation", "is_distance"),
    [("absolute_error", "sigmoid", True), ("huber", "sigmoid", True), ("binary_cross_entropy", "sigmoid", False)],
)
def test_it_is_told_which_losses_measure_a_distance(loss: str, activation: str, is_distance: bool) -> None:
    given = data(8)
    session = Session(project(8, loss, activation).graph, TrainingConfig(dtype="float64"), given)
    found = Examiner(session.graph, "float64").examine(
        session.parameters.copies(session.parameters.values), NO_BUFFERS, given, Part.TEST, lambda: None
    )
    assert found.of_distance is is_distance


def test_an_empty_part_has_no_shares() -> None:
    given = data(8, sizes=(30, 0, 10))
    session = Session(project(8).graph, TrainingConfig(dtype="float64"), given)
    parameters = session.parameters.copies(session.parameters.values)
    found = Examiner(session.graph, "float64").examine(parameters, NO_BUFFERS, given, Part.VALIDATION, lambda: None)
    assert found.samples == 0
    assert np.isnan([found.loss, found.accuracy, found.mean_absolute_error, *found.classes.recall]).all()


def test_data_that_do_not_fit_are_refused_and_the_run_is_left_alone() -> None:
    given = data(8)
    session = Session(project(8).graph, TrainingConfig(dtype="float64"), given)
    before = session.parameters.values.copy()
    parameters = session.parameters.copies(session.parameters.values)
    examiner = Examiner(session.graph, "float64")
    with pytest.raises(DataError, match="outputs"):
        examiner.examine(parameters, NO_BUFFERS, data(3), Part.TEST, lambda: None)
    examiner.examine(parameters, NO_BUFFERS, given, Part.TEST, lambda: None)
    assert (session.parameters.values == before).all()


def test_it_can_be_ended_between_two_blocks() -> None:
    given = data(8)
    session = Session(project(8).graph, TrainingConfig(dtype="float64"), given)
    parameters, calls = session.parameters.copies(session.parameters.values), []

    def between() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        Examiner(session.graph, "float64").examine(parameters, NO_BUFFERS, given, Part.TRAINING, between)
    assert len(calls) == 2

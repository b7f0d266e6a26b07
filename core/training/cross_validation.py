"""k-fold cross-validation: what a network comes to on samples that it has not seen, and how much that varies."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.data.dataset import PreparedData, Samples
from core.data.folds import stratified_folds, without_rows
from core.graph.model import Graph
from core.training.config import TrainingConfig
from core.training.session import Session

FIGURES = ("train_loss", "train_accuracy", "loss", "accuracy", "mae", "rmse", "r_squared")
"""Figures of a fold; the first two are those of the samples that it trained on, the others of those held back."""


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What one fold came to.

    Attributes
    ----------
    fold : its number, from 1.
    samples : how many were held back.
    epochs : how many it trained for.
    figures : by the names of FIGURES.
    """

    fold: int
    samples: int
    epochs: int
    figures: Mapping[str, float]


def fold_sessions(
    graph: Graph, config: TrainingConfig, data: PreparedData, folds: int
) -> Iterator[tuple[Session, Samples]]:
    """Yield, fold by fold, a session that starts from the seed's initial weights, and the samples held back from it.

    `data` give their training part; the folds are drawn by the seed of `config`.
    Raises DataError where there are too few samples or the data do not fit the network.
    """
    for rows in stratified_folds(data.training.labels, folds, config.seed):
        rest, held_back = without_rows(data, rows)
        session = Session(graph, config, rest)
        session.begin_run()
        yield session, held_back


def result_of(fold: int, session: Session, held_back: Samples) -> FoldResult:
    """Return what a session that has ended came to."""
    training, unseen = session.evaluate(session.data.training), session.evaluate(held_back)
    report = session.report(held_back)
    values = (
        training.loss,
        training.accuracy,
        unseen.loss,
        unseen.accuracy,
        report.mean_absolute_error,
        report.root_mean_squared_error,
        report.r_squared,
    )
    return FoldResult(fold, len(held_back), session.epoch, dict(zip(FIGURES, values, strict=True)))


def mean_and_deviation(results: Sequence[FoldResult]) -> tuple[dict[str, float], dict[str, float]]:
    """Return of every figure the mean over the folds and the standard deviation (÷ (K − 1)).

    A figure that a fold has not (R² where all targets are the same) is NaN there, and then in both.
    """
    means, deviations = {}, {}
    for name in FIGURES:
        values = [result.figures[name] for result in results]
        known = not any(map(math.isnan, values))
        means[name] = statistics.fmean(values) if known else math.nan
        deviations[name] = statistics.stdev(values) if known and len(values) > 1 else math.nan
    return means, deviations

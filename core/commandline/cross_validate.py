"""``layerloom cross-validate``: train a network once per fold, and say how it does on what it has not seen."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from core.commandline.arguments import count, file_path, whole_number
from core.commandline.choices import BUILTIN, data_for
from core.commandline.interruption import StopRequest
from core.commandline.output import json_line, loss_text, share_text, table
from core.commandline.program import RUN_FAILED, SUCCESS, Command, complain
from core.commandline.progress import Bar, steps_bar
from core.commandline.settings import add_settings, set_up
from core.data.dataset import PreparedData
from core.data.sources import load_prepared
from core.errors import NonFiniteError
from core.project.edits import set_training
from core.project.model import Project
from core.storage.reader import read_project
from core.training.cross_validation import FIGURES, FoldResult, fold_sessions, mean_and_deviation, result_of
from core.training.session import Session

HEADINGS = ("training loss", "accuracy", "loss", "accuracy", "MAE", "RMSE", "R²")
"""Of FIGURES, in their order."""
SHARES = ("train_accuracy", "accuracy")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=file_path, help="the project file, which stays as it is")
    parser.add_argument("--folds", metavar="K", type=count, default=5, help="how many folds (default: 5)")
    parser.add_argument("--epochs", metavar="N", type=count, help="epochs of each fold (default: as the project says)")
    parser.add_argument(
        "--data", metavar=f"FOLDER|{BUILTIN}", help="MNIST files in a folder, or the digits that come with the program"
    )
    parser.add_argument(
        "--seed", metavar="S", type=whole_number, help="of the folds and the first weights (default: the project's)"
    )
    add_settings(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object per fold, then one with the means")


def _run(arguments: argparse.Namespace) -> int:
    project = read_project(arguments.project).project
    for key in ("seed", "epochs"):
        if getattr(arguments, key) is not None:
            project = set_training(project, key, getattr(arguments, key))
    project = set_up(project, arguments.settings)
    # All samples but those of the test part take turns, so none is put aside for validation.
    reference = replace(data_for(project, arguments.data), validation_percent=0)
    data = load_prepared(reference, project.training.dtype)
    begin = time.perf_counter()
    with StopRequest() as stop:
        validation = CrossValidation(project, data, arguments.folds, stop, as_json=arguments.json)
        try:
            validation.run()
        except NonFiniteError as error:
            complain(f"Fold {len(validation.results) + 1}: {error}")
            return RUN_FAILED
    validation.report(time.perf_counter() - begin)
    return stop.status if stop.number else SUCCESS


class CrossValidation:
    """The folds of one command, one after the other, and what is printed of them. Nothing is saved."""

    def __init__(self, project: Project, data: PreparedData, folds: int, stop: StopRequest, *, as_json: bool) -> None:
        self._project, self._data, self._folds, self._stop, self._as_json = project, data, folds, stop, as_json
        self.results: list[FoldResult] = []

    def run(self) -> None:
        """Train every fold, or until asked to stop; raises NonFiniteError."""
        config = self._project.training
        numbered = enumerate(fold_sessions(self._project.graph, config, self._data, self._folds), start=1)
        first = next(numbered)  # what does not fit is said before there is a bar
        with steps_bar(0) as bar:
            for fold, (session, held_back) in chain([first], numbered):
                bar.total = bar.n + config.epochs * session.batches * (self._folds - fold + 1)
                bar.set_description(f"fold {fold} of {self._folds}")
                self._train(session, bar)
                if self._stop.number:
                    return
                self.results.append(result_of(fold, session, held_back))
                self._print_fold(self.results[-1])

    def _train(self, session: Session, bar: Bar) -> None:
        while session.stop_reason is None and not self._stop.number:
            bar.update(session.steps(session.batches))

    def _print_fold(self, result: FoldResult) -> None:
        if self._as_json:
            found = {"fold": result.fold, "samples": result.samples, "epochs": result.epochs, **result.figures}
            print(json_line(found), flush=True)

    def report(self, seconds: float) -> None:
        """Print mean and standard deviation over the folds; where it was stopped, the folds that are done."""
        finished = len(self.results) == self._folds
        means, deviations = mean_and_deviation(self.results) if finished else ({}, {})
        if self._as_json:
            if finished:
                seed = self._project.training.seed
                head = {"folds": self._folds, "seed": seed, "samples": len(self._data.training)}
                print(json_line({**head, "mean": means, "deviation": deviations, "seconds": seconds}))
            return
        if self.results:
            print(_as_table(self.results, means, deviations))
        if not finished:
            print(f"Stopped in fold {len(self.results) + 1} of {self._folds}; nothing was saved")


def _as_table(results: Sequence[FoldResult], means: dict[str, float], deviations: dict[str, float]) -> str:
    rows: list[tuple[str, ...]] = [("fold", "samples", "epochs", *HEADINGS)]
    for result in results:
        rows.append((str(result.fold), f"{result.samples:,}", f"{result.epochs:,}", *_texts(result.figures, "")))
    if means:
        rows += [("mean", "", "", *_texts(means, "")), ("", "", "", *_texts(deviations, "± "))]
    return table(rows, right=frozenset(range(1, len(rows[0]))))


def _texts(figures: object, sign: str) -> list[str]:
    assert isinstance(figures, dict)
    return [sign + (share_text if name in SHARES else loss_text)(figures[name]) for name in FIGURES]


CROSS_VALIDATE = Command(
    "cross-validate", "train a network once per fold and say how it does on what it has not seen", _add_arguments, _run
)

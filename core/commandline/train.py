"""``layerloom train``: train a project in the terminal, with the same numbers as in the window."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

from core.commandline.arguments import count, file_path, whole_number
from core.commandline.choices import BUILTIN, data_for
from core.commandline.files import kept_copy, require_place_for_project, require_savable
from core.commandline.interruption import StopRequest
from core.commandline.output import json_line, loss_text, share_text
from core.commandline.program import RUN_FAILED, SUCCESS, Command, complain
from core.commandline.progress import Bar, steps_bar
from core.commandline.settings import add_settings, set_up
from core.data.sources import load_prepared
from core.errors import NonFiniteError
from core.project.edits import set_data, set_state, set_training, take_run
from core.project.model import Project
from core.storage.reader import read_project
from core.storage.writer import FileChangedError, write_project
from core.training.evaluation import Evaluation
from core.training.keeper import Keeper
from core.training.session import Session
from core.training.timeline import Timeline


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=file_path, help="the project file")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", metavar="N", type=count, help="go on for N epochs (default: as the project says)")
    length.add_argument("--iterations", metavar="N", type=count, help="go on for N iterations")
    parser.add_argument(
        "--data", metavar=f"FOLDER|{BUILTIN}", help="MNIST files in a folder, or the digits that come with the program"
    )
    parser.add_argument("--seed", metavar="S", type=whole_number, help="start anew from the weights of this seed")
    add_settings(parser)
    parser.add_argument("--out", metavar="FILE", type=file_path, help="where to save (default: back to PROJECT)")
    parser.add_argument("--json", action="store_true", help="print one JSON object per epoch")


def _run(arguments: argparse.Namespace) -> int:
    loaded = read_project(arguments.project)
    project = loaded.project
    if arguments.seed is not None:
        project = set_state(set_training(project, "seed", arguments.seed), None)
    project = set_up(project, arguments.settings)
    project = set_data(project, data_for(project, arguments.data))
    target = arguments.out or arguments.project
    require_place_for_project(target)
    require_savable(project)
    data = load_prepared(project.data, project.training.dtype)
    session = Session(project.graph, project.training, data, project.state)
    session.begin_run(lengths=arguments.epochs is None and arguments.iterations is None)
    with StopRequest() as stop:
        keeper = Keeper(session, project.timeline)
        training = Training(session, keeper, iterations_to_make(session, arguments), stop, as_json=arguments.json)
        training.run()
        saved = copy = None
        if training.made or arguments.out:
            if training.fault is not None:
                # What has run away may be worth less than what stands there.
                copy = kept_copy(target)
            trained = take_run(project, session.state(), training.timeline)
            saved = _saved(trained, target, None if arguments.out else loaded.digest)
    if training.output_error is not None:
        raise training.output_error
    training.report(target, saved)
    if training.fault is not None:
        complain(f"{training.fault} {_where(saved, copy)}")
        return RUN_FAILED
    return stop.status if stop.number else SUCCESS


def _where(saved: Path | None, copy: Path | None) -> str:
    """Say where the weights from before a fault are."""
    if saved is None:
        return "It was the first step, so there is nothing to save."
    before = "" if copy is None else f"; the trained project that was there is kept as '{copy}'"
    return f"They are saved to '{saved}'{before}."


def iterations_to_make(session: Session, arguments: argparse.Namespace) -> int:
    """Return how many iterations the arguments ask for, from where the session stands.

    Epochs are counted whole: one that has begun is finished and counts as the first.
    """
    if arguments.iterations is not None:
        return int(arguments.iterations)
    last: int = session.config.epochs if arguments.epochs is None else session.epoch + arguments.epochs
    return max(0, (last - session.epoch) * session.batches - session.batch)


def _saved(project: Project, path: Path, expected: str | None) -> Path:
    """Save what was learnt; beside the file where another program has changed that meanwhile. Returns where."""
    try:
        write_project(project, path, expected=expected)
    except FileChangedError:
        # With the process's number, for several trainings may end in the same second.
        moment = time.strftime("%Y%m%d-%H%M%S")
        path = path.with_name(f"{path.stem}-trained-{moment}-{os.getpid()}{path.suffix}")
        write_project(project, path)
    return path


class Training:
    """One run in the terminal: steps, the progress bar, and what is printed of it.

    Attributes
    ----------
    fault : why no further step can be made, so that the training has stopped at the last one that could; else None.
    output_error : why a line could not be printed (its reader has ended, the disk is full), so that the training has
        stopped too; None while all is well.
    """

    def __init__(self, session: Session, keeper: Keeper, iterations: int, stop: StopRequest, *, as_json: bool) -> None:
        self._session, self._iterations, self._stop, self._as_json = session, iterations, stop, as_json
        self._keeper = keeper
        self._first = session.iteration
        self._step_seconds = 0.0
        self._seconds = 0.0
        self.fault: NonFiniteError | None = None
        self.output_error: OSError | None = None

    def run(self) -> None:
        """Train until it is enough, until asked to stop, or until the numbers are no longer finite."""
        begin = time.perf_counter()
        if self._session.config.keep_in_file:
            # Moments that do not go into the file would be lost with the end of the program.
            self._keeper.begin()
        with steps_bar(self._iterations) as bar:
            try:
                while self._left and not self._stop.number and self.output_error is None:
                    self._train_to_the_end_of_the_epoch(bar)
                    if self._left and not self._stop.number:
                        self._print_epoch()
            except NonFiniteError as fault:
                self.fault = fault
        self._seconds = time.perf_counter() - begin

    @property
    def timeline(self) -> Timeline:
        """The moments that were kept."""
        return self._keeper.timeline

    @property
    def made(self) -> int:
        """Iterations made so far."""
        return self._session.iteration - self._first

    @property
    def _left(self) -> int:
        return self._iterations - self.made if self._session.stop_reason is None else 0

    def _train_to_the_end_of_the_epoch(self, bar: Bar) -> None:
        session, stop, keeper = self._session, self._stop, self._keeper
        bar.set_description(f"epoch {session.epoch + 1}", refresh=False)
        validating, begin = session.validation_seconds, time.perf_counter()
        left = min(self._left, session.batches - session.batch)
        try:
            while left:
                made = session.steps(min(left, keeper.due - session.iteration))
                left -= made
                if session.iteration >= keeper.due:
                    keeper.look()
                bar.update(made)
                if stop.number or session.stop_reason is not None:
                    break
        finally:
            self._step_seconds += time.perf_counter() - begin - (session.validation_seconds - validating)
        bar.set_postfix_str(self._progress(), refresh=False)

    def _progress(self) -> str:
        history = self._session.history
        parts = [f"loss {loss_text(self._session.last_loss)}"]
        if len(history.validation.get("accuracy", ())):
            parts.append(f"validation {share_text(float(history.validation['accuracy'][-1]))}")
        return ", ".join(parts)

    def _print_epoch(self) -> None:
        if self._as_json:
            try:
                print(json_line(self._epoch()), flush=True)
            except OSError as error:
                self.output_error = error

    def _epoch(self) -> dict[str, Any]:
        session = self._session
        training = session.evaluate(session.data.training)
        validation = self._validation()
        return {
            "epoch": session.epoch,
            "iteration": session.iteration,
            "train_loss": training.loss,
            "train_accuracy": training.accuracy,
            "validation_loss": validation.loss,
            "validation_accuracy": validation.accuracy,
        }

    def _validation(self) -> Evaluation:
        """Return the evaluation of this moment, which the session may have made already."""
        rows, session = self._session.history.validation, self._session
        # A run that has ended may have gone back to earlier weights since.
        same_weights = session.stop_reason is None or session.config.early_stopping != "restore"
        if same_weights and len(rows.get("iteration", ())) and rows["iteration"][-1] == session.iteration:
            return Evaluation(float(rows["loss"][-1]), float(rows["accuracy"][-1]))
        return self._session.evaluate(self._session.data.validation)

    def report(self, target: Path, saved: Path | None) -> None:
        """Print what was reached, and where it is saved; nowhere where nothing was made that is not in `target`."""
        made = self.made
        test, reason = self._session.evaluate(self._session.data.test), self._session.stop_reason
        result = self._epoch() | {
            "test_loss": test.loss,
            "test_accuracy": test.accuracy,
            "seconds": self._seconds,
            "us_per_step": 1e6 * self._step_seconds / made if made else float("nan"),
            "stopped": next((str(why) for why in (self.fault, reason) if why is not None), None),
            "saved": str(saved or target),
        }
        if self._as_json:
            print(json_line(result))
            return
        print(f"training  loss {loss_text(result['train_loss'])}, accuracy {share_text(result['train_accuracy'])}")
        print(f"test      loss {loss_text(test.loss)}, accuracy {share_text(test.accuracy)}")
        speed = f" in {self._seconds:.1f} s, {result['us_per_step']:.1f} µs a step" if made else ""
        stopped = "Stopped" if self._stop.number or self.fault else "Stands"
        print(f"{stopped} at epoch {result['epoch']}, iteration {result['iteration']:,} ({made:,} made{speed})")
        if reason is not None:
            print(f"Ended: {reason}")
        if saved is not None:
            print(f"Saved to {saved}")
        elif self.fault is None and not self._stop.number:
            print(f"Nothing was left to do, and '{target}' stays as it is: add --epochs or --iterations to go on.")


TRAIN = Command("train", "train a project in the terminal", _add_arguments, _run)

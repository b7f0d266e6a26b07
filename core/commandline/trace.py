"""``layerloom trace``: one iteration solved step by step, as a sheet to hand out."""

from __future__ import annotations

import argparse

import numpy as np

from core.commandline.arguments import count, file_path
from core.commandline.choices import BUILTIN, data_for
from core.commandline.files import require_writable
from core.commandline.interruption import StopRequest
from core.commandline.program import SUCCESS, Command
from core.commandline.progress import steps_bar
from core.data.sample_numbers import sample_row
from core.data.sources import load_prepared
from core.errors import DataError
from core.project.edits import set_data
from core.storage.atomic_file import replace_file
from core.storage.reader import read_project
from core.tracing.explaining import Explainer
from core.tracing.notation import KEYS, notation
from core.tracing.recording import IterationRecorder
from core.tracing.sheets import sheet_bytes
from core.tracing.sheets.files import require_sheet_type
from core.tracing.trace import Trace
from core.tracing.writing import ALL_DIGITS, Writer
from core.training.session import Session

DIGITS = {"4": 4, "8": 8, "all": ALL_DIGITS}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=file_path, help="the project file, which stays as it is")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--sample", metavar="K", type=count, help="iterate on sample K of the training part alone (the first is 1)"
    )
    what.add_argument("--batch", action="store_true", help="iterate on the batch whose turn it is (the default)")
    parser.add_argument(
        "--iteration", metavar="N", type=count, help="train up to iteration N first (default: the next one)"
    )
    parser.add_argument(
        "--notation", metavar="NAME", default="UNIR", help=f"one of {', '.join(map(str.upper, KEYS))} (default: UNIR)"
    )
    parser.add_argument("--digits", choices=tuple(DIGITS), default="4", help="decimals of the numbers (default: 4)")
    parser.add_argument(
        "--data", metavar=f"FOLDER|{BUILTIN}", help="MNIST files in a folder, or the digits that come with the program"
    )
    parser.add_argument("--all", action="store_true", help="leave nothing out, however large the network")
    parser.add_argument(
        "--out", metavar="FILE.html|.tex|.csv", type=file_path, required=True, help="the sheet to write"
    )


def _run(arguments: argparse.Namespace) -> int:
    profile = notation(arguments.notation)
    require_sheet_type(arguments.out)
    loaded = read_project(arguments.project).project
    project = set_data(loaded, data_for(loaded, arguments.data))
    require_writable(arguments.out)
    data = load_prepared(project.data, project.training.dtype)
    session = Session(project.graph, project.training, data, project.state)
    with StopRequest() as stop:
        trace = traced(session, arguments.iteration, arguments.sample, stop)
        if trace is None:
            return stop.status
    writer = Writer(Explainer(trace), profile, DIGITS[arguments.digits])
    content, left_out = sheet_bytes(writer, arguments.out, arguments.project.stem, everything=arguments.all)
    replace_file(arguments.out, content)
    on = "1 sample" if trace.batch_size == 1 else f"{trace.batch_size:,} samples"
    print(f"Iteration {trace.iteration:,}, on {on}, written to {arguments.out}")
    if left_out:
        print(f"{left_out:,} numbers are left out; --all writes them too.")
    return SUCCESS


def traced(session: Session, iteration: int | None, sample: int | None, stop: StopRequest) -> Trace | None:
    """Return the trace of an iteration; None where it was interrupted on its way.

    Parameters
    ----------
    iteration : its number in the run, from 1; None for the next one.
    sample : the one sample of the training part that it is made on, from 1; None for the batch whose turn it is.

    Raises DataError where there is no such iteration any more, or no such sample.
    """
    samples = len(session.data.training)
    if sample is not None and sample > samples:
        raise DataError("There is no sample {sample:,}: the training part has {count:,}.", sample=sample, count=samples)
    steps = 0 if iteration is None else iteration - 1 - session.iteration
    if steps < 0:
        raise DataError(
            "Iteration {wanted:,} is over: the project stands at iteration {made:,}. Choose a later one.",
            wanted=iteration,
            made=session.iteration,
        )
    recorder = IterationRecorder(session)
    if steps:
        with steps_bar(steps) as bar:
            for _ in range(steps):
                if stop.number:
                    return None
                session.step()
                bar.update()
    return recorder.next() if sample is None else recorder.on_samples(np.array([sample_row(sample)]))


TRACE = Command("trace", "solve one iteration step by step, as a sheet", _add_arguments, _run)

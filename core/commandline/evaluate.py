"""``layerloom evaluate``: how good the answers of a project are."""

from __future__ import annotations

import argparse
from typing import Any

from core.commandline.arguments import count, file_path
from core.commandline.choices import BUILTIN, data_for
from core.commandline.output import json_line, loss_text, share_text, table
from core.commandline.program import SUCCESS, Command
from core.compiler.products import largest_product
from core.data.dataset import PreparedData
from core.data.sources import load_prepared
from core.errors import DataError
from core.project.model import Project
from core.project.weights import complete_state
from core.storage.reader import read_project
from core.training.blas_threads import threads_for, use_threads
from core.training.evaluation import Report
from core.training.part_figures import Examiner, Part


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=file_path, help="the project file, which stays as it is")
    parts = [part.value for part in Part]
    parser.add_argument("--part", choices=parts, default="test", help="part of the data (default: test)")
    parser.add_argument(
        "--data", metavar=f"FOLDER|{BUILTIN}", help="MNIST files in a folder, or the digits that come with the program"
    )
    parser.add_argument("--top", metavar="K", type=count, default=3, help="K of the top-K accuracy (default: 3)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _run(arguments: argparse.Namespace) -> int:
    project = read_project(arguments.project).project
    data = load_prepared(data_for(project, arguments.data), project.training.dtype)
    found = figures(project, data, Part(arguments.part), arguments.top)
    print(json_line(found) if arguments.json else _as_text(found))
    return SUCCESS


def figures(project: Project, data: PreparedData, part: Part, top: int) -> dict[str, Any]:
    """Return every figure of a part of the data, as plain data; raises DataError where that part is empty.

    The confusion matrix has a row for each right class and a column for each guessed one.
    """
    if not len(part.of(data)):
        raise DataError("'{name}' has no {part} samples. Choose another --part.", name=data.name, part=part.value)
    report = _report(project, data, part)
    classes = report.classes
    # A single output tells two classes apart, whether the data have both or not.
    names = [*data.classes, "other"][: len(classes.support)]
    rows = zip(names, classes.precision, classes.recall, classes.f1, classes.support, strict=True)
    return {
        "data": data.name,
        "part": part.value,
        "samples": len(report.labels),
        "iteration": 0 if project.state is None else project.state.position.iteration,
        "loss": report.loss,
        "accuracy": report.accuracy,
        "top_k": {"k": top, "accuracy": report.top_k_accuracy(top)},
        "mae": report.mean_absolute_error,
        "rmse": report.root_mean_squared_error,
        "r_squared": report.r_squared,
        "classes": [
            {
                "name": name,
                "precision": float(precision),
                "recall": float(recall),
                "f1": float(f1),
                "samples": int(support),
            }
            for name, precision, recall, f1, support in rows
        ],
        "confusion": report.confusion.tolist(),
    }


def _report(project: Project, data: PreparedData, part: Part) -> Report:
    """Return the answers of the network as it stands. It need not be one that can train."""
    graph, config, state = project.graph, project.training, complete_state(project)
    examiner = Examiner(graph, config.dtype)
    # As many as a session would use: their number decides the last bits of the products.
    use_threads(threads_for(largest_product(graph, config.rows_per_update(len(data.training)))))
    return examiner.report(state.parameters, state.buffers, data, part, lambda: None)


def _as_text(found: dict[str, Any]) -> str:
    state = f"after iteration {found['iteration']:,}" if found["iteration"] else "with the weights before any training"
    top = found["top_k"]
    lines = [
        f"{found['samples']:,} {found['part']} samples of {found['data']}, {state}",
        f"loss {loss_text(found['loss'])}, accuracy {share_text(found['accuracy'])}, "
        f"top {top['k']} {share_text(top['accuracy'])}",
        f"MAE {loss_text(found['mae'])}, RMSE {loss_text(found['rmse'])}, R² {loss_text(found['r_squared'])}",
    ]
    by_class = [("class", "precision", "recall", "F1", "samples")]
    for each in found["classes"]:
        shares = (share_text(each[name]) for name in ("precision", "recall", "f1"))
        by_class.append((each["name"], *shares, f"{each['samples']:,}"))
    names = [each["name"] for each in found["classes"]]
    confusion = [("right \\ guessed", *names)]
    confusion += [(name, *map(str, row)) for name, row in zip(names, found["confusion"], strict=True)]
    right = frozenset(range(1, max(len(names) + 1, 5)))
    return "\n".join([*lines, "", table(by_class, right), "", table(confusion, right)])


EVALUATE = Command("evaluate", "say how good the answers of a project are", _add_arguments, _run)

"""Layers that need more samples per batch than there are."""

from __future__ import annotations

import pytest

from core.compiler.batch_checks import check_batch_size
from core.compiler.problems import Severity
from core.compiler.shapes import infer_shapes
from core.layers.naming import display_names
from tests.core.graph.networks import Row, graph_of, row

X = row("x", "input", shape=(6, 6))
NORMALISED = row("n", "batch_normalization", "h")
END = [row("y", "dense", "n", units=2), row("out", "output", "y")]


def _found(batch_size: int, *rows: Row) -> list[tuple[str, Severity, str]]:
    graph = graph_of(*rows)
    problems = check_batch_size(graph, infer_shapes(graph), display_names(graph), batch_size)
    return [(problem.node_id, problem.severity, str(problem.text)) for problem in problems]


def test_batch_normalisation_of_units_in_batches_of_one_is_warned_of() -> None:
    rows = [X, row("h", "dense", "x"), NORMALISED, *END]
    message = (
        "'n' has no variance in a batch of 1: it normalises by its running mean and variance, which stay as they "
        "are. Train with batches of 2 or more."
    )
    assert _found(1, *rows) == [("n", Severity.WARNING, message)]
    assert _found(2, *rows) == []


@pytest.mark.parametrize(
    "rows",
    [
        [X, row("h", "convolution", "x"), NORMALISED, *END],
        [X, row("h", "dense", "x"), row("n", "layer_normalization", "h"), *END],
        [X, row("h", "dense", "x"), *END[:1], row("loose", "batch_normalization", "h"), row("n", "prelu", "h"), END[1]],
        [X, row("g", "activation", "x"), row("h", "add", "g"), NORMALISED, *END],
        [X, row("h", "dense", "x"), row("n", "batch_normalization", "h", frozen=True), *END],
    ],
    ids=["images", "layers", "out of the run", "unknown shapes", "frozen"],
)
def test_other_layers_take_batches_of_one(rows: list[Row]) -> None:
    assert _found(1, *rows) == []

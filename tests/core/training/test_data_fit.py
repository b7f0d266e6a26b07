"""Whether data and network fit: every problem's words, and that its way out removes it."""

from __future__ import annotations

import pytest

from core.compiler.problems import Problem, Severity
from core.compiler.shapes import infer_shapes
from core.data.dataset import PreparedData
from core.graph.model import Graph
from core.layers.naming import display_names
from core.training.config import TrainingConfig
from core.training.data_fit import check_data_fit
from core.training.session import Session
from tests.core.compiler.ways_out import taken
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.prepared import data_of, random_samples

IMAGES = data_of(random_samples(6, (2, 3), 4), name="Tiny digits")


def _problems(graph: Graph, data: PreparedData = IMAGES) -> tuple[Problem, ...]:
    return check_data_fit(graph, infer_shapes(graph), display_names(graph), data)


@pytest.mark.parametrize("shape", [(6,), (2, 3), (3, 2, 1)])
def test_an_input_of_as_many_values_fits_in_any_shape(shape: tuple[int, ...]) -> None:
    graph = graph_of(row("x", "input", shape=shape), row("y", "dense", "x", units=4), row("out", "output", "y"))
    assert _problems(graph) == ()
    Session(graph, TrainingConfig(dtype="float64"), IMAGES).step()


def test_an_input_of_another_width_can_be_set_to_the_shape_of_a_sample() -> None:
    graph = chain(784, 4)
    (problem,) = _problems(graph)
    assert (problem.severity, problem.code, problem.node_id) == (Severity.ERROR, "input_width", "x")
    assert str(problem.title) == "Input does not fit"
    assert str(problem.text) == "'x' takes 784 values, but a sample of Tiny digits has 6 (2 × 3)."
    (fix,) = problem.fixes
    assert str(fix.label) == "Set to 2 × 3"
    mended = taken(graph, fix)
    assert mended.node("x").options["shape"] == (2, 3)
    assert _problems(mended) == ()


def test_an_output_of_another_width_can_be_set_to_the_number_of_classes() -> None:
    graph = chain(6, 5, 10)
    (problem,) = _problems(graph)
    assert (problem.severity, problem.code, problem.node_id) == (Severity.ERROR, "target_width", "d2")
    assert str(problem.text) == "'d2' gives 10 outputs, but Tiny digits has 4 classes."
    (fix,) = problem.fixes
    assert str(fix.label) == "Set 4 units"
    assert _problems(taken(graph, fix)) == ()


def test_an_output_behind_a_card_without_units_has_no_way_out_by_one_click() -> None:
    graph = graph_of(
        row("x", "input", shape=(6,)),
        row("h", "dense", "x", units=3),
        row("g", "activation", "h"),
        row("out", "output", "g"),
    )
    (problem,) = _problems(graph)
    assert (problem.code, problem.node_id, problem.fixes) == ("target_width", "g", ())


def test_both_ends_may_be_wrong_at_once() -> None:
    assert [problem.code for problem in _problems(chain(7, 5))] == ["input_width", "target_width"]


def test_an_unfinished_network_has_no_problem_with_the_data_yet() -> None:
    assert _problems(Graph()) == ()
    assert _problems(graph_of(row("out", "output"))) == ()

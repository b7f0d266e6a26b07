"""Any graph of layers, fitting or not: a reason that names the layer, or the shapes that the arrays really have."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.compiler.checks import check_graph
from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.problems import Problem, Severity
from core.compiler.shapes import infer_shapes
from core.errors import NotTrainableError
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.layers.layer_type import LayerType
from core.layers.naming import display_names
from core.options import (
    ChoiceOption,
    FlagOption,
    IntegerOption,
    NumbersOption,
    Option,
    OptionValue,
    RealOption,
    ShapeOption,
    WindowOption,
)
from tests.core.graph.networks import Row, graph_of, row

BATCH = 2
CARDS = [kind for kind in LAYERS if kind.key not in ("input", "output")]


def _values(option: Option) -> st.SearchStrategy[Any]:
    """Any value of an option, but of those that make arrays larger only small ones."""
    match option:
        case ChoiceOption():
            return st.sampled_from([choice.key for choice in option.choices])
        case FlagOption():
            return st.booleans()
        case IntegerOption():
            return st.integers(option.minimum, min(option.maximum, option.minimum + 4))
        case RealOption():
            return st.floats(option.minimum, option.maximum)
        case WindowOption():
            return st.tuples(st.integers(1, 4), st.integers(1, 4))
        case ShapeOption():
            return st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple)
        case NumbersOption():
            return st.just(option.initial)
    raise AssertionError(f"no value for {option}")


@st.composite
def _options(draw: st.DrawFn, kind: LayerType) -> dict[str, OptionValue]:
    return {option.key: draw(_values(option)) for option in kind.options}


@st.composite
def _graphs(draw: st.DrawFn) -> Graph:
    """An Input, layers of any kind that read any earlier ones, an Output; now and then an end too few or too many."""
    rows = [row("x", "input", **draw(_options(LAYERS["input"])))]
    for number in range(draw(st.integers(0, 7))):
        kind = draw(st.sampled_from(CARDS))
        known = [r.node.id for r in rows]
        # As many links as the layer takes, more often than not; the editor refuses more, a file may have them.
        most = 3 if kind.maximum_inputs is None or _seldom(draw) else kind.maximum_inputs
        count = draw(st.integers(0 if _seldom(draw) else min(kind.minimum_inputs, most), most))
        sources = draw(st.permutations(known[::-1]))[:count] if draw(st.booleans()) else known[::-1][:count]
        rows.append(row(f"k{number}", kind.key, *sources, **draw(_options(kind))))
    rows += _ends(draw, rows)
    graph = graph_of(*rows)
    # The automatic names, of which several may be alike.
    return replace(graph, nodes=tuple(replace(node, name="") for node in graph.nodes))


def _seldom(draw: st.DrawFn) -> bool:
    """Hypothesis favours the ends of a range, so what is to be rare stands in its middle."""
    return draw(st.integers(0, 31)) == 13


def _ends(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    ends = []
    last = draw(st.sampled_from([r.node.id for r in rows])) if _seldom(draw) else rows[-1].node.id
    if not _seldom(draw):
        ends.append(row("out", "output", last, **draw(_options(LAYERS["output"]))))
    if _seldom(draw):
        ends.append(row("second", draw(st.sampled_from(["input", "output"]))))
    return ends


def _errors(graph: Graph) -> list[Problem]:
    return [problem for problem in check_graph(graph) if problem.severity is Severity.ERROR]


@settings(max_examples=400)
@given(_graphs())
def test_a_graph_has_an_error_that_names_its_layer_or_arrays_of_the_inferred_shapes(graph: Graph) -> None:
    shapes, names, errors = infer_shapes(graph), display_names(graph), _errors(graph)
    for node_id, shape in shapes.items():
        assert shape.error is None or f"'{names[node_id]}'" in str(shape.error)
    for problem in errors:
        assert problem.node_id == "" or f"'{names[problem.node_id]}'" in str(problem.text)
    if errors:
        with pytest.raises(NotTrainableError) as refused:
            compile_plan(graph, Parameters(graph, "float32"), BATCH, training=True)
        assert str(refused.value) == str(errors[0].text)
        return
    _assert_arrays_have_the_inferred_shapes(graph)


@np.errstate(all="ignore")
def _assert_arrays_have_the_inferred_shapes(graph: Graph) -> None:
    shapes, parameters = infer_shapes(graph), Parameters(graph, "float32")
    parameters.initialise(1)
    plan = compile_plan(graph, parameters, BATCH, training=True, generator=np.random.default_rng(1))
    plan.input[:] = np.random.default_rng(2).normal(size=plan.input.shape)
    for call in (*plan.forward, plan.loss, *plan.backward):
        call()
    views, buffers = parameters.views(parameters.values), parameters.buffers
    for node_id, tensor in plan.tensors.items():
        shape = shapes[node_id]
        for array in (tensor.value, tensor.gradient, tensor.pre_activation, tensor.pre_gradient):
            assert array is None or array.shape == (BATCH, *(shape.output or ()))
        for spec in shape.parameters:
            assert views[node_id, spec.name].shape == spec.shape
        for buffer in shape.buffers:
            assert buffers[node_id, buffer.name].shape == buffer.shape
    output = next(node for node in graph.nodes if node.kind == "output")
    assert plan.output.size == plan.target.size == BATCH * int(np.prod(shapes[output.id].output or ()))


def test_the_graphs_are_of_every_sort() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=300, derandomize=True, database=None)
    @given(_graphs())
    def look(graph: Graph) -> None:
        errors = _errors(graph)
        seen.update(["refused" if errors else "run"])
        seen.update([problem.code for problem in errors] or {node.kind for node in graph.nodes})

    look()
    assert seen["run"] >= 50 and seen["refused"] >= 50, seen
    assert {"missing_input", "shape"} <= set(seen), seen
    assert len({kind.key for kind in CARDS} & set(seen)) >= len(CARDS) - 5, seen

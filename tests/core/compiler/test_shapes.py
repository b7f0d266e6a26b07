"""Shape inference, against a second way of counting and against the arrays of compiled plans."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.compiler.compile import compile_plan, parameter_bytes, plan_bytes
from core.compiler.parameters import Parameters
from core.compiler.shapes import LayerShape, infer_shapes
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from tests.core.graph.networks import chain, graph_of, random_graph, row


def _count(graph: Graph) -> int:
    return sum(shape.parameter_count for shape in infer_shapes(graph).values())


def test_the_digit_reader_of_the_course_has_11935_parameters() -> None:
    shapes = infer_shapes(chain(784, 15, 10))
    assert [shape.parameter_count for shape in shapes.values()] == [0, 11_775, 160, 0]
    assert [shape.multiply_adds for shape in shapes.values()] == [0, 784 * 15, 150, 0]
    assert _count(chain(784, 15, 10)) == 11_935


def test_a_5_3_3_perceptron_has_30_weights_with_biases() -> None:
    assert _count(chain(5, 3, 3)) == 5 * 3 + 3 * 3 + 3 + 3 == 30
    assert _count(chain(5, 3, 3, bias=False)) == 24


def test_a_link_from_the_input_to_the_output_layer_has_a_kernel_of_its_own() -> None:
    graph = graph_of(
        row("x", "input", shape=(28, 28)),
        row("h", "dense", "x", units=15),
        row("y", "dense", "h", "x", units=10),
        row("out", "output", "y"),
    )
    shape = infer_shapes(graph)["y"]
    assert shape.inputs is not None
    assert [(port.link_id, port.shape, port.width) for port in shape.inputs] == [
        ("h-y", (15,), 15),
        ("x-y", (28, 28), 784),
    ]
    assert [(spec.name, spec.shape, spec.fan_in) for spec in shape.parameters] == [
        ("kernel.h-y", (15, 10), 799),
        ("kernel.x-y", (784, 10), 799),
        ("bias", (10,), 799),
    ]
    assert shape.multiply_adds == 799 * 10


def test_an_activation_keeps_the_shape_that_arrives() -> None:
    shapes = infer_shapes(graph_of(row("x", "input", shape=(4, 3, 2)), row("g", "activation", "x")))
    assert shapes["g"].output == (4, 3, 2)


def test_what_lies_behind_an_unknown_shape_is_unknown_without_an_error_of_its_own() -> None:
    shapes = infer_shapes(
        graph_of(
            row("x", "input", shape=(3,)),
            row("lost", "activation"),
            row("h", "dense", "lost", units=2),
            row("g", "activation", "h", "x"),
            row("y", "dense", "x", "g", units=2),
        )
    )
    assert shapes["lost"] == shapes["h"] == shapes["g"] == shapes["y"] == LayerShape()
    assert shapes["x"].output == (3,)


def test_only_the_faulty_layer_carries_the_error() -> None:
    shapes = infer_shapes(
        graph_of(
            row("x", "input", shape=(3,)),
            row("h", "dense", "x"),
            row("g", "activation", "x", "h"),
            row("y", "dense", "g"),
        )
    )
    assert str(shapes["g"].error) == "'g' needs exactly one input; it has 2."
    assert shapes["y"] == LayerShape()


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from(["float32", "float64"]))
def test_inferred_shapes_are_those_of_the_compiled_arrays(seed: int, batch_size: int, dtype: str) -> None:
    graph = random_graph(np.random.default_rng(seed))
    shapes = infer_shapes(graph)
    parameters = Parameters(graph, dtype)
    plan = compile_plan(graph, parameters, batch_size, training=True)
    for node_id, tensor in plan.tensors.items():
        shape = shapes[node_id].output
        assert shape is not None
        for array in (tensor.value, tensor.gradient, tensor.pre_activation, tensor.pre_gradient):
            assert array is None or (array.shape == (batch_size, *shape) and array.dtype == dtype)
    views = parameters.views(parameters.values)
    for node_id in plan.tensors:
        for spec in shapes[node_id].parameters:
            assert views[node_id, spec.name].shape == spec.shape
            assert spec.size == math.prod(spec.shape)
    active = sum(shapes[node_id].parameter_count for node_id in plan.tensors)
    assert parameters.values.size == active
    assert parameter_bytes(graph, dtype) >= parameters.values.nbytes + parameters.gradients.nbytes
    held = [
        array.nbytes
        for tensor in plan.tensors.values()
        for array in (tensor.value, tensor.gradient, tensor.pre_activation, tensor.pre_gradient)
        if array is not None
    ]
    assert plan_bytes(graph, batch_size, dtype) >= sum(held)


@pytest.mark.parametrize("kind", sorted(set(LAYERS.keys) - {"input", "output"}))
def test_a_layer_whose_wire_was_deleted_takes_no_memory_of_its_own(kind: str) -> None:
    after = (row("d", "dense", "cut", units=10), row("out", "output", "d"))
    graph = graph_of(row("x", "input", shape=(8,)), row("cut", kind), *after)
    assert infer_shapes(graph)["cut"].inputs is None
    assert plan_bytes(graph, 10, "float32") == 0

"""The flat vector of parameters: its parts, its initial values, what carries over."""

from __future__ import annotations

import numpy as np
import pytest

from core.compiler.parameters import Parameters
from core.project import edits
from core.project.model import Project
from tests.core.graph.networks import chain, graph_of, row


def test_views_are_parts_of_the_vector_that_cover_it_once() -> None:
    parameters = Parameters(chain(4, 3, 2), "float64")
    views = parameters.views(parameters.values)
    assert list(views) == [("d1", "kernel.x-d1"), ("d1", "bias"), ("d2", "kernel.d1-d2"), ("d2", "bias")]
    for number, view in enumerate(views.values(), start=1):
        view += number
    expected = [1.0] * 12 + [2.0] * 3 + [3.0] * 6 + [4.0] * 2
    np.testing.assert_array_equal(parameters.values, expected)


def test_layers_that_the_output_does_not_depend_on_have_no_parameters_in_the_vector() -> None:
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("loose", "dense", "x", units=50),
        row("y", "dense", "x", units=1),
        row("out", "output", "y"),
    )
    assert Parameters(graph, "float32").values.size == 3


def test_one_seed_gives_one_set_of_weights_and_another_seed_gives_others() -> None:
    first, again, other = (Parameters(chain(4, 3, 2), "float64") for _ in range(3))
    first.initialise(7)
    again.initialise(7)
    other.initialise(8)
    assert first.values.tobytes() == again.values.tobytes()
    assert not np.any(first.views(first.values)["d1", "kernel.x-d1"] == other.views(other.values)["d1", "kernel.x-d1"])


@pytest.mark.parametrize("initializer", ["normal", "glorot_normal", "uniform"])
def test_float32_starts_from_the_rounded_numbers_of_float64(initializer: str) -> None:
    graph = chain(20, 10, 5, initializer=initializer)
    single, double = Parameters(graph, "float32"), Parameters(graph, "float64")
    single.initialise(3)
    double.initialise(3)
    assert single.values.dtype == np.float32 and double.values.dtype == np.float64
    np.testing.assert_array_equal(single.values, double.values.astype(np.float32))


def test_weights_drawn_by_hand_in_another_order_start_the_same() -> None:
    drawn = Project()
    for kind, options in (("output", {}), ("dense", {"units": 2}), ("input", {"shape": (3,)}), ("dense", {"units": 4})):
        drawn = edits.add_node(drawn, kind, (0.0, 0.0), options)
    out, last, entry, hidden = (node.id for node in drawn.graph.nodes)
    for source, target in ((last, out), (hidden, last), (entry, hidden)):
        drawn = edits.add_link(drawn, source, target)
    by_hand, in_order = Parameters(drawn.graph, "float64"), Parameters(chain(3, 4, 2), "float64")
    by_hand.initialise(1)
    in_order.initialise(1)
    np.testing.assert_array_equal(by_hand.values, in_order.values)


def test_biases_start_at_0_but_from_n_0_1_with_the_normal_initialiser() -> None:
    for initializer, zero in (("glorot_normal", True), ("normal", False), ("uniform", True)):
        parameters = Parameters(chain(3, 200, 1, initializer=initializer), "float64")
        parameters.initialise(1)
        bias = parameters.views(parameters.values)["d1", "bias"]
        assert bool(np.all(bias == 0.0)) is zero
        if not zero:
            assert 0.8 < bias.std() < 1.2


def test_values_carry_over_by_layer_and_shape_and_the_rest_stays() -> None:
    old = Parameters(chain(3, 4, 2), "float64")
    old.initialise(1)
    new = Parameters(chain(3, 4, 5), "float64")
    new.initialise(2)
    before = {key: view.copy() for key, view in new.views(new.values).items()}
    new.adopt(new.values, old.copies(old.values))
    after, given = new.views(new.values), old.views(old.values)
    np.testing.assert_array_equal(after["d1", "kernel.x-d1"], given["d1", "kernel.x-d1"])
    np.testing.assert_array_equal(after["d1", "bias"], given["d1", "bias"])
    np.testing.assert_array_equal(after["d2", "kernel.d1-d2"], before["d2", "kernel.d1-d2"])
    assert after["d2", "bias"].shape == (5,)


def test_as_many_numbers_in_another_shape_do_not_carry_over() -> None:
    old, new = Parameters(chain(3, 4, 2), "float64"), Parameters(chain(4, 3, 2), "float64")
    old.initialise(1)
    new.initialise(2)
    before = new.views(new.values.copy())
    new.adopt(new.values, old.copies(old.values))
    kernel = ("d1", "kernel.x-d1")
    np.testing.assert_array_equal(new.views(new.values)[kernel], before[kernel])


def test_copies_are_read_only_and_do_not_follow_the_training() -> None:
    parameters = Parameters(chain(3, 2), "float32")
    parameters.initialise(1)
    copies = parameters.copies(parameters.values)
    kernel = copies["d1", "kernel.x-d1"].copy()
    parameters.values += 1.0
    np.testing.assert_array_equal(copies["d1", "kernel.x-d1"], kernel)
    with pytest.raises(ValueError, match="read-only"):
        copies["d1", "kernel.x-d1"][0, 0] = 1.0
    with pytest.raises(TypeError):
        copies["d1", "bias"] = kernel  # type: ignore[index]


def test_numbers_beyond_single_precision_become_infinite_without_a_warning() -> None:
    old, new = Parameters(chain(3, 2), "float64"), Parameters(chain(3, 2), "float32")
    old.values[:] = [1e300, -1e300, 0.5, 3e38, *([1.0] * (old.values.size - 4))]
    new.adopt(new.values, old.copies(old.values))
    np.testing.assert_array_equal(new.values[:4], np.float32([np.inf, -np.inf, 0.5, 3e38]))

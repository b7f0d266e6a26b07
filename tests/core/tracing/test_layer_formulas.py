"""How layers say where their numbers come from: ties, edges, the whole batch, several paths, letters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.formulas.expressions import Over, Path, Sum
from core.formulas.quantities import Kind, Quantity
from core.formulas.summands import summands
from core.layers.formula_context import combined, flatten, unflatten
from core.tracing.explaining import Explainer
from core.tracing.stages import stages_of
from tests.core.graph.networks import graph_of, row
from tests.core.tracing.traces import explained, of_unit
from tests.core.tracing.working_out import check_all, reachable
from tests.core.training.prepared import data_of, samples_of


def _of_images(*images: Any, **layer: Any) -> Explainer:
    """A PReLU that passes the images on, a layer called "p" on it, and a Dense behind."""
    shape = np.shape(images[0])
    graph = graph_of(
        row("x", "input", shape=shape),
        row("probe", "prelu", "x", slope=1.0),
        row("p", layer.pop("kind"), "probe", **layer),
        row("y", "dense", "p", units=2, activation="linear", initializer="normal"),
        row("out", "output", "y"),
    )
    return explained(graph, data_of(samples_of(images, [[1.0, 0.0]] * len(images))))


def test_of_equal_numbers_the_first_in_reading_order_is_the_largest_and_gets_the_gradient() -> None:
    image = [[3.0, 3.0, 1.0], [3.0, 0.0, 1.0], [1.0, 1.0, 1.0]]
    explainer = _of_images(image, kind="max_pooling", stride=(1, 1))
    assert check_all(explainer).worst <= 1e-12
    # The four windows have the largest at (0, 0) of three, at (0, 1), at (1, 0), and at (1, 2) of three.
    upstream = [explainer.number(of_unit(Kind.UPSTREAM, "p", *window)) for window in np.ndindex(2, 2)]
    assert 0.0 not in upstream
    given = {place: explainer.number(of_unit(Kind.UPSTREAM, "probe", *place)) for place in np.ndindex(3, 3)}
    winners = [(0, 0), (0, 1), (1, 0), (1, 2)]
    assert given == dict.fromkeys(given, 0.0) | dict(zip(winners, upstream, strict=True))


def test_of_equal_pieces_of_a_maxout_unit_the_first_gets_the_gradient() -> None:
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("m", "maxout", "x", units=2, pieces=3, bias=False),
        row("y", "dense", "m", units=1, activation="linear", initializer="normal"),
        row("out", "output", "y"),
    )
    # Columns: the units of the first piece, of the second, of the third. The second and third tie in unit 0.
    kernel = [[0.0, 1.0, 2.0, 1.0, 2.0, 0.0], [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]]
    data = data_of(samples_of([[1.0, 2.0]], [[1.0]]))
    explainer = explained(graph, data, {("m", "kernel.x-m"): kernel})
    assert check_all(explainer).worst <= 1e-12
    gradient = explainer.trace.gradients["m", "kernel.x-m"]
    assert (gradient[:, [0, 3, 4, 5]] == 0.0).all()
    assert (gradient[:, [1, 2]] != 0.0).all()


def test_the_batch_meets_in_batch_normalisation_and_the_variance_divides_by_one_less() -> None:
    values = [[1.0, -2.0], [4.0, 0.0], [10.0, 8.0]]
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("b", "batch_normalization", "x"),
        row("y", "dense", "b", units=1, activation="linear"),
        row("out", "output", "y"),
    )
    explainer = explained(graph, data_of(samples_of(values, [[1.0]] * 3)))
    mean, variance = (Quantity(Kind.INTERNAL, "b", name, (0,)) for name in ("mean", "variance"))
    assert explainer.number(mean) == 5.0
    assert explainer.number(variance) == pytest.approx((16 + 1 + 25) / 2)
    formula = explainer.formula(variance)
    assert formula is not None and len(summands(formula)) == 3
    numbers = {part.sample for part in reachable(formula) if isinstance(part, Quantity) and part.kind is Kind.OUTPUT}
    assert numbers == {"n"}, "in letters any sample stands for all"
    assert [stage.quantity.name for stage in stages_of(explainer.trace) if stage.node == "b"][:3] == [
        "mean", "variance", "normalised",
    ]  # fmt: skip


def test_a_single_sample_is_normalised_by_what_the_run_has_seen() -> None:
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("b", "batch_normalization", "x", epsilon=0.5),
        row("y", "dense", "b", units=1, activation="linear"),
        row("out", "output", "y"),
    )
    explainer = explained(graph, data_of(samples_of([[3.0, 1.0]], [[1.0]])))
    assert check_all(explainer).worst <= 1e-12
    normalised = of_unit(Kind.INTERNAL, "b", 0, name="normalised")
    # The running mean starts at 0, the running variance at 1.
    assert explainer.number(normalised) == pytest.approx(3.0 / np.sqrt(1.5))
    assert explainer.formula(Quantity(Kind.INTERNAL, "b", "running_mean", (0,))) is None


@pytest.mark.parametrize("padding", [{"padding": "same"}, {"padding": "number", "margin": 1}, {"padding": "valid"}])
@pytest.mark.parametrize("kind", ["convolution", "max_pooling", "mean_pooling"])
def test_windows_over_the_edge_see_what_lies_inside(kind: str, padding: dict[str, Any]) -> None:
    size = {"kernel": (3, 2), "filters": 2} if kind == "convolution" else {"window": (3, 2)}
    image = np.random.default_rng(1).normal(size=(4, 5))
    explainer = _of_images(image, kind=kind, stride=(2, 1), **size, **padding)
    assert check_all(explainer).worst <= 1e-12


def test_delta_of_a_layer_with_several_readers_is_the_sum_of_a_path_through_each() -> None:
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("a", "dense", "x", units=2),
        row("b", "dense", "a", units=2),
        row("c", "add", "a", "b"),
        row("y", "dense", "a", "c", units=1),
        row("out", "output", "y"),
    )
    explainer = explained(graph, data_of(samples_of([[1.0, 2.0]], [[1.0]])))
    formula = explainer.formula(of_unit(Kind.UPSTREAM, "a", 0))
    assert isinstance(formula, Sum)
    assert [part.link for part in formula.terms if isinstance(part, Path)] == ["a-b", "a-c", "a-y"]
    parts = [explainer.work_out(part) for part in formula.terms]
    assert sum(parts) == pytest.approx(explainer.number(of_unit(Kind.UPSTREAM, "a", 0)), rel=1e-14)


def test_indices_in_letters_say_which_pixel_a_place_of_a_window_shows() -> None:
    explainer = _of_images(np.zeros((5, 5)), kind="convolution", filters=2, stride=(2, 1), padding="number", margin=1)
    z = explainer.in_letters(of_unit(Kind.PRE_ACTIVATION, "p", 0, 0, 0))
    formula = explainer.formula(z)
    assert formula is not None
    (total,) = (part for part in reachable(formula) if isinstance(part, Over))
    assert len(total.places) == 9, "all places of the window"
    units = [part.unit for part in reachable(total) if isinstance(part, Quantity)]
    assert units == [("p", "q", "c", "v"), ("2j+p-1", "u+q-1")]


@pytest.mark.parametrize(
    ("parts", "plus", "expected"),
    [
        ([(2, 3), (1, 4)], -1, 9),
        ([(2, "j"), (1, "p")], -1, "2j+p-1"),
        ([(1, "j"), (-2, "r")], 1, "j-2r+1"),
        ([(-3, "r")], 0, "-3r"),
        ([(4, "j+1"), (1, 2)], 0, "4(j+1)+2"),
        ([(1, "j+1"), (0, "u")], -1, "j+1-1"),
    ],
)
def test_indices_are_added_up_as_numbers_or_written(parts: Any, plus: int, expected: Any) -> None:
    assert combined(*parts, plus=plus) == expected


def test_a_unit_and_its_place_in_a_vector_are_the_same_both_ways() -> None:
    shape = (2, 3, 4)
    for place, unit in enumerate(np.ndindex(*shape)):
        assert flatten(unit, shape) == place
        assert unflatten(place, shape) == unit
    assert flatten(("j", "u", "v"), shape) == "12j+4u+v"
    assert unflatten("k", shape) == ("k",)

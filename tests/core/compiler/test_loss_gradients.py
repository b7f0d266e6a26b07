"""Every loss, option and function before it, weighted or not: gradients against central differences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.graph.model import Graph
from core.numerics.losses import LOSSES, Loss
from core.options import ChoiceOption, RealOption
from tests.core.compiler.gradient_trial import assert_gradients_agree
from tests.core.graph.networks import chain, graph_of, row

VALUES = {"delta": (1.0, 0.4), "smoothing": (0.0, 0.3, 1.0), "margin": (1.0, 0.3)}
WITHOUT_FUSION = {"softmax": "softplus", "sigmoid": "softmax"}
"""A function before a loss that fuses with another one."""


def _configurations(loss: Loss) -> Iterator[dict[str, Any]]:
    values = [[c.key for c in o.choices] if isinstance(o, ChoiceOption) else VALUES[o.key] for o in loss.options]
    for chosen in product(*values):
        yield {option.key: value for option, value in zip(loss.options, chosen, strict=True)}


def _lasts(loss: Loss) -> list[str]:
    if not loss.fuses_with:
        return ["linear"]
    return [*loss.fuses_with, WITHOUT_FUSION[loss.goes_with]]


CASES = [(loss.key, last, options) for loss in LOSSES for last in _lasts(loss) for options in _configurations(loss)]
EVERY_CASE = pytest.mark.parametrize(
    ("key", "last", "options"), CASES, ids=["-".join([c[0], c[1], *map(str, c[2].values())]) for c in CASES]
)


def _network(key: str, last: str, options: dict[str, Any]) -> Graph:
    return graph_of(
        row("x", "input", shape=(3,)),
        row("h", "dense", "x", units=4, activation="tanh"),
        row("y", "dense", "h", units=3, activation=last),
        row("out", "output", "y", loss=key, **options),
    )


@EVERY_CASE
@pytest.mark.parametrize("weighted", [False, True])
def test_gradients_of_every_configuration_of_every_loss(
    key: str, last: str, options: dict[str, Any], weighted: bool
) -> None:
    assert_gradients_agree(_network(key, last, options), 4, seed=5, weighted=weighted)


@EVERY_CASE
def test_float32_gives_the_gradients_of_float64(key: str, last: str, options: dict[str, Any]) -> None:
    graph, found = _network(key, last, options), {}
    for dtype in ("float32", "float64"):
        rng, parameters = np.random.default_rng(7), Parameters(graph, dtype)
        parameters.initialise(3)
        plan = compile_plan(graph, parameters, 5, training=True, weighted=True)
        assert plan.weights is not None
        plan.input[:] = rng.normal(size=plan.input.shape)
        plan.target[:] = np.eye(3)[rng.integers(0, 3, 5)]
        plan.weights[:] = rng.uniform(0.5, 2.0, 5)
        loss = [call() for call in (*plan.forward, plan.loss, *plan.backward)][len(plan.forward)]
        assert parameters.gradients.dtype == dtype
        found[dtype] = np.array([loss, *parameters.gradients])
    assert np.abs(found["float64"][1:]).max() > 1e-3
    np.testing.assert_allclose(found["float32"], found["float64"], rtol=1e-5, atol=1e-6)


def test_the_values_tried_are_those_of_every_option() -> None:
    numbers = {option.key for loss in LOSSES for option in loss.options if isinstance(option, RealOption)}
    assert numbers == set(VALUES)
    # 8 of the squares, 4 of the absolute ones, 2 · 4 each of Huber and the hinges, 3 · 2 · 3 and 4 · 2 of entropies.
    assert len(CASES) == 8 + 4 + 8 + 8 + 8 + 18 + 8


@pytest.mark.parametrize("loss", LOSSES.keys)
def test_an_image_may_be_the_answer(loss: str) -> None:
    """Softmax over the rows of an image does not fuse; sums of its logarithms are taken all the same."""
    last = {"softmax": "softmax", "sigmoid": "sigmoid"}.get(LOSSES[loss].goes_with, "tanh")
    graph = graph_of(
        row("x", "input", shape=(2, 3, 1)),
        row("h", "convolution", "x", filters=2, kernel=(2, 2), padding="same", activation="tanh"),
        row("y", "activation", "h", activation=last),
        row("out", "output", "y", loss=loss),
    )
    assert_gradients_agree(graph, 2, seed=1)


def test_only_a_loss_that_fits_is_one_operation_with_the_function_before_it() -> None:
    fused = []
    for loss in LOSSES:
        for last in ("linear", "sigmoid", "softmax", "log_softmax", "tanh"):
            graph = chain(3, 2, loss=loss.key, last=last)
            plan = compile_plan(graph, Parameters(graph, "float64"), 2, training=False)
            if plan.loss_arrays.logits is not None:
                fused.append((loss.key, last))
    assert sorted(fused) == [
        ("binary_cross_entropy", "sigmoid"),
        ("cross_entropy", "log_softmax"),
        ("cross_entropy", "softmax"),
    ]

"""The terms of long sums: worked out all at once they are what they are one by one, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.dataset import PreparedData
from core.formulas.evaluation import evaluate
from core.formulas.expressions import Over
from core.formulas.many import WORTH_IT, values_at_once
from core.formulas.quantities import Constant, Kind, Quantity
from core.formulas.summands import count_summands, summand, summands, values_of_summands
from core.tracing.explaining import Explainer
from core.tracing.recording import IterationRecorder
from core.tracing.stages import stages_of
from core.training.session import Session
from tests.core.graph.networks import chain, graph_of, row
from tests.core.tracing.random_iterations import random_config, random_data, random_network
from tests.core.tracing.traces import explained, of_unit
from tests.core.training.prepared import data_of, samples_of
from tests.core.training.prepared import random_data as plain_data


def _check(explainer: Explainer, quantity: Quantity) -> int:
    """Compare count, values and some single terms with all terms written out; return how many there are."""
    formula = explainer.formula(quantity)
    if formula is None:
        return 0
    terms = summands(formula)
    assert count_summands(formula) == len(terms), quantity
    expected = [evaluate(term, explainer.number) for term in terms]
    np.testing.assert_array_equal(values_of_summands(formula, explainer.numbers), expected)
    np.testing.assert_array_equal(evaluate(formula, explainer.numbers), evaluate(formula, explainer.number))
    for number in {0, len(terms) // 2, len(terms) - 1} if terms else ():
        assert evaluate(summand(formula, number), explainer.number) == expected[number] or np.isnan(expected[number])
    return len(terms)


@pytest.mark.parametrize("seed", range(25))
def test_terms_of_random_networks_are_the_same_at_once_and_one_by_one(seed: int) -> None:
    graph = random_network(seed)
    explainer = Explainer(IterationRecorder(Session(graph, random_config(seed), random_data(graph, seed))).next())
    sample = min(1, explainer.trace.batch_size - 1)
    for stage in stages_of(explainer.trace):
        for unit in {0, stage.units // 2, stage.units - 1}:
            quantity = stage.quantity_at(unit, sample)
            if quantity.kind is not Kind.NEW_PARAMETER:
                _check(explainer, quantity)


def _images(count: int, side: int) -> PreparedData:
    rng = np.random.default_rng(3)
    return data_of(samples_of(rng.normal(size=(count, side, side)), rng.normal(size=(count, 2))))


def _convolution() -> Explainer:
    graph = graph_of(
        row("x", "input", shape=(9, 9)),
        row("c", "convolution", "x", filters=2, kernel=(3, 3), padding="number", margin=1, activation="relu"),
        row("f", "flatten", "c"),
        row("y", "dense", "f", units=2, activation="linear"),
        row("out", "output", "y"),
    )
    return explained(graph, _images(4, 9))


def test_the_gradient_of_a_filter_is_worked_out_at_once() -> None:
    explainer = _convolution()
    # In the corner of the filter 8 × 8 windows see the image, in its middle 9 × 9; there are 4 samples.
    assert _check(explainer, of_unit(Kind.GRADIENT, "c", 0, 0, 0, 1, sample=None, name="kernel")) == 4 * 64
    assert _check(explainer, of_unit(Kind.GRADIENT, "c", 1, 1, 0, 0, sample=None, name="kernel")) == 4 * 81
    assert _check(explainer, of_unit(Kind.GRADIENT, "c", 1, sample=None, name="bias")) == 4 * 81
    # A dense layer that reads an image as one vector, and its own z.
    assert _check(explainer, of_unit(Kind.PRE_ACTIVATION, "y", 1, sample=2)) == 162 + 1
    gradient = explainer.formula(of_unit(Kind.GRADIENT, "c", 0, 0, 0, 0, sample=None, name="kernel"))
    inner = next(part for part in gradient.factors if isinstance(part, Over)).term(0)  # type: ignore[union-attr]
    assert values_at_once(inner, explainer.numbers) is not None, "it would take seconds otherwise"


def test_what_is_no_plain_product_is_worked_out_term_by_term() -> None:
    explainer = explained(chain(60, 2), plain_data(3, 60, 2))

    def term(k: int | str) -> Quantity:
        return Quantity(Kind.OUTPUT, "x", unit=(k,), sample=0)

    places = [(k,) for k in range(WORTH_IT)]
    plain = Over("sum", ("k",), places, term)
    assert values_at_once(plain, explainer.numbers) is not None
    assert values_at_once(plain, explainer.number) is None, "a plain lookup knows one number at a time"
    sums = Over("sum", ("k",), places, lambda k: term(k) + 1.0)
    assert values_at_once(sums, explainer.numbers) is None
    uneven = Over("sum", ("k",), places, lambda k: term(k) if k != 0 else Constant("zero", 0.0))
    assert values_at_once(uneven, explainer.numbers) is None
    foreign = Over("sum", ("k",), places, lambda k: Quantity(Kind.OUTPUT, "x", unit=("m",), sample=0))
    assert values_at_once(foreign, explainer.numbers) is None


def test_nothing_times_infinity_is_nothing() -> None:
    explainer = explained(chain(40, 1), plain_data(2, 40, 1))
    x = explainer.trace.layers["x"].value

    def term(k: int | str) -> Quantity:
        return Quantity(Kind.OUTPUT, "x", unit=(k,), sample=0)

    over = Over("sum", ("k",), [(k,) for k in range(40)], lambda k: term(k) * Constant("huge", float("inf")))
    found = values_at_once(over, explainer.numbers)
    assert found is not None
    one_by_one = [evaluate(part, explainer.number) for part in over.terms()]
    np.testing.assert_array_equal(found, one_by_one)
    assert x.shape[1] == 40

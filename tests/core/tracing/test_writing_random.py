"""On random networks of every layer and optimiser: what is written with numbers comes to the number of the step."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from core.formulas.quantities import Kind, Quantity
from core.tracing.explaining import Explainer
from core.tracing.notation import KEYS, notation
from core.tracing.recording import IterationRecorder
from core.tracing.stages import stages_of
from core.tracing.writing import ALL_DIGITS, Rest, Writer
from core.training.session import Session
from tests.core.graph.networks import chain, graph_of, row
from tests.core.tracing.random_iterations import random_config, random_data, random_network
from tests.core.tracing.reading import number_in
from tests.core.tracing.traces import explained
from tests.core.training.prepared import random_data as plain_data

SEEDS = range(6)


@cache
def _iteration(seed: int) -> Explainer:
    graph = random_network(seed)
    recorder = IterationRecorder(Session(graph, random_config(seed), random_data(graph, seed)))
    recorder.next()
    return Explainer(recorder.next())


def _quantities(explainer: Explainer, seed: int) -> Iterator[Quantity]:
    """Two numbers of every stage, and all that an update works out for them."""
    rng = np.random.default_rng(seed)
    sample = explainer.trace.batch_size - 1
    for stage in stages_of(explainer.trace):
        for unit in {int(unit) for unit in rng.integers(0, stage.units, 2)}:
            quantity = stage.quantity_at(unit, sample)
            yield from explainer.equations(quantity) if quantity.kind is Kind.NEW_PARAMETER else (quantity,)


def _close(found: float, wanted: float) -> bool:
    return (math.isnan(found) and math.isnan(wanted)) or abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("seed", SEEDS)
def test_worked_out_by_hand_from_the_text_every_formula_gives_its_number(seed: int, key: str) -> None:
    explainer = _iteration(seed)
    writer = Writer(explainer, notation(key), ALL_DIGITS)
    compared = 0
    for quantity in _quantities(explainer, seed):
        value = writer.value(quantity)
        for shown_terms in (2, 1000):
            line = writer.numbers(quantity, shown_terms)
            if line is not None:
                assert _close(number_in(line.plain), value), (quantity, line.plain, value)
                compared += 1
        for step in writer.steps(quantity):
            assert _close(number_in(step.plain), value), (quantity, step.plain, value)
    assert compared > 20


@pytest.mark.parametrize("seed", SEEDS)
def test_no_line_is_broken_and_every_bracket_is_closed(seed: int) -> None:
    explainer = _iteration(seed)
    for key in KEYS:
        writer = Writer(explainer, notation(key))
        for quantity in _quantities(explainer, seed):
            lines = [writer.symbol(quantity), writer.result(quantity).rounded]
            lines += [writer.matrix(quantity), writer.general(quantity), writer.indexed(quantity)]  # type: ignore[list-item]
            lines += [writer.numbers(quantity), *writer.steps(quantity)]  # type: ignore[list-item]
            for line in filter(None, lines):
                assert "None" not in line.plain and "nan" not in line.plain and "-0.0000" not in line.plain
                source = line.latex(["#010203"] * len(line.spans))
                assert source.count("{") == source.count("}")
                assert len(re.findall(r"\\left(?!arrow)", source)) == len(re.findall(r"\\right(?!arrow)", source))


@pytest.mark.parametrize("seed", SEEDS)
def test_switching_the_notation_changes_no_size(seed: int) -> None:
    explainer = _iteration(seed)
    for quantity in _quantities(explainer, seed):
        sizes = {abs(Writer(explainer, notation(key)).value(quantity)) for key in KEYS}
        assert len({repr(size) for size in sizes}) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_links_lead_to_numbers_of_the_iteration(seed: int) -> None:
    explainer = _iteration(seed)
    writer = Writer(explainer, notation("UPV"))
    for quantity in _quantities(explainer, seed):
        line = writer.numbers(quantity)
        for target in () if line is None else line.quantities:
            explainer.number(target)
        for origin in writer.origins(quantity):
            explainer.number(origin.quantity)


def test_a_folded_sum_shows_its_largest_terms_and_a_rest_that_is_correct() -> None:
    explainer = explained(chain(40, 3), plain_data(4, 40, 3))
    z = Quantity(Kind.PRE_ACTIVATION, "d1", unit=(1,), sample=0)
    weights, x = explainer.trace.old["d1", "kernel.x-d1"][:, 1], explainer.trace.layers["x"].value[0]
    products = weights * x
    writer = Writer(explainer, notation("UNIR"), ALL_DIGITS)
    line = writer.numbers(z, shown_terms=5)
    assert line is not None
    largest = np.argsort(-np.abs(products))[:5]
    shown = {link.unit[0] for link in line.quantities if link.kind is Kind.PARAMETER and link.name != "bias"}
    assert shown == set(largest.tolist())
    (rest,) = (link for link in line.links if isinstance(link, Rest))
    assert rest.hidden == 35
    assert rest.value == pytest.approx(np.delete(products, largest).sum(), abs=1e-12)
    assert "[35 more]" in line.plain
    unfolded = writer.numbers(z, shown_terms=5, unfolded=30)
    assert unfolded is not None and "[5 more]" in unfolded.plain
    whole = writer.numbers(z, shown_terms=5, unfolded=40)
    assert whole is not None and "more" not in whole.plain


def test_terms_are_numbered_as_the_cursor_counts_them() -> None:
    explainer = explained(chain(4, 3), plain_data(4, 4, 3))
    z = Quantity(Kind.PRE_ACTIVATION, "d1", unit=(0,), sample=0)
    unir = Writer(explainer, notation("UNIR")).numbers(z)
    upv = Writer(explainer, notation("UPV")).numbers(z)
    assert unir is not None and upv is not None
    assert [span.term for span in unir.spans if span.term is not None] == [0, 1, 2, 3, 4]
    assert [span.term for span in upv.spans if span.term is not None] == [4, 0, 1, 2, 3], "UPV's bias stands first"


def test_branches_of_one_depth_have_names_instead_of_numbers() -> None:
    graph = graph_of(
        row("x", "input", shape=(4,)),
        row("left", "dense", "x", units=2),
        row("right", "dense", "x", units=2),
        row("sum", "add", "left", "right"),
        row("y", "dense", "sum", units=3),
        row("out", "output", "y"),
    )
    writer = Writer(explained(graph, plain_data(4, 4, 3)), notation("UNIR"))
    quantity = Quantity(Kind.OUTPUT, "left", unit=(1,), sample=0)
    assert writer.symbol(quantity).plain == "a^(left)₂"
    assert writer.matrix(quantity) is None
    indexed = writer.indexed(Quantity(Kind.OUTPUT, "sum", unit=(1,), sample=0))
    assert indexed is not None and indexed.plain == "a^(sum)₂ = a^(left)₂ + a^(right)₂"

"""Sentences on the way back: ∂C/∂a, δ, gradients."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from core.data.sample_numbers import sample_number
from core.formulas.expressions import Path, Sum
from core.formulas.quantities import Kind, Quantity
from core.layers.formula_context import places_of
from core.texts import Text, text
from core.tracing.explaining import Explainer
from core.tracing.notation import Notation
from core.tracing.why.figures import (
    ALMOST_NONE,
    activation_of,
    layer_name,
    percent,
    shown,
    slope_at,
    spread,
    terms_of,
    unit_name,
)
from core.tracing.writing import heading

FADES = 0.2
"""δ of a layer below this share of that of the layer behind it is called fading."""


def why_upstream(explainer: Explainer, upstream: Quantity, notation: Notation) -> Iterator[Text]:
    """Say how many paths come together, and which of them counts most."""
    if upstream.node == explainer.trace.last:
        yield from _why_answer(explainer, upstream, notation)
        return
    formula = explainer.formula(upstream)
    if isinstance(formula, Sum) and all(isinstance(term, Path) for term in formula.terms):
        values = [explainer.work_out(term) for term in formula.terms]
        size = math.fsum(abs(value) for value in values)
        largest = max(range(len(values)), key=lambda i: abs(values[i]))
        path = formula.terms[largest]
        assert isinstance(path, Path)
        yield text(
            "{count} layers read this output; what they send back is added. '{name}' sends most: {value} ({share}).",
            count=len(values),
            name=layer_name(explainer, explainer.trace.graph.link(path.link).target),
            value=shown(notation.sign(upstream.kind) * values[largest]),
            share=percent(abs(values[largest]) / size if size else 0.0),
        )
    terms = terms_of(explainer, upstream)
    if terms.cancels():
        yield text(
            "What comes back through the single weights has both signs and cancels: of {size} in size {total} is left.",
            size=shown(terms.size),
            total=shown(notation.sign(upstream.kind) * terms.total),
        )


def why_delta(explainer: Explainer, delta: Quantity, notation: Notation) -> Iterator[Text]:
    """Say what the slope lets through, and where the sign comes from."""
    trace = explainer.trace
    if delta.node == trace.last:
        yield from _why_answer(explainer, delta, notation)
    if trace.fused and delta.node == trace.last:
        return
    activation, value = activation_of(explainer, delta.node), explainer.number(delta)
    if activation is None or not activation.elementwise:
        return
    z, upstream = explainer.number(delta.of(Kind.PRE_ACTIVATION)), explainer.number(delta.of(Kind.UPSTREAM))
    slope, steepest = slope_at(activation, z), activation.steepest_slope
    letter = heading(notation, delta.of(Kind.PRE_ACTIVATION))
    if slope == 0.0:
        yield text(
            "δ of unit {unit} is 0 because {name} is flat at {letter} = {z}: nothing flows back through it.",
            unit=unit_name(delta),
            name=activation.short_label,
            letter=letter,
            z=shown(z),
        )
    elif abs(slope) < ALMOST_NONE * steepest:
        yield text(
            "δ of unit {unit} is almost 0 because {g}′({letter}) = {slope}: {letter} = {z}, the unit is saturated.",
            unit=unit_name(delta),
            g=notation.activation,
            letter=letter,
            slope=shown(slope),
            z=shown(z),
        )
    elif upstream == 0.0:
        yield text("δ of unit {unit} is 0 because nothing comes back from the layers behind.", unit=unit_name(delta))
    elif steepest:
        yield text(
            "{g}′({letter}) = {slope}, {share} of its maximum {steepest}: the unit is not saturated.",
            g=notation.activation,
            letter=letter,
            slope=shown(slope),
            share=percent(abs(slope) / steepest),
            steepest=shown(steepest),
        )
    if value and delta.node != trace.last:
        yield from _why_sign(explainer, delta)
        yield from _why_fading(explainer, delta)


def why_gradient(explainer: Explainer, gradient: Quantity) -> Iterator[Text]:
    """Say what makes a gradient 0, small, or of its sign."""
    terms, samples = terms_of(explainer, gradient), explainer.trace.batch_size
    zeros = sum(1 for value in terms.values if value == 0.0)
    if zeros == len(terms.values) != samples:
        yield text("It is 0 because each of its {count} terms is 0.", count=f"{zeros:,}")
        return
    if zeros == len(terms.values):
        source = _input_of(explainer, gradient)
        if source is not None and not _any_input(explainer, source):
            yield text("It is 0 because the value that this weight multiplies is 0 in every sample.")
        else:
            yield text("It is 0 because δ is 0 in every sample.")
        return
    if samples > 1 and terms.cancels():
        yield text("The samples disagree: their parts have both signs, and little is left of them.")
    elif len(terms.values) == samples > 1 and terms.share_of_largest() > 0.5:
        yield text(
            "Sample {sample} of the batch makes up {share} of it.",
            sample=sample_number(terms.largest),
            share=percent(terms.share_of_largest()),
        )
    value = explainer.number(gradient)
    if value > 0.0:
        yield text("It is positive: a larger weight would make the loss larger, so the weight goes down.")
    elif value < 0.0:
        yield text("It is negative: a larger weight would make the loss smaller, so the weight goes up.")


def _why_answer(explainer: Explainer, quantity: Quantity, notation: Notation) -> Iterator[Text]:
    """Say whether an output is too high or too low."""
    trace = explainer.trace
    shape = trace.shapes[trace.last].output
    assert shape is not None and quantity.sample is not None
    place = places_of(shape).index(tuple(map(int, quantity.unit)))
    answer = explainer.number(quantity.of(Kind.OUTPUT))
    target, value = float(trace.target[int(quantity.sample), place]), explainer.number(quantity)
    if answer == target or not value:
        yield text("The output is what it should be: {target}.", target=shown(target))
    elif (answer < target) == (value < 0.0):
        written = notation.sign(quantity.kind) * value
        letter = heading(notation, quantity.of(Kind.OUTPUT))
        yield text(_ANSWERS[answer < target, written < 0.0], letter=letter, a=shown(answer), y=shown(target))


_ANSWERS = {
    (True, True): "The output is too low ({letter} = {a}, target {y}), so it is negative.",
    (True, False): "The output is too low ({letter} = {a}, target {y}), so it is positive.",
    (False, True): "The output is too high ({letter} = {a}, target {y}), so it is negative.",
    (False, False): "The output is too high ({letter} = {a}, target {y}), so it is positive.",
}
"""By whether the output is too low, and whether the number is below 0 as it is written."""


def _why_sign(explainer: Explainer, delta: Quantity) -> Iterator[Text]:
    """Say through which kind of weight most of it comes."""
    formula = explainer.formula(delta.of(Kind.UPSTREAM))
    terms = terms_of(explainer, delta.of(Kind.UPSTREAM))
    if formula is None or len(terms.values) != 1:
        return
    weights = [found for found in _numbers(explainer.term(delta.of(Kind.UPSTREAM), 0)) if found.kind is Kind.PARAMETER]
    if len(weights) == 1 and explainer.number(weights[0]) < 0.0:
        weight = shown(explainer.number(weights[0]))
        yield text("It acts through a negative weight ({weight}): the sign of δ turns round.", weight=weight)


def _why_fading(explainer: Explainer, delta: Quantity) -> Iterator[Text]:
    """Compare δ of the layer with that of the layers behind it."""
    own = spread(_deltas(explainer, delta.node))
    for link in explainer.consumers(delta.node):
        behind = spread(_deltas(explainer, link.target))
        if behind and own < FADES * behind:
            yield text(
                "The gradient fades: δ is {own} on average here and {behind} in '{name}' behind it.",
                own=shown(own),
                behind=shown(behind),
                name=layer_name(explainer, link.target),
            )
        elif own and behind and own > behind / FADES:
            yield text(
                "The gradient grows on its way: δ is {own} on average here and {behind} in '{name}' behind it.",
                own=shown(own),
                behind=shown(behind),
                name=layer_name(explainer, link.target),
            )


def _deltas(explainer: Explainer, node_id: str) -> list[float]:
    trace = explainer.trace
    kept = (found for kind in (Kind.DELTA, Kind.UPSTREAM) if trace.keeps(found := Quantity(kind, node_id)))
    quantity = next(kept, None)
    return [] if quantity is None else trace.values_of(quantity).ravel().tolist()


def _numbers(term: object) -> list[Quantity]:
    if isinstance(term, Quantity):
        return [term]
    inner = getattr(term, "inner", None)
    if inner is not None:
        return _numbers(inner)
    return [found for factor in getattr(term, "factors", ()) for found in _numbers(factor)]


def _input_of(explainer: Explainer, gradient: Quantity) -> Quantity | None:
    """Return the value, in the first sample, that a weight multiplies."""
    found = [number for term in explainer.terms(gradient) for number in _numbers(term) if number.kind is Kind.OUTPUT]
    return found[0] if found else None


def _any_input(explainer: Explainer, source: Quantity) -> bool:
    samples = range(explainer.trace.batch_size)
    return any(explainer.number(replace(source, sample=sample)) for sample in samples)

"""Sentences on the way forward: z, a, the loss."""

from __future__ import annotations

from collections.abc import Iterator

from core.data.sample_numbers import sample_number
from core.formulas.expressions import Expression, Negative, Path, Product
from core.formulas.quantities import Kind, Quantity
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
    terms_of,
    unit_name,
)
from core.tracing.writing import heading

TELLING_SHARE = 0.5
"""A term that makes up this share of a sum is named."""


def why_pre_activation(explainer: Explainer, z: Quantity) -> Iterator[Text]:
    """Say which terms make z what it is, and where that lies on the activation function."""
    terms = terms_of(explainer, z)
    zeros = sum(1 for value in terms.values if value == 0.0)
    if terms.cancels():
        yield text(
            "The terms work against each other: their sizes add up to {size}, but only {total} is left.",
            size=shown(terms.size),
            total=shown(terms.total),
        )
    elif len(terms.values) > 2 and terms.share_of_largest() > TELLING_SHARE:
        yield text(
            "One term makes up {share} of it: {term}.",
            share=percent(terms.share_of_largest()),
            term=_named(explainer, explainer.term(z, terms.largest)),
        )
    if zeros > len(terms.values) // 2:
        yield text("{zeros} of {count} terms are 0.", zeros=zeros, count=len(terms.values))
    links = len(explainer.trace.graph.links_into(z.node))
    if links > 1:
        yield text("{count} links come in, each with weights of its own; their sums are added.", count=links)


def why_output(explainer: Explainer, a: Quantity, notation: Notation) -> Iterator[Text]:
    """Say where z lies on the activation function, or what a layer chose or left out."""
    mask = explainer.trace.internals.get((a.node, "mask"))
    if mask is not None and a.sample is not None and not float(mask[int(a.sample)][tuple(map(int, a.unit))]):
        yield text("Dropout leaves this value out in this sample.")
        return
    activation = activation_of(explainer, a.node)
    if activation is None or not activation.elementwise or not activation.trainable:
        return
    z = explainer.number(a.of(Kind.PRE_ACTIVATION))
    slope, steepest = slope_at(activation, z), activation.steepest_slope
    letter = heading(notation, a.of(Kind.PRE_ACTIVATION))
    if slope == 0.0:
        yield text(
            "The unit is off: at {letter} = {z} {name} is flat.",
            letter=letter,
            z=shown(z),
            name=activation.short_label,
        )
    elif abs(slope) < ALMOST_NONE * steepest:
        yield text(
            "The unit is saturated: at {letter} = {z} the slope of {name} is only {slope}.",
            letter=letter,
            z=shown(z),
            name=activation.short_label,
            slope=shown(slope),
        )


def why_loss(explainer: Explainer, loss: Quantity) -> Iterator[Text]:
    """Say which output, or which sample, makes most of the loss."""
    terms = terms_of(explainer, loss)
    if len(terms.values) < 2 or not terms.size:
        return
    share = percent(terms.share_of_largest())
    if loss.kind is Kind.LOSS:
        number = sample_number(terms.largest)
        yield text("Sample {number} of the batch makes up {share} of it.", number=number, share=share)
    else:
        yield text("Output {place} makes up {share} of it.", place=terms.largest + 1, share=share)


def _named(explainer: Explainer, term: Expression) -> str:
    """Return a term in words: "−2.4 · 0.9, from unit 7 of 'Dense 15'"."""
    factors = _quantities(term)
    written = " · ".join(shown(explainer.number(factor)) for factor in factors)
    inputs = [factor for factor in factors if factor.kind is Kind.OUTPUT]
    if not inputs:
        return written
    source = inputs[0]
    return f"{written}, {layer_name(explainer, source.node)} {unit_name(source)}"


def _quantities(term: Expression) -> list[Quantity]:
    if isinstance(term, (Path, Negative)):
        return _quantities(term.inner)
    if isinstance(term, Product):
        return [found for factor in term.factors for found in _quantities(factor)]
    return [term] if isinstance(term, Quantity) else []

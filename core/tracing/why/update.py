"""Sentences on the update: penalty, clipping, the step of the optimiser."""

from __future__ import annotations

from collections.abc import Iterator

from core.formulas.quantities import Kind, Quantity
from core.texts import Text, text
from core.tracing.explaining import Explainer
from core.tracing.why.figures import shown

SAME = 0.01
"""Numbers that differ by less than this share are called the same."""


def why_penalised(explainer: Explainer, gradient: Quantity) -> Iterator[Text]:
    """Say where the penalty pulls the weight."""
    weight, plain = explainer.number(gradient.of(Kind.PARAMETER)), explainer.number(gradient.of(Kind.GRADIENT))
    pull = explainer.number(gradient) - plain
    if not pull:
        yield text("The weight is 0, so the penalty does not pull at it.")
        return
    sizes = {"pull": shown(pull), "weight": shown(weight)}
    yield text("The penalty adds {pull}: it pulls the weight {weight} towards 0.", **sizes)
    if plain and abs(pull) > abs(plain):
        yield text("It outweighs the gradient of the loss, {plain}.", plain=shown(plain))


def why_clipped(explainer: Explainer, gradient: Quantity) -> Iterator[Text]:
    """Say whether and why the gradient was made shorter."""
    trace = explainer.trace
    before = explainer.number(explainer.before_clipping(gradient))
    after, limit = explainer.number(gradient), trace.config.clip_limit
    if before == after:
        yield text("Nothing is clipped: the limit is {limit}.", limit=shown(limit))
        return
    norm = explainer.clipping_norm(gradient)
    if norm is None:
        yield text("Clipped from {before} to {after}.", before=shown(before), after=shown(after))
    else:
        yield text(
            "The gradient is scaled from norm {norm} to {limit}: this one from {before} to {after}.",
            norm=shown(norm),
            limit=shown(limit),
            before=shown(before),
            after=shown(after),
        )


def why_new_parameter(explainer: Explainer, weight: Quantity) -> Iterator[Text]:
    """Compare the step with the plain one of gradient descent."""
    trace = explainer.trace
    old, new = explainer.number(weight.of(Kind.PARAMETER)), explainer.number(weight)
    gradient = explainer.number(weight.of(Kind.CLIPPED_GRADIENT))
    step, plain = new - old, -trace.rate * trace.share * gradient
    if step == 0.0:
        yield text("The step is too small to change it." if gradient else "The weight stays: its gradient is 0.")
        return
    size = shown(abs(step))
    if step > 0.0:
        yield text("The weight goes up by {step}.", step=size)
    else:
        yield text("The weight goes down by {step}.", step=size)
    if old and (old < 0.0) != (new < 0.0) and new:
        yield text("It changes its sign.")
    if plain and abs(step - plain) > SAME * abs(plain):
        yield text(
            "Plain gradient descent would have made a step of {plain}: this one is {factor} times as long.",
            plain=shown(plain),
            factor=shown(step / plain),
        )
    elif not gradient:
        yield text("Its gradient is 0: it moves by what the optimiser remembers.")

"""Batch normalisation: every unit or channel with mean 0 and variance 1 over the batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from core.formulas.expressions import Expression, Over
from core.formulas.quantities import Index, Unit
from core.graph.model import Node
from core.layers.batch_statistics import RUNNING_MEAN, RUNNING_VARIANCE, OverBatch, over_run
from core.layers.binding import BindContext, Op
from core.layers.computing_layer import TrainedLayer
from core.layers.formula_context import PIXEL, FormulaContext, fitted, places_of, share_of
from core.layers.image_memory import channel_matrix, image_shape
from core.layers.layer_type import FREEZE, BufferSpec, Family, InputPort, ParameterSpec, single_input
from core.layers.normalizing import (
    DIVISOR,
    EPSILON,
    MEAN,
    NORMALISED,
    SCALED,
    VARIANCE,
    root_formula,
    scale_and_shift,
    scaled_delta,
    scaled_formula,
    standardised_formula,
    through_mean_and_variance,
    variance_share,
)
from core.options import OptionValue, RealOption, Shape


class BatchNormalization(TrainedLayer):
    """a = γ x̂ + β with x̂ = (x − μ_B) / √(σ_B² + ε) over the batch (002), in images over its pixels too.

    The variance divides by N − 1 as in all formulas of the course; ÷ N is an option, because the frameworks divide by
    N. The running mean and variance, by which inference normalises, move by `rate` towards those of each batch; the
    running variance always divides by N − 1, so it estimates the variance of the data in both cases (as in PyTorch).
    They move with the backward pass: a step that is refused because its loss is no number leaves them as they were.

    One number per unit has no variance. Such a batch (batch size 1, or the rest of 1 at the end of an epoch) is
    normalised by the running mean and variance and leaves them alone. So is every batch where the layer is frozen.
    """

    key = "batch_normalization"
    label = "Batch norm"
    description = "Brings each unit or channel to mean 0 and variance 1 over the batch, then scales and shifts it."
    family = Family.REGULARISE
    icon = "layer-normalise"
    options = (
        SCALED,
        DIVISOR,
        EPSILON,
        RealOption(
            key="rate",
            label="Running rate",
            default=0.1,
            minimum=0.0,
            maximum=1.0,
            help="Share of the newest batch in the running mean and variance, which inference uses.",
        ),
        replace(FREEZE, help="Keep γ and β as they are, and normalise by the running mean and variance as they are."),
    )
    reads_any_order = True
    shared_internals = frozenset({MEAN, VARIANCE, RUNNING_MEAN, RUNNING_VARIANCE})

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return "γ x̂ + β" if options[SCALED.key] else "x̂"

    def at_rest(self, options: Mapping[str, OptionValue]) -> Mapping[str, OptionValue]:
        return {**options, FREEZE.key: True}

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return single_input(node.name, inputs).shape

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return inputs[0]

    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        units = _units(inputs[0].shape)
        return scale_and_shift((units,), units) if node.options[SCALED.key] else ()

    def buffers(self, node: Node, inputs: Sequence[InputPort]) -> tuple[BufferSpec, ...]:
        shape = (_units(inputs[0].shape),)
        return (BufferSpec(RUNNING_MEAN, shape, 0.0), BufferSpec(RUNNING_VARIANCE, shape, 1.0))

    def multiply_adds(self, node: Node, inputs: Sequence[InputPort]) -> int:
        return inputs[0].width

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return 2 * batch_size * inputs[0].width

    def smallest_batch(self, inputs: Sequence[InputPort]) -> int:
        return 2 if _units(inputs[0].shape) == inputs[0].width else 1

    def bind(self, node: Node, context: BindContext) -> Op:
        values, units = channel_matrix(context.output.value).shape
        if context.training and _uses_batch(node, values):
            return OverBatch(node, context, values, units).op()
        return over_run(node, context, units)

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return scaled_formula(context, unit, _channel(unit))

    def internal_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression | None:
        if name in (RUNNING_MEAN, RUNNING_VARIANCE):
            return None
        channel, count = unit if name != NORMALISED else _channel(unit), _values(context)
        own = _uses_batch(context.node, count)
        mean = context.internal(MEAN if own else RUNNING_MEAN, channel, each_sample=False)
        if name == MEAN:
            return share_of(count) * _total(context, channel, lambda at, place: at.x(place))
        if name == VARIANCE:
            return variance_share(context, count) * _total(
                context, channel, lambda at, place: (at.x(place) - mean) ** 2
            )
        variance = context.internal(VARIANCE if own else RUNNING_VARIANCE, channel, each_sample=False)
        return standardised_formula(context, context.x(unit), mean, variance)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        channel, count = _channel(unit), _values(context)
        delta = scaled_delta(context, unit, channel)
        if not _uses_batch(context.node, count):
            running = context.internal(RUNNING_VARIANCE, channel, each_sample=False)
            return delta / root_formula(context, running)

        def along(at: FormulaContext, place: Unit) -> Expression:
            return scaled_delta(at, place, channel) * at.internal(NORMALISED, place)

        through = through_mean_and_variance(
            context,
            delta,
            _total(context, channel, lambda at, place: scaled_delta(at, place, channel)),
            _total(context, channel, along),
            context.internal(NORMALISED, unit),
            count,
        )
        return through / root_formula(context, context.internal(VARIANCE, channel, each_sample=False))

    def gradient_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        def term(at: FormulaContext, place: Unit) -> Expression:
            delta = at.delta(place)
            return delta if name == "beta" else delta * at.internal(NORMALISED, place)

        return _over_pixels(context, unit, term)


def _units(shape: Shape) -> int:
    return shape[0] if len(shape) == 1 else image_shape(shape)[2]


Term: TypeAlias = Callable[[FormulaContext, Unit], Expression]


def _uses_batch(node: Node, values: int) -> bool:
    """Whether a batch with so many values of a unit is normalised in training by its own mean and variance."""
    return values > 1 and not node.options[FREEZE.key]


def _channel(unit: Unit) -> Unit:
    """Return the place of the γ, β, μ and σ² of a value."""
    return (0,) if len(unit) == 2 else unit[-1:]


def _values(context: FormulaContext) -> int:
    """Return how many values of the batch have one mean."""
    return context.samples * math.prod(context.shape) // _units(context.shape)


def _total(context: FormulaContext, channel: Unit, term: Term) -> Over:
    """Return the sum of a term over the values of a unit or channel in all samples."""
    return context.over_samples(lambda at: _over_pixels(at, channel, term))


def _over_pixels(context: FormulaContext, channel: Unit, term: Term) -> Expression:
    """Return the sum of a term over the pixels of a channel; of a vector the term of the unit itself."""
    shape = context.shape
    if len(shape) == 1:
        return term(context, channel)

    def of_pixel(r: Index, s: Index) -> Expression:
        return term(context, fitted((r, s, *channel), len(shape)))

    return Over("sum", PIXEL[:2], places_of(shape[:2]), of_pixel)

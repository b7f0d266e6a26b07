"""The loss of an iteration in formulas: of each sample, of the batch, and its slope where the way back begins."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.compiler.structure import loss_of
from core.formulas.expressions import Expression, Over
from core.formulas.quantities import Constant, Index, Kind, Quantity
from core.layers.catalog import LAYERS
from core.layers.formula_context import flatten, unflatten
from core.numerics.losses.formulas import LossTerms
from core.options import Shape
from core.tracing.trace import SAMPLE_WEIGHT, Trace


class LossFormulas:
    """Writes the formulas around the loss of one iteration."""

    def __init__(self, trace: Trace) -> None:
        self._trace, self._loss = trace, loss_of(trace.graph)

    def of_sample(self, quantity: Quantity) -> Expression:
        """Return the loss of a sample, without its weight."""
        return self._loss.sample_formula(self._terms(sample_of(quantity)))

    def of_batch(self, quantity: Quantity) -> Expression:
        """Return C: the mean or the sum over the samples."""
        output_id = self._trace.output_id
        return self.over_samples(lambda n: self._weighted(Quantity(Kind.SAMPLE_LOSS, output_id, sample=n), n))

    def slope(self, quantity: Quantity) -> Expression:
        """Return ∂C/∂a of a unit of the last layer."""
        sample = sample_of(quantity)
        return self._weighted(self._loss.slope_formula(self._terms(sample), self._place(quantity)), sample)

    def fused_slope(self, quantity: Quantity) -> Expression:
        """Return ∂C/∂z of a unit of the last layer, whose activation function and the loss are one operation."""
        sample = sample_of(quantity)
        return self._weighted(self._loss.fused_formula(self._terms(sample), self._place(quantity)), sample)

    def over_samples(self, term: Callable[[Index], Expression]) -> Expression:
        """Return the mean or the sum of a term over the samples of the batch; of a batch of one the term itself."""
        n = self._trace.batch_size
        if n == 1:
            return term(0)
        total = Over("sum", ("n",), [(i,) for i in range(n)], term)
        return total if self._trace.sample_scale == 1.0 else Constant("one_over_batch", 1.0 / n) * total

    def _weighted(self, loss: Expression, sample: Index) -> Expression:
        if (self._trace.sample_weights == 1.0).all():
            return loss
        return Quantity(Kind.INTERNAL, self._trace.output_id, SAMPLE_WEIGHT, (), sample) * loss

    def _place(self, quantity: Quantity) -> Index:
        """Return a unit of the last layer as a place in the answer."""
        return flatten(quantity.unit, self._answer_shape())

    def _answer_shape(self) -> Shape:
        shape = self._trace.shapes[self._trace.last].output
        assert shape is not None
        return shape

    def _terms(self, sample: Index) -> LossTerms:
        """Return the numbers around the loss of a sample."""
        trace, shape = self._trace, self._answer_shape()
        node = trace.graph.node(trace.last)
        activation = LAYERS[node.kind].activation(node.options)

        def a(place: Index) -> Quantity:
            return Quantity(Kind.OUTPUT, trace.last, unit=unflatten(place, shape), sample=sample)

        def y(place: Index) -> Quantity:
            return Quantity(Kind.TARGET, trace.output_id, unit=(place,), sample=sample)

        return LossTerms(
            a=a,
            y=y,
            width=trace.target.shape[1],
            activation="" if activation is None else activation.key,
            largest="t" if isinstance(sample, str) else int(trace.target[sample].argmax()),
            sums_to_one=bool((trace.target.sum(axis=1) == 1.0).all()),
            smallest=float(np.finfo(trace.config.dtype).tiny),
        )


def sample_of(quantity: Quantity) -> Index:
    """Return the sample that a number is of; the first for one that is of them all."""
    return 0 if quantity.sample is None else quantity.sample

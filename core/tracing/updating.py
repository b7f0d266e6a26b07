"""The formulas from the gradient to the new weight: penalties, clipping, optimiser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.formulas.expressions import Expression, Number, Over, Sum, apply
from core.formulas.quantities import Constant, Kind, Quantity
from core.layers.formula_context import places_of
from core.numerics.clipping import CLIPPINGS, NormOf
from core.numerics.optimizers import OPTIMIZERS
from core.numerics.optimizers.formulas import UpdateTerms
from core.numerics.penalties import penalty_gradient_formula
from core.tracing.trace import Trace

NORM_LETTERS = ("r", "s", "c", "f")
"""The letters of a weight in the sum of all squares."""


class UpdateFormulas:
    """Writes the formulas of one update, for any weight."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        config = trace.config
        self._optimizer = OPTIMIZERS[config.optimizer]
        self._clipping = CLIPPINGS[config.clipping]
        self._limit = Constant("clip_limit", config.clip_limit)

    def penalised(self, weight: Quantity) -> Expression:
        """Return the gradient with that of the penalties."""
        gradient = weight.of(Kind.GRADIENT)
        l1, l2 = self._trace.penalty_factors[weight.node, weight.name]
        return penalty_gradient_formula(gradient, weight.of(Kind.PARAMETER), l1, l2)

    def clipped(self, weight: Quantity) -> Expression:
        """Return the gradient as the optimiser gets it."""
        norm = self.norm(weight)
        return self._clipping.formula_of(
            self.before_clipping(weight), Number(0.0) if norm is None else norm, self._limit
        )

    def norm(self, weight: Quantity) -> Quantity | None:
        """Return the norm that clipping looks at: of one parameter, of all, or None for no norm."""
        if self._clipping.looks_at is NormOf.NOTHING:
            return None
        each = self._clipping.looks_at is NormOf.PARAMETER
        return Quantity(Kind.GRADIENT_NORM, weight.node if each else "", weight.name if each else "")

    def norm_formula(self, quantity: Quantity) -> Expression:
        """Return ‖g‖ of one parameter, or of all."""
        keys = [(quantity.node, quantity.name)] if quantity.node else self._trace.trained
        squares = [self._squares(Quantity(Kind.GRADIENT, *key)) for key in keys]
        return apply("sqrt", squares[0] if len(squares) == 1 else Sum(tuple(squares)))

    def _squares(self, parameter: Quantity) -> Expression:
        gradient = self.before_clipping(parameter)
        shape = self._trace.old[parameter.node, parameter.name].shape
        letters = NORM_LETTERS[: len(shape)]
        return Over("sum", letters, places_of(shape), lambda *unit: replace(gradient, unit=unit) ** 2)

    def before_clipping(self, weight: Quantity) -> Quantity:
        """Return the gradient that clipping starts from."""
        factors = self._trace.penalty_factors.get((weight.node, weight.name), (0.0, 0.0))
        return weight.of(Kind.PENALISED_GRADIENT if any(factors) else Kind.GRADIENT)

    def steps(self, weight: Quantity) -> Mapping[Quantity, Expression]:
        """Return what the optimiser works out for one weight, in order; the new weight comes last."""
        trace = self._trace
        gradient = weight.of(Kind.CLIPPED_GRADIENT) if trace.has_clipping else self.before_clipping(weight)
        terms = UpdateTerms(
            weight=weight.of(Kind.PARAMETER),
            gradient=gradient,
            rate=self._rate(),
            options=trace.config.optimizer_options,
            update=trace.update,
            is_kernel=self._is_kernel(weight),
        )
        return self._optimizer.formulas(terms)

    def made(self, quantity: Quantity) -> Expression:
        """Return the formula of something that the optimiser works out."""
        return self.steps(quantity)[quantity]

    def _rate(self) -> Expression:
        rate = Constant("learning_rate", self._trace.rate)
        if self._trace.share == 1.0:
            return rate
        return Constant("one_over_samples", self._trace.share) * rate

    def _is_kernel(self, weight: Quantity) -> bool:
        specs = self._trace.shapes[weight.node].parameters
        return any(spec.name == weight.name and spec.role == "kernel" for spec in specs)

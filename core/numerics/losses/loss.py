"""What a loss is: terms that are summed over the outputs of a sample and then over the samples, as in-place kernels.

Symbols: a is the output (batch, width), y the target of the same shape, z the logits, n the batch size, K the width,
w the weight of a sample, ℓ a term, C the loss of the batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.formulas.expressions import Expression, formula, sum_over
from core.formulas.quantities import Constant, Index
from core.numerics.losses.formulas import LossTerms
from core.options import Choice, ChoiceOption, Option, OptionValue

Array: TypeAlias = NDArray[Any]
Call: TypeAlias = Callable[[], object]
LossCall: TypeAlias = Callable[[], float]

OVER_SAMPLES = ChoiceOption(
    key="over_samples",
    label="Samples",
    default="mean",
    choices=(
        Choice("mean", "Mean", "1/n Σ over the n samples of a batch: the step is that of a mean gradient"),
        Choice("sum", "Sum", "Σ over the samples of a batch: the step grows with the batch"),
    ),
    help="How the samples of a batch make one loss. What is shown is always the mean per sample.",
)
"""The option of every loss."""

OVER_OUTPUTS = ChoiceOption(
    key="over_outputs",
    label="Outputs",
    default="sum",
    choices=(
        Choice("sum", "Sum", "Σ over the K outputs, as in ‖y − a‖²"),
        Choice("mean", "Mean", "1/K Σ over the K outputs, as most frameworks do"),
    ),
    help="How the outputs of a sample make its loss.",
)


@dataclass(frozen=True, slots=True, eq=False)
class LossArrays:
    """What a loss reads; contiguous arrays, bound at compile time.

    Attributes
    ----------
    answer, target : a and y, (batch, width).
    weights : w, (batch,); None where every sample counts 1.
    activation : key of the activation function that the answer comes from, or empty.
    logits : z, (batch, width), where loss and activation are one operation; else None.
    """

    answer: Array
    target: Array
    weights: Array | None = None
    activation: str = ""
    logits: Array | None = None


class Loss(ABC):
    """A loss: C = 1/n Σ w L (or Σ w L) over the samples, and L = factor · Σ ℓ (or factor/K · Σ ℓ) over the outputs.

    The weights are scaled to a mean of 1 over the training samples, so 1/n Σ w L is the weighted mean Σ w L / Σ w of
    an epoch; a weight keeps its effect in a batch of one sample too.

    Class attributes
    ----------------
    key, label, formula : name in files, name on screen, the loss of one sample as the course writes it.
    options : what the user can set; each is an argument of the constructor.
    goes_with : key of the activation function that the last layer should have, or empty for any.
    fuses_with : keys of the functions with which the loss is one operation on logits.
    target_signs : whether targets are expected to be −1 and +1.
    negated : whether its formula is written −Σ.
    factor, slope_factor : what Σ ℓ, and the slopes of ℓ that ``bind_slopes`` writes, are multiplied by.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = (OVER_SAMPLES,)
    goes_with: ClassVar[str] = ""
    fuses_with: ClassVar[tuple[str, ...]] = ()
    target_signs: ClassVar[bool] = False
    negated: ClassVar[bool] = False
    factor: float = 1.0
    slope_factor: float = 1.0

    def __init__(self, over_samples: str = OVER_SAMPLES.default, over_outputs: str = OVER_OUTPUTS.default) -> None:
        self.is_mean, self._mean_of_outputs = over_samples == "mean", over_outputs == "mean"

    def configured(self, options: Mapping[str, OptionValue]) -> Self:
        """Return this loss with its options taken from `options`, where they are set."""
        own: dict[str, Any] = {option.key: options.get(option.key, option.initial) for option in self.options}
        return type(self)(**own)

    @property
    def summary(self) -> str:
        """The name with the option that says most, such as "Squared error, ½"."""
        return self.label

    @property
    def written(self) -> str:
        """The formula with the options as they are."""
        return f"1/K {self.formula}" if self._mean_of_outputs else self.formula

    @abstractmethod
    def bind_terms(self, arrays: LossArrays, out: Array) -> Call:
        """Return a call that writes the terms ℓ, (batch, width), into `out`."""

    @abstractmethod
    def bind_slopes(self, arrays: LossArrays, out: Array) -> Call:
        """Return a call that writes ∂Σℓ/∂a of each sample, divided by slope_factor, into `out`; ∂Σℓ/∂z with logits."""

    def bind_total(self, arrays: LossArrays) -> LossCall:
        """Return a call that computes Σ ℓ over the batch, regardless of weights."""
        terms = np.empty_like(arrays.answer)
        fill, flat, add = self.bind_terms(arrays, terms), terms.reshape(-1), np.add.reduce

        def total() -> float:
            fill()
            return float(add(flat))

        return total

    def bind_value(self, arrays: LossArrays) -> LossCall:
        """Return a call that computes C."""
        scale = self.factor * self._share(arrays)
        weights = arrays.weights
        if weights is None:
            total = self.bind_total(arrays)
            return lambda: total() * scale
        terms, columns = np.empty_like(arrays.answer), np.empty_like(arrays.answer[0])
        fill, dot, add = self.bind_terms(arrays, terms), np.dot, np.add.reduce

        def value() -> float:
            fill()
            dot(weights, terms, columns)
            return float(add(columns)) * scale

        return value

    def bind_gradient(self, arrays: LossArrays, out: Array) -> Call:
        """Return a call that writes ∂C/∂a into `out`, ∂C/∂z with logits; runs after the value of the same batch."""
        scale = self.slope_factor * self._share(arrays)
        fill, multiply, weights = self.bind_slopes(arrays, out), np.multiply, arrays.weights
        if weights is None:

            def gradient() -> None:
                fill()
                multiply(out, scale, out)

            return gradient
        column, scaled = weights.reshape(-1, 1), np.empty((len(weights), 1), dtype=out.dtype)

        def weighted_gradient() -> None:
            fill()
            multiply(column, scale, scaled)
            multiply(out, scaled, out)

        return weighted_gradient

    def bind_rows(self, arrays: LossArrays, out: Array) -> Call:
        """Return a call that writes L, the loss of each sample alone and without its weight, into `out`, (batch,)."""
        scale = self.factor * self._share_of_outputs(arrays)
        terms = np.empty_like(arrays.answer)
        fill = self.bind_terms(arrays, terms)

        def rows() -> None:
            fill()
            np.add.reduce(terms, axis=1, out=out)
            np.multiply(out, scale, out)

        return rows

    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        """Return ℓ of one output, or −ℓ of a loss that is `negated`."""
        raise NotImplementedError(f"{self.key} has no formula")

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        """Return what ``bind_slopes`` writes at a place: ∂Σℓ/∂a divided by slope_factor."""
        raise NotImplementedError(f"{self.key} has no formula of its slope")

    def bare_fused_formula(self, terms: LossTerms, place: Index) -> Expression:
        """Return the same for ∂Σℓ/∂z, where loss and activation are one operation."""
        raise NotImplementedError(f"{self.key} does not fuse with {terms.activation}")

    def sample_formula(self, terms: LossTerms) -> Expression:
        """Return L, the loss of a sample without its weight."""
        total = sum_over("i", terms.width, lambda i: self.term_formula(terms, i))
        whole = total if terms.width > 1 else total.term(0)
        return self._scaled(self.factor, -whole if self.negated else whole, terms)

    def slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        """Return ∂L/∂a at a place."""
        return self._scaled(self.slope_factor, self.bare_slope_formula(terms, place), terms)

    def fused_formula(self, terms: LossTerms, place: Index) -> Expression:
        """Return ∂L/∂z at a place."""
        return self._scaled(self.slope_factor, self.bare_fused_formula(terms, place), terms)

    def _scaled(self, factor: float, expression: Expression, terms: LossTerms) -> Expression:
        if self._mean_of_outputs:
            expression = formula(1.0) / Constant("outputs", float(terms.width)) * expression
        return expression if factor == 1.0 else factor * expression

    def per_sample(self, batch_size: int) -> float:
        """Return by what C is multiplied to give the mean loss of a sample of the batch."""
        return 1.0 if self.is_mean else 1.0 / batch_size

    def _share(self, arrays: LossArrays) -> float:
        over_samples = 1.0 / len(arrays.answer) if self.is_mean else 1.0
        return over_samples * self._share_of_outputs(arrays)

    def _share_of_outputs(self, arrays: LossArrays) -> float:
        return 1.0 / arrays.answer.shape[1] if self._mean_of_outputs else 1.0

"""What a loss is: terms that are summed over the outputs of a sample and then over the samples, as formulas.

Symbols: a is the output (batch, width), y the target of the same shape, z the logits, n the batch size, K the width,
w the weight of a sample, ℓ a term, C the loss of the batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.formulas.expressions import Expression, formula, sum_of_row, sum_over
from core.formulas.quantities import Constant, Index, Kind, Quantity
from core.loops.bind import bind
from core.loops.program import Name, Program, Rank, compose, name_of
from core.numerics.configuring import configured
from core.numerics.losses.formulas import PROBABILITIES, LossTerms
from core.options import Choice, ChoiceOption, Option, OptionValue
from core.texts import phrase

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

PLACE = "j"
Z, A, Y = Quantity(Kind.PRE_ACTIVATION), Quantity(Kind.OUTPUT), Quantity(Kind.TARGET)
WEIGHT, SLOPE, ROW_LOSS = Quantity(Kind.INTERNAL, slot="weight"), Quantity(Kind.UPSTREAM), Quantity(Kind.SAMPLE_LOSS)
RANKS = {name_of(quantity): Rank.ELEMENT for quantity in (Z, A, Y, SLOPE)}
RANKS |= {name_of(quantity): Rank.ROW for quantity in (WEIGHT, ROW_LOSS)}


@dataclass(frozen=True, slots=True)
class _Case:
    """What a program of a loss depends on besides its options; see LossArrays."""

    width: int
    dtype: str
    activation: str
    has_logits: bool
    has_weights: bool


def _case_of(arrays: LossArrays) -> _Case:
    answer = arrays.answer
    has = arrays.logits is not None, arrays.weights is not None
    return _Case(answer.shape[1], answer.dtype.name, arrays.activation, *has)


def _terms_of(case: _Case) -> LossTerms:
    """Return the numbers around the loss of any sample."""
    return LossTerms(
        a=lambda place: A,
        y=lambda place: Y,
        width=case.width,
        # A probability too may be rounded to 0 or 1.
        activation="" if case.activation in PROBABILITIES else case.activation,
        largest=0,
        sums_to_one=False,
        smallest=float(np.finfo(case.dtype).tiny),
    )


def _weighted(expression: Expression, case: _Case) -> Expression:
    return WEIGHT * expression if case.has_weights else expression


# The programs are kept: every network that is compiled has a loss.


@lru_cache(maxsize=256)
def _value_program(loss: Loss, case: _Case) -> Program:
    return compose([], RANKS, _weighted(_term(loss, case), case))


@lru_cache(maxsize=256)
def _gradient_program(loss: Loss, case: _Case, scale: float) -> Program:
    slope = (loss.bare_fused_formula if case.has_logits else loss.bare_slope_formula)(_terms_of(case), PLACE)
    return compose([(SLOPE, _weighted(slope * Constant("scale", scale), case))], RANKS)


@lru_cache(maxsize=256)
def _rows_program(loss: Loss, case: _Case, scale: float) -> Program:
    return compose([(ROW_LOSS, sum_of_row(_term(loss, case)) * Constant("scale", scale))], RANKS)


def _term(loss: Loss, case: _Case) -> Expression:
    return loss.computed_term(_terms_of(case), Z if case.has_logits else None)


def _bound(arrays: LossArrays) -> dict[Name, Array]:
    bound = {A: arrays.answer, Y: arrays.target, Z: arrays.logits, WEIGHT: arrays.weights}
    return {name_of(quantity): array for quantity, array in bound.items() if array is not None}


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
    measures_distance : whether it grows with how far answers are from targets, and with nothing else about them.
    factor, slope_factor : what Σ ℓ, and the bare slopes of ℓ, are multiplied by.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = (OVER_SAMPLES,)
    goes_with: ClassVar[str] = ""
    fuses_with: ClassVar[tuple[str, ...]] = ()
    target_signs: ClassVar[bool] = False
    negated: ClassVar[bool] = False
    measures_distance: ClassVar[bool] = False
    factor: float = 1.0
    slope_factor: float = 1.0

    def __init__(self, over_samples: str = OVER_SAMPLES.default, over_outputs: str = OVER_OUTPUTS.default) -> None:
        self.is_mean, self._mean_of_outputs = over_samples == "mean", over_outputs == "mean"

    def configured(self, options: Mapping[str, OptionValue]) -> Self:
        """Return this loss with its options taken from `options`, where they are set."""
        return configured(type(self), self.options, options)

    @property
    def summary(self) -> str:
        """The name with the option that says most, such as "Squared error, ½"; a phrase."""
        return phrase(self.label)

    @property
    def written(self) -> str:
        """The formula with the options as they are."""
        return f"1/K {self.formula}" if self._mean_of_outputs else self.formula

    def bind_value(self, arrays: LossArrays) -> LossCall:
        """Return a call that computes C."""
        return bind(_value_program(self, _case_of(arrays)), _bound(arrays), self.factor * self._share(arrays))

    def bind_gradient(self, arrays: LossArrays, out: Array) -> Call:
        """Return a call that writes ∂C/∂a into `out`, ∂C/∂z with logits; runs after the value of the same batch."""
        program = _gradient_program(self, _case_of(arrays), self.slope_factor * self._share(arrays))
        return bind(program, {**_bound(arrays), name_of(SLOPE): out})

    def bind_rows(self, arrays: LossArrays, out: Array) -> Call:
        """Return a call that writes L, the loss of each sample alone and without its weight, into `out`, (batch,)."""
        program = _rows_program(self, _case_of(arrays), self.factor * self._share_of_outputs(arrays))
        return bind(program, {**_bound(arrays), name_of(ROW_LOSS): out})

    def computed_term(self, terms: LossTerms, z: Expression | None) -> Expression:
        """Return ℓ as it is worked out over arrays; `z` are the logits where loss and activation are one operation."""
        term = self.term_formula(terms, PLACE)
        return -term if self.negated else term

    @abstractmethod
    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        """Return ℓ of one output, or −ℓ of a loss that is `negated`."""

    @abstractmethod
    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        """Return ∂Σℓ/∂a at a place, divided by slope_factor."""

    def bare_fused_formula(self, terms: LossTerms, place: Index) -> Expression:
        """Return the same for ∂Σℓ/∂z; a loss that is one operation with functions (`fuses_with`) has it."""
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

"""Resilient backpropagation: a step size of its own for every weight, from the signs of the gradient alone."""

from __future__ import annotations

from core.formulas.expressions import Cases, Condition, Expression, apply, formula
from core.formulas.quantities import Quantity
from core.numerics.optimizers.formulas import UpdateTerms
from core.numerics.optimizers.optimizer import Optimizer
from core.options import RealOption

NO_RATE = 1e-12
"""A learning rate below this moves nothing, and is not divided by."""


class Rprop(Optimizer):
    """Δ grows while the gradient keeps its sign and shrinks when it turns; w ← w − Δ sign(g) (Riedmiller, Braun 1993).

    This is the variant without taking a step back (iRprop−, Igel and Hüsken 2000; also PyTorch's): where the sign
    turned, the weight rests for one step. Meant for the batch mode: signs of small batches are noise.

    Δ starts at η. It is kept in units of η, so that another η scales every step from then on.
    """

    key = "rprop"
    label = "Rprop"
    formula = "Δ ← η⁺ Δ where g keeps its sign, η⁻ Δ where it turns;  w ← w − Δ sign(g)"
    options = (
        RealOption(
            key="shrink",
            label="Shrink η⁻",
            default=0.5,
            minimum=0.01,
            maximum=1.0,
            help="Factor of a step size where the gradient has turned its sign.",
        ),
        RealOption(
            key="grow",
            label="Grow η⁺",
            default=1.2,
            minimum=1.0,
            maximum=10.0,
            help="Factor of a step size where the gradient keeps its sign.",
        ),
        RealOption(
            key="smallest",
            label="Smallest Δ",
            default=1e-6,
            minimum=1e-12,
            maximum=1.0,
            logarithmic=True,
            help="No step size becomes smaller than this.",
        ),
        RealOption(
            key="largest",
            label="Largest Δ",
            default=50.0,
            minimum=1e-6,
            maximum=1e6,
            logarithmic=True,
            help="No step size becomes larger than this.",
        ),
    )
    slot_names = ("relative_size", "last_sign")
    default_rate = 0.01
    smallest_rate = NO_RATE

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        size, sign, step = terms.new_slot("relative_size"), terms.new_slot("last_sign"), terms.auxiliary("step_size")
        if terms.rate_value < NO_RATE:
            return {terms.new_weight: terms.weight}
        old, zero = terms.slot("relative_size"), formula(0.0)
        start = Cases(((Condition(old, "=", zero), formula(1.0)),), old)
        turn = terms.slot("last_sign") * apply("sign", terms.gradient)
        kept, turned = Condition(turn, ">", zero), Condition(turn, "<", zero)
        grown = Cases(((kept, terms.option("grow") * start), (turned, terms.option("shrink") * start)), start)
        smallest, largest = terms.option("smallest") / terms.rate, terms.option("largest") / terms.rate
        return {
            size: apply("min", apply("max", grown, smallest), largest),
            step: terms.rate * size,
            sign: Cases(((turned, zero),), apply("sign", terms.gradient)),
            terms.new_weight: terms.weight - step * sign,
        }

"""Dropout: values that are left out at random while the network trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.formulas.expressions import Expression
from core.formulas.quantities import Constant, Quantity, Unit
from core.graph.model import Node
from core.layers.binding import BindContext, Call, Op, drawing_generator, gradient_target
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext
from core.layers.image_memory import memory_view
from core.layers.layer_type import Family, InputPort, single_input
from core.options import OptionValue, RealOption, Shape


class Dropout(ComputingLayer):
    """a = m ⊙ x / (1 − p) while training, each m 0 with probability p and else 1; a = x in inference.

    The division ("inverted dropout") keeps the expected value, so that inference needs no factor. 002 leaves whole
    units out of one iteration; here each sample of the batch has units of its own left out, as everywhere today.
    The mask is drawn in float32 for every precision: one seed leaves out the same units.
    """

    key = "dropout"
    label = "Dropout"
    description = "Leaves values out at random while training, against overfitting."
    family = Family.REGULARISE
    icon = "layer-dropout"
    options = (
        RealOption(
            key="rate",
            label="Rate p",
            default=0.2,
            minimum=0.0,
            maximum=0.95,
            help="Probability that a value is set to 0 while training; the others are divided by 1 − p.",
        ),
    )
    draws_at_random = True
    reads_any_order = True
    tells_units_apart = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return f"p = {options['rate']:.2f}"

    def at_rest(self, options: Mapping[str, OptionValue]) -> Mapping[str, OptionValue]:
        return {**options, "rate": 0.0}

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return single_input(node.name, inputs).shape

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return inputs[0]

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return 2 * batch_size * inputs[0].width

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return self._kept(context, unit, context.x(unit))

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        return self._kept(context, unit, context.delta(unit))

    def _kept(self, context: FormulaContext, unit: Unit, value: Quantity) -> Expression:
        """Return m · value / (1 − p)."""
        rate = Constant("dropout_rate", float(context.node.options["rate"]))  # type: ignore[arg-type]
        return context.internal("mask", unit) * (value / (1.0 - rate))

    def bind(self, node: Node, context: BindContext) -> Op:
        (source,) = context.inputs
        x, a, g = source.tensor.value, context.output.value, context.output.gradient
        if not context.training:
            return Op((lambda: np.copyto(a, x),))
        generator = drawing_generator(context)
        rate = float(node.options["rate"])  # type: ignore[arg-type]
        scale = 1.0 / (1.0 - rate)
        uniform, kept, factor = np.empty_like(a, dtype=np.float32), np.empty_like(a, dtype=bool), np.empty_like(a)
        drawn = memory_view(uniform)

        def forward() -> None:
            generator.random(dtype=np.float32, out=drawn)
            np.greater_equal(uniform, rate, kept)
            np.multiply(kept, scale, factor)
            np.multiply(x, factor, a)

        into, after = gradient_target(source)
        backward: list[Call] = []
        if into is not None and g is not None:
            backward = [lambda: np.multiply(g, factor, into), *after]
        return Op((forward,), tuple(backward), {"mask": kept})

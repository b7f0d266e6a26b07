"""Gaussian noise: small random changes while the network trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.formulas.expressions import Expression
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.binding import BindContext, Op, drawing_generator, hand_back
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext
from core.layers.image_memory import memory_view
from core.layers.layer_type import Family, InputPort, single_input
from core.options import OptionValue, RealOption, Shape


class GaussianNoise(ComputingLayer):
    """a = x + n with n ~ N(0, σ²) drawn for every value while training (002, "añadir ruido"); a = x in inference.

    The gradient passes unchanged.
    """

    key = "gaussian_noise"
    label = "Noise"
    description = "Adds normal noise to every value while training, against overfitting."
    family = Family.REGULARISE
    icon = "layer-noise"
    options = (
        RealOption(
            key="deviation",
            label="Deviation σ",
            default=0.1,
            minimum=0.0,
            maximum=10.0,
            help="Standard deviation of the noise that is added while training.",
        ),
    )
    draws_at_random = True
    reads_any_order = True
    moves_zero = True
    tells_units_apart = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return f"σ = {options['deviation']:g}"

    def at_rest(self, options: Mapping[str, OptionValue]) -> Mapping[str, OptionValue]:
        return {**options, "deviation": 0.0}

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return single_input(node.name, inputs).shape

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return inputs[0]

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return context.x(unit) + context.internal("noise", unit)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        return context.delta(unit)

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return batch_size * inputs[0].width

    def bind(self, node: Node, context: BindContext) -> Op:
        (source,) = context.inputs
        x, a, g = source.tensor.value, context.output.value, context.output.gradient
        if not context.training:
            return Op((lambda: np.copyto(a, x),))
        generator = drawing_generator(context)
        deviation = float(node.options["deviation"])  # type: ignore[arg-type]
        noise = np.empty_like(a)
        drawn = memory_view(noise)

        def forward() -> None:
            generator.standard_normal(dtype=context.dtype, out=drawn)
            np.multiply(noise, deviation, noise)
            np.add(noise, x, a)

        return Op((forward,), tuple(hand_back(g, source)) if g is not None else (), {"noise": noise})

"""The arithmetic of layers that only give their input another shape."""

from __future__ import annotations

import numpy as np

from core.formulas.quantities import Quantity, Unit
from core.layers.binding import BindContext, Op, hand_back
from core.layers.formula_context import FormulaContext, flatten, unflatten


def bind_reordering(context: BindContext) -> Op:
    """Bind a = x with other sizes: the numbers of a sample keep their order, row by row and channel by channel.

    The input may lie in any order of memory; the output is contiguous, so it has a view in the input's shape.
    """
    (source,) = context.inputs
    x, g = source.tensor.value, context.output.gradient
    a = context.output.value.reshape(x.shape)
    backward = hand_back(g.reshape(x.shape), source) if g is not None else []
    return Op((lambda: np.copyto(a, x),), tuple(backward))


def forward_reordering(context: FormulaContext, unit: Unit) -> Quantity:
    """Return the value of the input that stands at a unit of the output."""
    return context.flat_x(flatten(unit, context.shape))


def backward_reordering(context: FormulaContext, unit: Unit) -> Quantity:
    """Return ∂C/∂a where a unit of the input has gone."""
    return context.delta(unflatten(flatten(unit, context.sources[0].shape), context.shape))

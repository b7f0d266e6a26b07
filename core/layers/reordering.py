"""The arithmetic of layers that only give their input another shape."""

from __future__ import annotations

import numpy as np

from core.layers.layer_type import BindContext, Op, hand_back


def bind_reordering(context: BindContext) -> Op:
    """Bind a = x with other sizes: the numbers of a sample keep their order, row by row and channel by channel.

    The input may lie in any order of memory; the output is contiguous, so it has a view in the input's shape.
    """
    (source,) = context.inputs
    x, g = source.tensor.value, context.output.gradient
    a = context.output.value.reshape(x.shape)
    backward = hand_back(g.reshape(x.shape), source) if g is not None else []
    return Op((lambda: np.copyto(a, x),), tuple(backward))

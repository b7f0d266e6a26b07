"""Penalties on large weights, which are a part of the loss that is minimised (002). Biases are not penalised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.formulas.expressions import Expression, apply
from core.formulas.quantities import Constant

Array: TypeAlias = NDArray[Any]
PenaltyCall: TypeAlias = Callable[[], float]


def bind_penalty(kernels: Sequence[tuple[Array, Array, float, float]]) -> PenaltyCall | None:
    """Return a call that adds the gradient of Σ (λ₁ Σ|θ| + λ₂/2 Σθ²) over the kernels, and returns its value.

    Parameters
    ----------
    kernels : (value, gradient, λ₁, λ₂) of each kernel. The derivative of |θ| at 0 is 0. Where all λ are 0 there is no
        call, None.
    """
    arrays = [
        (value.reshape(-1), gradient.reshape(-1), np.empty(value.size, value.dtype), l1, l2)
        for value, gradient, l1, l2 in kernels
        if l1 or l2
    ]
    if not arrays:
        return None
    dot, multiply, add, sign = np.dot, np.multiply, np.add, np.sign

    def penalise() -> float:
        penalty = 0.0
        for value, gradient, share, l1, l2 in arrays:
            if l1:
                sign(value, share)
                penalty += l1 * float(dot(value, share))
                multiply(share, l1, share)
                add(gradient, share, gradient)
            if l2:
                penalty += 0.5 * l2 * float(dot(value, value))
                multiply(value, l2, share)
                add(gradient, share, gradient)
        return penalty

    return penalise


def penalty_gradient_formula(gradient: Expression, weight: Expression, l1: float, l2: float) -> Expression:
    """Return ∂C/∂θ with the gradient of λ₁ |θ| + λ₂/2 θ²."""
    if l1:
        gradient = gradient + Constant("l1", l1) * apply("sign", weight)
    return gradient + Constant("l2", l2) * weight if l2 else gradient

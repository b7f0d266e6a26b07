"""Remedies against exploding gradients: clipping them, or scaling them to a given size (002)."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.formulas.expressions import Cases, Condition, Expression, apply, formula
from core.registry import Registry

Array: TypeAlias = NDArray[Any]
Clip: TypeAlias = Callable[[float], object]
"""Called with ‖g‖² of the whole gradient, which is finite."""

SMALLEST_SQUARE = 1e-20
"""Below this ‖g‖² may have lost digits to underflow in float32."""


class NormOf(Enum):
    """Whose norm a rule looks at."""

    NOTHING = "nothing"
    PARAMETER = "parameter"
    ALL = "all"


class Clipping(ABC):
    """A rule that changes the gradient before the update.

    Class attributes
    ----------------
    key, label, formula : name in files, name on screen, the rule; c is the limit.
    looks_at : whose norm decides.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    looks_at: ClassVar[NormOf] = NormOf.ALL

    def formula_of(self, gradient: Expression, norm: Expression, limit: Expression) -> Expression:
        """Return the gradient of one weight as the optimiser gets it; `norm` is ‖g‖."""
        return gradient

    @abstractmethod
    def bind(self, gradients: Array, parts: Sequence[Array], limit: float) -> Clip | None:
        """Return a call that changes `gradients` in place, or None where nothing is to be done.

        `parts` are the gradients of the single parameters, as views of `gradients`.
        """


class NoClipping(Clipping):
    """g stays as it is."""

    key = "none"
    label = "None"
    formula = "g"
    looks_at = NormOf.NOTHING

    def bind(self, gradients: Array, parts: Sequence[Array], limit: float) -> Clip | None:
        return None


class ElementClipping(Clipping):
    """Every element is brought into −c … c (002)."""

    key = "element"
    label = "Each element"
    formula = "g ← min(max(g, −c), c)"
    looks_at = NormOf.NOTHING

    def formula_of(self, gradient: Expression, norm: Expression, limit: Expression) -> Expression:
        return apply("min", apply("max", gradient, -limit), limit)

    def bind(self, gradients: Array, parts: Sequence[Array], limit: float) -> Clip | None:
        maximum, minimum = np.maximum, np.minimum

        def clip(square: float) -> None:
            maximum(gradients, -limit, out=gradients)
            minimum(gradients, limit, out=gradients)

        return clip


class NormClipping(Clipping):
    """The gradient of each parameter (each kernel, each bias) is made shorter where its norm is more than c."""

    key = "norm"
    label = "Norm of each parameter"
    formula = "g ← g c/‖g‖ where ‖g‖ > c, each parameter by itself"
    looks_at = NormOf.PARAMETER

    def formula_of(self, gradient: Expression, norm: Expression, limit: Expression) -> Expression:
        return _shortened(gradient, norm, limit)

    def bind(self, gradients: Array, parts: Sequence[Array], limit: float) -> Clip | None:
        vectors = [part.reshape(-1) for part in parts]
        dot, multiply, square_limit = np.dot, np.multiply, limit * limit

        def clip(square: float) -> None:
            # None is longer than all of them together.
            if square > square_limit:
                for vector in vectors:
                    own = float(dot(vector, vector))
                    if own > square_limit:
                        multiply(vector, limit / math.sqrt(own), vector)

        return clip


class GlobalNormClipping(Clipping):
    """The gradient of all parameters together is made shorter where its norm is more than c."""

    key = "global_norm"
    label = "Norm of all"
    formula = "g ← g c/‖g‖ where ‖g‖ > c, all parameters together"

    def formula_of(self, gradient: Expression, norm: Expression, limit: Expression) -> Expression:
        return _shortened(gradient, norm, limit)

    def bind(self, gradients: Array, parts: Sequence[Array], limit: float) -> Clip | None:
        square_limit = limit * limit

        def clip(square: float) -> None:
            if square > square_limit:
                np.multiply(gradients, limit / math.sqrt(square), gradients)

        return clip


class UnitScaling(Clipping):
    """The gradient of all parameters together always gets the norm c (002: scaled to norm 1). One of 0 stays 0."""

    key = "scale"
    label = "Scale to norm"
    formula = "g ← g c/‖g‖, always"

    def formula_of(self, gradient: Expression, norm: Expression, limit: Expression) -> Expression:
        return Cases(((Condition(norm, "=", formula(0.0)), gradient),), gradient * (limit / norm))

    def bind(self, gradients: Array, parts: Sequence[Array], limit: float) -> Clip | None:
        def scale(square: float) -> None:
            if square < SMALLEST_SQUARE:
                largest = float(np.absolute(gradients).max(initial=0.0))
                if largest == 0.0:
                    return
                np.divide(gradients, largest, gradients)
                square = float(np.dot(gradients, gradients))
            np.multiply(gradients, limit / math.sqrt(square), gradients)

        return scale


def _shortened(gradient: Expression, norm: Expression, limit: Expression) -> Expression:
    return Cases(((Condition(norm, ">", limit), gradient * (limit / norm)),), gradient)


CLIPPINGS: Registry[Clipping] = Registry(
    "clipping", (NoClipping(), ElementClipping(), NormClipping(), GlobalNormClipping(), UnitScaling())
)

"""Activation functions: each a named pair of a function and its derivative, as in-place kernels.

Symbols: z is the pre-activation, a = g(z) the output, C the loss; arrays are (batch, *shape).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.registry import Registry

Array: TypeAlias = NDArray[Any]
Call: TypeAlias = Callable[[], object]


class Activation(ABC):
    """An activation function.

    Class attributes
    ----------------
    key, label : name in files, name on screen.
    formula : the function as the course writes it.
    derivative_formula : its derivative.
    elementwise : whether each output depends on its own input alone (softmax does not).
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    derivative_formula: ClassVar[str]
    elementwise: ClassVar[bool] = True

    @abstractmethod
    def bind_forward(self, z: Array, a: Array) -> Call:
        """Return a call that writes g(z) into `a`; `a` and `z` may be the same array."""

    @abstractmethod
    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        """Return a call that writes ∂C/∂z = g′(z) ⊙ `upstream` into `out`; `upstream` is ∂C/∂a.

        `out` may be `upstream`, never `z` or `a`.
        """

    def value(self, z: Array) -> Array:
        """Return g(z) as a new array."""
        a = np.empty_like(z)
        with np.errstate(over="ignore"):
            self.bind_forward(z, a)()
        return a

    def derivative(self, z: Array) -> Array:
        """Return g′(z) of an elementwise activation as a new array."""
        out = np.empty_like(z)
        self.bind_backward(z, self.value(z), np.ones_like(z), out)()
        return out


class Linear(Activation):
    """g(z) = z."""

    key = "linear"
    label = "Linear"
    formula = "g(z) = z"
    derivative_formula = "g′(z) = 1"

    def bind_forward(self, z: Array, a: Array) -> Call:
        return _nothing if a is z else lambda: np.copyto(a, z)

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        return _nothing if out is upstream else lambda: np.copyto(out, upstream)


class Sigmoid(Activation):
    """g(z) = 1 / (1 + e^−z); the derivative is written with a, as in documents 000 and 002."""

    key = "sigmoid"
    label = "Sigmoid"
    formula = "g(z) = 1 / (1 + e⁻ᶻ)"
    derivative_formula = "g′(z) = a (1 − a)"

    def bind_forward(self, z: Array, a: Array) -> Call:
        # ½ + ½ tanh(z/2) cannot overflow, but rounds to 0 below z = −17 in float32, and δ with it. Here e^−z may
        # overflow to ∞, whose reciprocal 0 is right; who runs a plan ignores that overflow.
        negative, exp, add, reciprocal = np.negative, np.exp, np.add, np.reciprocal

        def forward() -> None:
            negative(z, a)
            exp(a, a)
            add(a, 1.0, a)
            reciprocal(a, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        factor = np.empty_like(a)
        subtract, multiply = np.subtract, np.multiply

        def backward() -> None:
            subtract(1.0, a, factor)
            multiply(factor, a, factor)
            multiply(factor, upstream, out)

        return backward


class Tanh(Activation):
    """g(z) = tanh z; g′ = 1 − a² (the slide of 002 prints g itself)."""

    key = "tanh"
    label = "Tanh"
    formula = "g(z) = tanh z"
    derivative_formula = "g′(z) = 1 − a²"

    def bind_forward(self, z: Array, a: Array) -> Call:
        return lambda: np.tanh(z, a)

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        factor = np.empty_like(a)
        subtract, multiply = np.subtract, np.multiply

        def backward() -> None:
            multiply(a, a, factor)
            subtract(1.0, factor, factor)
            multiply(factor, upstream, out)

        return backward


class Relu(Activation):
    """g(z) = max(0, z); at the kink z = 0 the derivative is taken as 0."""

    key = "relu"
    label = "ReLU"
    formula = "g(z) = max(0, z)"
    derivative_formula = "g′(z) = 1 where z > 0, else 0"

    def bind_forward(self, z: Array, a: Array) -> Call:
        return lambda: np.maximum(z, 0.0, out=a)

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        positive = np.empty(z.shape, dtype=bool)
        greater, multiply = np.greater, np.multiply

        def backward() -> None:
            greater(z, 0.0, positive)
            multiply(upstream, positive, out)

        return backward


class Softmax(Activation):
    """gᵢ(z) = e^zᵢ / Σⱼ e^zⱼ over the last axis; the Jacobian is gᵢ (δᵢⱼ − gⱼ) (002 prints its diagonal)."""

    key = "softmax"
    label = "Softmax"
    formula = "gᵢ(z) = eᶻⁱ / Σⱼ eᶻʲ"
    derivative_formula = "∂gᵢ/∂zⱼ = gᵢ (δᵢⱼ − gⱼ)"
    elementwise = False

    def bind_forward(self, z: Array, a: Array) -> Call:
        row = np.empty((*z.shape[:-1], 1), dtype=z.dtype)
        maximum, subtract, exp = np.maximum.reduce, np.subtract, np.exp
        add, divide = np.add.reduce, np.divide

        def forward() -> None:
            maximum(z, axis=-1, out=row, keepdims=True)
            subtract(z, row, a)
            exp(a, a)
            add(a, axis=-1, out=row, keepdims=True)
            divide(a, row, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        row = np.empty((*z.shape[:-1], 1), dtype=z.dtype)
        product = np.empty_like(a)
        multiply, subtract, add = np.multiply, np.subtract, np.add.reduce

        def backward() -> None:
            multiply(a, upstream, product)
            add(product, axis=-1, out=row, keepdims=True)
            subtract(upstream, row, out)
            multiply(out, a, out)

        return backward


def _nothing() -> None:
    """Do nothing: the arrays are one and the same."""


LINEAR = Linear()

ACTIVATIONS: Registry[Activation] = Registry(
    "activation", (Sigmoid(), Tanh(), Relu(), LINEAR, Softmax())
)

"""What an activation function is: a named pair of a function and its derivative, as formulas.

Symbols: z is the pre-activation, a = g(z) the output, C the loss; arrays are (batch, *shape).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.formulas.expressions import Activated, Derivative, Expression
from core.formulas.quantities import Kind, Quantity, Unit
from core.loops.bind import bind
from core.loops.program import Program, Rank, compose, name_of
from core.numerics.configuring import configured
from core.options import Option, OptionValue, Shape

Array: TypeAlias = NDArray[Any]
Call: TypeAlias = Callable[[], object]
Numbers: TypeAlias = Callable[[Unit], Quantity]

Z, A, BIAS = Quantity(Kind.PRE_ACTIVATION), Quantity(Kind.OUTPUT), Quantity(Kind.PARAMETER)
UPSTREAM, DELTA = Quantity(Kind.UPSTREAM), Quantity(Kind.DELTA)
_RANKS = {name_of(quantity): Rank.ELEMENT for quantity in (Z, A, UPSTREAM, DELTA)} | {name_of(BIAS): Rank.COLUMN}

_SLOPES_AT = np.linspace(-4.0, 4.0, 801)


class Activation(ABC):
    """An activation function.

    Class attributes
    ----------------
    key, label : name in files, name on screen.
    formula : the function as the course writes it.
    derivative_formula : its derivative.
    elementwise : whether each output depends on its own input alone (softmax does not).
    trainable : whether there is a gradient to train with; step and sign have none.
    options : constants of the function that the user can set; each is an attribute of the same name.
    kinks : z where g is not smooth; a derivative that jumps there is stated in the class.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    derivative_formula: ClassVar[str]
    elementwise: ClassVar[bool] = False
    trainable: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = ()
    kinks: ClassVar[tuple[float, ...]] = ()

    @property
    def short_label(self) -> str:
        """The label inside a sentence or beside a name: "sigmoid", "leaky ReLU", "ELU"."""
        first = self.label.split()[0]
        return self.label if first[1:] != first[1:].lower() else self.label[0].lower() + self.label[1:]

    def configured(self, options: Mapping[str, OptionValue]) -> Self:
        """Return this function with its constants taken from `options`, where they are set."""
        if not self.options:
            return self
        return configured(type(self), self.options, options)

    def bind_forward(self, z: Array, a: Array, bias: Array | None = None) -> Call:
        """Return a call that writes g(z) into `a`; `a` and `z` may be the same array.

        With `bias`, (units,), that is added to the last axis of z first.
        """
        arrays = {name_of(Z): z, name_of(A): a}
        if bias is None:
            return bind(self._forward_program, arrays)
        return bind(self._biased_program, {**arrays, name_of(BIAS): bias})

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        """Return a call that writes ∂C/∂z = g′(z) ⊙ `upstream` into `out`; `upstream` is ∂C/∂a.

        `out` may be `upstream`, never `z` or `a`.
        """
        arrays = {name_of(Z): z, name_of(A): a, name_of(UPSTREAM): upstream, name_of(DELTA): out}
        return bind(self._backward_program, arrays)

    @cached_property
    def _forward_program(self) -> Program:
        return compose([(A, self.computed_formula(Z))], _RANKS)

    @cached_property
    def _biased_program(self) -> Program:
        return compose([(Z, Z + BIAS), (A, self.computed_formula(Z))], _RANKS)

    @cached_property
    def _backward_program(self) -> Program:
        return compose([(DELTA, self.computed_backward_formula(Z, A, UPSTREAM))], _RANKS)

    @abstractmethod
    def computed_formula(self, z: Expression) -> Expression:
        """Return g(z) as it is worked out over arrays: in a form that neither overflows nor loses digits."""

    @abstractmethod
    def computed_backward_formula(self, z: Expression, a: Expression, upstream: Expression) -> Expression:
        """Return ∂C/∂z as it is worked out over arrays; see ``computed_formula``."""

    @abstractmethod
    def forward_formula(self, z: Numbers, unit: Unit, shape: Shape) -> Expression:
        """Return the output of a unit of a layer of a `shape`, whose arguments are `z`."""

    @abstractmethod
    def backward_formula(self, z: Numbers, a: Numbers, upstream: Numbers, unit: Unit, shape: Shape) -> Expression:
        """Return ∂C/∂z of a unit from ∂C/∂a, which is `upstream`."""

    def value(self, z: Array) -> Array:
        """Return g(z) as a new array."""
        a = np.empty_like(z)
        with np.errstate(all="ignore"):
            self.bind_forward(z, a)()
        return a

    def derivative(self, z: Array) -> Array:
        """Return g′(z) of an elementwise activation as a new array."""
        out = np.empty_like(z)
        with np.errstate(all="ignore"):
            self.bind_backward(z, self.value(z), np.ones_like(z), out)()
        return out

    @cached_property
    def steepest_slope(self) -> float:
        """The largest |g′(z)| of an elementwise activation, looked for between −4 and 4."""
        return float(np.absolute(self.derivative(_SLOPES_AT)).max())


class ElementwiseActivation(Activation):
    """A function of one number, which each output applies to its own input."""

    elementwise = True

    @abstractmethod
    def function_formula(self, z: Expression) -> Expression:
        """Return g(z) as a formula."""

    @abstractmethod
    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        """Return g′(z) as a formula; `a` is g(z)."""

    def computed_formula(self, z: Expression) -> Expression:
        return self.function_formula(z)

    def computed_backward_formula(self, z: Expression, a: Expression, upstream: Expression) -> Expression:
        return upstream * self.slope_formula(z, a)

    def forward_formula(self, z: Numbers, unit: Unit, shape: Shape) -> Expression:
        return Activated(z(unit), self.function_formula(z(unit)))

    def backward_formula(self, z: Numbers, a: Numbers, upstream: Numbers, unit: Unit, shape: Shape) -> Expression:
        return upstream(unit) * Derivative(z(unit), self.slope_formula(z(unit), a(unit)))

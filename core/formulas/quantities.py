"""The numbers that take part in one iteration, each with an address of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from core.formulas.expressions import Expression
from core.formulas.parameter_names import link_of, stem_of

Index: TypeAlias = int | str
"""A position counted from 0, or the letter that stands for any position in a general formula."""

Unit: TypeAlias = tuple[Index, ...]
"""Where in an array: (unit,) of a vector, (row, column, channel) of an image, (input, unit) of a kernel."""


class Kind(Enum):
    """What a number is."""

    OUTPUT = "output"
    """a, what a layer hands on; of an Input layer a value of the sample."""
    PRE_ACTIVATION = "pre_activation"
    """z, the argument of a layer's activation function."""
    INTERNAL = "internal"
    """What a layer works out or draws on its way, such as a mean, a variance, a mask; `name` says which."""
    TARGET = "target"
    """y, what the network should answer; `node` is the Output layer."""
    SAMPLE_LOSS = "sample_loss"
    """The loss of one sample; `node` is the Output layer."""
    LOSS = "loss"
    """C, the loss over the batch."""
    UPSTREAM = "upstream"
    """∂C/∂a of one sample's own loss, what arrives from the layers behind."""
    DELTA = "delta"
    """∂C/∂z of one sample's own loss."""
    PARAMETER = "parameter"
    """A weight or a bias before the update."""
    GRADIENT = "gradient"
    """∂C/∂w of the loss over the batch, without penalties."""
    PENALISED_GRADIENT = "penalised_gradient"
    """The gradient with that of the penalties."""
    GRADIENT_NORM = "gradient_norm"
    """‖g‖ before clipping: of one parameter, or of all where `node` is empty."""
    CLIPPED_GRADIENT = "clipped_gradient"
    """The gradient that the optimiser gets."""
    SLOT = "slot"
    """What the optimiser remembers of a parameter before the update, such as a velocity; `slot` says which."""
    NEW_SLOT = "new_slot"
    """The same after the update."""
    AUXILIARY = "auxiliary"
    """What the optimiser works out on its way, such as m̂; `slot` says which."""
    NEW_PARAMETER = "new_parameter"
    """The weight or bias after the update."""


@dataclass(frozen=True, slots=True)
class Quantity(Expression):
    """A number of an iteration.

    Attributes
    ----------
    kind : what it is.
    node : the layer that it belongs to.
    name : of the parameter ("bias", "kernel.l3"; see ``parameter_names``) or of the internal array.
    unit : where in the array.
    sample : row of the batch, for what every sample has a value of its own.
    slot : the optimiser's name for it.
    """

    kind: Kind
    node: str = ""
    name: str = ""
    unit: Unit = ()
    sample: Index | None = None
    slot: str = ""

    @property
    def stem(self) -> str:
        """The name without the link that it weighs: "kernel"."""
        return stem_of(self.name)

    @property
    def link_id(self) -> str:
        """The link that the parameter weighs; empty where it belongs to no single one."""
        return link_of(self.name)

    def of(self, kind: Kind, slot: str = "") -> Quantity:
        """Return the number of another kind at the same place, such as the gradient of a weight."""
        return replace(self, kind=kind, slot=slot)


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A number that has a symbol in formulas: the learning rate η, the momentum, the slope α of a function.

    Attributes
    ----------
    key : the name by which a notation finds its symbol, such as ``learning_rate``.
    value : the number.
    """

    key: str
    value: float


@dataclass(frozen=True, slots=True)
class Kronecker(Expression):
    """δᵢⱼ: 1 where two indices are equal, else 0."""

    left: Index
    right: Index


@dataclass(frozen=True, slots=True)
class Place(Expression):
    """An index as a number, for conditions such as j < 3."""

    index: Index

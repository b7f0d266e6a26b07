"""What open layers show, as values: the numbers of every unit, and what is brought out. Anybody may hand them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class UnitNumbers:
    """The numbers of one layer.

    Attributes
    ----------
    a, z, delta : output, pre-activation and δ, each (units,) in the order of the layer's output read as one vector;
        None where there is none, NaN for a unit that is not worked out yet.
    target : what the units should answer, (units,), in the layer whose answer is compared.
    back : ∂C/∂a, (units,); what δ is made from, and what stands for it in a layer without activation function.
    parameters, gradients : arrays in their own shapes, by name.
    """

    a: Array | None = None
    z: Array | None = None
    delta: Array | None = None
    back: Array | None = None
    parameters: Mapping[str, Array] = field(default_factory=dict)
    gradients: Mapping[str, Array] = field(default_factory=dict)
    target: Array | None = None

    @property
    def ring(self) -> Array | None:
        """What the ring around a unit shows: δ, or ∂C/∂a where the layer has no activation function."""
        return self.delta if self.delta is not None else self.back


NO_NUMBERS = UnitNumbers()


@dataclass(frozen=True, slots=True)
class Letters:
    """How the numbers of a unit are called."""

    x: str = "x"
    z: str = "z"
    a: str = "a"
    g: str = "g"
    delta: str = "δ"
    back: str = "∂C/∂a"
    target: str = "y"
    weight: str = "w"
    bias: str = "b"
    weight_gradient: str = "∂C/∂w"
    bias_gradient: str = "∂C/∂b"


USUAL_LETTERS = Letters()


@dataclass(frozen=True, slots=True, eq=False)
class NetworkNumbers:
    """The numbers of a network at one moment.

    Attributes
    ----------
    layers : by layer.
    caption : what they are of, as it is shown: "sample 3 · label 7", "mean of 10 samples".
    moment : when they are so: "after iteration 12"; empty where the caption says it.
    target : the wanted output, (width,), or None.
    loss : what the Output card shows, NaN for what is still to come; None for the loss of the run.
    letters : how they are called.
    """

    layers: Mapping[str, UnitNumbers] = field(default_factory=dict)
    caption: str = ""
    moment: str = ""
    target: Array | None = None
    loss: float | None = None
    letters: Letters = USUAL_LETTERS

    def of(self, node_id: str, units: int) -> UnitNumbers:
        """Return the numbers of a layer; none where they are of another width than the layer now has."""
        numbers = self.layers.get(node_id, NO_NUMBERS)
        fits = all(array is None or array.shape == (units,) for array in (numbers.a, numbers.z, numbers.ring))
        return numbers if fits else NO_NUMBERS


NOTHING_KNOWN = NetworkNumbers()


class Direction(Enum):
    """Which way a computation goes through an edge."""

    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Highlight:
    """What lights up: a unit, and the edges by which its number comes about.

    Attributes
    ----------
    layer_id : the layer.
    unit : the unit that is worked out; None for all of them.
    source_units : the units at the other end of the edges; None for all of them. Going forward these are units of the
        layers that feed this one, going backward units of the layers that read it.
    link_id : only the edges of this link; empty for every one.
    bias : whether the bias takes part.
    flows : whether numbers run along the edges; not where a weight itself is looked at.
    words : what flows, as it is written beside the edges; empty for nothing.
    """

    layer_id: str
    unit: int | None = None
    source_units: tuple[int, ...] | None = None
    direction: Direction = Direction.FORWARD
    link_id: str = ""
    bias: bool = False
    flows: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True)
class UnitTarget:
    """A unit, by its place in the layer's output read as one vector."""

    node_id: str
    unit: int


@dataclass(frozen=True, slots=True)
class EdgeTarget:
    """An edge: one number of a layer's parameter between two units, or a small kernel between two channels.

    Attributes
    ----------
    node_id : the layer that it leads to, whose parameter it is.
    link_id : the link that it belongs to; empty for a bias.
    source_unit : -1 for a bias.
    tap : (row, column) of one number of the kernel between two channels; None for the edge as such.
    """

    node_id: str
    link_id: str
    source_unit: int
    unit: int
    tap: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ButtonTarget:
    """A button of an open layer: ``close``, ``previous``, ``next``."""

    node_id: str
    button: str


Part = UnitTarget | EdgeTarget | ButtonTarget


def number_at(array: Array | None, unit: int) -> float:
    """Return one number of an array, NaN where there is none."""
    return float(array[unit]) if array is not None and 0 <= unit < len(array) else float(np.nan)


def size_of(values: Array) -> float:
    """Return the largest finite size among some numbers, 0 where there is none."""
    sizes = np.abs(values)
    top = float(sizes.max(initial=0.0))
    if not np.isfinite(top):
        top = float(sizes[np.isfinite(sizes)].max(initial=0.0))
    return top

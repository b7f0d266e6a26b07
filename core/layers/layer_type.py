"""What a kind of layer is: the one description that palette, inspector, checks, compiler and files read."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from core.errors import ShapeError
from core.formulas.parameter_names import link_of
from core.graph.model import Node
from core.layers.binding import BindContext, Op
from core.numerics.activations import Activation
from core.options import FlagOption, Option, OptionValue, Shape
from core.texts import phrase


class Family(Enum):
    """Groups of the palette; each has an icon and a colour of its own."""

    INPUT_OUTPUT = "Input and output"
    WEIGHTS = "Weights"
    ACTIVATION = "Activation"
    REGULARISE = "Regularise"
    MERGE = "Merge"
    IMAGES = "Images"


@dataclass(frozen=True, slots=True)
class InputPort:
    """What arrives at a layer through one link.

    Attributes
    ----------
    link_id : the link.
    source_name : the name under which the layer at its start is shown.
    shape : of one sample.
    has_units : whether that layer has an option for its number of units, which an error can propose to change.
    """

    link_id: str
    source_name: str
    shape: Shape
    has_units: bool = False

    @property
    def width(self) -> int:
        """Values per sample."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One trained array of a layer.

    Attributes
    ----------
    name : unique in the layer, such as ``bias`` or ``kernel.l3``; see ``core.formulas.parameter_names``.
    role : ``kernel`` or ``bias``; ``scale`` is the γ of a normalisation, ``slope`` the α of PReLU.
    shape : kernels are (inputs, units), those of convolutions (rows, columns, channels, filters); biases (units,).
    initializer : key of the distribution of the initial values.
    fan_in, fan_out : the counts that initialisers scale by.
    start : the value that every number starts from, where that is no distribution.
    """

    name: str
    role: str
    shape: Shape
    initializer: str
    fan_in: int
    fan_out: int
    start: float | None = None

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def link_id(self) -> str:
        """The link that it weighs; empty where it belongs to no single one."""
        return link_of(self.name)


@dataclass(frozen=True, slots=True)
class BufferSpec:
    """One array that a layer keeps between iterations without training it, such as a running mean.

    `start` is the value that every number starts from.
    """

    name: str
    shape: Shape
    start: float


@dataclass(frozen=True, slots=True)
class Preset:
    """A layer kind with some options set, offered by the palette under a name of its own.

    Attributes
    ----------
    label, description, icon : as those of a layer kind.
    options : the options that differ from the kind's defaults.
    """

    label: str
    description: str
    icon: str
    options: Mapping[str, OptionValue]


class LayerType(ABC):
    """A kind of layer. To add one, write a ComputingLayer or TrainedLayer in a file of its own and list it.

    Class attributes
    ----------------
    key, label, description : name in files, name on screen, one sentence for the palette.
    family : group of the palette.
    icon : name of an icon in ``resources/icons``.
    options : what the user can set.
    presets : further entries of the palette, after the kind itself.
    minimum_inputs, maximum_inputs : how many links it takes; None for any number.
    has_output : whether other layers can read it.
    draws_at_random : whether it draws from the random stream in every step of training.
    reads_any_order : whether its arithmetic takes inputs in any order of memory; others are given contiguous copies.
    moves_zero : whether it can make another value of a 0 that arrives.
    tells_units_apart : whether equal values that arrive can leave it as different ones.
    sums_in_loops : whether its multiply-adds are made by loops, where those are compiled, and not by matrix products.
    shared_internals : those of ``Op.internals`` that all samples share; the others are (batch, …).
    """

    key: ClassVar[str]
    label: ClassVar[str]
    description: ClassVar[str]
    family: ClassVar[Family]
    icon: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    presets: ClassVar[tuple[Preset, ...]] = ()
    minimum_inputs: ClassVar[int] = 1
    maximum_inputs: ClassVar[int | None] = 1
    has_output: ClassVar[bool] = True
    draws_at_random: ClassVar[bool] = False
    reads_any_order: ClassVar[bool] = False
    moves_zero: ClassVar[bool] = False
    tells_units_apart: ClassVar[bool] = False
    sums_in_loops: ClassVar[bool] = False
    shared_internals: ClassVar[frozenset[str]] = frozenset()

    def title(self, options: Mapping[str, OptionValue]) -> str:
        """Return the automatic name of such a layer, such as "Dense 15"; a phrase."""
        return phrase(self.label)

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        """Return the option that says most, for the card: "sigmoid", "28 × 28"; a phrase where it has words."""
        return ""

    def activation(self, options: Mapping[str, OptionValue]) -> Activation | None:
        """Return the activation function that the layer ends in, or None."""
        return None

    def at_rest(self, options: Mapping[str, OptionValue]) -> Mapping[str, OptionValue]:
        """Return the options with which such a layer acts in training as these make it act in inference."""
        return options

    @abstractmethod
    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        """Return the shape of one sample of the output; raises ShapeError where the inputs do not fit.

        ``node.name`` is the name under which the layer is shown, for the error.
        """

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        """Return whether the output lies batch last in memory, given the same of each input (see ``image_memory``)."""
        return False

    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        """Return the arrays that such a layer trains, in the order of the flat vector."""
        return ()

    def buffers(self, node: Node, inputs: Sequence[InputPort]) -> tuple[BufferSpec, ...]:
        """Return the arrays that such a layer keeps without training them."""
        return ()

    def smallest_batch(self, inputs: Sequence[InputPort]) -> int:
        """Return how many samples a batch must have for the layer to do what it is there for."""
        return 1

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        """Return about how many numbers a plan holds besides the output, z and their gradients."""
        return 0

    def multiply_adds(self, node: Node, inputs: Sequence[InputPort]) -> int:
        """Return the multiplications with an addition that one sample costs forward."""
        return 0

    @abstractmethod
    def bind(self, node: Node, context: BindContext) -> Op:
        """Return the layer's arithmetic bound to the arrays of `context`."""


FREEZE = FlagOption(
    key="frozen",
    label="Freeze",
    default=False,
    help="Keep the parameters of this layer as they are while the others train.",
)
"""The option of every layer that has parameters."""


def single_input(name: str, inputs: Sequence[InputPort]) -> InputPort:
    """Return the only input of a layer; raises ShapeError where there is none or more than one."""
    if len(inputs) != 1:
        raise ShapeError("'{name}' needs exactly one input; it has {count}.", name=name, count=len(inputs))
    return inputs[0]


def format_shape(shape: Shape) -> str:
    """Return a shape as it is shown: "28 × 28"."""
    return " × ".join(f"{size:,}" for size in shape)

"""A layer's arithmetic bound to arrays: what it is given in a plan, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Call: TypeAlias = Callable[[], object]


@dataclass(slots=True)
class Tensor:
    """The output of one layer in a plan: arrays of shape (batch, *shape), bound at compile time.

    They are contiguous or, for layers that work on images, views of memory in another order (see ``image_memory``).

    Attributes
    ----------
    value : the output a.
    gradient : ∂C/∂a, or None where nothing upstream trains.
    pre_activation, pre_gradient : z and ∂C/∂z where the layer ends in an activation function.
    """

    value: Array
    gradient: Array | None = None
    pre_activation: Array | None = None
    pre_gradient: Array | None = None


@dataclass(frozen=True, slots=True)
class BoundInput:
    """One input of a layer in a plan.

    `accumulate` says that another consumer wrote the gradient before, so this one adds to it.
    """

    link_id: str
    tensor: Tensor
    accumulate: bool


@dataclass(frozen=True, slots=True)
class BindContext:
    """All that a layer needs to bind its arithmetic to the arrays of a plan.

    Attributes
    ----------
    batch_size : rows of every array.
    inputs : one per incoming link, in the order of the links.
    output : where the result goes.
    parameters : (value, gradient) by parameter name; the gradient is None where it does not train.
    buffers : arrays that the layer keeps, by name; shared by all plans of a session.
    generator : the random stream of noise and dropout; None in a plan for inference.
    fused : the consumer writes ``output.pre_gradient`` itself (loss and activation are one operation).
    training : forward as in training, and a backward pass is wanted.
    """

    batch_size: int
    inputs: tuple[BoundInput, ...]
    output: Tensor
    parameters: Mapping[str, tuple[Array, Array | None]]
    buffers: Mapping[str, Array]
    generator: np.random.Generator | None
    fused: bool
    training: bool
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class Op:
    """A layer's arithmetic, bound to arrays: calls without arguments, run in order.

    `internals` are arrays that hold what it worked out or drew on its way, such as a mask, by name. `settle` are calls
    that take down what a batch leaves behind besides gradients, once it is sure that its step is made.
    """

    forward: tuple[Call, ...]
    backward: tuple[Call, ...] = ()
    internals: Mapping[str, Array] = field(default_factory=dict)
    settle: tuple[Call, ...] = ()


def as_matrix(array: Array) -> Array:
    """Return a (batch, width) view of a contiguous (batch, *shape) array; a copy of one in another order."""
    return array.reshape(array.shape[0], -1)


def drawing_generator(context: BindContext) -> np.random.Generator:
    """Return the random stream of a layer that draws while it trains."""
    if context.generator is None:
        raise ValueError("a plan that trains a layer which draws at random needs a generator")
    return context.generator


def hand_back(gradient: Array, source: BoundInput) -> list[Call]:
    """Return the calls that give an input the `gradient` as it is, in the shape of the input."""
    into = source.tensor.gradient
    if into is None:
        return []
    if source.accumulate:
        return [lambda: np.add(into, gradient, into)]
    return [lambda: np.copyto(into, gradient)]


def gradient_target(source: BoundInput) -> tuple[Array | None, list[Call]]:
    """Return where to write the gradient of an input, and the calls that must follow.

    Another consumer may have written before: then the array is a new one, and the calls add it. None: not wanted.
    """
    into = source.tensor.gradient
    if into is None or not source.accumulate:
        return into, []
    share = np.empty_like(into)
    return share, [lambda: np.add(into, share, into)]

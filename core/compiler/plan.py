"""A compiled network: flat lists of calls over arrays that were allocated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from numpy.typing import NDArray

from core.layers.layer_type import Call, Tensor
from core.numerics.losses import LossCall

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The arithmetic of one batch size.

    Attributes
    ----------
    batch_size : rows of every array.
    input : (batch, width) where the samples are written before `forward`.
    target : (batch, width) where the targets are written.
    output : (batch, width), the network's answer.
    forward : calls that compute the output, in order.
    loss : call that returns the mean loss of the batch; after `forward`.
    backward : calls that compute the gradients of that loss; after `loss`. Empty in a plan for inference.
    tensors : arrays of each layer but the Output, by identity, in topological order.
    internals : what layers worked out or drew on their way, by layer and name; see ``Op.internals``.
    """

    batch_size: int
    input: Array
    target: Array
    output: Array
    forward: tuple[Call, ...]
    loss: LossCall
    backward: tuple[Call, ...]
    tensors: Mapping[str, Tensor]
    internals: Mapping[tuple[str, str], Array]

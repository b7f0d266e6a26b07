"""A compiled network: flat lists of calls over arrays that were allocated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from numpy.typing import NDArray

from core.layers.binding import Call, Tensor
from core.numerics.losses import LossArrays, LossCall

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The arithmetic of one batch size.

    Attributes
    ----------
    batch_size : rows of every array.
    input : (batch, width) where the samples are written before `forward`.
    target : (batch, width) where the targets are written.
    weights : (batch,) where the weights of the samples in the loss are written; None where each counts 1.
    output : (batch, width), the network's answer.
    forward : calls that compute the output, in order.
    loss : call that returns the loss C of the batch, a mean or a sum over its samples; after `forward`.
    per_sample : what C is multiplied by to give the mean loss of a sample: 1 for a mean, 1/batch for a sum.
    loss_arrays : what the loss reads.
    backward : calls that compute the gradients of C; after `loss`. Empty in a plan for inference.
    settle : calls that take down what the batch leaves behind besides gradients; once its step is sure to be made.
    tensors : arrays of each layer but the Output, by identity, in topological order.
    internals : what layers worked out or drew on their way, by layer and name; see ``Op.internals``.
    """

    batch_size: int
    input: Array
    target: Array
    weights: Array | None
    output: Array
    forward: tuple[Call, ...]
    loss: LossCall
    per_sample: float
    loss_arrays: LossArrays
    backward: tuple[Call, ...]
    tensors: Mapping[str, Tensor]
    internals: Mapping[tuple[str, str], Array]
    settle: tuple[Call, ...]

    @property
    def sample_factor(self) -> float:
        """What a gradient of C is multiplied by to be that of one sample's own loss: batch for a mean, 1 for a sum."""
        return float(self.batch_size) if self.per_sample == 1.0 else 1.0

    def of_own_loss(self, gradient: Array) -> Array:
        """Return a copy of gradients (rows, …) of C, such as δ, as those of each sample's own loss."""
        return gradient * self.sample_factor

"""Every number of one iteration that was really made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import ParameterKey
from core.compiler.shapes import LayerShape
from core.formulas.indices import index_value
from core.formulas.quantities import Kind, Quantity
from core.graph.model import Graph
from core.training.config import TrainingConfig
from core.training.state import Arrays
from core.training.streams import GeneratorStates

Array: TypeAlias = NDArray[Any]


class UnknownQuantityError(KeyError):
    """A trace does not hold this number: it has to be worked out by its formula."""


SAMPLE_WEIGHT = "sample_weight"
"""The internal of the Output layer that holds the weight of each sample in the loss."""


@dataclass(frozen=True, slots=True, eq=False)
class TracedLayer:
    """What one layer computed: arrays of shape (batch, *shape), as the engine left them.

    Attributes
    ----------
    value : the output a.
    pre_activation : z, where the layer ends in an activation function.
    upstream, delta : ∂C/∂a and ∂C/∂z of the loss over the batch; None where no gradient is wanted.
    """

    value: Array
    pre_activation: Array | None
    upstream: Array | None
    delta: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One iteration, from the samples to the new weights; all arrays are read-only copies.

    Attributes
    ----------
    graph, config, shapes : the network, how it trains, and what is known of each layer.
    rows : row numbers of the samples in the training part, (batch,); where `of_test` in the test part.
    random_states : where the random streams were before the iteration, by name.
    buffers : what layers keep without training it, before the iteration.
    target : what the network should answer, (batch, width).
    sample_weights : weight of each sample, (batch,).
    sample_losses : loss of each sample alone and without its weight, (batch,).
    sample_scale : factor of a sample's loss in the loss over the batch: 1/n for a mean, 1 for a sum.
    fused : whether the last layer's activation and the loss are one operation.
    last : the layer whose output is the answer.
    loss, penalty : C of the batch before the update, and the penalties on the weights.
    layers : what each layer computed, in topological order.
    internals : what layers worked out or drew on their way, by (layer, name).
    iteration : its number in the run, from 1.
    old, new : the parameters before and after the update.
    gradients, penalised, clipped : ∂C/∂w by parameter; with that of the penalties; as the optimiser gets them.
    slots, new_slots : the optimiser's vectors before and after, by slot name.
    trained : the parameters that the update changes.
    penalty_factors : (λ₁, λ₂) of each parameter that has a penalty.
    rate : the learning rate η in force, without `share`.
    share : 1/N in the incremental mode of 002, else 1.
    update : the number t of this update, from 1.
    """

    graph: Graph
    config: TrainingConfig
    shapes: Mapping[str, LayerShape]
    rows: NDArray[np.int64]
    random_states: GeneratorStates
    buffers: Arrays
    target: Array
    sample_weights: Array
    sample_losses: Array
    sample_scale: float
    fused: bool
    last: str
    iteration: int
    loss: float
    penalty: float
    layers: Mapping[str, TracedLayer]
    internals: Mapping[tuple[str, str], Array]
    old: Arrays
    new: Arrays
    gradients: Arrays
    penalised: Arrays
    clipped: Arrays
    slots: Mapping[str, Arrays]
    new_slots: Mapping[str, Arrays]
    trained: tuple[ParameterKey, ...]
    penalty_factors: Mapping[ParameterKey, tuple[float, float]]
    rate: float
    share: float
    update: int
    of_test: bool = False

    @property
    def batch_size(self) -> int:
        """Samples of the batch."""
        return len(self.rows)

    @property
    def output_id(self) -> str:
        """The Output layer."""
        (link,) = (link for link in self.graph.links_from(self.last) if link.target not in self.layers)
        return link.target

    @property
    def has_clipping(self) -> bool:
        """Whether a rule of clipping is set."""
        return self.config.clipping != "none"

    def array_of(self, quantity: Quantity) -> Array:
        """Return the array that holds all numbers of this kind beside `quantity`.

        Those of samples are (batch, *shape). Raises UnknownQuantityError where the iteration keeps no such array.
        """
        array = self._find(quantity)
        if array is None:
            raise UnknownQuantityError(quantity)
        return array

    def keeps(self, quantity: Quantity) -> bool:
        """Return whether the iteration keeps an array of such numbers."""
        return self._find(quantity) is not None

    def values_of(self, quantity: Quantity) -> Array:
        """Return all numbers beside `quantity`: of its sample, or where it names none (batch, *shape) of all samples.

        They are what ``number`` returns one by one: δ and ∂C/∂a are those of each sample's own loss, in float64.
        Raises UnknownQuantityError where the iteration keeps no such numbers.
        """
        array = self.array_of(quantity)
        if quantity.sample is not None:
            array = array[quantity.sample]
        return array.astype(np.float64) / self.sample_scale if quantity.kind in _OF_OWN_LOSS else array

    def number(self, quantity: Quantity) -> float:
        """Return a number of the iteration; δ and ∂C/∂a are those of each sample's own loss.

        Raises UnknownQuantityError for one that the iteration does not keep.
        """
        if quantity.kind is Kind.LOSS:
            return self.loss
        if quantity.kind is Kind.GRADIENT_NORM:
            return self._norm(quantity)
        array = self.array_of(quantity)
        if quantity.sample is not None:
            array = array[quantity.sample]
        value = float(array[tuple(map(int, quantity.unit))])
        return value / self.sample_scale if quantity.kind in _OF_OWN_LOSS else value

    def numbers(self, quantity: Quantity, letters: Mapping[str, NDArray[np.intp]]) -> NDArray[np.float64] | None:
        """Return what ``number`` does for many places at once: `letters` says where each letter of an index goes.

        None for a quantity that the iteration does not keep, or that has other letters.
        """
        array = None if quantity.kind in (Kind.LOSS, Kind.GRADIENT_NORM) else self._find(quantity)
        indices = quantity.unit if quantity.sample is None else (quantity.sample, *quantity.unit)
        known = (isinstance(i, int) or {c for c in i if c.isalpha()} <= letters.keys() for i in indices)
        if array is None or not all(known):
            return None
        if len(indices) == 2 and quantity.sample is not None and array.ndim > 2:
            # A place in an image that is read as one vector.
            array = array.reshape(len(array), -1)
        places = [i if isinstance(i, int) else index_value(i, letters) for i in indices]
        if len(places) != array.ndim:
            return None
        count = len(next(iter(letters.values())))
        values = np.broadcast_to(array[tuple(places)], (count,)).astype(np.float64)
        return values / self.sample_scale if quantity.kind in _OF_OWN_LOSS else values

    def _norm(self, quantity: Quantity) -> float:
        keys = [(quantity.node, quantity.name)] if quantity.node else self.trained
        return float(np.sqrt(sum(np.square(self.penalised[key], dtype=np.float64).sum() for key in keys)))

    def _find(self, quantity: Quantity) -> Array | None:
        kind, key = quantity.kind, (quantity.node, quantity.name)
        if kind in _OF_LAYER:
            found: Array | None = getattr(self.layers[quantity.node], _OF_LAYER[kind])
            # The last layer's ∂C/∂a is never written where loss and activation are one operation.
            return None if kind is Kind.UPSTREAM and self.fused and quantity.node == self.last else found
        if kind in _OF_PARAMETER:
            arrays: Arrays = getattr(self, _OF_PARAMETER[kind])
            return arrays.get(key)
        if kind is Kind.TARGET:
            return self.target
        if kind is Kind.SAMPLE_LOSS:
            return self.sample_losses
        if kind is Kind.INTERNAL:
            return self.sample_weights if quantity.name == SAMPLE_WEIGHT else self.internals.get(key)
        if kind in (Kind.SLOT, Kind.NEW_SLOT):
            slots = self.slots if kind is Kind.SLOT else self.new_slots
            return slots[quantity.slot][key] if quantity.slot in slots else None
        return None


_OF_LAYER = {
    Kind.OUTPUT: "value",
    Kind.PRE_ACTIVATION: "pre_activation",
    Kind.UPSTREAM: "upstream",
    Kind.DELTA: "delta",
}
_OF_OWN_LOSS = frozenset({Kind.DELTA, Kind.UPSTREAM})
"""What the engine has of the loss over the batch, and is shown of each sample's own loss."""
_OF_PARAMETER = {
    Kind.PARAMETER: "old",
    Kind.NEW_PARAMETER: "new",
    Kind.GRADIENT: "gradients",
    Kind.PENALISED_GRADIENT: "penalised",
    Kind.CLIPPED_GRADIENT: "clipped",
}

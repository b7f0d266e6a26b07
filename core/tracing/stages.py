"""An iteration as a sequence of stages, each a list of numbers that are worked out one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from core.formulas.quantities import Kind, Quantity
from core.layers.catalog import LAYERS
from core.layers.formula_context import unflatten
from core.options import Shape
from core.tracing.trace import Trace


class Direction(Enum):
    """Which way the numbers flow."""

    FORWARD = "forward"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Stage:
    """Numbers of one kind of one layer.

    Attributes
    ----------
    quantity : any of them, without its unit and sample: kind, layer and name.
    shape : of the numbers of one sample, or of the parameter.
    direction : which way they flow.
    each_sample : whether every sample of the batch has numbers of its own.
    """

    quantity: Quantity
    shape: Shape
    direction: Direction
    each_sample: bool

    @property
    def node(self) -> str:
        """The layer; the Output layer for the loss."""
        return self.quantity.node

    @property
    def kind(self) -> Kind:
        """What the numbers are."""
        return self.quantity.kind

    @property
    def units(self) -> int:
        """How many numbers there are."""
        return math.prod(self.shape)

    def quantity_at(self, unit: int, sample: int = 0) -> Quantity:
        """Return a number of this stage by its place in reading order."""
        place = unflatten(unit, self.shape) if self.shape else ()
        return replace(self.quantity, unit=place, sample=sample if self.each_sample else None)


def stages_of(trace: Trace) -> tuple[Stage, ...]:
    """Return the stages of an iteration in their order.

    The batch; forward through the layers (z, then a); the loss of each sample and of the batch; backward from the
    last layer (∂C/∂a, δ, then the gradients of its parameters); then the update of each parameter (the gradient with
    its penalty, clipped, and what the optimiser makes of it).
    """
    forward = [stage for node_id in trace.layers for stage in _forward(trace, node_id)]
    backward = [stage for node_id in reversed(list(trace.layers)) for stage in _backward(trace, node_id)]
    return (*forward, *_losses(trace), *backward, *_updates(trace))


def _shape(trace: Trace, node_id: str) -> Shape:
    shape = trace.shapes[node_id].output
    assert shape is not None
    return shape


def _forward(trace: Trace, node_id: str) -> Iterator[Stage]:
    shape = _shape(trace, node_id)
    for (owner, name), array in trace.internals.items():
        if owner == node_id:
            each = name not in LAYERS[trace.graph.node(node_id).kind].shared_internals
            own = array.shape[1:] if each else array.shape
            yield Stage(Quantity(Kind.INTERNAL, node_id, name), own, Direction.FORWARD, each)
    # Where nothing is weighed z is what arrives, no number of its own.
    if trace.layers[node_id].pre_activation is not None and trace.shapes[node_id].parameters:
        yield Stage(Quantity(Kind.PRE_ACTIVATION, node_id), shape, Direction.FORWARD, True)
    yield Stage(Quantity(Kind.OUTPUT, node_id), shape, Direction.FORWARD, True)


def _losses(trace: Trace) -> Iterator[Stage]:
    yield Stage(Quantity(Kind.SAMPLE_LOSS, trace.output_id), (), Direction.FORWARD, True)
    yield Stage(Quantity(Kind.LOSS, trace.output_id), (), Direction.FORWARD, False)


def _backward(trace: Trace, node_id: str) -> Iterator[Stage]:
    layer, shape = trace.layers[node_id], _shape(trace, node_id)
    if layer.upstream is None:
        return
    fused = trace.fused and node_id == trace.last
    if not fused:
        yield Stage(Quantity(Kind.UPSTREAM, node_id), shape, Direction.BACKWARD, True)
    if layer.delta is not None:
        yield Stage(Quantity(Kind.DELTA, node_id), shape, Direction.BACKWARD, True)
    for key in trace.trained:
        if key[0] == node_id:
            yield Stage(Quantity(Kind.GRADIENT, *key), trace.old[key].shape, Direction.BACKWARD, False)


def _updates(trace: Trace) -> Iterator[Stage]:
    for key in trace.trained:
        shape = trace.old[key].shape
        kinds = [Kind.NEW_PARAMETER]
        if trace.has_clipping:
            kinds.insert(0, Kind.CLIPPED_GRADIENT)
        if any(trace.penalty_factors.get(key, (0.0, 0.0))):
            kinds.insert(0, Kind.PENALISED_GRADIENT)
        for kind in kinds:
            yield Stage(Quantity(kind, *key), shape, Direction.UPDATE, False)

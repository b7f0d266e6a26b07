"""Carries samples forward and back through a network as it stands, apart from any run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from core.compiler.compile import compile_plan, fused_layer
from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.compiler.shapes import infer_shapes
from core.errors import NotTrainableError
from core.graph.model import Graph
from core.layers.binding import Array, as_matrix
from core.layers.catalog import LAYERS
from core.layers.layer_type import FREEZE
from core.training.observer import layer_values
from core.training.snapshot import LayerValues
from core.training.state import Arrays

_NO_ARRAYS: Arrays = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a network makes of some samples; arrays are read-only.

    Attributes
    ----------
    layers : z, a and δ of every layer, as in a Snapshot.
    output_gradients : ∂C/∂a of each sample's own loss, (samples, width), by layer; none where nothing goes back, and
        none of an activation that is one operation with the loss.
    gradients : of the loss C, a mean or a sum over the samples, without penalties, by (layer, parameter); none for
        frozen layers.
    targets : (samples, width).
    loss : mean loss of a sample.
    """

    layers: Mapping[str, LayerValues]
    output_gradients: Mapping[str, Array]
    gradients: Arrays
    targets: Array
    loss: float


class Probe:
    """Runs samples through a network with parameters that are given from outside, and changes nothing by it.

    Every layer acts as in inference (nothing is dropped, no noise is added, batches are normalised by the running
    mean and variance), so that a sample gives the same numbers each time. Where the network could not be trained for a
    reason that leaves its answers intact (a step activation), samples go forward only.

    Raises NotTrainableError where the network cannot even answer.
    """

    def __init__(self, graph: Graph, dtype: str) -> None:
        self._graph = _at_rest(graph)
        self._parameters = Parameters(self._graph, dtype)
        self._gradients = self._parameters.views(self._parameters.gradients)
        self._training = True
        self._fused: str | None = None
        self._plans: dict[int, Plan] = {}
        self._plan(1)
        self._fused = fused_layer(self._graph, infer_shapes(self._graph))

    @np.errstate(all="ignore")
    def look(self, parameters: Arrays, buffers: Arrays, inputs: Array, targets: Array) -> Look:
        """Return what the network makes of `inputs` (samples, *shape) with `targets` (samples, width).

        `parameters` and `buffers` are those of a snapshot or state, by key.
        """
        self._parameters.adopt(self._parameters.values, parameters)
        self._parameters.adopt_buffers(buffers)
        plan = self._plan(len(inputs))
        np.copyto(plan.input, inputs.reshape(len(inputs), -1))
        np.copyto(plan.target, targets)
        for call in plan.forward:
            call()
        loss = plan.loss()
        for call in plan.backward:
            call()
        back = {
            id_: tensor.gradient
            for id_, tensor in plan.tensors.items()
            if tensor.gradient is not None and id_ != self._fused
        }
        return Look(
            layers=layer_values(plan),
            output_gradients=MappingProxyType(
                {id_: _frozen(plan.of_own_loss(as_matrix(array))) for id_, array in back.items()}
            ),
            gradients=self._parameter_gradients() if self._training else _NO_ARRAYS,
            targets=_frozen(plan.target.copy()),
            loss=loss * plan.per_sample,
        )

    def _plan(self, count: int) -> Plan:
        plan = self._plans.get(count)
        if plan is None:
            try:
                plan = self._compile(count)
            except NotTrainableError:
                if not self._training:
                    raise
                self._training = False
                plan = self._compile(count)
            self._plans[count] = plan
        return plan

    def _compile(self, count: int) -> Plan:
        # At rest no layer draws: the stream is there because a plan for training must have one.
        generator = np.random.default_rng(0)
        return compile_plan(self._graph, self._parameters, count, training=self._training, generator=generator)

    def _parameter_gradients(self) -> Arrays:
        frozen = {node.id for node in self._graph.nodes if node.options.get(FREEZE.key)}
        return MappingProxyType(
            {key: _frozen(array.copy()) for key, array in self._gradients.items() if key[0] not in frozen}
        )


def _at_rest(graph: Graph) -> Graph:
    """Return the network with every layer acting in training as it does in inference."""
    for node in graph.nodes:
        options = LAYERS[node.kind].at_rest(node.options)
        if options != node.options:
            graph = graph.with_node_replaced(replace(node, options=options))
    return graph


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array

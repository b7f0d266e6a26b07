"""The network's answers, apart from any training."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import ParameterKey, Parameters
from core.compiler.plan import Plan
from core.graph.model import Graph

Array: TypeAlias = NDArray[Any]
Arrays: TypeAlias = Mapping[ParameterKey, Array]

_NO_BUFFERS: Arrays = MappingProxyType({})


class Predictor:
    """Runs a network forward with parameters that are given from outside.

    Raises NotTrainableError where the network has an error. Keeps one plan per batch size asked for.
    """

    def __init__(self, graph: Graph, dtype: str) -> None:
        self._graph = graph
        self._parameters = Parameters(graph, dtype)
        self._plans: dict[int, Plan] = {}

    def predict(self, parameters: Arrays, inputs: Array, buffers: Arrays = _NO_BUFFERS) -> Array:
        """Return the answers for `inputs` (samples, *shape) as a new (samples, width) array.

        `parameters` and `buffers` are those of a snapshot or state, by key.
        """
        return self._run(parameters, buffers, inputs).output[: len(inputs)].copy()

    def activations(self, parameters: Arrays, inputs: Array, buffers: Arrays = _NO_BUFFERS) -> Mapping[str, Array]:
        """Return the output of every layer for `inputs`, by identity, each a new (samples, *shape) array."""
        plan = self._run(parameters, buffers, inputs)
        return {node_id: tensor.value[: len(inputs)].copy() for node_id, tensor in plan.tensors.items()}

    @np.errstate(all="ignore")
    def _run(self, parameters: Arrays, buffers: Arrays, inputs: Array) -> Plan:
        self._parameters.adopt(self._parameters.values, parameters)
        self._parameters.adopt_buffers(buffers)
        # No plan has 0 rows: without samples one of 1 row runs on zeros, and none of it is handed out.
        count = max(1, len(inputs))
        plan = self._plans.get(count)
        if plan is None:
            plan = compile_plan(self._graph, self._parameters, count, training=False)
            self._plans[count] = plan
        np.copyto(plan.input, inputs.reshape(count, -1) if len(inputs) else 0.0)
        for call in plan.forward:
            call()
        return plan

"""The network's answers, apart from any training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import ParameterKey, Parameters
from core.compiler.plan import Plan
from core.graph.model import Graph

Array: TypeAlias = NDArray[Any]


class Predictor:
    """Runs a network forward with parameters that are given from outside.

    Raises NotTrainableError where the network has an error. Keeps one plan per batch size asked for.
    """

    def __init__(self, graph: Graph, dtype: str) -> None:
        self._graph = graph
        self._parameters = Parameters(graph, dtype)
        self._plans: dict[int, Plan] = {}

    def predict(self, parameters: Mapping[ParameterKey, Array], inputs: Array) -> Array:
        """Return the answers for `inputs` (samples, *shape) as a new (samples, width) array."""
        return self._run(parameters, inputs).output.copy()

    def activations(self, parameters: Mapping[ParameterKey, Array], inputs: Array) -> Mapping[str, Array]:
        """Return the output of every layer for `inputs`, by identity, each a new (samples, *shape) array."""
        plan = self._run(parameters, inputs)
        return {node_id: tensor.value.copy() for node_id, tensor in plan.tensors.items()}

    @np.errstate(all="ignore")
    def _run(self, parameters: Mapping[ParameterKey, Array], inputs: Array) -> Plan:
        self._parameters.adopt(self._parameters.values, parameters)
        count = len(inputs)
        plan = self._plans.get(count)
        if plan is None:
            plan = compile_plan(self._graph, self._parameters, count, training=False)
            self._plans[count] = plan
        np.copyto(plan.input, inputs.reshape(count, -1))
        for call in plan.forward:
            call()
        return plan

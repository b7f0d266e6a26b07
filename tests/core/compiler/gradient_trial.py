"""The trial that every network goes through: analytic gradients against central differences, in float64."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.compiler.structure import loss_of
from core.graph.model import Graph, Link
from core.layers.catalog import LAYERS
from core.options import Shape
from tests.core.compiler.inner_kinks import distances
from tests.core.compiler.loss_kinks import loss_is_smooth
from tests.core.graph.networks import row

STEP = 1e-3
TOLERANCE = 1e-7
NEAREST_KINK = 0.02


class NoSmoothPointError(AssertionError):
    """No numbers were found at which the loss of a network is smooth: it has too many kinks."""


@dataclass
class Trial:
    """A network with numbers at which its loss is smooth; layers that draw at random draw the same every time."""

    parameters: Parameters
    plan: Plan
    generator: np.random.Generator

    def __post_init__(self) -> None:
        self._drawn = self.generator.bit_generator.state

    def loss(self) -> float:
        self.generator.bit_generator.state = self._drawn
        for call in self.plan.forward:
            call()
        return self.plan.loss()

    def backpropagate(self) -> None:
        """Compute all gradients over arrays full of NaN: what is read before it is written shows."""
        self.parameters.gradients.fill(np.nan)
        for tensor in self.plan.tensors.values():
            for array in (tensor.gradient, tensor.pre_gradient):
                if array is not None:
                    array.fill(np.nan)
        self.loss()
        for call in self.plan.backward:
            call()

    def difference(self, vector: NDArray[Any]) -> NDArray[Any]:
        """Central differences of sixth order of the loss by each entry of an array that the plan reads."""
        flat, result = vector.reshape(-1), np.empty(vector.size)
        assert flat.base is not None or flat is vector
        for index, value in enumerate(flat.tolist()):
            around = []
            for steps in (-3, -2, -1, 1, 2, 3):
                flat[index] = value + steps * STEP
                around.append(self.loss())
            flat[index] = value
            near, middle, far = around[3] - around[2], around[4] - around[1], around[5] - around[0]
            result[index] = (45.0 * near - 9.0 * middle + far) / (60.0 * STEP)
        return result.reshape(vector.shape)


def with_probe(graph: Graph, shape: Shape) -> Graph:
    """The network with an identity behind its Input "x" that trains: its gradient is that of the input.

    It has identity weights; for images it is a PReLU of slope 1, which keeps their shape.
    """
    if len(shape) > 1:
        probe = row("probe", "prelu", "x", slope=1.0, learning="shared")
    else:
        probe = row("probe", "dense", "x", units=int(np.prod(shape)), activation="linear", bias=False)
    links = [replace(link, source="probe") if link.source == "x" else link for link in graph.links]
    return Graph((*graph.nodes, probe.node), (*links, Link("x-probe", "x", "probe")), 1)


def assert_gradients_agree(graph: Graph, batch_size: int = 3, seed: int = 0, *, weighted: bool = False) -> None:
    """Compare ∂C/∂ of every parameter and of every input with central differences.

    `weighted` gives every sample a weight of its own.
    """
    (shape,) = (node.options["shape"] for node in graph.nodes if node.kind == "input")
    probed = with_probe(graph, shape)  # type: ignore[arg-type]
    trial = _smooth_trial(probed, batch_size, np.random.default_rng(seed), weighted)
    trial.backpropagate()
    found = trial.parameters.gradients.copy()
    input_gradient = trial.plan.tensors["probe"].gradient
    assert input_gradient is not None
    by_input = input_gradient.copy()
    trial.backpropagate()
    np.testing.assert_array_equal(trial.parameters.gradients, found, "a second pass gives other numbers")
    expected = trial.parameters.views(trial.difference(trial.parameters.values))
    for key, gradient in trial.parameters.views(found).items():
        if probed.node(key[0]).options.get("frozen"):
            assert np.isnan(gradient).all(), f"∂C/∂{key} of a frozen layer was written"
        elif key != ("probe", "slope"):  # it moves all inputs at once, too far for such a step
            _assert_close(gradient, expected[key], str(key))
    _assert_close(by_input.reshape(trial.plan.input.shape), trial.difference(trial.plan.input), "input")


def _assert_close(found: NDArray[Any], expected: NDArray[Any], what: str) -> None:
    # Below 1e-4 the rounding of the loss itself shows in its differences.
    scale = max(float(np.abs(expected).max()), 1e-4)
    error = float(np.abs(found - expected).max()) / scale
    assert error <= TOLERANCE, f"∂C/∂{what} is off by {error:.1e} relative"


def _smooth_trial(graph: Graph, batch_size: int, rng: np.random.Generator, weighted: bool) -> Trial:
    """Draw numbers until no pre-activation and no answer is near a kink or the pole of a logarithm."""
    parameters, generator = Parameters(graph, "float64"), np.random.default_rng(int(rng.integers(2**32)))
    plan = compile_plan(graph, parameters, batch_size, training=True, generator=generator, weighted=weighted)
    if plan.weights is not None:
        plan.weights[:] = rng.uniform(0.2, 2.0, batch_size)
    trial = Trial(parameters, plan, generator)
    for _ in range(2000):
        parameters.values[:] = rng.normal(0.0, 0.8, parameters.values.size)
        for key, view in parameters.views(parameters.values).items():
            if key == ("probe", "kernel.x-probe"):
                view[...] = np.eye(len(view))
            elif key == ("probe", "slope"):
                view[...] = 1.0
        for buffer in parameters.buffers.values():
            buffer[...] = rng.uniform(0.5, 1.5, buffer.shape)
        trial.plan.input[:] = rng.normal(0.0, 1.0, trial.plan.input.shape)
        # Not one-hot, not even summing to 1: the formulas hold for any target.
        trial.plan.target[:] = rng.uniform(0.0, 1.0, trial.plan.target.shape)
        trial.loss()
        if _far_from_kinks(graph, trial) and loss_is_smooth(loss_of(graph), trial.plan.loss_arrays):
            return trial
    raise NoSmoothPointError


def _far_from_kinks(graph: Graph, trial: Trial) -> bool:
    for node_id, tensor in trial.plan.tensors.items():
        node = graph.node(node_id)
        activation = LAYERS[node.kind].activation(node.options)
        sizes = [distances(graph, trial.plan, trial.parameters, node_id)] if node_id != "probe" else []
        for kink in activation.kinks if activation is not None else ():
            assert tensor.pre_activation is not None
            sizes.append(np.abs(tensor.pre_activation - kink))
        # Exactly 0 comes from dead units before it, and stays 0 nearby.
        if any(np.any((size > 0.0) & (size < NEAREST_KINK)) for size in sizes):
            return False
    return True

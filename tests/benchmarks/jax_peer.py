"""JAX's side of the benchmark: a whole epoch is one compiled scan over the batches, gathering them included.

The numbers of threads are XLA's own. Its arrays are donated, so that an epoch updates them in place; images lie
channel last, which is faster on processors than channel first.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.benchmarks.peer import Train, serve
from tests.benchmarks.workloads import Convolution, Dense, Pooling, Workload

ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu, "softmax": lambda z: z}
Parameters = list[tuple[Any, ...]]


def initial(workload: Workload) -> Parameters:
    rng = np.random.default_rng(1)
    parameters: Parameters = []
    for layer, shape in zip(workload.layers, workload.shapes(), strict=True):
        if isinstance(layer, Pooling):
            parameters.append(())
            continue
        if isinstance(layer, Convolution):
            kernel_shape: tuple[int, ...] = (layer.size, layer.size, shape[2], layer.filters)
        else:
            kernel_shape = (math.prod(shape), layer.units)
        fans = math.prod(kernel_shape[:-1]) + math.prod(kernel_shape) // math.prod(shape)
        kernel = rng.normal(0.0, math.sqrt(2.0 / fans), kernel_shape).astype(np.float32)
        parameters.append((jnp.asarray(kernel), jnp.zeros(kernel_shape[-1], jnp.float32)))
    return parameters


def answers(workload: Workload, parameters: Parameters, x: Any) -> Any:
    """The outputs, or logits where the last activation is softmax."""
    if len(workload.shape) == 2:
        x = x[..., None]
    for layer, own in zip(workload.layers, parameters, strict=True):
        if isinstance(layer, Pooling):
            x = pooled(layer, x)
        elif isinstance(layer, Convolution):
            sides = [(layer.padding, layer.padding)] * 2
            z = lax.conv_general_dilated(x, own[0], (1, 1), sides, dimension_numbers=("NHWC", "HWIO", "NHWC"))
            x = ACTIVATIONS[layer.activation](z + own[1])
        elif isinstance(layer, Dense):
            x = ACTIVATIONS[layer.activation](x.reshape(len(x), -1) @ own[0] + own[1])
    return x


def pooled(layer: Pooling, x: Any) -> Any:
    window = (1, layer.size, layer.size, 1)
    if layer.kind == "max":
        return lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")
    return lax.reduce_window(x, 0.0, lax.add, window, window, "VALID") / layer.size**2


def loss_of(workload: Workload, parameters: Parameters, x: Any, y: Any) -> Any:
    a = answers(workload, parameters, x)
    if workload.loss == "cross_entropy":
        return -(jax.nn.log_softmax(a) * y).sum(axis=1).mean()
    return 0.5 * ((a - y) ** 2).sum(axis=1).mean()


def update(workload: Workload, state: Any, gradients: Any) -> Any:
    """One step of the optimiser; `state` is (parameters, slots, number of the step)."""
    parameters, slots, count = state
    rate, tree = workload.learning_rate, jax.tree.map
    count = count + 1
    if workload.optimizer == "sgd":
        return tree(lambda p, g: p - rate * g, parameters, gradients), slots, count
    if workload.optimizer == "momentum":
        slots = tree(lambda v, g: 0.9 * v + g, slots, gradients)
        return tree(lambda p, v: p - rate * v, parameters, slots), slots, count
    first = tree(lambda m, g: 0.9 * m + 0.1 * g, slots[0], gradients)
    second = tree(lambda v, g: 0.999 * v + 0.001 * g * g, slots[1], gradients)
    step, root = rate / (1.0 - 0.9**count), jnp.sqrt(1.0 - 0.999**count)
    moved = tree(lambda p, m, v: p - step * m / (jnp.sqrt(v) / root + 1e-8), parameters, first, second)
    return moved, (first, second), count


def build(workload: Workload, _variant: int) -> Train:
    inputs, targets = (jnp.asarray(array) for array in workload.data())
    batches = len(inputs) // workload.batch_size
    parameters = initial(workload)
    zeros = [jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)]
    slots = {"sgd": (), "momentum": zeros[0], "adam": tuple(zeros)}[workload.optimizer]
    state = (parameters, slots, jnp.zeros((), jnp.float32))

    def epoch(state: Any, inputs: Any, targets: Any, order: Any) -> Any:
        def step(state: Any, rows: Any) -> Any:
            loss, gradients = jax.value_and_grad(lambda p: loss_of(workload, p, inputs[rows], targets[rows]))(state[0])
            return update(workload, state, gradients), loss

        return lax.scan(step, state, order)

    compiled = jax.jit(epoch, donate_argnums=0)
    shuffle = np.random.default_rng(2)

    def train(count: int) -> int:
        nonlocal state
        made = 0
        while made < count:
            order = shuffle.permutation(len(inputs))[: batches * workload.batch_size].reshape(batches, -1)
            state, losses = compiled(state, inputs, targets, order.astype(np.int32))
            losses.block_until_ready()
            made += batches
        return made

    return train


if __name__ == "__main__":
    serve(f"JAX {jax.__version__}", ["JAX scan over the epoch, default threads"], {}, build)

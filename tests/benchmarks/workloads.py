"""The trainings that are timed, as plain numbers: every contender builds them in its own way.

Nothing of ``core`` is used here: the interpreter that runs the other programs need not have what ``core`` needs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

SAMPLES = 20_000
"""Enough that the samples do not fit into the processor's caches, as with MNIST."""


@dataclass(frozen=True)
class Dense:
    units: int
    activation: str


@dataclass(frozen=True)
class Convolution:
    """Square filters at stride 1; `padding` is the number of zeros on every side."""

    filters: int
    size: int
    padding: int
    activation: str


@dataclass(frozen=True)
class Pooling:
    """Squares that tile the image; `kind` is max or mean."""

    kind: str
    size: int


Layer: TypeAlias = Dense | Convolution | Pooling
Product: TypeAlias = tuple[int, int, int]
"""Rows, inner size and columns of a product of matrices."""


@dataclass(frozen=True)
class Workload:
    """A network of layers in a row, and how it trains (float32). A shape of two sizes is an image of one channel."""

    key: str
    network: str
    shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    loss: str
    optimizer: str
    learning_rate: float
    batch_size: int

    @property
    def title(self) -> str:
        loss = self.loss.replace("_", " ")
        return f"{self.key}  {self.network}, {loss}, {self.optimizer}, batch {self.batch_size}"

    @property
    def outputs(self) -> int:
        last = self.layers[-1]
        assert isinstance(last, Dense)
        return last.units

    def data(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Inputs (samples, *shape) between 0 and 1, most of them 0 as in pictures, and one-hot targets.

        One output: targets of 0 or 1.
        """
        rng = np.random.default_rng(1)
        inputs = rng.random((SAMPLES, math.prod(self.shape)), dtype=np.float32)
        inputs *= rng.random(inputs.shape, dtype=np.float32) < 0.2
        inputs = inputs.reshape(SAMPLES, *self.shape)
        classes = rng.integers(0, max(2, self.outputs), SAMPLES)
        if self.outputs == 1:
            return inputs, classes[:, None].astype(np.float32)
        return inputs, np.eye(self.outputs, dtype=np.float32)[classes]

    def shapes(self) -> Iterator[tuple[int, ...]]:
        """Yield the shape that arrives at each layer, (rows, columns, channels) or (width,)."""
        shape = (*self.shape, 1) if len(self.shape) == 2 else self.shape
        for layer in self.layers:
            yield shape
            if isinstance(layer, Convolution):
                rows, columns = (size + 2 * layer.padding - layer.size + 1 for size in shape[:2])
                shape = (rows, columns, layer.filters)
            elif isinstance(layer, Pooling):
                shape = (shape[0] // layer.size, shape[1] // layer.size, shape[2])
            else:
                shape = (layer.units,)

    def products(self) -> Iterator[Product]:
        """Yield the matrix products of a step: forward, by the kernel, and by the inputs but for the first layer."""
        first = True
        for layer, shape in zip(self.layers, self.shapes(), strict=True):
            if isinstance(layer, Pooling):
                continue
            if isinstance(layer, Convolution):
                places = math.prod(size + 2 * layer.padding - layer.size + 1 for size in shape[:2])
                inner, units = layer.size**2 * shape[2], layer.filters
                sizes = [(units, inner, places * self.batch_size), (inner, places * self.batch_size, units)]
                by_inputs = (inner, units, places * self.batch_size)
            else:
                inner, units = math.prod(shape), layer.units
                sizes = [(self.batch_size, inner, units), (inner, self.batch_size, units)]
                by_inputs = (self.batch_size, units, inner)
            yield from sizes if first else [*sizes, by_inputs]
            first = False


def _perceptron(key: str, widths: tuple[int, ...], hidden: str, last: str, loss: str, *training: Any) -> Workload:
    layers = (*(Dense(units, hidden) for units in widths[1:-1]), Dense(widths[-1], last))
    return Workload(key, f"{'-'.join(map(str, widths))} {hidden}", widths[:1], layers, loss, *training)


def _lenet(key: str, activation: str, pooling: str) -> Workload:
    """LeCun, Bottou, Bengio & Haffner 1998, with full links between the planes and softmax at the end."""
    layers = (
        Convolution(6, 5, 2, activation),
        Pooling(pooling, 2),
        Convolution(16, 5, 0, activation),
        Pooling(pooling, 2),
        Dense(120, activation),
        Dense(84, activation),
        Dense(10, "softmax"),
    )
    network = f"LeNet-5 {activation}, {pooling} pooling"
    return Workload(key, network, (28, 28), layers, "cross_entropy", "momentum", 0.01, 64)


WORKLOADS = (
    _perceptron("A", (784, 30, 10), "sigmoid", "sigmoid", "squared_error", "sgd", 3.0, 10),
    _perceptron("B", (784, 100, 10), "relu", "softmax", "cross_entropy", "adam", 0.001, 32),
    _perceptron("C", (784, 128, 128, 10), "relu", "softmax", "cross_entropy", "momentum", 0.01, 128),
    _perceptron("D", (784, 512, 512, 10), "relu", "softmax", "cross_entropy", "adam", 0.001, 256),
    _perceptron("E", (2, 8, 8, 1), "tanh", "tanh", "squared_error", "sgd", 0.1, 10),
    _lenet("F", "relu", "max"),
    _lenet("G", "tanh", "mean"),
)

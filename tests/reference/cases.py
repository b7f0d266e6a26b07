"""The small trainings that the engine and PyTorch both carry out: which networks, rules and numbers.

Nothing of ``core`` is used here, so that the references owe nothing to what they are to prove.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
STEPS = 100
RECORDED = 10
"""Every how many steps the loss is kept."""
INPUTS, CLASSES, SAMPLES, BATCH = 4, 3, 29, 8
ACTIVATIONS = ("sigmoid", "tanh", "relu", "linear", "softmax")
OPTIMIZERS = ("sgd", "momentum", "nesterov")
"""Those that every activation and loss is trained with."""

RATES = {
    "sgd": 0.1,
    "momentum": 0.02,
    "nesterov": 0.02,
    "adagrad": 0.05,
    "adadelta": 0.8,
    "rmsprop": 0.003,
    "adam": 0.01,
    "adamw": 0.01,
    "adamax": 0.02,
    "nadam": 0.01,
    "rprop": 0.01,
}
OPTIONS: Mapping[str, Mapping[str, float]] = {
    "sgd": {},
    "momentum": {"momentum": 0.9},
    "nesterov": {"momentum": 0.9},
    "adagrad": {"epsilon": 1e-6},
    "adadelta": {"decay": 0.95, "epsilon": 1e-5},
    "rmsprop": {"decay": 0.95, "epsilon": 1e-6},
    "adam": {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6},
    "adamw": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-6, "weight_decay": 0.1},
    "adamax": {"beta1": 0.85, "beta2": 0.98, "epsilon": 1e-6},
    "nadam": {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-6, "momentum_decay": 0.01},
    "rprop": {"shrink": 0.5, "grow": 1.2, "smallest": 1e-5, "largest": 0.2},
}
DTYPES = ("float32", "float64")
ENDS = (
    *((activation, "squared_error") for activation in ACTIVATIONS),
    ("softmax", "cross_entropy"),
    ("sigmoid", "cross_entropy"),
)


@dataclass(frozen=True)
class Layer:
    """A Dense layer of some units, or (with 0 units) an activation card; HIDDEN and LAST are filled in by the case."""

    name: str
    sources: tuple[str, ...]
    units: int
    activation: str
    bias: bool = True


HIDDEN, LAST, LINEAR = "HIDDEN", "LAST", "linear"
NETWORKS: Mapping[str, tuple[Layer, ...]] = {
    "chain": (
        Layer("a", ("x",), 5, HIDDEN),
        Layer("b", ("a",), 4, HIDDEN),
        Layer("y", ("b",), CLASSES, LAST),
    ),
    "skip": (
        Layer("a", ("x",), 5, HIDDEN),
        Layer("y", ("a", "x"), CLASSES, LAST),
    ),
    "diamond": (
        Layer("a", ("x",), 4, HIDDEN),
        Layer("b", ("a",), 3, HIDDEN),
        Layer("c", ("a",), 3, HIDDEN),
        Layer("d", ("b", "c", "x"), 3, HIDDEN),
        Layer("y", ("d", "a"), CLASSES, LAST),
    ),
    "cards": (
        Layer("a", ("x",), 5, LINEAR),
        Layer("g", ("a",), 0, HIDDEN),
        Layer("b", ("g",), 4, LINEAR, bias=False),
        Layer("h", ("b",), 0, HIDDEN),
        Layer("z", ("h", "g"), CLASSES, LINEAR),
        Layer("y", ("z",), 0, LAST),
    ),
}


@dataclass(frozen=True)
class Case:
    """One training."""

    network: str
    hidden: str
    last: str
    loss: str
    optimizer: str
    dtype: str

    @property
    def name(self) -> str:
        return "-".join((self.hidden, self.last, self.loss, self.optimizer))

    def layers(self) -> tuple[Layer, ...]:
        """The network's layers with their activations."""
        filled = {HIDDEN: self.hidden, LAST: self.last, LINEAR: LINEAR}
        return tuple(
            Layer(layer.name, layer.sources, layer.units, filled[layer.activation], layer.bias)
            for layer in NETWORKS[self.network]
        )


def _cases() -> tuple[Case, ...]:
    """Every hidden activation × end × optimiser × dtype, handed out to the networks in turn.

    And every other optimiser on each network, with both losses.
    """
    found = []
    for number, hidden in enumerate(ACTIVATIONS):
        for end, (last, loss) in enumerate(ENDS):
            for turn, optimizer in enumerate(OPTIMIZERS):
                network = tuple(NETWORKS)[(number + end + turn) % len(NETWORKS)]
                found += [Case(network, hidden, last, loss, optimizer, dtype) for dtype in DTYPES]
    for optimizer in OPTIONS:
        if optimizer not in OPTIMIZERS:
            for network in NETWORKS:
                for last, loss in (("sigmoid", "squared_error"), ("softmax", "cross_entropy")):
                    found += [Case(network, "tanh", last, loss, optimizer, dtype) for dtype in DTYPES]
    return tuple(found)


CASES = _cases()


def shapes(network: str) -> dict[tuple[str, str], tuple[int, ...]]:
    """Shape of every parameter by (layer, source), or (layer, "bias"), in the order of the flat vectors."""
    widths, found = {"x": INPUTS}, {}
    for layer in NETWORKS[network]:
        if not layer.units:
            widths[layer.name] = widths[layer.sources[0]]
            continue
        widths[layer.name] = layer.units
        for source in layer.sources:
            found[layer.name, source] = (widths[source], layer.units)
        if layer.bias:
            found[layer.name, "bias"] = (layer.units,)
    return found


def parts(network: str, vector: NDArray[Any]) -> dict[tuple[str, str], NDArray[Any]]:
    """The parts of a flat vector in the parameters' shapes."""
    found, start = {}, 0
    for key, shape in shapes(network).items():
        size = int(np.prod(shape))
        found[key] = vector[start : start + size].reshape(shape)
        start += size
    assert start == vector.size
    return found


@dataclass(frozen=True)
class Result:
    """What came of a training: losses of every RECORDED-th step, the first gradient, the weights after all steps."""

    losses: NDArray[Any]
    gradient: NDArray[Any]
    weights: NDArray[Any]


@cache
def _file(network: str) -> dict[str, NDArray[Any]]:
    with np.load(FOLDER / f"{network}.npz", allow_pickle=False) as arrays:
        return dict(arrays)


def numbers(case: Case) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The stored initial weights (a flat vector), inputs and targets of a case, in its dtype."""
    arrays = _file(case.network)
    names = ("initial", "inputs", "targets")
    initial, inputs, targets = (arrays[name].astype(case.dtype) for name in names)
    return initial, inputs, targets


def reference(case: Case) -> Result:
    """The stored result of PyTorch."""
    arrays = _file(case.network)
    row = json.loads(bytes(arrays["names"])).index(case.name)
    return Result(*(arrays[f"{case.dtype}_{what}"][row] for what in ("losses", "gradients", "weights")))


def batches() -> list[slice]:
    """The rows of each step: in the order given, with a smaller batch at the end of each epoch."""
    starts = range(0, SAMPLES, BATCH)
    return [slice(starts[step % len(starts)], starts[step % len(starts)] + BATCH) for step in range(STEPS)]

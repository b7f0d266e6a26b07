"""What came of the trainings of ``random_graphs``, in full and as the samples of it that are stored.

Nothing of ``core`` is used here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.reference.random_graphs import Draw, Network, random_network

FILE = Path(__file__).resolve().parent / "graphs.npz"
STORED = 200
"""Networks whose references are stored."""
DTYPES = ("float32", "float64")
TOLERANCE = {"float32": 1e-4, "float64": 1e-9}
SAMPLED, SUMS = 12, 4
"""Weights that are stored after a training, and sums over all of them with random signs, which every weight enters."""


@dataclass(frozen=True)
class Training:
    """What an optimiser made of a network: the loss of every step, the weights, the answers to all samples.

    `least_share` is the smallest gradient on the way, as a share of the largest, where the rule goes by signs.
    """

    losses: NDArray[Any]
    weights: NDArray[Any]
    answers: NDArray[Any]
    least_share: float = 1.0


@dataclass(frozen=True)
class Result:
    """What came of a network in one dtype.

    Attributes
    ----------
    outputs : of the first batch, in training.
    gradients : of that batch by every parameter, one vector.
    trainings : by optimiser.
    """

    outputs: NDArray[Any]
    gradients: NDArray[Any]
    trainings: Mapping[str, Training]


def difference(found: NDArray[Any], expected: NDArray[Any], scale: float = 1.0) -> float:
    """The largest |a − b|/(1 + |b|); infinite where something is no number."""
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs(found.astype(np.float64) - expected) / (scale * (1.0 + np.abs(expected)))
    return float(np.max(np.nan_to_num(error, nan=np.inf), initial=0.0))


def worst(found: Result, expected: Result) -> dict[str, float]:
    """The largest differences, by what differs: outputs, gradients, and every optimiser's losses, weights, answers."""
    errors = {
        "outputs": difference(found.outputs, expected.outputs),
        "gradients": difference(found.gradients, expected.gradients),
    }
    for optimizer, training in expected.trainings.items():
        mine = found.trainings[optimizer]
        pairs = [(getattr(mine, part), getattr(training, part)) for part in ("losses", "weights", "answers")]
        errors[optimizer] = max(difference(*pair) for pair in pairs)
    return errors


def digest(network: Network, training: Training) -> NDArray[Any]:
    """What is stored of a training: its last loss, sums of its weights, some weights, the answers to one sample."""
    signs, places = _choice(network.seed, len(training.weights))
    weights = training.weights.astype(np.float64)
    return np.concatenate([training.losses[-1:], signs @ weights, weights[places], training.answers[0]])


@cache
def _choice(seed: int, size: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Signs (sums, weights), over √weights so that a sum is as exact as a weight, and the places of the samples."""
    draw = Draw(seed ^ 0xD16)
    signs = np.array([[1.0 if draw.chance(0.5) else -1.0 for _ in range(size)] for _ in range(SUMS)])
    return signs / math.sqrt(size), np.array([draw.between(0, size - 1) for _ in range(SAMPLED)])


@cache
def _file() -> dict[str, NDArray[Any]]:
    with np.load(FILE, allow_pickle=False) as arrays:
        return dict(arrays)


def stored_networks() -> list[Network]:
    """The networks of the file."""
    return [random_network(int(seed)) for seed in _file()["seeds"]]


@dataclass(frozen=True)
class Reference:
    """What PyTorch made of a network in float64; `digests` by optimiser."""

    outputs: NDArray[Any]
    gradients: NDArray[Any]
    digests: Mapping[str, NDArray[Any]]


def reference(place: int) -> Reference:
    """The stored result of the network at this place of the file."""
    arrays = _file()
    start, stop = arrays["starts"][place : place + 2]
    optimizers = bytes(arrays["optimizers"]).decode().split()
    digests = dict(zip(optimizers, arrays["digests"][place], strict=True))
    return Reference(arrays["outputs"][place], arrays["gradients"][start:stop], digests)


def store(pairs: list[tuple[Network, Result]]) -> None:
    """Write the file."""
    optimizers = list(pairs[0][1].trainings)
    np.savez_compressed(
        FILE,
        seeds=np.array([network.seed for network, _ in pairs]),
        optimizers=np.frombuffer(" ".join(optimizers).encode(), np.uint8),
        starts=np.cumsum([0, *(len(result.gradients) for _, result in pairs)]),
        outputs=np.stack([result.outputs for _, result in pairs]),
        gradients=np.concatenate([result.gradients for _, result in pairs]),
        digests=np.array([[digest(n, result.trainings[key]) for key in optimizers] for n, result in pairs]),
    )

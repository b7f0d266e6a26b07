"""Small networks of every kind of layer that the engine and PyTorch both train: which layers, options and numbers.

Nothing of ``core`` is used here, so that the references owe nothing to what they are to prove. Images are (samples,
rows, columns, channels), kernels of convolutions (rows, columns, channels, filters).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).resolve().parent / "layers.npz"
STEPS = 30
CLASSES, SAMPLES, BATCH = 3, 22, 8
RATE, MOMENTUM, RUNNING_RATE, EPSILON = 0.05, 0.9, 0.2, 1e-3
DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Layer:
    """A layer, the layers that it reads, and its options by the engine's names."""

    name: str
    kind: str
    sources: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """Layers in order behind the input "x"; the last one is called "y" and ends in softmax under cross-entropy."""

    name: str
    inputs: tuple[int, ...]
    layers: tuple[Layer, ...]


def _layer(name: str, kind: str, *sources: str, **options: Any) -> Layer:
    return Layer(name, kind, sources, options)


def _last(*sources: str) -> Layer:
    return _layer("y", "dense", *sources, units=CLASSES, activation="softmax")


_BATCH = {"divisor": "n", "epsilon": EPSILON, "rate": RUNNING_RATE}
_LAYER = {"divisor": "n", "epsilon": EPSILON}

NETWORKS: tuple[Network, ...] = (
    Network(
        "lenet",
        (12, 10),
        (
            _layer("c", "convolution", "x", filters=4, kernel=(5, 5), padding="same", activation="relu"),
            _layer("p", "max_pooling", "c"),
            _layer("d", "convolution", "p", filters=6, kernel=(3, 2), activation="tanh"),
            _layer("q", "mean_pooling", "d"),
            _layer("f", "flatten", "q"),
            _layer("h", "dense", "f", units=8, activation="tanh"),
            _last("h"),
        ),
    ),
    Network(
        "strides",
        (9, 8, 2),
        (
            _layer("c", "convolution", "x", filters=3, kernel=(3, 2), stride=(2, 3), padding="same", activation="tanh"),
            _layer(
                "d",
                "convolution",
                "x",
                filters=3,
                kernel=(4, 3),
                stride=(2, 3),
                padding="number",
                margin=1,
                activation="linear",
            ),
            _layer("g", "activation", "d", activation="sigmoid"),
            _layer("p", "max_pooling", "c", window=(3, 2), stride=(1, 1), padding="same"),
            _layer("q", "mean_pooling", "g", window=(2, 3), stride=(2, 2), padding="same"),
            _layer("r", "mean_pooling", "p", window=(3, 3), stride=(2, 2), padding="number", margin=1),
            _layer("z", "zero_padding", "q", top=1, bottom=0, left=0, right=2),
            _layer("f", "flatten", "z"),
            _last("f", "r"),
        ),
    ),
    Network(
        "pixels",
        (6, 5, 2),
        (
            _layer("c", "convolution", "x", filters=4, kernel=(3, 3), padding="same", activation="linear", bias=False),
            _layer("n", "batch_normalization", "c", **_BATCH),
            _layer("g", "prelu", "n", learning="unit"),
            _layer("d", "convolution", "g", filters=4, kernel=(1, 1), activation="tanh"),
            _layer("a", "add", "d", "c", "g"),
            _layer("k", "concatenate", "a", "x", "d"),
            _layer("e", "convolution", "k", filters=2, kernel=(2, 2), activation="softmax"),
            _last("e"),
        ),
    ),
    Network(
        "vectors",
        (7,),
        (
            _layer("h", "dense", "x", units=6, activation="linear"),
            _layer("n", "batch_normalization", "h", **_BATCH),
            _layer("g", "prelu", "n", learning="shared"),
            _layer("m", "maxout", "g", "x", units=6, pieces=3),
            _layer("l", "layer_normalization", "m", **_LAYER),
            _layer("i", "dense", "l", units=6, activation="sigmoid"),
            _layer("t", "multiply", "i", "l", "h"),
            _layer("k", "concatenate", "t", "x"),
            _layer("r", "reshape", "k", shape=(1, 13)),
            _layer("o", "layer_normalization", "r", **_LAYER, scaled=False),
            _layer("b", "batch_normalization", "o", **_BATCH, scaled=False),
            _last("b", "m"),
        ),
    ),
)


def batches() -> list[slice]:
    """The rows of each step: in the order given, with a smaller batch at the end of each epoch."""
    starts = range(0, SAMPLES, BATCH)
    return [slice(starts[step % len(starts)], starts[step % len(starts)] + BATCH) for step in range(STEPS)]


@dataclass(frozen=True)
class Result:
    """What came of a training.

    Attributes
    ----------
    losses : of every step.
    gradients : of the first step, by "layer/parameter"; weights : after all steps.
    running : mean and variance of batch normalisations after all steps, by "layer/name".
    answers : of the trained network to all samples, in inference.
    """

    losses: NDArray[Any]
    answers: NDArray[Any]
    gradients: Mapping[str, NDArray[Any]]
    weights: Mapping[str, NDArray[Any]]
    running: Mapping[str, NDArray[Any]]


@cache
def _stored() -> dict[str, NDArray[Any]]:
    with np.load(FILE, allow_pickle=False) as arrays:
        return dict(arrays)


def _below(start: str) -> dict[str, NDArray[Any]]:
    return {key[len(start) :]: array for key, array in _stored().items() if key.startswith(start)}


def samples(network: Network) -> tuple[NDArray[Any], NDArray[Any]]:
    """Inputs and one-hot targets, in float64."""
    rng = np.random.default_rng(sum(map(ord, network.name)))
    inputs = rng.normal(0.0, 1.0, (SAMPLES, *network.inputs))
    return inputs, np.eye(CLASSES)[rng.integers(0, CLASSES, SAMPLES)]


def initial(network: Network) -> dict[str, NDArray[Any]]:
    """The stored initial weights, by "layer/parameter", in float64."""
    return _below(f"{network.name}/initial/")


def reference(network: Network, dtype: str) -> Result:
    """The stored result of PyTorch."""
    start = f"{network.name}/{dtype}/"
    maps = (_below(f"{start}{part}/") for part in ("gradients", "weights", "running"))
    return Result(_stored()[f"{start}losses"], _stored()[f"{start}answers"], *maps)


def arrays_of(network: Network, dtype: str, result: Result) -> dict[str, NDArray[Any]]:
    """The arrays of a result under the names of the file."""
    start = f"{network.name}/{dtype}/"
    arrays = {f"{start}losses": result.losses, f"{start}answers": result.answers}
    for part in ("gradients", "weights", "running"):
        arrays |= {f"{start}{part}/{key}": array for key, array in getattr(result, part).items()}
    return arrays

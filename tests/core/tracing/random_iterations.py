"""Networks, data and training rules drawn at random, of every kind that there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.compiler.parameters import Parameters
from core.data.dataset import PreparedData
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.numerics.activations import ACTIVATIONS
from core.numerics.clipping import CLIPPINGS
from core.numerics.losses import LOSSES
from core.numerics.optimizers import OPTIMIZERS
from core.numerics.schedules import SCHEDULES
from core.options import ChoiceOption, FlagOption, Option, RealOption, complete
from core.training.config import TrainingConfig
from tests.core.layers.random_networks import mixed_graph
from tests.core.training.prepared import data_of, samples_of

SAMPLES, BATCH = 7, 3
"""The last batch of an epoch has one sample."""

LEAST_WEIGHTS, MOST_WEIGHTS = 10, 250
"""So that every number can be worked out."""

TRAINABLE = [activation.key for activation in ACTIVATIONS if activation.trainable]
ENDS = {
    "squared_error": ("sigmoid", "tanh", "linear", "softmax", "softsign"),
    "absolute_error": ("linear", "elu"),
    "huber": ("linear", "gelu"),
    "hinge": ("linear", "tanh"),
    "multiclass_hinge": ("linear", "tanh"),
    "cross_entropy": ("softmax", "log_softmax", "sigmoid"),
    "binary_cross_entropy": ("sigmoid", "softmax"),
}
"""The last activations that each loss is tried with."""


def random_network(seed: int) -> Graph:
    """A network of all kinds of layers and activations; the loss is that whose turn it is, with options at random."""
    rng = np.random.default_rng(seed)
    loss = LOSSES.keys[seed % len(LOSSES)]
    graph = mixed_graph(rng, layers=7)
    while not LEAST_WEIGHTS <= Parameters(graph, "float64").values.size <= MOST_WEIGHTS:
        graph = mixed_graph(rng, layers=7)
    last = str(rng.choice(ENDS[loss]))
    return replace(graph, nodes=tuple(_varied(node, loss, last, rng) for node in graph.nodes))


def _varied(node: Any, loss: str, last: str, rng: np.random.Generator) -> Any:
    options = dict(node.options)
    if node.kind == "output":
        own = {option.key: _value(option, rng) for option in LOSSES[loss].options}
        options |= {"loss": loss, **own}
    elif node.id == "y":
        options["activation"] = last
    elif "activation" in options and rng.random() < 0.7:
        options["activation"] = str(rng.choice(TRAINABLE))
    return replace(node, options=complete(LAYERS[node.kind].options, options))


def _value(option: Option, rng: np.random.Generator) -> Any:
    match option:
        case ChoiceOption():
            return str(rng.choice([choice.key for choice in option.choices]))
        case FlagOption():
            return bool(rng.random() < 0.5)
        case RealOption(key="smoothing"):
            return float(rng.choice([0.0, 0.1]))
        case RealOption(key="delta"):
            return float(rng.choice([0.3, 1.0]))
    return option.initial


def random_data(graph: Graph, seed: int, dtype: str = "float64") -> PreparedData:
    """Normal inputs; targets that fit the loss, sometimes soft; sometimes weights."""
    rng = np.random.default_rng(seed + 1000)
    (shape,) = (node.options["shape"] for node in graph.nodes if node.kind == "input")
    (loss,) = (str(node.options["loss"]) for node in graph.nodes if node.kind == "output")
    targets = np.eye(3)[rng.integers(0, 3, SAMPLES)]
    if loss in ("hinge", "multiclass_hinge"):
        targets = 2.0 * targets - 1.0
    elif rng.random() < 0.3:
        targets = rng.uniform(0.0, 1.0, targets.shape)
    samples = samples_of(rng.normal(size=(SAMPLES, *shape)), targets, dtype)  # type: ignore[misc]
    if rng.random() < 0.4:
        weights = rng.uniform(0.2, 2.0, SAMPLES).astype(dtype)
        samples = replace(samples, weights=weights / weights.mean(dtype=dtype))
    return data_of(samples)


def random_config(seed: int, dtype: str = "float64") -> TrainingConfig:
    """Every optimiser, clipping, schedule and mode in turn, with penalties in all combinations."""
    rng = np.random.default_rng(seed + 2000)
    optimizer = OPTIMIZERS.keys[seed % len(OPTIMIZERS)]
    return TrainingConfig(
        optimizer=optimizer,
        learning_rate=OPTIMIZERS[optimizer].default_rate * 0.1,
        schedule=SCHEDULES.keys[seed % len(SCHEDULES)],
        warm_up=int(rng.integers(0, 4)),
        mode=str(rng.choice([*["mini_batch"] * 6, "batch", "incremental", "online"])),
        batch_size=BATCH,
        clipping=CLIPPINGS.keys[seed % len(CLIPPINGS)],
        clip_limit=float(rng.choice([0.01, 0.3])),
        l1=float(rng.choice([0.0, 0.01])),
        l2=float(rng.choice([0.0, 0.02])),
        input_noise=float(rng.choice([0.0, 0.1])),
        seed=seed,
        dtype=dtype,
    )

"""Networks of all kinds of layers, drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.compiler.checks import check_graph
from core.compiler.problems import Severity
from core.compiler.shapes import infer_shapes
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.options import ChoiceOption, FlagOption, IntegerOption, Option, RealOption, ShapeOption, WindowOption
from tests.core.graph.networks import Row, graph_of, row

ENDS = {"input", "output"}


def mixed_graph(rng: np.random.Generator, layers: int = 8, loss: str = "cross_entropy") -> Graph:
    """An image, up to so many layers of any kind that fit each other, and a last one of 3 units that reads some."""
    rows = [row("x", "input", shape=(int(rng.integers(3, 6)), int(rng.integers(3, 6)), int(rng.integers(1, 3))))]
    for number in range(layers):
        added = _fitting(rng, rows, f"k{number}")
        if added is not None:
            rows.append(added)
    known = [r.node.id for r in rows[1:]] or ["x"]
    read = [str(id_) for id_ in rng.choice(known, min(len(known), int(rng.integers(1, 4))), replace=False)]
    activation = "softmax" if loss == "cross_entropy" else "tanh"
    last = row("y", "dense", *dict.fromkeys([known[-1], *read]), units=3, activation=activation)
    return graph_of(*rows, last, row("out", "output", "y", loss=loss))


def _fitting(rng: np.random.Generator, rows: list[Row], name: str) -> Row | None:
    """A further layer of any kind, or None where none of a few tries fits."""
    known = [r.node.id for r in rows]
    for _ in range(20):
        kind = LAYERS[str(rng.choice([key for key in LAYERS.keys if key not in ENDS]))]
        most = min(len(known), 3 if kind.maximum_inputs is None else kind.maximum_inputs)
        if most < kind.minimum_inputs:
            continue
        count = int(rng.integers(kind.minimum_inputs, most + 1))
        # Rather deep than wide: the newest layer is read more often than not.
        sources = [str(id_) for id_ in rng.choice(known, count, replace=False)]
        if rng.random() < 0.7 and known[-1] not in sources:
            sources[0] = known[-1]
        options = {option.key: _value(option, rng) for option in kind.options}
        added = row(name, kind.key, *sources, **options)
        shape = infer_shapes(graph_of(*rows, added))[name]
        if shape.output is not None and np.prod(shape.output) <= 200:
            return added
    return None


def _value(option: Option, rng: np.random.Generator) -> Any:
    match option:
        case ChoiceOption(key="activation"):
            return str(rng.choice(["sigmoid", "tanh", "relu", "linear", "elu", "softmax"]))
        case ChoiceOption():
            return str(rng.choice([choice.key for choice in option.choices if choice.key != "zeros"]))
        case FlagOption(key="frozen"):
            return bool(rng.random() < 0.1)
        case FlagOption():
            return bool(rng.random() < 0.5)
        case IntegerOption():
            return int(rng.integers(option.minimum, min(option.maximum, option.minimum + 3) + 1))
        case RealOption(key="epsilon"):
            return 0.1  # so that nothing changes within a step of a central difference
        case RealOption():
            return option.default
        case WindowOption():
            return (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
        case ShapeOption():
            return tuple(int(size) for size in rng.integers(1, 5, int(rng.integers(1, 4))))
    raise AssertionError(f"no value for {option}")


def errors(graph: Graph) -> list[str]:
    return [str(problem.text) for problem in check_graph(graph) if problem.severity is Severity.ERROR]

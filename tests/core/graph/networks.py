"""Networks for tests, written down as rows: identity, kind, sources, options. Identities double as names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.graph.model import Graph, Link, Node
from core.layers.catalog import LAYERS
from core.options import complete

ELEMENTWISE = ("sigmoid", "tanh", "relu", "linear")


@dataclass(frozen=True)
class Row:
    """One layer and the layers that it reads."""

    node: Node
    sources: tuple[str, ...]


def row(node_id: str, kind: str, *sources: str, **options: Any) -> Row:
    return Row(Node(node_id, kind, complete(LAYERS[kind].options, options), node_id), sources)


def graph_of(*rows: Row) -> Graph:
    """The network of these rows; the link from a to b is called "a-b"."""
    links = [Link(f"{source}-{r.node.id}", source, r.node.id) for r in rows for source in r.sources]
    return Graph(tuple(r.node for r in rows), tuple(links), 1)


def chain(
    *widths: int,
    activation: str = "sigmoid",
    last: str = "",
    loss: str = "squared_error",
    initializer: str = "glorot_normal",
    bias: bool = True,
) -> Graph:
    """Input "x", Dense layers "d1", "d2", … and Output "out", one after the other; `last` is the last activation."""
    rows = [row("x", "input", shape=(widths[0],))]
    for number, units in enumerate(widths[1:], start=1):
        own = last if last and number == len(widths) - 1 else activation
        options = {"units": units, "activation": own, "initializer": initializer, "bias": bias}
        rows.append(row(f"d{number}", "dense", rows[-1].node.id, **options))
    rows.append(row("out", "output", rows[-1].node.id, loss=loss))
    return graph_of(*rows)


def ladder(diamonds: int) -> Graph:
    """A chain of diamonds, each with a third link past it: 3ᵈ paths for d diamonds."""
    rows = [row("x", "input", shape=(3,)), row("c0", "dense", "x", units=2)]
    for number in range(1, diamonds + 1):
        before = rows[-1].node.id
        rows.append(row(f"a{number}", "dense", before, units=2))
        rows.append(row(f"b{number}", "dense", before, units=2))
        rows.append(row(f"c{number}", "dense", f"a{number}", f"b{number}", before, units=2))
    return graph_of(*rows, row("out", "output", rows[-1].node.id))


def random_graph(rng: np.random.Generator) -> Graph:
    """A network of 2 to 7 layers with merges, forks, links past layers, cards in series and loose ends."""
    rows = [row("x", "input", shape=(int(rng.integers(2, 5)),))]
    for number in range(int(rng.integers(1, 7))):
        known = [r.node.id for r in rows]
        activation = str(rng.choice([*ELEMENTWISE, "softmax"]))
        if rng.random() < 0.3 and number:
            rows.append(row(f"g{number}", "activation", str(rng.choice(known[1:])), activation=activation))
            continue
        count = min(len(known), int(rng.integers(1, 4)))
        sources = [str(id_) for id_ in rng.choice(known, count, replace=False)]
        options = {"units": int(rng.integers(2, 5)), "activation": activation, "bias": bool(rng.random() < 0.8)}
        rows.append(row(f"h{number}", "dense", *sources, **options))
    return graph_of(*rows, *_random_end(rng, [r.node.id for r in rows]))


def _random_end(rng: np.random.Generator, known: list[str]) -> list[Row]:
    """A last layer that reads up to four of the others, and an Output whose loss fits it."""
    sources = [str(id_) for id_ in rng.choice(known, min(len(known), int(rng.integers(1, 5))), replace=False)]
    last, loss = (
        ("linear", "squared_error"),
        ("sigmoid", "squared_error"),
        ("softmax", "squared_error"),
        ("softmax", "cross_entropy"),
        ("sigmoid", "cross_entropy"),
    )[int(rng.integers(5))]
    if rng.random() < 0.3:
        rows = [
            row("z", "dense", *sources, units=3, activation="linear"),
            row("y", "activation", "z", activation=last),
        ]
    else:
        rows = [row("y", "dense", *sources, units=3, activation=last)]
    return [*rows, row("out", "output", "y", loss=loss)]

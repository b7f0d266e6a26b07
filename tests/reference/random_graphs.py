"""Networks drawn at random, of every kind of layer and activation that PyTorch can express: what they are.

Nothing of ``core`` is used here, so that the references owe nothing to what they are to prove: shapes and parameters
are worked out a second time. Left out are what PyTorch cannot follow: dropout and noise (it draws other numbers) and
step and sign (no gradient).

All numbers come from ``random.Random(seed).random()``, the one sequence that Python promises to keep.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
Item = TypeVar("Item")

OUTPUTS, SAMPLES, BATCH, STEPS = 3, 13, 5, 20
ACTIVATIONS = (
    "sigmoid",
    "tanh",
    "relu",
    "linear",
    "softmax",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "softplus",
    "swish",
    "softsign",
    "log_softmax",
)
ENDS = (
    ("softmax", "cross_entropy"),
    ("softmax", "cross_entropy"),
    ("sigmoid", "cross_entropy"),
    ("linear", "squared_error"),
    ("tanh", "squared_error"),
    ("sigmoid", "squared_error"),
    ("softmax", "squared_error"),
)
MOST_VALUES, MOST_WEIGHTS = 100, 250
"""Values of a layer per sample, and weights of a layer, so that the references stay small."""


LINKED = "kernel of a link"
"""Stands for the name of a kernel, of which every link has one."""


class Draw:
    """Draws of one seed."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random

    def between(self, low: int, high: int) -> int:
        return low + int(self._next() * (high - low + 1))

    def chance(self, share: float) -> bool:
        return self._next() < share

    def one_of(self, items: Sequence[Item]) -> Item:
        return items[self.between(0, len(items) - 1)]

    def some_of(self, items: Sequence[Item], count: int) -> list[Item]:
        left = list(items)
        return [left.pop(self.between(0, len(left) - 1)) for _ in range(min(count, len(items)))]

    def real(self, low: float, high: float) -> float:
        return round(low + self._next() * (high - low), 3)

    def numbers(self, shape: Shape, spread: float, middle: float = 0.0) -> NDArray[Any]:
        """Even on ±√3 · spread, whose standard deviation is `spread`."""
        drawn = np.array([self._next() for _ in range(math.prod(shape))]).reshape(shape)
        return middle + (drawn - 0.5) * (math.sqrt(12.0) * spread)


@dataclass(frozen=True)
class Layer:
    """A layer, the layers that it reads, its options by the engine's names, and what comes of them.

    `shape` is that of one sample of its output, `parameters` are the shapes of what it trains, by name.
    """

    name: str
    kind: str
    sources: tuple[str, ...]
    options: Mapping[str, Any]
    shape: Shape
    parameters: Mapping[str, Shape] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """Layers in order behind the input "x"; the last one gives the answer."""

    seed: int
    inputs: Shape
    layers: tuple[Layer, ...]
    loss: str

    @property
    def parameters(self) -> dict[str, Shape]:
        """Shape of every parameter by "layer/name", in the order of the flat vectors."""
        return {f"{layer.name}/{name}": shape for layer in self.layers for name, shape in layer.parameters.items()}

    def initial(self) -> dict[str, NDArray[Any]]:
        """The initial weights, float64."""
        draw = Draw(self.seed ^ 0x5EED)
        return {name: _initial(draw, name.partition("/")[2], shape) for name, shape in self.parameters.items()}

    def samples(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Inputs and targets, float64."""
        draw = Draw(self.seed ^ 0xDA7A)
        inputs = draw.numbers((SAMPLES, *self.inputs), 1.0)
        if self.loss == "squared_error":
            return inputs, draw.numbers((SAMPLES, OUTPUTS), 0.5)
        return inputs, np.eye(OUTPUTS)[[draw.between(0, OUTPUTS - 1) for _ in range(SAMPLES)]]


def batches() -> list[slice]:
    """The rows of each step: in the order given, with a smaller batch at the end of each epoch."""
    starts = range(0, SAMPLES, BATCH)
    return [slice(starts[step % len(starts)], starts[step % len(starts)] + BATCH) for step in range(STEPS)]


def flat(network: Network, arrays: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Arrays by parameter as one vector; zeros for those that are missing (frozen ones have no gradient)."""
    shapes = network.parameters
    return np.concatenate([arrays.get(name, np.zeros(shape)).ravel() for name, shape in shapes.items()])


def _initial(draw: Draw, name: str, shape: Shape) -> NDArray[Any]:
    if name.startswith("kernel"):
        return draw.numbers(shape, 0.8 / math.sqrt(math.prod(shape[:-1])))
    middle = {"gamma": 1.0, "slope": 0.25}.get(name, 0.0)
    return draw.numbers(shape, 0.1 if name == "slope" else 0.2, middle)


def random_network(seed: int) -> Network:
    """The network of a seed: up to 12 layers that read any earlier ones, and a last one that reads all loose ends."""
    draw = Draw(seed)
    inputs = draw.one_of([(4,), (7,), (5, 4), (4, 5, 2), (6, 6, 1), (3, 4, 3), (6, 5)])
    layers = [Layer("x", "input", (), {}, inputs)]
    for _ in range(draw.between(1, 12)):
        added = _added(draw, layers)
        if added is not None:
            layers.append(added)
    activation, loss = draw.one_of(ENDS)
    read = {source for layer in layers for source in layer.sources}
    ends = [layer for layer in layers if layer.name not in read]
    ends += [layer for layer in draw.some_of(layers, 1) if layer not in ends and draw.chance(0.5)]
    own = draw.chance(0.3)
    options = {"units": OUTPUTS, "activation": "linear" if own else activation, "bias": draw.chance(0.8)}
    layers.append(_layer("z" if own else "y", "dense", ends, options))
    if own:
        layers.append(_layer("y", "activation", [layers[-1]], {"activation": activation}))
    return Network(seed, inputs, tuple(layers[1:]), loss)


def _added(draw: Draw, layers: list[Layer]) -> Layer | None:
    """A further layer of any kind, or None where none of a few tries fits."""
    for _ in range(20):
        kind = draw.one_of((*KINDS, "dense", "convolution"))
        sources = _sources(draw, kind, layers)
        if not sources:
            continue
        layer = _layer(f"k{len(layers)}", kind, sources, _options(draw, kind, sources))
        weights = sum(map(math.prod, layer.parameters.values()))
        if min(layer.shape, default=0) > 0 and math.prod(layer.shape) <= MOST_VALUES and weights <= MOST_WEIGHTS:
            return layer
    return None


def _layer(name: str, kind: str, sources: Sequence[Layer], options: dict[str, Any]) -> Layer:
    names, shapes = tuple(source.name for source in sources), [source.shape for source in sources]
    shape, parameters = KINDS[kind](options, shapes)
    links = iter(names)
    named = {f"kernel.{next(links)}-{name}" if part == LINKED else part: size for part, size in parameters}
    return Layer(name, kind, names, options, shape, named)


def _sources(draw: Draw, kind: str, layers: list[Layer]) -> list[Layer]:
    """Layers that such a layer can read; rather the newest than others, so that networks get deep."""
    first = layers[-1] if draw.chance(0.6) else draw.one_of(layers)
    others = [layer for layer in layers if layer is not first]
    match kind:
        case "dense" | "maxout":
            return [first, *draw.some_of(others, draw.one_of([0, 0, 1, 2]))]
        case "add" | "multiply":
            equal = [layer for layer in others if layer.shape == first.shape]
            return [first, *draw.some_of(equal, draw.between(1, 2))] if equal else []
        case "concatenate":
            fit = [layer for layer in others if layer.shape[:2] == first.shape[:2] and len(first.shape) > 1]
            fit += [layer for layer in others if len(layer.shape) == len(first.shape) == 1]
            return [first, *draw.some_of(fit, draw.between(1, 2))] if fit else []
        case "convolution" | "max_pooling" | "mean_pooling" | "zero_padding":
            return [first] if len(first.shape) > 1 else []
        case "layer_normalization":
            return [first] if math.prod(first.shape) > 2 else []
    return [first]


def _options(draw: Draw, kind: str, sources: Sequence[Layer]) -> dict[str, Any]:
    shape = sources[0].shape
    activation = {"activation": draw.one_of(ACTIVATIONS), "slope": draw.real(0.02, 0.4), "alpha": draw.real(0.5, 1.5)}
    trained = {"bias": draw.chance(0.6), "frozen": draw.chance(0.1)}
    scaled = {"scaled": draw.chance(0.7), "divisor": draw.one_of(["n", "n_minus_1"]), "epsilon": 0.01}
    padding = {"padding": draw.one_of(["valid", "same", "number"]), "margin": 1}
    window = (draw.between(1, 3), draw.between(1, 3))
    stride = (draw.between(1, 2), draw.between(1, 2))
    match kind:
        case "dense":
            return {"units": draw.between(2, 6), **activation, **trained}
        case "maxout":
            return {"units": draw.between(2, 4), "pieces": draw.between(1, 3), **trained}
        case "activation":
            return activation
        case "prelu":
            learning = draw.one_of(["unit", "shared", "fixed"])
            return {"slope": draw.real(0.0, 0.5), "learning": learning, "frozen": trained["frozen"]}
        case "batch_normalization":
            return {**scaled, "rate": draw.real(0.05, 0.5)}
        case "layer_normalization":
            return {**scaled, "frozen": trained["frozen"]}
        case "concatenate":
            return {"axis": draw.one_of(["channels", "rows", "columns"])}
        case "convolution":
            filters = {"filters": draw.between(1, 3), "kernel": window, "stride": stride}
            return {**filters, **padding, **activation, **trained}
        case "max_pooling" | "mean_pooling":
            reach = (max(window[0], 2), max(window[1], 2)) if padding["padding"] == "number" else window
            return {"window": reach, "stride": stride, **padding}
        case "zero_padding":
            return {side: draw.between(0, 1) for side in ("top", "bottom", "left", "right")}
        case "reshape":
            return {"shape": draw.one_of(_factors(math.prod(shape)))}
    return {}


def _factors(count: int) -> list[Shape]:
    pairs = [(rows, count // rows) for rows in range(1, count + 1) if count % rows == 0]
    return [(count,), *pairs, *((rows, 1, rest) for rows, rest in pairs)]


Parts = list[tuple[str, Shape]]
Rule = Callable[[dict[str, Any], list[Shape]], tuple[Shape, Parts]]


def _channels(shape: Shape) -> int:
    return shape[2] if len(shape) == 3 else 1 if len(shape) == 2 else shape[0]


def _links(options: dict[str, Any], shapes: list[Shape], width: int) -> Parts:
    parts: Parts = [(LINKED, (math.prod(shape), width)) for shape in shapes]
    return [*parts, ("bias", (width,))] if options["bias"] else parts


def _scale(options: dict[str, Any], shape: Shape) -> Parts:
    return [("gamma", shape), ("beta", shape)] if options["scaled"] else []


def _windows(options: dict[str, Any], shape: Shape, window: tuple[int, int]) -> Shape:
    counts = []
    for size, reach, step in zip(shape[:2], window, options["stride"], strict=True):
        margin = options["margin"] if options["padding"] == "number" else 0
        counts.append(-(-size // step) if options["padding"] == "same" else (size + 2 * margin - reach) // step + 1)
    return tuple(counts)


def _convolution(options: dict[str, Any], shapes: list[Shape]) -> tuple[Shape, Parts]:
    filters, bias = options["filters"], [("bias", (options["filters"],))] if options["bias"] else []
    kernel = (*options["kernel"], _channels(shapes[0]), filters)
    return (*_windows(options, shapes[0], options["kernel"]), filters), [("kernel", kernel), *bias]


def _concatenate(options: dict[str, Any], shapes: list[Shape]) -> tuple[Shape, Parts]:
    if len(shapes[0]) == 1:
        return (sum(shape[0] for shape in shapes),), []
    if options["axis"] == "channels":
        return (*shapes[0][:2], sum(map(_channels, shapes))), []
    if any(shape != shapes[0] for shape in shapes):
        return (), []
    axis = ("rows", "columns").index(options["axis"])
    sizes = list(shapes[0])
    sizes[axis] *= len(shapes)
    return tuple(sizes), []


def _prelu(options: dict[str, Any], shapes: list[Shape]) -> tuple[Shape, Parts]:
    count = {"unit": _channels(shapes[0]), "shared": 1}.get(options["learning"])
    return shapes[0], [("slope", (count,))] if count else []


def _padded(options: dict[str, Any], shapes: list[Shape]) -> tuple[Shape, Parts]:
    rows, columns, *channels = shapes[0]
    return (rows + options["top"] + options["bottom"], columns + options["left"] + options["right"], *channels), []


def _pooled(options: dict[str, Any], shapes: list[Shape]) -> tuple[Shape, Parts]:
    return (*_windows(options, shapes[0], options["window"]), *shapes[0][2:]), []


def _same(options: dict[str, Any], shapes: list[Shape]) -> tuple[Shape, Parts]:
    return shapes[0], []


KINDS: Mapping[str, Rule] = {
    "dense": lambda o, shapes: ((o["units"],), _links(o, shapes, o["units"])),
    "maxout": lambda o, shapes: ((o["units"],), _links(o, shapes, o["units"] * o["pieces"])),
    "activation": _same,
    "prelu": _prelu,
    "batch_normalization": lambda o, shapes: (shapes[0], _scale(o, (_channels(shapes[0]),))),
    "layer_normalization": lambda o, shapes: (shapes[0], _scale(o, shapes[0])),
    "add": _same,
    "multiply": _same,
    "concatenate": _concatenate,
    "convolution": _convolution,
    "max_pooling": _pooled,
    "mean_pooling": _pooled,
    "zero_padding": _padded,
    "flatten": lambda o, shapes: ((math.prod(shapes[0]),), []),
    "reshape": lambda o, shapes: (o["shape"], []),
}
"""From options and the shapes that arrive to the shape that leaves and the parameters; the same for every sample."""

"""Distributions of the initial weights. fan_in and fan_out count the inputs and outputs of a unit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.registry import Registry

Draw = Callable[[np.random.Generator, tuple[int, ...], int, int], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Initializer:
    """A named distribution; `draw(generator, shape, fan_in, fan_out)` returns float64 values."""

    key: str
    label: str
    formula: str
    draw: Draw


def _normal(deviation: Callable[[int, int], float]) -> Draw:
    return lambda generator, shape, fan_in, fan_out: generator.normal(
        0.0, deviation(fan_in, fan_out), shape
    )


def _uniform(limit: Callable[[int, int], float]) -> Draw:
    def draw(
        generator: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        end = limit(fan_in, fan_out)
        return generator.uniform(-end, end, shape)

    return draw


INITIALIZERS: Registry[Initializer] = Registry(
    "initialiser",
    (
        Initializer(
            "glorot_normal",
            "Glorot normal",
            "N(0, 2 / (fan in + fan out))",
            _normal(lambda i, o: math.sqrt(2.0 / (i + o))),
        ),
        Initializer(
            "glorot_uniform",
            "Glorot uniform",
            "U(−r, r), r² = 6 / (fan in + fan out)",
            _uniform(lambda i, o: math.sqrt(6.0 / (i + o))),
        ),
        Initializer("he_normal", "He normal", "N(0, 2 / fan in)", _normal(lambda i, o: math.sqrt(2.0 / i))),
        Initializer(
            "he_uniform",
            "He uniform",
            "U(−r, r), r² = 6 / fan in",
            _uniform(lambda i, o: math.sqrt(6.0 / i)),
        ),
        Initializer("normal", "Normal N(0, 1)", "N(0, 1)", _normal(lambda i, o: 1.0)),
        Initializer("uniform", "Uniform", "U(−0.5, 0.5)", _uniform(lambda i, o: 0.5)),
        Initializer(
            "zeros", "Zeros", "0", lambda generator, shape, fan_in, fan_out: np.zeros(shape)
        ),
    ),
)

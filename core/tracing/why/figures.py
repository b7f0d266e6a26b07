"""Numbers and names for sentences, and what several of them have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.formulas.quantities import Quantity
from core.layers.catalog import LAYERS
from core.layers.naming import display_names
from core.numerics.activations import Activation
from core.tracing.explaining import Explainer
from core.tracing.writing.figures import ALL_DIGITS, LARGEST_FIXED, number_box

DIGITS = 3
"""Of a number in a sentence."""

ALMOST_NONE = 0.05
"""A slope below this share of the steepest is called almost none."""


def shown(value: float) -> str:
    """Return a number as it stands in a sentence: three digits, written as in a formula (1.2·10⁻⁵)."""
    if 1000.0 <= abs(value) < LARGEST_FIXED:
        return number_box(float(round(value)), ALL_DIGITS).plain()
    digits = DIGITS if abs(value) >= LARGEST_FIXED else ALL_DIGITS
    return number_box(float(f"{value:.{DIGITS}g}"), digits).plain()


def percent(share: float) -> str:
    """Return a share as it stands in a sentence."""
    return f"{100.0 * share:.0f} %"


def unit_name(quantity: Quantity) -> str:
    """Return the number of a unit, counted from 1: "7", or "2, 3, 1" in an image."""
    return ", ".join(str(int(index) + 1) for index in quantity.unit)


def layer_name(explainer: Explainer, node_id: str) -> str:
    """Return the name under which a layer is shown."""
    return display_names(explainer.trace.graph)[node_id]


def activation_of(explainer: Explainer, node_id: str) -> Activation | None:
    """Return the activation function of a layer."""
    node = explainer.trace.graph.node(node_id)
    return LAYERS[node.kind].activation(node.options)


def slope_at(activation: Activation, z: float) -> float:
    """Return g′(z)."""
    return float(activation.derivative(np.array([z]))[0])


@dataclass(frozen=True, slots=True)
class Terms:
    """What the terms of a sum come to."""

    values: tuple[float, ...]

    @property
    def total(self) -> float:
        """The sum."""
        return math.fsum(self.values)

    @property
    def size(self) -> float:
        """The sum of the sizes: what would come out if no term worked against another."""
        return math.fsum(abs(value) for value in self.values)

    @property
    def largest(self) -> int:
        """The number of the term with the largest size."""
        return max(range(len(self.values)), key=lambda i: abs(self.values[i]))

    def cancels(self) -> bool:
        """Whether the terms work against each other so that little is left."""
        return len(self.values) > 1 and abs(self.total) < 0.1 * self.size

    def share_of_largest(self) -> float:
        """Return what part of the size the largest term makes up."""
        return abs(self.values[self.largest]) / self.size if self.size else 0.0


def terms_of(explainer: Explainer, quantity: Quantity) -> Terms:
    """Return what the terms that a number is the sum of come to."""
    return Terms(explainer.term_values(quantity))


def spread(values: Sequence[float]) -> float:
    """Return √ of the mean square."""
    return math.sqrt(math.fsum(value * value for value in values) / len(values)) if values else 0.0

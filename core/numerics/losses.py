"""Losses of a batch: the mean over its samples of the loss of one sample.

Symbols: a is the output (batch, width), y the target of the same shape, n the batch size, z the logits.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.registry import Registry

Array: TypeAlias = NDArray[Any]
Call: TypeAlias = Callable[[], object]
LossCall: TypeAlias = Callable[[], float]


class Loss(ABC):
    """A loss.

    Class attributes
    ----------------
    key, label, formula : name in files, name on screen, the loss of one sample as the course writes it.
    fuses_with : key of the activation with which the loss makes one operation on logits, or empty.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    fuses_with: ClassVar[str] = ""

    @abstractmethod
    def bind_value(self, a: Array, y: Array) -> LossCall:
        """Return a call that computes the loss of the batch."""

    @abstractmethod
    def bind_gradient(self, a: Array, y: Array, out: Array) -> Call:
        """Return a call that writes ∂C/∂a into `out`; runs after the value of the same batch."""

    def bind_fused_value(self, z: Array, a: Array, y: Array) -> LossCall:
        """Return a call that computes the loss from the logits; `a` holds the activation already."""
        raise TypeError(f"{self.key} does not fuse with an activation")

    def bind_fused_gradient(self, z: Array, a: Array, y: Array, out: Array) -> Call:
        """Return a call that writes ∂C/∂z into `out`."""
        raise TypeError(f"{self.key} does not fuse with an activation")


class SquaredError(Loss):
    """C = 1/n Σ ½‖y − a‖²: the scaling of 000 and 002 (½ per sample, mean over the batch)."""

    key = "squared_error"
    label = "Squared error, ½"
    formula = "½‖y − a‖²"

    def bind_value(self, a: Array, y: Array) -> LossCall:
        difference = np.empty_like(a)
        flat = difference.reshape(-1)
        factor: float = 0.5 / a.shape[0]
        subtract, dot = np.subtract, np.dot

        def value() -> float:
            subtract(a, y, difference)
            return float(dot(flat, flat)) * factor

        return value

    def bind_gradient(self, a: Array, y: Array, out: Array) -> Call:
        scale: float = 1.0 / a.shape[0]
        subtract, multiply = np.subtract, np.multiply

        def gradient() -> None:
            subtract(a, y, out)
            multiply(out, scale, out)

        return gradient


class CrossEntropy(Loss):
    """C = −1/n Σ Σᵢ yᵢ log aᵢ (002); with softmax it is computed from the logits, exactly for any size of z."""

    key = "cross_entropy"
    label = "Cross-entropy"
    formula = "−Σ y log a"
    fuses_with = "softmax"

    def bind_value(self, a: Array, y: Array) -> LossCall:
        logarithm = np.empty_like(a)
        flat_log, flat_y = logarithm.reshape(-1), y.reshape(-1)
        tiny = float(np.finfo(a.dtype).tiny)
        scale: float = -1.0 / a.shape[0]

        def value() -> float:
            np.maximum(a, tiny, out=logarithm)
            np.log(logarithm, logarithm)
            return float(np.dot(flat_y, flat_log)) * scale

        return value

    def bind_gradient(self, a: Array, y: Array, out: Array) -> Call:
        tiny = float(np.finfo(a.dtype).tiny)
        scale: float = -1.0 / a.shape[0]

        def gradient() -> None:
            np.maximum(a, tiny, out=out)
            np.divide(y, out, out)
            np.multiply(out, scale, out)

        return gradient

    def bind_fused_value(self, z: Array, a: Array, y: Array) -> LossCall:
        # −Σ y (z − max − log Σ e^(z − max)); Σ y need not be 1.
        rows = z.shape[0]
        row = np.empty((rows, 1), dtype=z.dtype)
        shifted, exponential = np.empty_like(z), np.empty_like(z)
        flat_shifted, flat_y = shifted.reshape(-1), y.reshape(-1)
        scale: float = -1.0 / rows
        maximum, subtract, exp = np.maximum.reduce, np.subtract, np.exp
        add, log, dot = np.add.reduce, np.log, np.dot

        def value() -> float:
            maximum(z, axis=1, out=row, keepdims=True)
            subtract(z, row, shifted)
            exp(shifted, exponential)
            add(exponential, axis=1, out=row, keepdims=True)
            log(row, row)
            subtract(shifted, row, shifted)
            return float(dot(flat_y, flat_shifted)) * scale

        return value

    def bind_fused_gradient(self, z: Array, a: Array, y: Array, out: Array) -> Call:
        # (a Σy − y) / n; for targets that sum to 1 (one-hot) this is (a − y) / n.
        rows = z.shape[0]
        row = np.empty((rows, 1), dtype=z.dtype)
        scale: float = 1.0 / rows
        add, multiply, subtract = np.add.reduce, np.multiply, np.subtract

        def gradient() -> None:
            add(y, axis=1, out=row, keepdims=True)
            multiply(a, row, out)
            subtract(out, y, out)
            multiply(out, scale, out)

        return gradient


LOSSES: Registry[Loss] = Registry("loss", (SquaredError(), CrossEntropy()))


def is_finite(loss: float) -> bool:
    """Return whether a loss is neither infinite nor NaN."""
    return math.isfinite(loss)

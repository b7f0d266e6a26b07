"""Losses run on given numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES, Loss, LossArrays

Array = NDArray[Any]


def loss_of(key: str, **options: Any) -> Loss:
    return LOSSES[key].configured(options)


def run(loss: Loss, arrays: LossArrays) -> tuple[float, Array]:
    """The loss of a batch, and its gradient by the answer or by the logits."""
    out = np.full_like(arrays.answer, np.nan)
    value = loss.bind_value(arrays)()
    loss.bind_gradient(arrays, out)()
    return value, out


def on_answers(key: str, a: Any, y: Any, dtype: str = "float64", weights: Any = None, **options: Any) -> LossArrays:
    w = None if weights is None else np.array(weights, dtype)
    return LossArrays(np.array(a, dtype), np.array(y, dtype), w)


def value(key: str, a: Any, y: Any, dtype: str = "float64", weights: Any = None, **options: Any) -> float:
    return run(loss_of(key, **options), on_answers(key, a, y, dtype, weights))[0]


def gradient(key: str, a: Any, y: Any, dtype: str = "float64", weights: Any = None, **options: Any) -> Array:
    return run(loss_of(key, **options), on_answers(key, a, y, dtype, weights))[1]


def fused(
    key: str, activation: str, z: Any, y: Any, dtype: str = "float64", weights: Any = None, **options: Any
) -> tuple[float, Array]:
    """The loss from the logits, and its gradient by them."""
    logits = np.array(z, dtype)
    w = None if weights is None else np.array(weights, dtype)
    answer = ACTIVATIONS[activation].value(logits)
    return run(loss_of(key, **options), LossArrays(answer, np.array(y, dtype), w, activation, logits))

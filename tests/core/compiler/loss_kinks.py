"""Whether the answers of a batch are far from where its loss is not smooth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.numerics.losses import Loss, LossArrays

NEAREST_KINK = 0.02
SMALLEST_ANSWER = 0.05
"""Nearer to 0 a logarithm is too steep for differences."""


def loss_is_smooth(loss: Loss, arrays: LossArrays) -> bool:
    """Whether no answer is near a kink of the loss or near the pole of a logarithm."""
    return bool((_distances(loss, arrays) > NEAREST_KINK).all()) and _logarithms_exist(loss.key, arrays)


def _logarithms_exist(key: str, arrays: LossArrays) -> bool:
    a = arrays.answer
    if arrays.logits is not None or arrays.activation == "log_softmax":
        return True
    match key:
        case "cross_entropy":
            return bool((a > SMALLEST_ANSWER).all())
        case "binary_cross_entropy":
            return bool(((a > SMALLEST_ANSWER) & (a < 1.0 - SMALLEST_ANSWER)).all())
    return True


def _distances(loss: Loss, arrays: LossArrays) -> NDArray[Any]:
    a, y, options = arrays.answer, arrays.target, vars(loss)
    match loss.key:
        case "absolute_error":
            return np.abs(a - y)
        case "huber":
            return np.abs(np.abs(a - y) - options["delta"])
        case "hinge":
            return np.abs(options["margin"] - y * a)
        case "multiclass_hinge":
            place = y.argmax(axis=1)[:, None]
            gaps = options["margin"] + a - np.take_along_axis(a, place, axis=1)
            np.put_along_axis(gaps, place, np.inf, axis=1)
            return np.abs(gaps)
    return np.full_like(a, np.inf)

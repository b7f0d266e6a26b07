"""Losses: what they have in common, a file per family, and their table."""

from __future__ import annotations

from core.numerics.losses.distances import AbsoluteError, Huber, SquaredError
from core.numerics.losses.entropies import BinaryCrossEntropy, CrossEntropy
from core.numerics.losses.hinges import Hinge, MulticlassHinge
from core.numerics.losses.loss import Loss, LossArrays, LossCall
from core.registry import Registry

__all__ = ["LOSSES", "Loss", "LossArrays", "LossCall"]

LOSSES: Registry[Loss] = Registry(
    "loss",
    (
        SquaredError(),
        CrossEntropy(),
        BinaryCrossEntropy(),
        AbsoluteError(),
        Huber(),
        Hinge(),
        MulticlassHinge(),
    ),
)

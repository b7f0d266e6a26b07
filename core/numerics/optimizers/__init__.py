"""The table of optimisers: one is its class and one line here."""

from __future__ import annotations

from core.numerics.optimizers.descent import Momentum, Nesterov, Sgd
from core.numerics.optimizers.moments import Adam, AdaMax, AdamW, Nadam
from core.numerics.optimizers.optimizer import Optimizer, Rate, UpdateContext
from core.numerics.optimizers.rprop import Rprop
from core.numerics.optimizers.squares import Adadelta, Adagrad, RmsProp
from core.registry import Registry

OPTIMIZERS: Registry[Optimizer] = Registry(
    "optimiser",
    (
        Sgd(),
        Momentum(),
        Nesterov(),
        Adagrad(),
        Adadelta(),
        RmsProp(),
        Adam(),
        AdamW(),
        AdaMax(),
        Nadam(),
        Rprop(),
    ),
)

__all__ = ["OPTIMIZERS", "Optimizer", "Rate", "UpdateContext"]

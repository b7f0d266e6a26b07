"""The table of activation functions: one is its class and one line here."""

from __future__ import annotations

from core.numerics.activations.activation import Activation
from core.numerics.activations.distributions import LogSoftmax, Softmax
from core.numerics.activations.rectifiers import Elu, LeakyRelu, Linear, Relu, Selu
from core.numerics.activations.sigmoidal import Sigmoid, Softsign, Tanh
from core.numerics.activations.smooth import Gelu, Softplus, Swish
from core.numerics.activations.thresholds import Sign, Step
from core.registry import Registry

ACTIVATIONS: Registry[Activation] = Registry(
    "activation",
    (
        Sigmoid(),
        Tanh(),
        Relu(),
        Linear(),
        Softmax(),
        LeakyRelu(),
        Elu(),
        Selu(),
        Gelu(),
        Softplus(),
        Swish(),
        Softsign(),
        Step(),
        Sign(),
        LogSoftmax(),
    ),
)

__all__ = ["ACTIVATIONS", "Activation"]

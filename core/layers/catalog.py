"""The layer catalogue: a layer is its file and one line here."""

from __future__ import annotations

from core.layers.activation_layer import ActivationLayer
from core.layers.dense import Dense
from core.layers.input_layer import InputLayer
from core.layers.layer_type import LayerType
from core.layers.output_layer import OutputLayer
from core.registry import Registry

LAYERS: Registry[LayerType] = Registry(
    "layer kind",
    (
        InputLayer(),
        OutputLayer(),
        Dense(),
        ActivationLayer(),
    ),
)

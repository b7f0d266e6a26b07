"""The layer catalogue: a layer is its file and one line here."""

from __future__ import annotations

from core.layers.activation_layer import ActivationLayer
from core.layers.add import Add
from core.layers.batch_normalization import BatchNormalization
from core.layers.concatenate import Concatenate
from core.layers.convolution import Convolution
from core.layers.dense import Dense
from core.layers.dropout import Dropout
from core.layers.flatten import Flatten
from core.layers.gaussian_noise import GaussianNoise
from core.layers.input_layer import InputLayer
from core.layers.layer_normalization import LayerNormalization
from core.layers.layer_type import LayerType
from core.layers.max_pooling import MaxPooling
from core.layers.maxout import Maxout
from core.layers.mean_pooling import MeanPooling
from core.layers.multiply import Multiply
from core.layers.output_layer import OutputLayer
from core.layers.prelu import Prelu
from core.layers.reshape import Reshape
from core.layers.zero_padding import ZeroPadding
from core.registry import Registry

LAYERS: Registry[LayerType] = Registry(
    "layer kind",
    (
        InputLayer(),
        OutputLayer(),
        Dense(),
        Maxout(),
        ActivationLayer(),
        Prelu(),
        Dropout(),
        GaussianNoise(),
        BatchNormalization(),
        LayerNormalization(),
        Add(),
        Multiply(),
        Concatenate(),
        Convolution(),
        MaxPooling(),
        MeanPooling(),
        ZeroPadding(),
        Flatten(),
        Reshape(),
    ),
)

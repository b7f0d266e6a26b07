"""The layers of ``random_graphs`` in PyTorch: plain functions of (samples, *shape) tensors, differentiated by autograd.

Where PyTorch's own layer follows another rule than the engine's option says (variances that divide by N − 1, mean
pooling that leaves the padding out, "same" padding at strides) the rule is written out in plain operations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as nn

from tests.reference.random_graphs import Layer

Tensor = torch.Tensor
Weights = Mapping[str, Tensor]
Options = Mapping[str, Any]

ACTIVATIONS: Mapping[str, Callable[[Tensor, Options], Tensor]] = {
    "sigmoid": lambda z, o: torch.sigmoid(z),
    "tanh": lambda z, o: torch.tanh(z),
    "relu": lambda z, o: torch.relu(z),
    "linear": lambda z, o: z,
    "softmax": lambda z, o: torch.softmax(z, dim=-1),
    "leaky_relu": lambda z, o: nn.leaky_relu(z, o["slope"]),
    "elu": lambda z, o: nn.elu(z, o["alpha"]),
    "selu": lambda z, o: nn.selu(z),
    "gelu": lambda z, o: nn.gelu(z, approximate="tanh"),
    # nn.softplus becomes linear above 20, where it is 2·10⁻⁹ off.
    "softplus": lambda z, o: torch.logaddexp(z, torch.zeros_like(z)),
    "swish": lambda z, o: nn.silu(z),
    "softsign": lambda z, o: nn.softsign(z),
    "log_softmax": lambda z, o: torch.log_softmax(z, dim=-1),
}


def value(layer: Layer, inputs: list[Tensor], weights: Weights, running: dict[str, Tensor], training: bool) -> Tensor:
    """The output of a layer before its activation; `weights` are its own, `running` the statistics of all layers."""
    match layer.kind:
        case "dense":
            return _linear(layer, inputs, weights)
        case "maxout":
            units, pieces = layer.options["units"], layer.options["pieces"]
            z = _linear(layer, inputs, weights)
            return z.reshape(len(z), pieces, units).max(dim=1).values
        case "convolution":
            return _convolution(layer.options, inputs[0], weights)
        case "prelu":
            slope = weights.get("slope", torch.tensor([layer.options["slope"]], dtype=inputs[0].dtype))
            # Slopes by channel: a (rows, columns) image has one.
            slope = slope if inputs[0].dim() != 3 else slope.reshape(())
            return torch.where(inputs[0] > 0, inputs[0], slope * inputs[0])
        case "batch_normalization":
            return _batch_normalization(layer, inputs[0], weights, running, training)
        case "layer_normalization":
            return _layer_normalization(layer.options, inputs[0], weights)
    return WITHOUT_WEIGHTS[layer.kind](layer.options, inputs)


def _linear(layer: Layer, inputs: list[Tensor], weights: Weights) -> Tensor:
    products = [
        x.reshape(len(x), -1) @ weights[f"kernel.{source}-{layer.name}"]
        for source, x in zip(layer.sources, inputs, strict=True)
    ]
    total = sum(products[1:], products[0])
    return total + weights["bias"] if "bias" in weights else total


def _convolution(options: Options, x: Tensor, weights: Weights) -> Tensor:
    framed = nn.pad(_channels_first(x), _frame(x, options, options["kernel"]))
    kernel = weights["kernel"].permute(3, 2, 0, 1).contiguous()
    return nn.conv2d(framed, kernel, weights.get("bias"), stride=options["stride"]).permute(0, 2, 3, 1)


def _batch_normalization(
    layer: Layer, x: Tensor, weights: Weights, running: dict[str, Tensor], training: bool
) -> Tensor:
    """x̂ = (x − μ)/√(σ² + ε) per unit or channel; the running variance always divides by N − 1."""
    options, channels = layer.options, 1 if x.dim() == 3 else x.shape[-1]
    rows = x.reshape(-1, channels)
    names = f"{layer.name}/running_mean", f"{layer.name}/running_variance"
    mean, variance = running.get(names[0], torch.zeros_like(rows[0])), running.get(names[1], torch.ones_like(rows[0]))
    if training:
        own = rows.mean(dim=0), rows.var(dim=0, correction=int(options["divisor"] == "n_minus_1"))
        unbiased = rows.var(dim=0, correction=1)
        for name, old, new in zip(names, (mean, variance), (own[0], unbiased), strict=True):
            running[name] = ((1.0 - options["rate"]) * old + options["rate"] * new).detach()
        mean, variance = own
    normalised = (rows - mean) / torch.sqrt(variance + options["epsilon"])
    return _scaled(normalised, weights).reshape(x.shape)


def _layer_normalization(options: Options, x: Tensor, weights: Weights) -> Tensor:
    axes = tuple(range(1, x.dim()))
    variance = x.var(dim=axes, keepdim=True, correction=int(options["divisor"] == "n_minus_1"))
    return _scaled((x - x.mean(dim=axes, keepdim=True)) / torch.sqrt(variance + options["epsilon"]), weights)


def _scaled(normalised: Tensor, weights: Weights) -> Tensor:
    return weights["gamma"] * normalised + weights["beta"] if "gamma" in weights else normalised


def _channels_first(images: Tensor) -> Tensor:
    return images.unsqueeze(1) if images.dim() == 3 else images.permute(0, 3, 1, 2)


def _as_before(images: Tensor, x: Tensor) -> Tensor:
    """Images with the channels first in the order of `x`, which they come from."""
    return images.squeeze(1) if x.dim() == 3 else images.permute(0, 2, 3, 1)


def _frame(x: Tensor, options: Options, window: tuple[int, int]) -> list[int]:
    """Left, right, top, bottom."""
    frame: list[int] = []
    for size, reach, step in reversed(list(zip(x.shape[1:3], window, options["stride"], strict=True))):
        if options["padding"] == "same":
            needed = max((math.ceil(size / step) - 1) * step + reach - size, 0)
            frame += [needed // 2, needed - needed // 2]
        else:
            frame += [options["margin"] if options["padding"] == "number" else 0] * 2
    return frame


def _max_pooling(options: Options, inputs: list[Tensor]) -> Tensor:
    (x,), window = inputs, options["window"]
    framed = nn.pad(_channels_first(x), _frame(x, options, window), value=-torch.inf)
    return _as_before(nn.max_pool2d(framed, window, options["stride"]), x)


def _mean_pooling(options: Options, inputs: list[Tensor]) -> Tensor:
    (x,), window = inputs, options["window"]
    frame, images = _frame(x, options, window), _channels_first(x)
    total, inside = (
        nn.avg_pool2d(nn.pad(part, frame), window, options["stride"]) for part in (images, torch.ones_like(images))
    )
    return _as_before(total / inside, x)


def _zero_padding(options: Options, inputs: list[Tensor]) -> Tensor:
    frame = [options[side] for side in ("left", "right", "top", "bottom")]
    return _as_before(nn.pad(_channels_first(inputs[0]), frame), inputs[0])


def _concatenate(options: Options, inputs: list[Tensor]) -> Tensor:
    if inputs[0].dim() == 2:
        return torch.cat(inputs, dim=1)
    if options["axis"] != "channels":
        return torch.cat(inputs, dim=("rows", "columns").index(options["axis"]) + 1)
    return torch.cat([_channels_first(x) for x in inputs], dim=1).permute(0, 2, 3, 1)


WITHOUT_WEIGHTS: Mapping[str, Callable[[Options, list[Tensor]], Tensor]] = {
    "activation": lambda options, inputs: inputs[0],
    "max_pooling": _max_pooling,
    "mean_pooling": _mean_pooling,
    "zero_padding": _zero_padding,
    "add": lambda options, inputs: sum(inputs[1:], inputs[0]),
    "multiply": lambda options, inputs: math.prod(inputs[1:], start=inputs[0]),
    "concatenate": _concatenate,
    "flatten": lambda options, inputs: inputs[0].reshape(len(inputs[0]), -1),
    "reshape": lambda options, inputs: inputs[0].reshape(len(inputs[0]), *options["shape"]),
}

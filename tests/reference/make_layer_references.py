"""Train the networks of ``layer_cases`` in PyTorch and store what comes of it.

    python -m tests.reference.make_layer_references

Needs PyTorch (``pip install torch==2.13.0``), which the tests do not. Only to be run again when ``layer_cases``
changes: the initial weights and the data are drawn from fixed seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as nn
from numpy.typing import NDArray

from tests.reference.layer_cases import (
    DTYPES,
    EPSILON,
    FILE,
    MOMENTUM,
    NETWORKS,
    RATE,
    RUNNING_RATE,
    Layer,
    Network,
    Result,
    arrays_of,
    batches,
    samples,
)

Options = Mapping[str, Any]
ACTIVATIONS: Mapping[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "linear": lambda z: z,
    "softmax": lambda z: torch.softmax(z, dim=-1),
}


class Run:
    """One network: its weights, made when they are first needed, and its running statistics."""

    def __init__(self, network: Network, dtype: torch.dtype, given: Mapping[str, NDArray[Any]]) -> None:
        self.network, self.dtype, self.training = network, dtype, True
        self.weights = {key: torch.tensor(array, dtype=dtype, requires_grad=True) for key, array in given.items()}
        self.running: dict[str, torch.Tensor] = {}
        self._rng = np.random.default_rng(len(network.layers))

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        values, z = {"x": x}, x
        for layer in self.network.layers:
            z = self._value(layer, [values[source] for source in layer.sources])
            values[layer.name] = ACTIVATIONS[layer.options.get("activation", "linear")](z)
        return z

    def weight(self, name: str, shape: tuple[int, ...], mean: float = 0.0) -> torch.Tensor:
        if name not in self.weights:
            drawn = self._rng.normal(mean, 0.4, shape)
            self.weights[name] = torch.tensor(drawn, dtype=self.dtype, requires_grad=True)
        return self.weights[name]

    def _value(self, layer: Layer, inputs: list[torch.Tensor]) -> torch.Tensor:
        if layer.kind in WITHOUT_WEIGHTS:
            return WITHOUT_WEIGHTS[layer.kind](layer.options, inputs)
        match layer.kind:
            case "dense":
                return self._linear(layer, inputs, layer.options["units"])
            case "maxout":
                units, pieces = layer.options["units"], layer.options["pieces"]
                z = self._linear(layer, inputs, pieces * units)
                return z.reshape(len(z), pieces, units).max(dim=1).values
            case "convolution":
                return self._convolution(layer, inputs[0])
            case "prelu":
                (x,) = inputs
                count = x.shape[-1] if layer.options["learning"] == "unit" else 1
                return torch.where(x > 0, x, self.weight(f"{layer.name}/slope", (count,), 0.25) * x)
            case "batch_normalization":
                return self._batch_normalization(layer, inputs[0])
            case "layer_normalization":
                shape = tuple(inputs[0].shape[1:])
                return nn.layer_norm(inputs[0], shape, *self._scale(layer, shape), EPSILON)
        raise ValueError(layer.kind)

    def _linear(self, layer: Layer, inputs: list[torch.Tensor], width: int) -> torch.Tensor:
        z = self.weight(f"{layer.name}/bias", (width,))
        for source, x in zip(layer.sources, inputs, strict=True):
            rows = x.reshape(len(x), -1)
            z = z + rows @ self.weight(f"{layer.name}/kernel.{source}-{layer.name}", (rows.shape[1], width))
        return z

    def _convolution(self, layer: Layer, x: torch.Tensor) -> torch.Tensor:
        options, images = layer.options, _first(x)
        filters = options["filters"]
        kernel = self.weight(f"{layer.name}/kernel", (*options["kernel"], images.shape[1], filters))
        bias = self.weight(f"{layer.name}/bias", (filters,)) if options.get("bias", True) else None
        stride = options.get("stride", (1, 1))
        framed = nn.pad(images, _frame(x, options, options["kernel"], stride))
        return _last(nn.conv2d(framed, kernel.permute(3, 2, 0, 1), bias, stride=stride))

    def _scale(self, layer: Layer, shape: tuple[int, ...]) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        if not layer.options.get("scaled", True):
            return None, None
        return self.weight(f"{layer.name}/gamma", shape, 1.0), self.weight(f"{layer.name}/beta", shape)

    def _batch_normalization(self, layer: Layer, x: torch.Tensor) -> torch.Tensor:
        # (samples, 1, 13) of a reshaped vector is an image of one channel, as every (samples, rows, columns).
        images = x.unsqueeze(-1) if x.dim() == 3 else x
        channels = images.shape[-1]
        zeros, ones = torch.zeros(channels, dtype=self.dtype), torch.ones(channels, dtype=self.dtype)
        mean = self.running.setdefault(f"{layer.name}/running_mean", zeros)
        variance = self.running.setdefault(f"{layer.name}/running_variance", ones)
        rows = images.reshape(-1, channels)
        scale = self._scale(layer, (channels,))
        result = nn.batch_norm(rows, mean, variance, *scale, self.training, RUNNING_RATE, EPSILON)
        return result.reshape(x.shape)


def _first(images: torch.Tensor) -> torch.Tensor:
    """(samples, rows, columns[, channels]) with the channels first, as PyTorch wants them."""
    return images.unsqueeze(1) if images.dim() == 3 else images.permute(0, 3, 1, 2)


def _last(images: torch.Tensor) -> torch.Tensor:
    return images.permute(0, 2, 3, 1)


def _frame(x: torch.Tensor, options: Options, window: tuple[int, int], stride: tuple[int, int]) -> list[int]:
    """Left, right, top, bottom."""
    frame: list[int] = []
    for size, reach, step in reversed(list(zip(x.shape[1:3], window, stride, strict=True))):
        if options.get("padding") == "same":
            needed = max((-(-size // step) - 1) * step + reach - size, 0)
            frame += [needed // 2, needed - needed // 2]
        else:
            frame += [options.get("margin", 0)] * 2
    return frame


def _max_pooling(options: Options, inputs: list[torch.Tensor]) -> torch.Tensor:
    (x,), window, stride = inputs, options.get("window", (2, 2)), options.get("stride", (2, 2))
    return _last(nn.max_pool2d(nn.pad(_first(x), _frame(x, options, window, stride), value=-torch.inf), window, stride))


def _mean_pooling(options: Options, inputs: list[torch.Tensor]) -> torch.Tensor:
    (x,), window, stride = inputs, options.get("window", (2, 2)), options.get("stride", (2, 2))
    frame = _frame(x, options, window, stride)
    total, inside = (nn.avg_pool2d(nn.pad(part, frame), window, stride) for part in (_first(x), _first(x) * 0.0 + 1.0))
    return _last(total / inside)


def _zero_padding(options: Options, inputs: list[torch.Tensor]) -> torch.Tensor:
    return _last(nn.pad(_first(inputs[0]), [options[side] for side in ("left", "right", "top", "bottom")]))


WITHOUT_WEIGHTS: Mapping[str, Callable[[Options, list[torch.Tensor]], torch.Tensor]] = {
    "activation": lambda options, inputs: inputs[0],
    "max_pooling": _max_pooling,
    "mean_pooling": _mean_pooling,
    "zero_padding": _zero_padding,
    "add": lambda options, inputs: sum(inputs[1:], inputs[0]),
    "multiply": lambda options, inputs: torch.stack(inputs).prod(dim=0),
    "concatenate": lambda options, inputs: torch.cat(inputs, dim=-1),
    "flatten": lambda options, inputs: inputs[0].reshape(len(inputs[0]), -1),
    "reshape": lambda options, inputs: inputs[0].reshape(len(inputs[0]), *options["shape"]),
}


def train(network: Network, dtype: str, given: Mapping[str, NDArray[Any]]) -> Result:
    """Carry out a training in PyTorch from these weights, on one thread."""
    torch.set_num_threads(1)
    inputs, targets = (torch.tensor(array, dtype=getattr(torch, dtype)) for array in samples(network))
    run = Run(network, inputs.dtype, given)
    optimizer = torch.optim.SGD(list(run.weights.values()), lr=RATE, momentum=MOMENTUM)
    losses: list[float] = []
    gradients: dict[str, NDArray[Any]] = {}
    for rows in batches():
        optimizer.zero_grad()
        loss = -(targets[rows] * torch.log_softmax(run.logits(inputs[rows]), dim=1)).sum(dim=1).mean()
        loss.backward()
        gradients = gradients or {key: _numbers(tensor.grad) for key, tensor in run.weights.items()}
        optimizer.step()
        losses.append(loss.item())
    run.training = False
    answers = torch.softmax(run.logits(inputs), dim=1)
    weights = {key: _numbers(tensor) for key, tensor in run.weights.items()}
    running = {key: _numbers(tensor) for key, tensor in run.running.items()}
    return Result(np.array(losses), _numbers(answers), gradients, weights, running)


def _numbers(tensor: torch.Tensor | None) -> NDArray[Any]:
    assert tensor is not None
    return tensor.detach().numpy().copy()


def main() -> None:
    arrays: dict[str, NDArray[Any]] = {}
    for network in NETWORKS:
        drawn = Run(network, torch.float64, {})
        drawn.logits(torch.tensor(samples(network)[0]))
        given = {key: _numbers(tensor) for key, tensor in drawn.weights.items()}
        arrays |= {f"{network.name}/initial/{key}": array for key, array in given.items()}
        for dtype in DTYPES:
            arrays |= arrays_of(network, dtype, train(network, dtype, given))
    assert all(np.isfinite(array).all() for array in arrays.values())
    np.savez_compressed(FILE, **arrays)


if __name__ == "__main__":
    main()

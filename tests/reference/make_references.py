"""Train the networks of ``cases`` in PyTorch and store what comes of it.

    python -m tests.reference.make_references

Needs PyTorch (``pip install torch==2.13.0``), which the tests do not. Only to be run again when ``cases`` changes:
the initial weights and the data are drawn from fixed seeds.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tests.reference.cases import (
    CASES,
    CLASSES,
    DTYPES,
    FOLDER,
    INPUTS,
    NETWORKS,
    OPTIONS,
    RATES,
    RECORDED,
    SAMPLES,
    Case,
    Result,
    batches,
    numbers,
    parts,
    shapes,
)

ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "linear": lambda z: z,
    "softmax": lambda z: torch.softmax(z, dim=-1),
}


def train(case: Case, initial: NDArray[Any], inputs: NDArray[Any], targets: NDArray[Any]) -> Result:
    """Carry out a training in PyTorch, on one thread."""
    torch.set_num_threads(1)
    weights = {key: torch.tensor(array, requires_grad=True) for key, array in parts(case.network, initial).items()}
    # Nadam keeps a product of scalars in this type.
    torch.set_default_dtype(torch.float64 if case.dtype == "float64" else torch.float32)
    optimizer = optimizer_of(case.optimizer, weights)
    x, y = torch.tensor(inputs), torch.tensor(targets)
    losses, gradient = [], np.empty(0)
    for step, rows in enumerate(batches()):
        optimizer.zero_grad()
        loss = _loss(case, weights, x[rows], y[rows])
        loss.backward()
        if step == 0:
            gradient = _flat([tensor.grad for tensor in weights.values()])
        optimizer.step()
        if step % RECORDED == 0:
            losses.append(loss.item())
    return Result(np.array(losses, case.dtype), gradient, _flat([tensor.detach() for tensor in weights.values()]))


def optimizer_of(key: str, weights: dict[tuple[str, str], torch.Tensor]) -> torch.optim.Optimizer:
    rate, options, optim = RATES[key], dict(OPTIONS[key]), torch.optim
    parameters = list(weights.values())
    betas = (options.get("beta1", 0.0), options.get("beta2", 0.0))
    epsilon, decay = options.get("epsilon", 0.0), options.get("decay", 0.0)
    match key:
        case "sgd":
            return optim.SGD(parameters, rate)
        case "momentum" | "nesterov":
            return optim.SGD(parameters, rate, momentum=options["momentum"], nesterov=key == "nesterov")
        case "adagrad":
            return optim.Adagrad(parameters, rate, eps=epsilon)
        case "adadelta":
            return optim.Adadelta(parameters, rate, rho=decay, eps=epsilon)
        case "rmsprop":
            return optim.RMSprop(parameters, rate, alpha=decay, eps=epsilon)
        case "adam":
            return optim.Adam(parameters, rate, betas, epsilon)
        case "adamw":
            biases = [tensor for (_, source), tensor in weights.items() if source == "bias"]
            kernels = [tensor for (_, source), tensor in weights.items() if source != "bias"]
            groups = [{"params": kernels, "weight_decay": options["weight_decay"]}, {"params": biases}]
            return optim.AdamW(groups, rate, betas, epsilon, weight_decay=0.0)
        case "adamax":
            return optim.Adamax(parameters, rate, betas, epsilon)
        case "nadam":
            return optim.NAdam(parameters, rate, betas, epsilon, momentum_decay=options["momentum_decay"])
        case "rprop":
            factors, limits = (options["shrink"], options["grow"]), (options["smallest"], options["largest"])
            return optim.Rprop(parameters, rate, factors, limits)
    raise KeyError(key)


def _flat(tensors: list[Any]) -> NDArray[Any]:
    return np.concatenate([tensor.numpy().ravel() for tensor in tensors])


def _loss(case: Case, weights: dict[tuple[str, str], torch.Tensor], x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    values, logits = {"x": x}, x
    for layer in case.layers():
        if layer.units:
            logits = sum(values[source] @ weights[layer.name, source] for source in layer.sources)
            if layer.bias:
                logits = logits + weights[layer.name, "bias"]
        else:
            logits = values[layer.sources[0]]
        values[layer.name] = ACTIVATIONS[layer.activation](logits)
    if case.loss == "squared_error":
        return (0.5 * (values["y"] - y) ** 2).sum(dim=1).mean()
    logarithm = torch.log_softmax(logits, dim=1) if case.last == "softmax" else torch.log(values["y"])
    return -(y * logarithm).sum(dim=1).mean()


def main() -> None:
    for number, network in enumerate(NETWORKS):
        rng = np.random.default_rng(number)
        size = sum(int(np.prod(shape)) for shape in shapes(network).values())
        arrays = {
            "initial": rng.normal(0.0, 0.5, size),
            "inputs": rng.normal(0.0, 1.0, (SAMPLES, INPUTS)),
            "targets": np.eye(CLASSES)[rng.integers(0, CLASSES, SAMPLES)],
        }
        path = FOLDER / f"{network}.npz"
        np.savez_compressed(path, **arrays)
        for dtype in DTYPES:
            cases = [case for case in CASES if (case.network, case.dtype) == (network, dtype)]
            results = [train(case, *numbers(case)) for case in cases]
            arrays["names"] = np.frombuffer(json.dumps([case.name for case in cases]).encode(), np.uint8)
            arrays[f"{dtype}_losses"] = np.stack([result.losses for result in results])
            arrays[f"{dtype}_gradients"] = np.stack([result.gradient for result in results])
            arrays[f"{dtype}_weights"] = np.stack([result.weights for result in results])
        assert all(np.isfinite(array).all() for array in arrays.values())
        np.savez_compressed(path, **arrays)


if __name__ == "__main__":
    main()

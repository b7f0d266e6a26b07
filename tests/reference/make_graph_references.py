"""Train the networks of ``random_graphs`` in PyTorch and store samples of what comes of it.

    python -m tests.reference.make_graph_references

Needs PyTorch (``pip install torch==2.13.0``), which the tests do not. Only to be run again when ``random_graphs``
changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from tests.reference.cases import OPTIONS
from tests.reference.graph_results import STORED, Result, Training, difference, store
from tests.reference.make_references import optimizer_of
from tests.reference.random_graphs import Network, batches, flat, random_network
from tests.reference.torch_layers import ACTIVATIONS, value

WELL_POSED = 5e-6
"""How far the float32 and the float64 training of a network may come apart in PyTorch itself."""

SURE_SIGN = 1e-6
"""Rprop goes by the signs of gradients alone: that of one smaller than this, as a share of the largest, is rounding."""


class Run:
    """One network: its weights, its running statistics, whether it trains."""

    def __init__(self, network: Network, dtype: torch.dtype) -> None:
        self.network, self.training = network, True
        frozen = {layer.name for layer in network.layers if layer.options.get("frozen")}
        self.weights = {
            name: torch.tensor(array, dtype=dtype, requires_grad=name.partition("/")[0] not in frozen)
            for name, array in network.initial().items()
        }
        self.running: dict[str, torch.Tensor] = {}
        self.constant_unit = False

    @property
    def trained(self) -> dict[str, torch.Tensor]:
        return {name: tensor for name, tensor in self.weights.items() if tensor.requires_grad}

    def outputs(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The logits and the answers."""
        values, z, a = {"x": x}, x, x
        for layer in self.network.layers:
            if layer.kind == "batch_normalization":
                self.constant_unit |= _has_constant_unit(values[layer.sources[0]])
            own = {name: self.weights[f"{layer.name}/{name}"] for name in layer.parameters}
            z = value(layer, [values[source] for source in layer.sources], own, self.running, self.training)
            a = values[layer.name] = ACTIVATIONS[layer.options.get("activation", "linear")](z, layer.options)
        return z, a

    def loss(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        z, a = self.outputs(x)
        if self.network.loss == "squared_error":
            return (0.5 * (a - y) ** 2).sum(dim=1).mean(), a
        softmax = self.network.layers[-1].options["activation"] == "softmax"
        return -(y * (torch.log_softmax(z, dim=1) if softmax else torch.log(a))).sum(dim=1).mean(), a


def result_of(network: Network, dtype: str) -> Result:
    """Train a network with every optimiser, on one thread."""
    torch.set_num_threads(1)
    torch.set_default_dtype(getattr(torch, dtype))
    x, y = (torch.tensor(array, dtype=getattr(torch, dtype)) for array in network.samples())
    rows = batches()[0]
    run = Run(network, x.dtype)
    loss, outputs = run.loss(x[rows], y[rows])
    loss.backward()
    gradients = flat(network, {name: _numbers(tensor.grad) for name, tensor in run.trained.items()})
    return Result(_numbers(outputs), gradients, {key: _training(network, key, x, y) for key in OPTIONS})


def _training(network: Network, optimizer: str, x: torch.Tensor, y: torch.Tensor) -> Training:
    run, losses, signs = Run(network, x.dtype), [], [1.0]
    # The rules know a bias by its name: a key of (layer, name).
    rule = optimizer_of(optimizer, {_role(name): tensor for name, tensor in run.trained.items()})
    for rows in batches():
        rule.zero_grad()
        loss, _ = run.loss(x[rows], y[rows])
        loss.backward()
        if optimizer == "rprop":
            signs.append(0.0 if run.constant_unit else _least_share(tensor.grad for tensor in run.trained.values()))
        rule.step()
        losses.append(loss.item())
    run.training = False
    with torch.no_grad():
        answers = run.outputs(x)[1]
    weights = flat(network, {name: _numbers(tensor) for name, tensor in run.weights.items()})
    return Training(np.array(losses), weights, _numbers(answers), min(signs))


def _least_share(gradients: Iterable[torch.Tensor | None]) -> float:
    """The smallest gradient that is not exactly 0, as a share of the largest."""
    sizes = torch.cat([gradient.abs().ravel() for gradient in gradients if gradient is not None])
    sizes = sizes[sizes > 0]
    return float(sizes.min() / sizes.max()) if len(sizes) else 1.0


def _has_constant_unit(x: torch.Tensor) -> bool:
    """Whether a unit or channel has one value, other than 0, in the whole batch.

    Normalised it is 0 but for rounding, and so is the gradient of its γ.
    """
    rows = x.detach().reshape(-1, 1 if x.dim() == 3 else x.shape[-1])
    largest = rows.abs().amax(dim=0)
    return bool(((rows.amax(dim=0) - rows.amin(dim=0) <= 1e-6 * largest) & (largest > 0)).any())


def _role(name: str) -> tuple[str, str]:
    """A parameter that weight decay leaves alone goes by the name of a bias."""
    return name, "weight" if name.partition("/")[2].startswith("kernel") else "bias"


def _numbers(tensor: torch.Tensor | None) -> NDArray[np.floating]:
    assert tensor is not None
    return tensor.detach().numpy().copy()


def well_posed(network: Network, narrow: Result, wide: Result) -> bool:
    """Whether the training is one whose result does not hang on how numbers are rounded, and has something to say.

    Of the others float32 and float64 come apart in PyTorch itself: a value crosses a kink, Rprop follows the sign of a
    gradient that is 0 but for rounding (of a bias before batch normalisation, of the γ of a unit that is the same in
    all samples), or a product explodes.
    """
    if difference(narrow.gradients, wide.gradients) > WELL_POSED or np.abs(wide.gradients).max() < 1e-4:
        return False
    start = flat(network, network.initial())
    for optimizer, training in wide.trainings.items():
        other = narrow.trainings[optimizer]
        pairs = ((other.weights, training.weights), (other.losses, training.losses), (other.answers, training.answers))
        if any(not difference(*pair) <= WELL_POSED for pair in pairs):
            return False
        if training.least_share < SURE_SIGN or not 1e-4 < np.abs(training.weights - start).max() < 10.0:
            return False
    return True


def networks(count: int, first: int = 0) -> Iterator[tuple[Network, dict[str, Result]]]:
    """The first well-posed networks from a seed on, with what PyTorch makes of them by dtype."""
    found, seed = 0, first
    while found < count:
        network = random_network(seed)
        seed += 1
        results = {dtype: result_of(network, dtype) for dtype in ("float32", "float64")}
        if well_posed(network, results["float32"], results["float64"]):
            found += 1
            yield network, results


if __name__ == "__main__":
    store([(network, results["float64"]) for network, results in networks(STORED)])

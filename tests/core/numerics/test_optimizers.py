"""Optimisers against their published rules, worked number by number in plain Python."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from core.numerics.optimizers import OPTIMIZERS, Rate, UpdateContext
from core.options import complete
from core.registry import Registry

STEPS = 40
Rule = Callable[[dict[str, float], float, float, float, int, Mapping[str, Any]], float]
"""(memory of this weight, weight, gradient, rate, number of the step, options) → weight."""


def sgd(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    return w - eta * g


def momentum(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    memory["v"] = o["momentum"] * memory.get("v", 0.0) - eta * g
    return w + memory["v"]


def nesterov(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    memory["v"] = o["momentum"] * memory.get("v", 0.0) - eta * g
    return w + o["momentum"] * memory["v"] - eta * g


def adagrad(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    memory["G"] = memory.get("G", 0.0) + g * g
    return w - eta * g / (math.sqrt(memory["G"]) + o["epsilon"])


def adadelta(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    memory["g2"] = o["decay"] * memory.get("g2", 0.0) + (1 - o["decay"]) * g * g
    change = math.sqrt(memory.get("d2", 0.0) + o["epsilon"]) / math.sqrt(memory["g2"] + o["epsilon"]) * g
    memory["d2"] = o["decay"] * memory.get("d2", 0.0) + (1 - o["decay"]) * change * change
    return w - eta * change


def rmsprop(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    memory["s"] = o["decay"] * memory.get("s", 0.0) + (1 - o["decay"]) * g * g
    return w - eta * g / (math.sqrt(memory["s"]) + o["epsilon"])


def _moments(memory: dict[str, float], g: float, o: Mapping[str, Any]) -> tuple[float, float]:
    memory["m"] = o["beta1"] * memory.get("m", 0.0) + (1 - o["beta1"]) * g
    memory["v"] = o["beta2"] * memory.get("v", 0.0) + (1 - o["beta2"]) * g * g
    return memory["m"], memory["v"]


def adam(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    m, v = _moments(memory, g, o)
    m_hat, v_hat = m / (1 - o["beta1"] ** t), v / (1 - o["beta2"] ** t)
    return w - eta * m_hat / (math.sqrt(v_hat) + o["epsilon"])


def adamw(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    return adam(memory, w - eta * o["weight_decay"] * w, g, eta, t, o)


def adamax(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    memory["m"] = o["beta1"] * memory.get("m", 0.0) + (1 - o["beta1"]) * g
    memory["u"] = max(o["beta2"] * memory.get("u", 0.0), abs(g) + o["epsilon"])
    return w - eta / (1 - o["beta1"] ** t) * memory["m"] / memory["u"]


def nadam(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    def mu(s: int) -> float:
        return float(o["beta1"] * (1 - 0.5 * 0.96 ** (s * o["momentum_decay"])))

    m, v = _moments(memory, g, o)
    up_to_now = math.prod(mu(s) for s in range(1, t + 1))
    ahead = mu(t + 1) * m / (1 - up_to_now * mu(t + 1)) + (1 - mu(t)) * g / (1 - up_to_now)
    return w - eta * ahead / (math.sqrt(v / (1 - o["beta2"] ** t)) + o["epsilon"])


def rprop(memory: dict[str, float], w: float, g: float, eta: float, t: int, o: Mapping[str, Any]) -> float:
    last = memory.get("last", 0.0)
    size = memory.get("size", eta)
    if g * last > 0:
        size *= o["grow"]
    elif g * last < 0:
        size *= o["shrink"]
        g = 0.0
    memory["size"], memory["last"] = min(max(size, o["smallest"]), o["largest"]), g
    return w - memory["size"] * (0.0 if g == 0 else math.copysign(1.0, g))


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamw, adamax, nadam, rprop)
}
CASES: list[tuple[str, dict[str, float]]] = [
    *((key, {}) for key in OPTIMIZERS.keys),
    ("momentum", {"momentum": 0.0}),
    ("nesterov", {"momentum": 0.5}),
    ("adagrad", {"epsilon": 0.1}),
    ("adadelta", {"decay": 0.5, "epsilon": 0.01}),
    ("rmsprop", {"decay": 0.99, "epsilon": 0.5}),
    ("adam", {"beta1": 0.0, "beta2": 0.0}),
    ("adam", {"beta1": 0.5, "beta2": 0.9, "epsilon": 0.1}),
    ("adamw", {"weight_decay": 0.5}),
    ("adamax", {"beta1": 0.5, "beta2": 0.5, "epsilon": 0.2}),
    ("nadam", {"momentum_decay": 0.0}),
    ("nadam", {"beta1": 0.99, "beta2": 0.9, "epsilon": 0.1, "momentum_decay": 0.5}),
    ("rprop", {"shrink": 0.2, "grow": 3.0, "smallest": 0.05, "largest": 1.0}),
]


def _gradients() -> np.ndarray:
    """Gradients of five weights over time: of all sizes, changing sign, at times 0, one always 0."""
    rng = np.random.default_rng(5)
    gradients = rng.normal(size=(STEPS, 5)) * 10.0 ** rng.integers(-3, 3, (STEPS, 5))
    gradients[rng.random((STEPS, 5)) < 0.2] = 0.0
    gradients[:, 3] = 0.0
    return gradients


def _rates(key: str) -> list[float]:
    # The published Rprop has one rate; that of all others may change at every step.
    return [0.1] * STEPS if key == "rprop" else [0.1 / (1 + t % 7) for t in range(STEPS)]


class Trial:
    """Weights, gradients and slots of one optimiser outside any session."""

    def __init__(self, key: str, options: Mapping[str, Any], dtype: str = "float64", size: int = 5) -> None:
        optimizer = OPTIMIZERS[key]
        self.values = np.linspace(-2.0, 2.0, size).astype(dtype)
        self.gradients, self.rate = np.zeros_like(self.values), Rate(0.0)
        self.slots = {name: np.zeros_like(self.values) for name in optimizer.slot_names}
        self.options = complete(optimizer.options, options)
        self.bind = lambda: optimizer.bind(
            UpdateContext(self.values, self.gradients, self.slots, self.rate, self.options, (self.values,))
        )
        self.update = self.bind()

    def step(self, gradient: Any, rate: float) -> None:
        self.gradients[:] = gradient
        self.rate.value = rate
        self.rate.updates += 1
        self.update()


def _trained(key: str, options: Mapping[str, Any], dtype: str = "float64") -> np.ndarray:
    trial = Trial(key, options, dtype)
    for gradient, rate in zip(_gradients(), _rates(key), strict=True):
        trial.step(gradient, rate)
        np.testing.assert_array_equal(trial.gradients, gradient.astype(dtype), "the gradients stay as they are")
    return trial.values


@pytest.mark.parametrize(("key", "options"), CASES)
def test_forty_steps_are_those_of_the_published_rule(key: str, options: dict[str, float]) -> None:
    found, trial = _trained(key, options), Trial(key, options)
    for place, start in enumerate(trial.values.tolist()):
        w, memory = start, {}
        for t, (g, eta) in enumerate(zip(_gradients()[:, place].tolist(), _rates(key), strict=True), start=1):
            w = RULES[key](memory, w, g, eta, t, trial.options)
        assert found[place] == pytest.approx(w, rel=1e-12, abs=1e-13)
    assert np.abs(found - trial.values).max() > 1e-4


def test_every_optimiser_has_a_rule_here_and_a_usual_rate() -> None:
    assert isinstance(OPTIMIZERS, Registry)
    assert set(RULES) == set(OPTIMIZERS.keys)
    assert all(0.0 < optimizer.default_rate <= 1.0 for optimizer in OPTIMIZERS)


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_float32_stays_float32_and_near_float64(key: str) -> None:
    trial = Trial(key, {}, "float32")
    for gradient, rate in zip(_gradients(), _rates(key), strict=True):
        trial.step(gradient, rate)
    assert {array.dtype.name for array in (trial.values, *trial.slots.values())} == {"float32"}
    np.testing.assert_allclose(trial.values, _trained(key, {}), rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_binding_anew_between_two_steps_changes_no_bit(key: str) -> None:
    through, interrupted = Trial(key, {}), Trial(key, {})
    for gradient, rate in zip(_gradients(), _rates(key), strict=True):
        through.step(gradient, rate)
        interrupted.update = interrupted.bind()
        interrupted.step(gradient, rate)
        assert interrupted.values.tobytes() == through.values.tobytes()


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_an_update_with_rate_0_and_no_past_changes_nothing(key: str) -> None:
    trial = Trial(key, {})
    before = trial.values.copy()
    trial.step([3.0, 4.0, -1.0, 0.0, 1e-9], 0.0)
    np.testing.assert_array_equal(trial.values, before)


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_gradients_of_0_give_finite_numbers_from_the_first_step_on(key: str) -> None:
    for dtype in ("float32", "float64"):
        trial = Trial(key, {}, dtype)
        for _ in range(3):
            trial.step(0.0, 0.1)
        assert all(np.isfinite(array).all() for array in (trial.values, *trial.slots.values()))


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_the_error_of_a_parabola_shrinks(key: str) -> None:
    trial = Trial(key, {})
    start = np.abs(trial.values).sum()
    for _ in range(3_000):
        trial.step(2.0 * trial.values, min(OPTIMIZERS[key].default_rate, 0.1))
    assert np.abs(trial.values).sum() < 0.5 * start


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_an_update_allocates_nothing(key: str) -> None:
    trial = Trial(key, {}, size=50_000)
    trial.gradients[:] = 1.0
    for _ in range(2):
        trial.step(trial.gradients, 0.1)
    tracemalloc.start()
    try:
        for _ in range(3):
            trial.step(trial.gradients, 0.1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_networks_without_parameters_can_be_updated(key: str) -> None:
    Trial(key, {}, size=0).step(0.0, 0.1)


def test_momentum_0_is_gradient_descent() -> None:
    for key in ("momentum", "nesterov"):
        np.testing.assert_allclose(_trained(key, {"momentum": 0.0}), _trained("sgd", {}), rtol=1e-13)


def test_adamw_shrinks_the_kernels_alone_and_never_beyond_0() -> None:
    optimizer, values = OPTIMIZERS["adamw"], np.array([1.0, 2.0, 3.0, 4.0])
    slots = {name: np.zeros(4) for name in optimizer.slot_names}
    rate = Rate(0.5, 1)
    options = complete(optimizer.options, {"weight_decay": 0.5})
    optimizer.bind(UpdateContext(values, np.zeros(4), slots, rate, options, (values[:1], values[2:3])))()
    np.testing.assert_array_equal(values, [0.75, 2.0, 2.25, 4.0])
    rate.value = 1e6
    optimizer.bind(UpdateContext(values, np.zeros(4), slots, rate, options, (values[:1],)))()
    np.testing.assert_array_equal(values, [0.0, 2.0, 2.25, 4.0])


def test_another_rate_scales_the_steps_of_rprop() -> None:
    trial, twice = Trial("rprop", {}), Trial("rprop", {})
    for t in range(5):
        before, before_twice = trial.values.copy(), twice.values.copy()
        trial.step(1.0, 0.1)
        twice.step(1.0, 0.1 if t < 3 else 0.2)
        factor = 1.0 if t < 3 else 2.0
        np.testing.assert_allclose(before_twice - twice.values, factor * (before - trial.values), rtol=1e-12)

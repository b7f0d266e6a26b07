"""Compiled loops against numpy: every activation, loss and optimiser, wherever numbers become difficult."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.layers.image_memory import zeros_batch_last
from core.loops.library import library
from core.loops.loop import Loop
from core.loops.surroundings import binding
from core.numerics.activations import ACTIVATIONS, Activation
from core.numerics.losses import LOSSES, LossArrays
from core.numerics.losses.hinges import MulticlassHinge
from core.numerics.optimizers import OPTIMIZERS, Rate, UpdateContext
from core.options import complete

Array = NDArray[Any]
DTYPES = ("float32", "float64")
SHAPES = ((4, 7), (1, 1), (3, 1), (1, 300), (64, 33), (0, 5))
TOLERANCE = 24
"""In units of the last digit: exp and its kin are polynomials here and there, and errors pass through formulas."""

pytestmark = pytest.mark.skipif(library() is None, reason="needs numba")


def hard_numbers(dtype: str) -> Array:
    """NaN, infinities, zeros of both signs, kinks and bends, the largest and smallest numbers, denormal ones."""
    info = np.finfo(dtype)
    sizes = [0.0, 1e-3, 0.3, 0.6249, 0.625, 1.0, 17.0, 40.0, 88.0, 88.8, 103.0, 709.5, 745.0, 1e4, 1e19]
    extreme = [float(info.max), float(info.tiny), float(info.smallest_subnormal), np.inf]
    return np.array([sign * size for size in (*sizes, *extreme) for sign in (1.0, -1.0)] + [np.nan], dtype=dtype)


def numbers(shape: tuple[int, ...], dtype: str, seed: int, *, hard: bool) -> Array:
    rng = np.random.default_rng(seed)
    array = (4.0 * rng.standard_normal(shape)).astype(dtype)
    if hard:
        array.reshape(-1)[:] = rng.choice(hard_numbers(dtype), array.size)
    return array


def assert_same(found: Array, expected: Array, dtype: np.dtype[Any], scale: float) -> None:
    """Equal but for rounding; NaN and infinite in the same places. `scale` is the size of what was added up."""
    info = np.finfo(dtype)
    rounding = TOLERANCE * float(info.eps)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, rtol=rounding, atol=max(rounding * scale, float(info.tiny)))


@dataclass
class Work:
    """What is bound both ways over copies of the same arrays."""

    arrays: dict[str, Array]

    def run(self, bind: Any, *, compiled: bool, is_loop: bool = True) -> dict[str, Array]:
        arrays = {name: array.copy(order="K") for name, array in self.arrays.items()}
        with binding(compiled=compiled):
            call = bind(**arrays)
        assert isinstance(call, Loop) == (compiled and is_loop)
        with np.errstate(all="ignore"):
            total = call()
        return {**arrays, "total": np.array(total if isinstance(total, float) else 0.0)}

    def compare(self, bind: Any, *, scale: float = 0.0, **options: Any) -> None:
        found, expected = self.run(bind, compiled=True, **options), self.run(bind, compiled=False)
        dtype = next(iter(self.arrays.values())).dtype
        for name, array in expected.items():
            assert_same(found[name], array, dtype, scale)


def _activations() -> Iterator[Activation]:
    yield from ACTIVATIONS
    yield ACTIVATIONS["elu"].configured({"alpha": 0.3})
    yield ACTIVATIONS["leaky_relu"].configured({"slope": 0.25})


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", list(_activations()), ids=lambda activation: activation.key)
def test_activations_are_the_same_both_ways(
    activation: Activation, dtype: str, shape: tuple[int, ...], hard: bool
) -> None:
    if shape[0] == 0 and not activation.elementwise:
        pytest.skip("no batch is empty; numpy refuses the largest value of none")
    z, bias = numbers(shape, dtype, 1, hard=hard), numbers(shape[1:], dtype, 2, hard=False)
    # Hard numbers would drown each other's errors in one scale for all; there each by itself is right.
    scale = 0.0 if hard else 10.0
    forward = Work({"z": z, "a": np.zeros_like(z)})
    forward.compare(activation.bind_forward, scale=scale)
    Work({**forward.arrays, "bias": bias}).compare(activation.bind_forward, scale=scale)
    a = forward.run(activation.bind_forward, compiled=False)["a"]
    upstream = numbers(shape, dtype, 3, hard=False)
    back = Work({"z": z, "a": a, "upstream": upstream, "out": np.zeros_like(z)})
    back.compare(activation.bind_backward, scale=scale)


@pytest.mark.parametrize("activation", [a for a in ACTIVATIONS if a.elementwise], ids=lambda activation: activation.key)
def test_activations_work_in_place_and_in_the_memory_of_images(activation: Activation) -> None:
    image = zeros_batch_last(5, (3, 4, 2), np.dtype("float32"))
    image[:] = numbers(image.shape, "float32", 4, hard=True)
    assert not image.flags.c_contiguous
    Work({"z": image, "a": np.zeros_like(image)}).compare(activation.bind_forward)
    Work({"z": image}).compare(lambda z: activation.bind_forward(z, z))
    a = activation.value(image)
    Work({"z": image, "a": a, "u": np.ones_like(image)}).compare(lambda z, a, u: activation.bind_backward(z, a, u, u))


def test_arrays_in_different_orders_of_memory_are_left_to_numpy() -> None:
    z = numbers((4, 6), "float32", 5, hard=False)
    a = np.asfortranarray(np.zeros_like(z))
    Work({"z": z, "a": a}).compare(ACTIVATIONS["sigmoid"].bind_forward, is_loop=False)


def _losses() -> Iterator[tuple[str, dict[str, Any], str]]:
    for loss in LOSSES:
        yield loss.key, {}, ""
        yield loss.key, {"over_samples": "sum"}, "linear"
        for activation in loss.fuses_with:
            yield loss.key, {}, activation
    yield "squared_error", {"factor": "one", "over_outputs": "mean"}, "sigmoid"
    yield "cross_entropy", {"smoothing": 0.2}, "softmax"
    yield "cross_entropy", {"smoothing": 0.2}, "log_softmax"
    yield "huber", {"delta": 0.5}, "linear"


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("key", "options", "activation"), list(_losses()))
def test_losses_are_the_same_both_ways(
    key: str, options: dict[str, Any], activation: str, dtype: str, hard: bool, weighted: bool
) -> None:
    loss = LOSSES[key].configured(options)
    z = numbers((9, 5), dtype, 6, hard=hard)
    target = np.eye(5, dtype=dtype)[np.arange(9) % 5]
    weights = np.linspace(0.0, 2.0, 9).astype(dtype) if weighted else None
    fused = activation in loss.fuses_with
    with np.errstate(all="ignore"):
        answer = ACTIVATIONS[activation].value(z) if activation else np.abs(np.tanh(z))
    is_loop = not isinstance(loss, MulticlassHinge)

    def arrays(answer: Array, logits: Array) -> LossArrays:
        return LossArrays(answer, target, weights, activation, logits if fused else None)

    work = Work({"answer": answer, "logits": z})
    work.compare(lambda answer, logits: loss.bind_value(arrays(answer, logits)), is_loop=is_loop)
    Work({**work.arrays, "out": np.zeros_like(z)}).compare(
        lambda answer, logits, out: loss.bind_gradient(arrays(answer, logits), out), is_loop=is_loop
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_optimisers_are_the_same_both_ways(key: str, dtype: str) -> None:
    optimizer, size = OPTIMIZERS[key], 103
    rng = np.random.default_rng(7)
    gradients = (rng.standard_normal((30, size)) * 10.0 ** rng.integers(-30, 5, (30, size))).astype(dtype)
    gradients[:, :5] = 0.0
    ways = []
    for compiled in (False, True):
        values = np.linspace(-2.0, 2.0, size).astype(dtype)
        slots = {name: np.zeros_like(values) for name in optimizer.slot_names}
        gradient, rate = np.zeros_like(values), Rate(0.0)
        context = UpdateContext(
            values, gradient, slots, rate, complete(optimizer.options, {}), (values[:60], values[70:90])
        )
        with binding(compiled=compiled):
            update = optimizer.bind(context)
        for step, row in enumerate(gradients, start=1):
            gradient[:] = row
            rate.value, rate.updates = (0.0 if step == 3 else 0.01 / step), step
            update()
        ways.append({"values": values, **slots})
    for name, expected in ways[0].items():
        # Sums of some thirty changes: their errors add up.
        eps = np.finfo(expected.dtype).eps
        np.testing.assert_allclose(ways[1][name], expected, rtol=100 * eps, atol=100 * eps * np.abs(expected).max())


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_a_gradient_that_is_not_finite_is_not_lost(key: str) -> None:
    optimizer, ways = OPTIMIZERS[key], []
    for compiled in (False, True):
        values = np.ones(40, dtype=np.float32)
        gradient = np.ones_like(values)
        gradient[[3, 20]] = np.nan, np.inf
        slots = {name: np.zeros_like(values) for name in optimizer.slot_names}
        context = UpdateContext(values, gradient, slots, Rate(0.01, 1), complete(optimizer.options, {}), (values,))
        with binding(compiled=compiled), np.errstate(all="ignore"):
            optimizer.bind(context)()
        ways.append(values)
    np.testing.assert_array_equal(np.isnan(ways[0]), np.isnan(ways[1]))
    np.testing.assert_array_equal(np.isinf(ways[0]), np.isinf(ways[1]))


def test_exp_and_its_kin_are_right_to_the_last_digits() -> None:
    # Against numpy in a wider type, over the whole range of the narrow one.
    z = np.concatenate([np.linspace(-104.0, 89.0, 200_001), np.geomspace(1e-30, 10.0, 5_001)]).astype(np.float32)
    for key, exact in {
        "sigmoid": lambda x: 1.0 / (1.0 + np.exp(-x)),
        "tanh": np.tanh,
        "elu": lambda x: np.where(x > 0.0, x, np.expm1(x)),
        "softplus": lambda x: np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))),
    }.items():
        a = np.empty_like(z)
        with binding(compiled=True):
            ACTIVATIONS[key].bind_forward(z, a)()
        expected = exact(z.astype(np.float64))
        normal = np.abs(expected) > np.finfo(np.float32).tiny
        errors = np.abs(a - expected)[normal] / np.abs(expected)[normal]
        assert errors.max() < 4 * np.finfo(np.float32).eps, key


def test_a_new_constant_or_size_needs_no_compilation() -> None:
    found = library()
    assert found is not None
    counts = []
    for slope, (rows, width) in itertools.product((0.1, 0.2), ((4, 3), (7, 11))):
        z = np.ones((rows, width), dtype=np.float32)
        with binding(compiled=True):
            ACTIVATIONS["leaky_relu"].configured({"slope": slope}).bind_forward(z, np.empty_like(z))
        counts.append(len(found._functions))
    assert counts == counts[:1] * 4

"""Bits do not depend on where in memory arrays lie: a compiler may choose another loop for arrays that are near."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

import numpy as np
import pytest

from core.loops import bind as bind_module
from core.loops.library import library
from core.loops.surroundings import binding
from core.loops.vectors import bind_centred_square, bind_square
from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES
from core.numerics.losses.loss import LossArrays

pytestmark = pytest.mark.skipif(library() is None, reason="numpy has one loop for every place")

GAPS = [0, 1, 2, 4, 7, 8, 15, 16, 31, 33, 64, 130]
"""Numbers between two arrays: from none to farther than a compiler looks."""

FAR = 2_000
WIDTHS = [10, 12, 33]
ROWS = 4


def places(sizes: list[int]) -> Iterator[list[int]]:
    """Yield where arrays of these sizes begin: one of them behind another, with gaps of every size, all others far."""
    for first, second in permutations(range(len(sizes)), 2):
        for gap in GAPS:
            order = [first, second, *(k for k in range(len(sizes)) if k not in (first, second))]
            starts, end = [0] * len(sizes), 0
            for k in order:
                starts[k], end = end, end + sizes[k] + (gap if k == first else FAR)
            yield starts


def outcomes(
    monkeypatch: pytest.MonkeyPatch, arrays: list[np.ndarray], bind: Callable[..., Callable[[], object]]
) -> set[tuple[object, ...]]:
    """Return what a call comes to and leaves in its arrays, over all places of these and of the room that it needs."""
    room, found = ROWS * max(array.shape[-1] for array in arrays), set()
    for *starts, room_at in places([*(array.size for array in arrays), room]):
        memory = np.full(max(*starts, room_at) + FAR, np.nan, arrays[0].dtype)
        copies = []
        for array, start in zip(arrays, starts, strict=True):
            copies.append(memory[start : start + array.size].reshape(array.shape))
            copies[-1][...] = array
        monkeypatch.setattr(bind_module, "room_for", lambda count, dtype, k=room_at, m=memory: m[k : k + max(1, count)])
        with binding(compiled=True):
            result = bind(*copies)()
        found.add((result if isinstance(result, float) else None, *(copy.tobytes() for copy in copies)))
    return found


def numbers(width: int, dtype: str, count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(width)
    return [rng.normal(size=(ROWS, width)).astype(dtype) for _ in range(count)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("key", ACTIVATIONS.keys)
def test_an_activation(monkeypatch: pytest.MonkeyPatch, key: str, dtype: str, width: int) -> None:
    activation = ACTIVATIONS[key]
    bias = np.linspace(-1.0, 1.0, width, dtype=dtype)
    z, a, upstream, delta = numbers(width, dtype, 4)
    assert len(outcomes(monkeypatch, [z, a], lambda z, a: activation.bind_forward(z, a, None))) == 1
    assert len(outcomes(monkeypatch, [z, a, bias], activation.bind_forward)) == 1
    if activation.trainable:
        activation.bind_forward(z, a, None)()
        assert len(outcomes(monkeypatch, [z, a, upstream, delta], activation.bind_backward)) == 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("key", LOSSES.keys)
def test_a_loss_and_its_slope(monkeypatch: pytest.MonkeyPatch, key: str, dtype: str, width: int) -> None:
    loss = LOSSES[key]
    answer = np.abs(numbers(width, dtype, 1)[0]) % 1.0
    target = np.eye(width, dtype=dtype)[np.arange(ROWS) % width]
    slope, weights = np.empty_like(answer), np.linspace(0.5, 1.5, ROWS, dtype=dtype)
    assert len(outcomes(monkeypatch, [answer, target], lambda a, y: loss.bind_value(LossArrays(a, y)))) == 1
    assert (
        len(outcomes(monkeypatch, [answer, target, weights], lambda a, y, w: loss.bind_value(LossArrays(a, y, w)))) == 1
    )
    assert (
        len(outcomes(monkeypatch, [answer, target, slope], lambda a, y, out: loss.bind_gradient(LossArrays(a, y), out)))
        == 1
    )


@pytest.mark.parametrize("size", [1, 15, 16, 100, 1_000])
def test_a_square(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    (vector,) = (np.random.default_rng(1).normal(size=size).astype("float32"),)
    assert len(outcomes(monkeypatch, [vector], bind_square)) == 1
    assert len(outcomes(monkeypatch, [vector], bind_centred_square)) == 1

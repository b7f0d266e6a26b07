"""The engine and PyTorch come to the same losses and the same gradients by the logits."""

from __future__ import annotations

import numpy as np
import pytest

from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES, LossArrays
from tests.reference.loss_cases import CASES, CLASS_WEIGHTS, DTYPES, Case, Result, labels, logits, reference, targets

TOLERANCE = {"float32": 2e-5, "float64": 1e-12}
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def _weights(case: Case) -> np.ndarray:
    """The weight of each sample's class, which data sets scale to a mean of 1.

    PyTorch divides the cross-entropy by the sum of the weights, which is the same; the hinge by the number of samples.
    """
    raw = np.array(CLASS_WEIGHTS)[labels()]
    return raw / raw.mean() if case.loss == "cross_entropy" and case.options["over_samples"] == "mean" else raw


def _worked_out(case: Case, dtype: str) -> Result:
    loss, function = LOSSES[case.loss].configured(case.options), ACTIVATIONS[case.last]
    z, y = logits().astype(dtype), targets(case).astype(dtype)
    weights = _weights(case).astype(dtype) if case.weighted else None
    fused = case.last in loss.fuses_with
    arrays = LossArrays(function.value(z), y, weights, case.last, z if fused else None)
    gradient = np.full_like(z, np.nan)
    value = loss.bind_value(arrays)()
    loss.bind_gradient(arrays, gradient)()
    if not fused:
        upstream, gradient = gradient, np.full_like(z, np.nan)
        function.bind_backward(z, arrays.answer, upstream, gradient)()
    assert gradient.dtype == dtype
    return Result(value, gradient)


def _assert_agree(found: Result, expected: Result, dtype: str) -> None:
    assert found.value == pytest.approx(expected.value, rel=TOLERANCE[dtype], abs=TOLERANCE[dtype])
    np.testing.assert_allclose(found.gradient, expected.gradient, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@EVERY_CASE
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_engine_comes_to_what_pytorch_came_to(case: Case, dtype: str) -> None:
    expected = reference(case, dtype)
    assert np.abs(expected.gradient).max() > 1e-3
    _assert_agree(_worked_out(case, dtype), expected, dtype)


@EVERY_CASE
def test_the_engine_comes_to_what_pytorch_comes_to(case: Case) -> None:
    torch_side = pytest.importorskip(
        "tests.reference.make_loss_references",
        reason="PyTorch is not installed; the stored references were compared instead",
    )
    for dtype in DTYPES:
        live = torch_side.work_out(case, dtype)
        _assert_agree(_worked_out(case, dtype), live, dtype)
        _assert_agree(reference(case, dtype), live, dtype)


def test_the_cases_have_every_loss_and_option() -> None:
    assert {case.loss for case in CASES} == set(LOSSES.keys)
    for loss in LOSSES:
        tried = {key for case in CASES if case.loss == loss.key for key in case.options}
        assert tried == {option.key for option in loss.options}

"""Work out the losses of ``loss_cases`` in PyTorch and store what comes of it.

    python -m tests.reference.make_loss_references

Needs PyTorch (``pip install torch==2.13.0``), which the tests do not. Only to be run again when ``loss_cases`` changes.
Wherever PyTorch has a loss, it is that one; the hinge for single outputs is written out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as nn

from tests.reference.loss_cases import (
    CASES,
    CLASS_WEIGHTS,
    CLASSES,
    DTYPES,
    FILE,
    Case,
    Result,
    arrays_of,
    labels,
    logits,
    targets,
)

LASTS = {
    "linear": lambda z: z,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softmax": lambda z: torch.softmax(z, dim=1),
    "log_softmax": lambda z: torch.log_softmax(z, dim=1),
}


def work_out(case: Case, dtype: str) -> Result:
    z = torch.tensor(logits(), dtype=getattr(torch, dtype), requires_grad=True)
    y = torch.tensor(targets(case), dtype=z.dtype)
    loss = _whole_batch(case, z) if case.loss in ("cross_entropy", "multiclass_hinge") else _by_outputs(case, z, y)
    loss.backward()
    assert z.grad is not None
    return Result(loss.item(), z.grad.numpy().copy())


def _by_outputs(case: Case, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Losses whose outputs count by themselves."""
    options, a = case.options, LASTS[case.last](z)
    match case.loss:
        case "squared_error":
            terms = nn.mse_loss(a, y, reduction="none") * (0.5 if options["factor"] == "half" else 1.0)
        case "absolute_error":
            terms = nn.l1_loss(a, y, reduction="none")
        case "huber":
            terms = nn.huber_loss(a, y, reduction="none", delta=options["delta"])
        case "binary_cross_entropy" if case.last == "sigmoid":
            terms = nn.binary_cross_entropy_with_logits(z, y, reduction="none")
        case "binary_cross_entropy":
            terms = nn.binary_cross_entropy(a, y, reduction="none")
        case _:
            terms = torch.relu(options["margin"] - y * a)
    rows = terms.mean(dim=1) if options["over_outputs"] == "mean" else terms.sum(dim=1)
    return rows.mean() if options["over_samples"] == "mean" else rows.sum()


def _whole_batch(case: Case, z: torch.Tensor) -> torch.Tensor:
    options: dict[str, Any] = {"reduction": case.options["over_samples"]}
    if case.weighted:
        options["weight"] = torch.tensor(CLASS_WEIGHTS, dtype=z.dtype)
    right = torch.tensor(labels())
    if case.loss == "cross_entropy":
        return nn.cross_entropy(z, right, label_smoothing=case.options.get("smoothing", 0.0), **options)
    found = nn.multi_margin_loss(z, right, margin=case.options.get("margin", 1.0), **options)
    # PyTorch divides by the number of classes.
    return found if case.options.get("over_outputs") == "mean" else found * CLASSES


def main() -> None:
    arrays: dict[str, np.ndarray] = {}
    for dtype in DTYPES:
        arrays |= arrays_of(dtype, [work_out(case, dtype) for case in CASES])
        assert np.isfinite(arrays[f"{dtype}/gradients"]).all()
    np.savez_compressed(FILE, **arrays)


if __name__ == "__main__":
    main()

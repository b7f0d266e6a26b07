"""What the commands print: numbers as text, and JSON that every reader takes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from core.texts import not_finite


def json_line(value: Any) -> str:
    """Return a value as JSON in one line; what is no finite number becomes null, for JSON knows no NaN."""
    return json.dumps(_finite(value), allow_nan=False)


def loss_text(value: float) -> str:
    """Return a loss as it is printed: "0.02131"."""
    if math.isinf(value):
        return not_finite(value)
    return "–" if math.isnan(value) else f"{value:.4g}"


def share_text(value: float) -> str:
    """Return an accuracy as it is printed: "95.31 %"."""
    return "–" if math.isnan(value) else f"{100 * value:.2f} %"


def shape_text(shape: Any) -> str:
    """Return the shape of one sample as it is printed: "28×28"; "?" where it is not known."""
    return "?" if shape is None else "×".join(str(size) for size in shape)


def table(rows: Sequence[tuple[str, ...]], right: frozenset[int] = frozenset()) -> str:
    """Return rows as text with columns below each other; columns in `right` end at one line."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return value

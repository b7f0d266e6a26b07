"""Indices that are sums of letters, such as 2j+p-1, worked out for numbers, or for many numbers at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def index_value(index: str, values: Mapping[str, Any]) -> Any:
    """Return what a sum of letters comes to; letters without a value are 0, arrays of values give an array."""
    total: Any = 0
    sign, at = 1, 0
    while at < len(index):
        if index[at] in "+-":
            sign, at = (1 if index[at] == "+" else -1), at + 1
        factors = []
        while at < len(index) and index[at] not in "+-":
            if index[at].isdigit():
                end = at
                while end < len(index) and index[end].isdigit():
                    end += 1
                factors.append(int(index[at:end]))
                at = end
            elif index[at] == "(":
                end = _closing(index, at)
                factors.append(index_value(index[at + 1 : end], values))
                at = end + 1
            else:
                factors.append(values.get(index[at], 0))
                at += 1
        total += sign * math.prod(factors)
    return total


def _closing(index: str, at: int) -> int:
    depth = 0
    for place in range(at, len(index)):
        depth += (index[place] == "(") - (index[place] == ")")
        if depth == 0:
            return place
    raise ValueError(index)

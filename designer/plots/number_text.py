"""The window's numbers under the names that some panels know them by."""

from __future__ import annotations

from designer.numbers import decimals, percent, significant, tick
from designer.numbers import whole as count

__all__ = ["count", "decimals", "percent", "significant", "tick"]

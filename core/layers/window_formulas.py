"""What convolution and pooling write their formulas with: which pixels a window shows, which windows show a pixel.

Rows, columns and channels are counted from 0. With letters for indices no edge is in sight: such a formula is that of
a window inside the image, and what is outside is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from core.formulas.expressions import Expression, Over
from core.formulas.quantities import Index, Unit
from core.layers.formula_context import FormulaContext, combined, fitted
from core.layers.layer_type import InputPort
from core.layers.windows import Steps, Windows, windows_over

Places: TypeAlias = list[tuple[int, ...]]
Term: TypeAlias = Callable[[Index, Index], Expression]


class WindowFormulas:
    """The windows of one layer, whose size is the option `key`."""

    def __init__(self, context: FormulaContext, key: str) -> None:
        self._sizes = len(context.sources[0].shape)
        self.windows: Windows = windows_over(context.node, InputPort("", "", context.sources[0].shape), key)

    def pixel(self, window: Unit, row: Index, column: Index, channel: Unit) -> Unit:
        """Return the pixel at a place of a window."""
        rows, columns = self.windows.rows, self.windows.columns
        place = _seen(rows, window[0], row), _seen(columns, window[1], column), *channel
        return fitted(place, self._sizes)

    def offset(self, window: Unit, pixel: Unit) -> tuple[Index, Index]:
        """Return at which place of a window a pixel is."""
        rows, columns = self.windows.rows, self.windows.columns
        return _offset(rows, window[0], pixel[0]), _offset(columns, window[1], pixel[1])

    def places(self, window: Unit) -> Places:
        """Return the places of a window that lie inside the image, in reading order; all of them for letters."""
        return list(product(_inside(self.windows.rows, window[0]), _inside(self.windows.columns, window[1])))

    def showing(self, pixel: Unit) -> Places:
        """Return the windows that show a pixel; all of them for letters."""
        return list(product(_showing(self.windows.rows, pixel[0]), _showing(self.windows.columns, pixel[1])))

    def over_windows(self, row: Index, column: Index, term: Term) -> Over:
        """Return the sum of a term over all windows whose place (`row`, `column`) lies inside the image."""
        rows, columns = self.windows.rows, self.windows.columns
        return Over("sum", ("r", "s"), _reaching_places(rows, columns, row, column), term)


def _seen(steps: Steps, window: Index, offset: Index) -> Index:
    return combined((steps.stride, window), (1, offset), plus=-steps.before)


def _offset(steps: Steps, window: Index, place: Index) -> Index:
    return combined((1, place), (-steps.stride, window), plus=steps.before)


def _is_in(index: Index, size: int) -> bool:
    return isinstance(index, str) or 0 <= index < size


def _inside(steps: Steps, window: Index) -> list[int]:
    return [offset for offset in range(steps.window) if _is_in(_seen(steps, window, offset), steps.size)]


def _showing(steps: Steps, place: Index) -> list[int]:
    return [window for window in range(steps.count) if _is_in(_offset(steps, window, place), steps.window)]


@lru_cache(maxsize=64)
def _reaching_places(rows: Steps, columns: Steps, row: Index, column: Index) -> Sequence[tuple[int, ...]]:
    """Return the windows whose place lies inside the image; they are the same ones in every sample."""
    return tuple(product(_reaching(rows, row), _reaching(columns, column)))


def _reaching(steps: Steps, offset: Index) -> list[int]:
    return [window for window in range(steps.count) if _is_in(_seen(steps, window, offset), steps.size)]

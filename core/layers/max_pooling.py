"""Max pooling: the largest number of each window."""

from __future__ import annotations

import numpy as np

from core.formulas.expressions import Condition, Expression, Over
from core.formulas.quantities import Index, Unit
from core.layers.binding import Array, Call
from core.layers.formula_context import FormulaContext
from core.layers.pooling import Pooling
from core.layers.pooling_loops import pooling_loops, room_for_places
from core.layers.window_formulas import Places, WindowFormulas
from core.layers.windows import Windows


class MaxPooling(Pooling):
    """a = max over the window.

    The gradient goes to the largest number; where several are the largest, to the first of them in reading order (row
    by row from the top, in a row from the left), so that it is given once.
    """

    key = "max_pooling"
    label = "Max pool"
    description = "Keeps the largest number of each window of an image."
    icon = "layer-pooling"

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        windows = WindowFormulas(context, "window")
        return _largest(context, windows, unit, windows.places(unit))

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        windows = WindowFormulas(context, "window")

        def term(r: Index, s: Index) -> Expression:
            window = (r, s, *unit[2:])
            share = context.delta(window) * Condition(context.x(unit), "=", context.a(window))
            own = windows.offset(window, unit)
            earlier = [] if any(isinstance(index, str) for index in own) else windows.places(window)
            earlier = [place for place in earlier if place < own]
            if not earlier:
                return share
            return share * Condition(_largest(context, windows, window, earlier), "<", context.a(window))

        return Over("sum", ("r", "s"), windows.showing(unit), term)

    def bind_forward(self, windows: Windows, x: Array, a: Array) -> Call:
        if (loops := pooling_loops(windows, x, a)) is not None:
            return loops.largest(x, a, None)
        (first, first_largest), *later = [(x[:, *pixels], a[:, *where]) for where, pixels in windows.places()]

        def forward() -> None:
            if not windows.within:
                a.fill(-np.inf)
            np.copyto(first_largest, first)
            for pixels, largest in later:
                np.maximum(largest, pixels, out=largest)

        return forward

    def bind_training(self, windows: Windows, x: Array, a: Array, g: Array, into: Array) -> tuple[Call, Call]:
        if (loops := pooling_loops(windows, x, a, g, into)) is not None:
            which = room_for_places(a)
            return loops.largest(x, a, which), loops.prizes(g, which, into)
        wins = np.zeros((windows.rows.window * windows.columns.window, *a.shape), dtype=bool)
        return _contest(windows, x, a, wins), _prizes(windows, g, into, wins)


def _largest(context: FormulaContext, windows: WindowFormulas, window: Unit, places: Places) -> Expression:
    return Over("max", ("p", "q"), places, lambda p, q: context.x(windows.pixel(window, p, q, window[2:])))


def _contest(windows: Windows, x: Array, a: Array, wins: Array) -> Call:
    """Find the largest numbers, and note at each place in the window whether it beats all places before it."""
    (first, first_largest, _), *later = [
        (x[:, *pixels], a[:, *where], win[:, *where])
        for (where, pixels), win in zip(windows.places(), wins, strict=True)
    ]

    def forward() -> None:
        if not windows.within:
            a.fill(-np.inf)
        np.copyto(first_largest, first)
        for pixels, largest, win in later:
            np.greater(pixels, largest, win)
            np.maximum(largest, pixels, out=largest)

    return forward


def _prizes(windows: Windows, g: Array, into: Array, wins: Array) -> Call:
    """Go from the last place in the window to the first: each takes what it won from all before it."""
    rest, share = np.empty_like(g), np.empty_like(g)
    (first, first_rest, *_), *later = [
        (into[:, *pixels], rest[:, *where], share[:, *where], win[:, *where])
        for (where, pixels), win in zip(windows.places(), wins, strict=True)
    ]
    later.reverse()

    def into_tiles() -> None:
        np.copyto(rest, g)
        for pixels, left, _, win in later:
            np.multiply(left, win, pixels)
            np.subtract(left, pixels, left)
        np.copyto(first, first_rest)

    def added() -> None:
        np.copyto(rest, g)
        for pixels, left, prize, win in later:
            np.multiply(left, win, prize)
            np.subtract(left, prize, left)
            np.add(pixels, prize, pixels)
        np.add(first, first_rest, first)

    return into_tiles if windows.tile else added

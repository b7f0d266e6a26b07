"""Mean pooling: the mean of each window."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.formulas.expressions import Expression, Over
from core.formulas.quantities import Index, Unit
from core.layers.binding import Array, Call
from core.layers.formula_context import FormulaContext, share_of
from core.layers.pooling import Pooling
from core.layers.pooling_loops import pooling_loops
from core.layers.window_formulas import WindowFormulas
from core.layers.windows import Windows


class MeanPooling(Pooling):
    """a = mean over those places of the window that lie inside the image; each of them gets its share of the gradient.

    Padding does not count, neither in the sum nor in the number of places (as in Keras; PyTorch's
    ``count_include_pad=False``).
    """

    key = "mean_pooling"
    label = "Mean pool"
    description = "Takes the mean of each window of an image."
    icon = "layer-mean-pooling"

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        windows = WindowFormulas(context, "window")
        places = windows.places(unit)
        total = Over("sum", ("p", "q"), places, lambda p, q: context.x(windows.pixel(unit, p, q, unit[2:])))
        return share_of(len(places)) * total

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        windows = WindowFormulas(context, "window")

        def term(r: Index, s: Index) -> Expression:
            return share_of(len(windows.places((r, s)))) * context.delta((r, s, *unit[2:]))

        return Over("sum", ("r", "s"), windows.showing(unit), term)

    def bind_forward(self, windows: Windows, x: Array, a: Array) -> Call:
        if (loops := pooling_loops(windows, x, a)) is not None:
            return loops.means(x, a)
        (first, first_sum), *later = [(x[:, *pixels], a[:, *where]) for where, pixels in windows.places()]
        share = _shares(windows, a.dtype)

        def forward() -> None:
            if not windows.within:
                a.fill(0.0)
            np.copyto(first_sum, first)
            for pixels, total in later:
                np.add(total, pixels, total)
            np.multiply(a, share, a)

        return forward

    def bind_training(self, windows: Windows, x: Array, a: Array, g: Array, into: Array) -> tuple[Call, Call]:
        if (loops := pooling_loops(windows, x, a, g, into)) is not None:
            return loops.means(x, a), loops.shares(g, into)
        given, share = np.empty_like(g), _shares(windows, g.dtype)
        parts = [(into[:, *pixels], given[:, *where]) for where, pixels in windows.places()]
        tile = windows.tile

        def backward() -> None:
            np.multiply(g, share, given)
            for pixels, part in parts:
                if tile:
                    np.copyto(pixels, part)
                else:
                    np.add(pixels, part, pixels)

        return self.bind_forward(windows, x, a), backward


def _shares(windows: Windows, dtype: np.dtype[Any]) -> Array:
    """Return 1 / (places inside the image) of each window, (rows, columns, 1)."""
    counts = np.zeros((windows.rows.count, windows.columns.count, 1), dtype=dtype)
    for where, _ in windows.places():
        counts[where] += 1.0
    return np.reciprocal(counts)

"""Where a number stands: layers by number or name, units counted from 1, letters as the notation has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.formulas.indices import index_value
from core.formulas.quantities import Index
from core.layers.naming import display_names
from core.tracing.notation import Notation
from core.tracing.trace import Trace
from core.tracing.writing.boxes import Box, Leaf, Row, words
from core.tracing.writing.signs import letters


class LayerLabels:
    """Numbers of layers, or their names where numbers would be ambiguous.

    A layer's number is how many links lead to it on the longest way from the input. Where two layers have the same
    one, as two branches have, all are named.
    """

    def __init__(self, trace: Trace, notation: Notation) -> None:
        self._depths, self._notation = _depths(trace), notation
        self._names = display_names(trace.graph)
        self._last = trace.last
        self.numbered = len(set(self._depths.values())) == len(self._depths)

    def of(self, node_id: str) -> Box:
        """Return the number or the name of a layer."""
        if not self.numbered or node_id not in self._depths:
            return words(self._names[node_id])
        number = str(self._depths[node_id] + self._notation.first_layer)
        return Leaf(number, number)

    def seen_from(self, own: str, node_id: str) -> Box:
        """Return a layer in a general formula of the layer `own`: l, l − 1, L."""
        if not self.numbered or node_id not in self._depths or own not in self._depths:
            return self.of(node_id)
        letter = self._notation.letters["layer"]
        distance = self._depths[node_id] - self._depths[own]
        base = letters(letter.upper() if own == self._last else letter)
        if distance == 0:
            return base
        sign = "-" if distance < 0 else "+"
        return Row((base, Leaf(f"{sign} {abs(distance)}", f"{sign.replace('-', '−')}{abs(distance)}")))

    def are_neighbours(self, before: str, behind: str) -> bool:
        """Return whether one layer comes right before the other."""
        return self.numbered and self._depths[behind] - self._depths[before] == 1


def _depths(trace: Trace) -> dict[str, int]:
    depths: dict[str, int] = {}
    for node_id in trace.layers:
        depths[node_id] = max((depths[link.source] + 1 for link in trace.graph.links_into(node_id)), default=0)
    return depths


@dataclass(frozen=True, slots=True)
class Letters:
    """What stands for the letters that the engine's formulas use.

    The engine writes j for a unit, k for one of the layer before or behind, n for a sample.
    """

    swaps: Mapping[str, str]

    def of(self, letter: str) -> str:
        """Return the notation's letter."""
        return self.swaps.get(letter, letter)


def letters_for(notation: Notation, present: Collection[str], *, backward: bool) -> Letters:
    """Return the letters of a formula; one that comes from a layer behind sums over that layer's units.

    No two letters that are `present` become one: a letter that is displaced takes the place of the one that displaced
    it.
    """
    other = notation.letters["next" if backward else "source"]
    wanted = {"j": notation.letters["unit"], "k": other, "n": notation.letters["sample"]}
    swaps = {letter: new for letter, new in wanted.items() if letter in present}
    freed = [letter for letter in swaps if letter not in swaps.values()]
    spare = [letter for letter in _SPARE if letter not in present and letter not in swaps.values()]
    for letter in present:
        if letter not in swaps and letter in swaps.values():
            swaps[letter] = (freed or spare).pop()
    return Letters(swaps)


_SPARE = "qtuv"


def index_box(index: Index, chosen: Letters) -> Box:
    """Return an index as it is shown: counted from 1."""
    if isinstance(index, int):
        return Leaf(str(index + 1), str(index + 1))
    if len(index) == 1:
        return letters(chosen.of(index))
    return _linear_box(index, chosen)


def _linear_box(index: str, chosen: Letters) -> Box:
    """Return a sum of letters such as 2j+p-1, which counts from 0, as one that counts from 1."""
    names = sorted({sign for sign in index if sign.isalpha()}, key=index.index)
    constant = index_value(index, {})
    factors = {name: index_value(index, {name: 1}) - constant for name in names}
    parts: list[Box] = []
    for name, factor in factors.items():
        sign = "-" if factor < 0 else "+" if parts else ""
        size = "" if abs(factor) == 1 else str(abs(factor))
        parts += [Leaf(sign + size, sign.replace("-", "−") + size), letters(chosen.of(name))]
    if shift := constant + 1 - sum(factors.values()):
        parts.append(Leaf(f"{shift:+d}", f"{shift:+d}".replace("-", "−")))
    return Row(tuple(parts))

"""What the algorithm as a text is made of: its lines, and the numbers that each of them works out."""

from __future__ import annotations

from dataclasses import dataclass

from core.formulas.quantities import Kind
from core.texts import Text, text
from core.tracing.stages import Stage


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the algorithm.

    Attributes
    ----------
    indent : depth of the loops around it.
    text : as it is shown; mathematical signs are not translated, words are.
    kinds : the numbers that are worked out in it.
    node : the layer that it is for; empty where it stands for all.
    parameter : "bias" where it is for biases only; empty for all numbers of a layer that have no line of their own.
    """

    indent: int
    text: Text
    kinds: frozenset[Kind] = frozenset()
    node: str = ""
    parameter: str = ""

    def works_out(self, stage: Stage) -> bool:
        """Return whether the numbers of a stage come from this line."""
        return (
            stage.kind in self.kinds
            and self.node in ("", stage.node)
            and self.parameter in ("", stage.quantity.stem)
        )


def line_of_signs(indent: int, signs: str, kinds: frozenset[Kind], node: str = "", parameter: str = "") -> Line:
    """Return a line of signs, in which no word is translated."""
    return Line(indent, text("{code}", code=signs), kinds, node, parameter)


FORWARD_Z, FORWARD_A = frozenset({Kind.PRE_ACTIVATION, Kind.INTERNAL}), frozenset({Kind.OUTPUT})
LOSS = frozenset({Kind.SAMPLE_LOSS, Kind.LOSS})
BACK = frozenset({Kind.UPSTREAM, Kind.DELTA})
GRADIENT = frozenset({Kind.GRADIENT})
REMEDIES = frozenset({Kind.PENALISED_GRADIENT, Kind.CLIPPED_GRADIENT})
UPDATE = frozenset({Kind.NEW_PARAMETER, Kind.NEW_SLOT, Kind.AUXILIARY})

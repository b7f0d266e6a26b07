"""What is brought out of opened layers, and what that means for each unit and edge."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from designer.canvas.units.anatomy import Anatomy, Incoming, Tie
from designer.canvas.units.edge_item import EdgeStyle
from designer.canvas.units.edges import Edges, EdgeWish, Measure
from designer.canvas.units.frame import Frame
from designer.canvas.units.numbers import (
    Direction,
    EdgeTarget,
    Highlight,
    NetworkNumbers,
    Part,
    UnitNumbers,
    UnitTarget,
    size_of,
)
from designer.canvas.units.units_item import UnitsState
from designer.theme import Theme


@dataclass(frozen=True, slots=True)
class Emphasis:
    """What is looked at: under the pointer, chosen by click or key, and lit from outside."""

    hovered: Part | None = None
    chosen: UnitTarget | EdgeTarget | None = None
    lit: Highlight | None = None

    def within(self, layers: Container[str]) -> Emphasis:
        """Return what of it lies in these layers."""
        return Emphasis(
            self.hovered if self.hovered is not None and self.hovered.node_id in layers else None,
            self.chosen if self.chosen is not None and self.chosen.node_id in layers else None,
            self.lit,
        )

    def front(self) -> UnitTarget | EdgeTarget | None:
        """Return the unit or edge that is brought forward."""
        if isinstance(self.hovered, (UnitTarget, EdgeTarget)):
            return self.hovered
        return self.chosen

    def focus_unit(self) -> tuple[str, int] | None:
        """Return the unit whose edges are wanted: that which is brought forward, or to which that edge leads."""
        if self.lit is not None and self.lit.unit is not None:
            return (self.lit.layer_id, self.lit.unit)
        part = self.chosen if isinstance(self.chosen, EdgeTarget) else self.front()
        return (part.node_id, part.unit) if part is not None else None


def edge_style(
    emphasis: Emphasis, edges: Edges, numbers: UnitNumbers, wish: EdgeWish, incoming: Incoming | None = None
) -> EdgeStyle:
    """Return how the edges of a link, or the biases of a layer, stand out; `numbers` are those they lead to."""
    chosen = edges.find(emphasis.chosen) if isinstance(emphasis.chosen, EdgeTarget) else None
    lit = _lit(emphasis.lit, edges, incoming)
    term = emphasis.lit is not None and lit is not None and int(lit.sum()) == 1
    return EdgeStyle(
        end=_end(numbers, wish.measure, incoming),
        front=_front(emphasis, edges, incoming),
        chosen=chosen,
        lit=lit,
        direction=emphasis.lit.direction if emphasis.lit is not None else Direction.FORWARD,
        term=term,
        arrows=emphasis.lit is not None and emphasis.lit.flows,
    )


def unit_state(emphasis: Emphasis, node_id: str, numbers: NetworkNumbers, anatomy: Anatomy) -> UnitsState:
    """Return how the units of a layer stand out."""
    hovered, chosen, lit = emphasis.hovered, emphasis.chosen, emphasis.lit
    target = numbers.target if anatomy.names and not anatomy.is_end else None
    if target is not None and target.shape != (anatomy.units,):
        target = None
    return UnitsState(
        hovered=hovered.unit if isinstance(hovered, UnitTarget) and hovered.node_id == node_id else None,
        chosen=chosen.unit if isinstance(chosen, UnitTarget) and chosen.node_id == node_id else None,
        lit=lit.unit if lit is not None and lit.layer_id == node_id else None,
        direction=lit.direction if lit is not None else Direction.FORWARD,
        target=target,
        letters=numbers.letters,
    )


def fan_front(
    emphasis: Emphasis, node_id: str, incoming: Incoming, frame: Frame, theme: Theme
) -> tuple[int | None, QColor | None]:
    """Return which line of a fan is brought forward, counted from the first in sight, and in which colour."""
    lit, part = emphasis.lit, emphasis.front()
    forward = lit is not None and lit.layer_id == node_id and lit.direction is Direction.FORWARD
    if lit is not None and forward and lit.link_id in ("", incoming.link_id):
        if lit.unit is None:
            return None, QColor(theme.forward)
        return (frame.anatomy.row_of(lit.unit) - frame.first if frame.shows(lit.unit) else None), QColor(theme.forward)
    if isinstance(part, UnitTarget) and part.node_id == node_id and frame.shows(part.unit):
        return frame.anatomy.row_of(part.unit) - frame.first, None
    return None, None


def _front(emphasis: Emphasis, edges: Edges, incoming: Incoming | None) -> NDArray[np.bool_] | None:
    part = emphasis.front()
    if part is None:
        return None
    if isinstance(part, EdgeTarget):
        place = edges.find(part)
        return np.arange(len(edges)) == (-1 if place is None else place)
    into = edges.units == part.unit if edges.node_id == part.node_id else np.zeros(len(edges), dtype=bool)
    if incoming is not None and incoming.source == part.node_id:
        into = into | (edges.source_units == part.unit)
    return into


def _lit(lit: Highlight | None, edges: Edges, incoming: Incoming | None) -> NDArray[np.bool_] | None:
    if lit is None or (lit.link_id and lit.link_id != edges.link_id):
        return None
    if incoming is None:
        own = lit.bias and edges.node_id == lit.layer_id
        return (edges.units == lit.unit) if own and lit.unit is not None else np.full(len(edges), own)
    backward = lit.direction is Direction.BACKWARD
    if (incoming.source if backward else edges.node_id) != lit.layer_id:
        return None
    near, far = (edges.source_units, edges.units) if backward else (edges.units, edges.source_units)
    found = np.ones(len(edges), dtype=bool) if lit.unit is None else near == lit.unit
    return found if lit.source_units is None else found & np.isin(far, lit.source_units)


def _end(numbers: UnitNumbers, measure: Measure, incoming: Incoming | None) -> float | None:
    """Return the end of the scale: the largest of the whole kernel, so that paging does not change a colour.

    A bias has the scale of its own row of biases.
    """
    if measure is Measure.CONTRIBUTION or incoming is None or incoming.tie is not Tie.WEIGHTS:
        return None
    arrays = numbers.gradients if measure is Measure.GRADIENT else numbers.parameters
    array = arrays.get(incoming.parameter)
    if array is None:
        return None
    # A view without copying, whatever the size: a kernel of thousands of inputs is looked at 30 times a second.
    return size_of(np.array([array.max(initial=0.0), array.min(initial=0.0)], dtype=np.float64))

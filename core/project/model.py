"""The project: one immutable value that holds everything a user can make, save and undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.data.reference import DataReference
from core.graph.model import Graph
from core.training.config import TrainingConfig
from core.training.state import TrainedState
from core.training.timeline import Timeline

Layout = Mapping[str, tuple[float, float]]
"""Top left corner of each layer's card, in scene pixels, by layer identity."""

NO_MOMENTS = Timeline()


@dataclass(frozen=True, slots=True)
class Project:
    """A network, where its cards lie, its data, how it trains, what training has reached, and moments on the way there.

    Positions are no part of the graph, so moving a card never makes a compiled plan stale. The moments are the past of
    the state: none has more iterations.
    """

    graph: Graph = field(default_factory=Graph)
    layout: Layout = field(default_factory=lambda: MappingProxyType({}))
    data: DataReference = field(default_factory=DataReference)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    state: TrainedState | None = None
    timeline: Timeline = NO_MOMENTS

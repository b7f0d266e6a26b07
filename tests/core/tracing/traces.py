"""Traced iterations for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.data.dataset import PreparedData
from core.formulas.quantities import Kind, Quantity
from core.graph.model import Graph
from core.tracing.explaining import Explainer
from core.tracing.recording import IterationRecorder
from core.training.config import TrainingConfig
from core.training.session import Session

PLAIN: Mapping[str, Any] = {"order": "given", "dtype": "float64", "learning_rate": 0.5}


def recorder_of(
    graph: Graph, data: PreparedData, values: Mapping[tuple[str, str], Any] | None = None, **config: Any
) -> IterationRecorder:
    """A recorder of a new session; `values` replace initial weights by (layer, parameter)."""
    session = Session(graph, TrainingConfig(**{**PLAIN, "batch_size": len(data.training), **config}), data)
    views = session.parameters.views(session.parameters.values)
    for key, numbers in (values or {}).items():
        views[key][...] = np.array(numbers).reshape(views[key].shape)
    return IterationRecorder(session)


def explained(
    graph: Graph, data: PreparedData, values: Mapping[tuple[str, str], Any] | None = None, **config: Any
) -> Explainer:
    """The first iteration of a new session."""
    return Explainer(recorder_of(graph, data, values, **config).next())


def of_unit(kind: Kind, node: str, *unit: int, sample: int | None = 0, name: str = "") -> Quantity:
    return Quantity(kind, node, name, unit, sample)


"""Runs made by hand: a stand-in for the run controller, and snapshots with the numbers that a test wants."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.data.dataset import PreparedData, Samples
from core.errors import DataError
from core.graph.model import Graph
from core.project import edits
from core.project.model import Project
from core.training.history import History
from core.training.snapshot import LayerValues, RunPhase, Snapshot
from designer.datasets.service import DataStatus
from designer.run.refresh import LivePanel


class Register:
    """Knows the panels that asked to be drawn, and draws them when a test says so."""

    def __init__(self) -> None:
        self.panels: list[LivePanel] = []

    def add(self, panel: LivePanel) -> None:
        self.panels.append(panel)

    def draw(self, snapshot: Snapshot) -> list[Any]:
        """Do what the refresher does; returns the surfaces that were repainted."""
        drawn = []
        for panel in self.panels:
            if panel.isVisible():
                panel.refresh(snapshot)
                for surface in panel.surfaces():
                    surface.repaint()
                    drawn.append(surface)
        return drawn


class HandRun(QObject):
    """A run whose snapshots are given by the test."""

    status_changed = Signal()
    snapshot_taken = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.snapshot: Snapshot | None = None
        self.refresher = Register()

    def show(self, snapshot: Snapshot | None) -> list[Any]:
        """Publish a snapshot; returns the surfaces that were repainted."""
        self.snapshot = snapshot
        drawn: list[Any] = []
        if snapshot is not None:
            self.snapshot_taken.emit(snapshot)
            drawn = self.refresher.draw(snapshot)
        self.status_changed.emit()
        return drawn


class HandData(QObject):
    """Data given by the test."""

    changed = Signal()
    error: DataError | None = None

    def __init__(self, data: PreparedData | None = None) -> None:
        super().__init__()
        self.data = data
        self.loading = False

    @property
    def status(self) -> DataStatus:
        if self.loading:
            return DataStatus.LOADING
        return DataStatus.FAILED if self.error else DataStatus.NONE if self.data is None else DataStatus.READY


def dense_network(*widths: int, activation: str = "sigmoid", skip: bool = False) -> Graph:
    """Return Input → Dense … → Output; with `skip` the input also leads into the last Dense."""
    project = edits.add_node(Project(), "input", (0.0, 0.0), {"shape": (widths[0],)})
    ids = [project.graph.nodes[-1].id]
    for units in widths[1:]:
        project = edits.add_node(project, "dense", (0.0, 0.0), {"units": units, "activation": activation})
        ids.append(project.graph.nodes[-1].id)
    project = edits.add_node(project, "output", (0.0, 0.0), {"loss": "squared_error"})
    ids.append(project.graph.nodes[-1].id)
    for source, target in pairwise(ids):
        project = edits.add_link(project, source, target)
    if skip:
        project = edits.add_link(project, ids[0], ids[-2])
    return project.graph


def table(**columns: Any) -> MappingProxyType[str, Any]:
    """Return a read-only table; a dot in a column's name is written as two underscores."""
    return MappingProxyType({name.replace("__", "."): np.asarray(values) for name, values in columns.items()})


def history(rows: int, batches: int = 100, seed: int = 0, graph: Graph | None = None) -> History:
    """Return a believable record: loss falls, accuracy rises, one validation per epoch, 20 rows per epoch."""
    rng = np.random.default_rng(seed)
    interval = max(1, batches // 20)
    iterations = np.arange(1, rows + 1) * interval
    time = iterations / batches
    loss = 0.05 + 0.4 * np.exp(-2.0 * time) + 0.004 * rng.normal(size=rows)
    accuracy = 0.95 - 0.6 * np.exp(-2.5 * time) + 0.01 * rng.normal(size=rows)
    columns: dict[str, Any] = {"iteration": iterations, "loss": np.abs(loss), "accuracy": np.minimum(accuracy, 1.0)}
    for node in graph.nodes if graph is not None else ():
        if node.kind == "dense":
            columns[f"delta_norm.{node.id}"] = 0.02 + 0.05 * np.exp(-time) * rng.random(rows)
            for link in graph.links_into(node.id) if graph is not None else ():
                columns[f"deviation.{node.id}.kernel.{link.id}"] = 0.1 + 0.2 * (1.0 - np.exp(-time))
            columns[f"deviation.{node.id}.bias"] = 0.2 * (1.0 - np.exp(-time))
    ends = np.arange(batches, int(iterations[-1]) + 1 if rows else 0, batches)
    validation = {
        "iteration": ends,
        "loss": 0.055 + 0.35 * np.exp(-2.0 * ends / batches),
        "accuracy": 0.94 - 0.5 * np.exp(-2.5 * ends / batches),
    }
    return History(MappingProxyType(columns), MappingProxyType(validation) if len(ends) else MappingProxyType({}))


def parameters(graph: Graph, seed: int = 0, scale: float = 1.0) -> MappingProxyType[tuple[str, str], Any]:
    """Return normally distributed float32 parameters of a network's Dense layers."""
    rng = np.random.default_rng(seed)
    widths = {node.id: int(np.prod(node.options.get("shape", (node.options.get("units", 1),)))) for node in graph.nodes}
    arrays: dict[tuple[str, str], Any] = {}
    for node in graph.nodes:
        if node.kind == "dense":
            for link in graph.links_into(node.id):
                shape = (widths[link.source], widths[node.id])
                arrays[node.id, f"kernel.{link.id}"] = (scale * rng.normal(size=shape)).astype(np.float32)
            arrays[node.id, "bias"] = (scale * rng.normal(size=widths[node.id])).astype(np.float32)
    return MappingProxyType(arrays)


def layer_values(graph: Graph, batch: int = 10, seed: int = 0) -> MappingProxyType[str, LayerValues]:
    """Return random z, a and δ of a batch for a network's layers."""
    rng = np.random.default_rng(seed)
    values: dict[str, LayerValues] = {}
    for node in graph.nodes:
        if node.kind == "input":
            values[node.id] = LayerValues(rng.random((batch, int(np.prod(node.options["shape"])))).astype(np.float32))
        elif node.kind == "dense":
            shape = (batch, int(node.options["units"]))
            z = rng.normal(size=shape).astype(np.float32)
            values[node.id] = LayerValues(
                1.0 / (1.0 + np.exp(-z)), z, (0.02 * rng.normal(size=shape)).astype(np.float32)
            )
    return MappingProxyType(values)


def snapshot(graph: Graph, serial: int = 1, rows: int = 60, batches: int = 100, **changes: Any) -> Snapshot:
    """Return a snapshot of a run with a record of `rows` rows; `changes` are fields that differ."""
    record = changes.pop("history", None) or (history(rows, batches, graph=graph) if rows else History())
    done = record.training["iteration"][-1] if "iteration" in record.training else 0
    iteration = int(changes.pop("iteration", done))
    values: dict[str, Any] = {
        "serial": serial,
        "phase": RunPhase.RUNNING,
        "graph": graph,
        "iteration": iteration,
        "epoch": iteration // batches,
        "epochs": 30,
        "batch": iteration % batches,
        "batches": batches,
        "loss": 0.1,
        "learning_rate": 3.0,
        "microseconds_per_step": 40.0,
        "history": record,
        "parameters": None,
        "layers": None,
        "samples": np.arange(10),
    }
    values.update(changes)
    if values["parameters"] is None:
        values["parameters"] = parameters(graph, seed=serial)
    if values["layers"] is None:
        values["layers"] = layer_values(graph, seed=serial) if iteration else MappingProxyType({})
    return Snapshot(**values)


def prepared(inputs: Any, labels: Any, classes: int) -> PreparedData:
    """Return data whose test part is (`inputs`, `labels`)."""
    inputs = np.ascontiguousarray(inputs, dtype=np.float32)
    labels = np.asarray(labels, dtype=np.int64)
    part = Samples(inputs, np.eye(classes, dtype=np.float32)[labels], labels)
    names = tuple(str(index) for index in range(classes))
    return PreparedData("made by hand", part, part, part, names, tuple(inputs.shape[1:]), "0" * 64)

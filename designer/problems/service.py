"""Keeps the problems of the project up to date and takes the ways out of them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from core.compiler.batch_checks import check_batch_size
from core.compiler.checks import check_graph
from core.compiler.problems import (
    AddLink,
    ChooseData,
    DeleteLayer,
    Fix,
    InsertOnLink,
    Problem,
    SetDataOption,
    SetOption,
    Severity,
)
from core.compiler.shapes import LayerShape, infer_shapes
from core.project import edits
from core.project.delta import ProjectDelta
from core.texts import text
from core.training.data_fit import check_data_fit
from core.training.target_fit import check_targets
from designer.datasets.service import DataService
from designer.document import Document
from designer.translation import layer_names, shown


class ProblemService(QObject):
    """Problems, shapes and names of the project as it is now, computed once per change for all views.

    Signals
    -------
    changed() : problems, shapes or names may differ.
    choose_data_requested() : a way out is to choose data; the data panel offers it.
    """

    changed = Signal()
    choose_data_requested = Signal()

    def __init__(self, document: Document, data: DataService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._data = document, data
        self._problems: tuple[Problem, ...] = ()
        self._shapes: Mapping[str, LayerShape] = {}
        self._names: Mapping[str, str] = {}
        document.changed.connect(self._follow)
        data.changed.connect(self._update)
        self._update()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, errors first."""
        return self._problems

    @property
    def first_error(self) -> Problem | None:
        """The first problem that keeps the network from running, or None."""
        first = self._problems[0] if self._problems else None
        return first if first is not None and first.severity is Severity.ERROR else None

    @property
    def shapes(self) -> Mapping[str, LayerShape]:
        """What is known of every layer, by identity."""
        return self._shapes

    @property
    def names(self) -> Mapping[str, str]:
        """Name of every layer, by identity."""
        return self._names

    def of(self, node_id: str) -> tuple[Problem, ...]:
        """Return the problems of one layer."""
        return tuple(problem for problem in self._problems if problem.node_id == node_id)

    def apply_fix(self, fix: Fix) -> None:
        """Take a way out, as one step of undo."""
        document, label = self._document, shown(fix.label)
        match fix:
            case SetOption():
                document.apply(label, edits.set_option, fix.node_id, fix.key, fix.value)
            case DeleteLayer():
                document.apply(label, edits.delete, [fix.node_id])
            case InsertOnLink():
                document.apply(label, edits.insert_existing, fix.node_id, fix.link_id)
            case AddLink():
                document.apply(label, edits.add_link, fix.source, fix.target)
            case SetDataOption():
                document.apply(label, edits.set_data_option, fix.key, fix.value)
            case ChooseData():
                self.choose_data_requested.emit()

    def _follow(self, delta: ProjectDelta) -> None:
        if delta.graph or delta.data or delta.training:
            self._update()

    def _update(self) -> None:
        project = self._document.project
        graph = project.graph
        self._names, self._shapes = layer_names(graph), infer_shapes(graph)
        problems = list(check_graph(graph, self._shapes)) if graph.nodes else []
        if self._data.data is not None:
            data = self._data.data
            rows = project.training.rows_per_update(len(data.training))
            problems += check_data_fit(graph, self._shapes, self._names, data)
            problems += check_targets(graph, self._shapes, self._names, data)
            problems += check_batch_size(graph, self._shapes, self._names, rows)
        elif graph.nodes and not project.data.source:
            problems.append(
                Problem(
                    Severity.ERROR,
                    "no_data",
                    text("No data"),
                    text("No data are chosen. Choose the built-in digits, MNIST or a folder of files."),
                    fixes=(ChooseData(text("Choose data")),),
                )
            )
        elif graph.nodes and self._data.error is not None:
            problems.append(
                Problem(
                    Severity.ERROR,
                    "data_unreadable",
                    text("Data not readable"),
                    self._data.error.text,
                    fixes=(ChooseData(text("Choose data")),),
                )
            )
        problems.sort(key=lambda problem: problem.severity is Severity.WARNING)
        self._problems = tuple(problems)
        self.changed.emit()

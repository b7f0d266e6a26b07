"""Weights and biases: how they are distributed, now and before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.graph.model import Graph
from core.training.snapshot import RunPhase, Snapshot
from designer.plots.parameter_columns import parameter_names
from designer.plots.plot_panel import PlotPanel, SnapshotSource
from designer.plots.plot_scroll import PlotScroll
from designer.plots.ridge_canvas import RidgeCanvas
from designer.plots.ridge_column import RidgeColumn
from designer.plots.ridges import MOST_VALUES, ridge_of
from designer.plots.series import NO_NUMBERS, column
from designer.theme import ThemeService
from designer.widgets.segmented import SegmentedControl


class WeightsPanel(PlotPanel):
    """A column per kernel and bias: distribution of now in front of earlier ones, and σ over time."""

    def __init__(self, run: SnapshotSource, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(run, theme, parent)
        self._graph: Graph | None = None
        self._columns: tuple[RidgeColumn, ...] = ()
        # Those of the present and its iteration, while an earlier moment is shown.
        self._present: tuple[tuple[RidgeColumn, ...], int] | None = None
        self._iteration = 0
        self._choice = SegmentedControl(
            [("kernel", self.tr("kernels")), ("bias", self.tr("biases")), ("both", self.tr("both"))],
            short={"kernel": self.tr("w"), "bias": self.tr("b"), "both": self.tr("all")},
        )
        self._choice.changed.connect(self._show_choice)
        self.canvas = RidgeCanvas(theme)
        self._area = PlotScroll(self.canvas, self)
        self._area.verticalScrollBar().valueChanged.connect(self._show_scrolled)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._area)
        self._show_choice()

    @property
    def columns(self) -> tuple[RidgeColumn, ...]:
        """The columns that are shown, in order."""
        chosen = self._choice.current
        return tuple(c for c in self._columns if chosen in ("both", c.name.role))

    def header_widget(self) -> QWidget:
        """The choice between kernels and biases."""
        return self._choice

    def _take(self, snapshot: Snapshot | None) -> Sequence[QWidget]:
        if snapshot is None:
            self._graph, self._columns, self._present = None, (), None
            self._show_choice()
            return (self.canvas,)
        self._travel(snapshot)
        if snapshot.graph is not self._graph or snapshot.iteration < self._iteration:
            self._start(snapshot)
        self._iteration = snapshot.iteration
        self._fill(snapshot, self._columns)
        return (self.canvas,)

    def _travel(self, snapshot: Snapshot) -> None:
        """Put the ridges of the present aside while an earlier moment is shown, with those that were before it."""
        travels = snapshot.whole_record is not None
        if travels and self._present is None:
            self._present = self._columns, self._iteration
        if self._present is not None and snapshot.graph is self._graph:
            columns, iteration = self._present
            # A present before that one is a branch.
            if travels or snapshot.iteration < iteration:
                columns = tuple(column.before(snapshot.iteration) for column in columns)
            self._columns, self._iteration = columns, snapshot.iteration
            self._show_choice()
        if not travels:
            self._present = None

    def _start(self, snapshot: Snapshot) -> None:
        """Begin with a new network, or at an earlier moment of the run, without the ridges of before."""
        self._graph = snapshot.graph
        self._columns = tuple(
            RidgeColumn(name) for name in parameter_names(snapshot.graph) if name.key in snapshot.parameters
        )
        self._show_choice()

    def _fill(self, snapshot: Snapshot, columns: Sequence[RidgeColumn]) -> None:
        """Take the distributions of all columns in sight, and of the others when a moment must be kept."""
        table = snapshot.history.training
        iterations = table.get("iteration", NO_NUMBERS)
        # Every value counts as soon as nothing waits for the panel.
        most = MOST_VALUES if snapshot.phase is RunPhase.RUNNING else 50 * MOST_VALUES
        shown = self.columns
        for each in columns:
            in_sight = each in shown and self.canvas.is_in_sight(each)
            if in_sight or each.now is None or each.history.is_due(snapshot.iteration):
                values = np.asarray(snapshot.parameters[each.name.key])
                each.show(ridge_of(values, snapshot.iteration, most), values)
            if in_sight or each.now is None:
                each.set_deviations(iterations, column(table, each.name.column))

    def _show_choice(self, _key: str = "") -> None:
        if self._graph is None:
            hint = self.tr("No weights yet: they are shown as soon as the network and its data fit together.")
        else:
            hint = self.tr("This network has no such parameters.")
        self.canvas.show_figures(self.columns, hint)
        self._show_scrolled()

    def _show_scrolled(self, _value: int = 0) -> None:
        """Bring columns up to date that have just come into sight."""
        if self._snapshot is not None:
            self._fill(self._snapshot, [c for c in self.columns if c.now is not None])
        self.canvas.update()

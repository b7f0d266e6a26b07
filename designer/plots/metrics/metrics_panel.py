"""Metrics: how good the network is, class by class, and what its layers come to while it trains."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.data.dataset import PreparedData
from core.training.part_figures import Part
from core.training.snapshot import RunPhase, Snapshot
from designer import numbers
from designer.datasets.service import DataStatus
from designer.plots.metrics.classes_view import ClassesView
from designer.plots.metrics.layers_view import LayersView
from designer.plots.plot_panel import DataSource, PlotPanel, SnapshotSource
from designer.run.examination import Examination, Request
from designer.settings import Settings
from designer.theme import ThemeService
from designer.translation import shown
from designer.widgets.segmented import SegmentedControl

MATRIX, CLASSES, LAYERS = "matrix", "classes", "layers"
CALM_S = 0.25
"""While a run goes on the plot of the layers is drawn anew at most this often, in seconds."""


class Examiner(Protocol):
    """Who works out the figures, beside the window."""

    finished: SignalInstance

    @property
    def busy(self) -> bool:
        """Whether something is being examined."""

    def ask(self, request: Request) -> Examination | None:
        """Return the result of this request if it is there already, else work it out."""


class MetricsPanel(PlotPanel):
    """Three views: the confusion matrix, the table of the classes, the layers over the training.

    Signals
    -------
    samples_chosen(object, str) : test samples of a cell of the matrix, as rows of the test part, and what they are.
    """

    samples_chosen = Signal(object, str)

    def __init__(
        self,
        run: SnapshotSource,
        data: DataSource,
        examiner: Examiner,
        settings: Settings,
        theme: ThemeService,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._examiner, self._settings, self._clock = data, examiner, settings, clock
        self._found: Examination | None = None
        self._drawn_at = -CALM_S
        super().__init__(run, theme, parent)
        self.classes, self.layers = ClassesView(theme), LayersView(theme)
        self._views = self._new_header()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.classes)
        self._pages.addWidget(self.layers)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._restore()
        self.classes.part_chosen.connect(self._change_part)
        self.classes.cell_chosen.connect(self._choose_samples)
        self.layers.changed.connect(self._show_again)
        self._views.changed.connect(self._change_view)
        data.changed.connect(self._show_again)
        examiner.finished.connect(self._take_result)
        # There is a hint to show before there is any picture.
        self._outdated = True

    def header_widget(self) -> QWidget:
        """The choice of the view."""
        return self._views

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for ten classes."""
        return QSize(332, 250)

    def _new_header(self) -> SegmentedControl:
        return SegmentedControl(
            [
                (MATRIX, self.tr("Confusion matrix")),
                (CLASSES, self.tr("Precision, recall and F1 of each class")),
                (LAYERS, self.tr("Layers over the training: norms, dead and saturated units")),
            ],
            icons={MATRIX: "grid", CLASSES: "table", LAYERS: "curves"},
        )

    def _restore(self) -> None:
        """Show what was shown last time."""
        if self._settings.metrics_part in {part.value for part in Part}:
            self.classes.choice.set_current(self._settings.metrics_part)
        if self._settings.metrics_view in (MATRIX, CLASSES, LAYERS):
            self._views.set_current(self._settings.metrics_view)
        self._show_view()

    # Snapshots and results

    def _take(self, snapshot: Snapshot | None) -> Sequence[QWidget]:
        if self._views.current == LAYERS:
            return self._take_layers(snapshot)
        data = self._source.data
        if snapshot is None or data is None or not len(self.classes.part.of(data)):
            self._found = None
            return self.classes.show_examination(None, "", self._hint(data))
        request = Request(snapshot, data, self.classes.part)
        self._found = self._examiner.ask(request) or self._still_of_use(request)
        found = self._found
        if found is None:
            return self.classes.show_examination(None, "", self.tr("Counting…"))
        hint = "" if found.problem is None else shown(found.problem)
        return self.classes.show_examination(found, self._note(found, request), hint)

    def _take_layers(self, snapshot: Snapshot | None) -> Sequence[QWidget]:
        running = snapshot is not None and snapshot.phase is RunPhase.RUNNING
        if running and self.layers.chart.record is not None and self._clock() - self._drawn_at < CALM_S:
            return ()
        self._drawn_at = self._clock()
        return self.layers.take(snapshot, self._hint(self._source.data))

    def _still_of_use(self, request: Request) -> Examination | None:
        """Return the result in sight until there is a newer one, if it is of the same network, data and part."""
        found = self._found
        if found is None:
            return None
        before = found.request
        same_data = before.data is request.data and before.part is request.part
        return found if same_data and before.snapshot.graph is request.snapshot.graph else None

    def _take_result(self, found: Examination) -> None:
        """Show a result with the next picture of the run; at once where none is to come."""
        self._found, self._outdated = found, True
        waits = self._snapshot is not None and self._snapshot.phase is RunPhase.RUNNING
        if self.isVisible() and not waits:
            self._catch_up()

    def _show_again(self) -> None:
        """Show the same snapshot for another part, other data or another quantity."""
        self._outdated, self._drawn_at = True, -CALM_S
        if self.isVisible():
            self._catch_up()

    def _note(self, found: Examination, request: Request) -> str:
        """Return what the figures are of."""
        if found.figures is None:
            return ""
        iteration = found.request.snapshot.iteration
        texts = [self.tr("iteration {number}").format(number=numbers.whole(iteration))]
        if not iteration:
            texts = [self.tr("untrained")]
        if not found.request.is_for(request) and request.snapshot.phase is not RunPhase.RUNNING:
            texts.append(self.tr("counting…"))
        texts.append(self.tr("{count} samples").format(count=numbers.whole(found.figures.samples)))
        return " · ".join(texts)

    def _hint(self, data: PreparedData | None) -> str:
        if self._source.error is not None:
            return shown(self._source.error)
        if self._source.status is DataStatus.LOADING:
            return self.tr("Loading the data…")
        if self._source.status is DataStatus.ASK:
            return self.tr("The data lie in a folder of your computer. The Data panel asks whether to read it.")
        if data is None:
            return self.tr("No data yet. Choose data: how well the network reads each class is shown here.")
        if self._views.current != LAYERS and not len(self.classes.part.of(data)):
            return self._empty_part(data)
        return self.tr("No network to ask yet. Draw one that fits the data.")

    def _empty_part(self, data: PreparedData) -> str:
        if self.classes.part is Part.VALIDATION:
            text = self.tr("'{name}' has no validation samples. The Data panel sets how many are kept for it.")
        else:
            text = self.tr("'{name}' has no samples in this part. Choose another one above.")
        return text.format(name=data.name)

    # What the user does

    def _change_part(self) -> None:
        self._settings.metrics_part = self.classes.part.value
        self._show_view()
        self._show_again()

    def _change_view(self, view: str) -> None:
        self._settings.metrics_view = view
        self._show_view()
        self._show_again()

    def _show_view(self) -> None:
        view = self._views.current
        self._pages.setCurrentWidget(self.layers if view == LAYERS else self.classes)
        self.classes.prefer_table(view == CLASSES)
        leads_on = self.classes.part is Part.TEST
        self.classes.matrix.set_more(self.tr("Click: show them in Predictions") if leads_on else "")

    def _choose_samples(self, truth: int, guess: int) -> None:
        """Tell which test samples are in a cell."""
        found = self.classes.examination
        if found is None or found.figures is None or found.request.part is not Part.TEST:
            return
        labels = found.request.data.test.labels
        rows = np.flatnonzero((labels == truth) & (found.figures.guesses == guess))
        if len(rows) and found.request.data is self._source.data:
            names = found.request.data.classes
            is_, read = (names[index] if index < len(names) else str(index) for index in (truth, guess))
            self.samples_chosen.emit(rows, self._named_cell(is_, read, len(rows), found.request.snapshot.iteration))

    def _named_cell(self, truth: str, guess: str, count: int, iteration: int) -> str:
        if truth == guess:
            text = self.tr("{count} “{truth}” read rightly, iteration {iteration}")
        else:
            text = self.tr("{count} “{truth}” read as “{guess}”, iteration {iteration}")
        counts = {"count": numbers.whole(count), "iteration": numbers.whole(iteration)}
        return text.format(truth=truth, guess=guess, **counts)

"""Predictions: what the network reads in test samples, and in a drawing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from core.data.dataset import PreparedData
from core.numerics.metrics import guessed_classes
from core.training.snapshot import RunPhase, Snapshot
from designer.datasets.service import DataStatus
from designer.numbers import whole
from designer.plots.drawing_pad import DrawingPad, Reading
from designer.plots.ink import SampleForm, form_of
from designer.plots.network_reader import NetworkReader, Survey, scores
from designer.plots.output_bars import OutputBars, Outputs
from designer.plots.picture_wall import PictureWall
from designer.plots.pictures import grey_levels, picture_shape
from designer.plots.plot_panel import DataSource, PlotPanel, SnapshotSource
from designer.plots.predictions_layout import places
from designer.plots.sample_rows import SampleRows
from designer.plots.sample_wall import SampleWall
from designer.theme import ThemeService
from designer.translation import shown
from designer.widgets.icon_button import IconButton
from designer.widgets.switch import Switch

CALM_S = 1.0
"""While a run goes on the wall is sorted anew at most this often, in seconds."""


class PredictionsPanel(PlotPanel):
    """A wall of test samples, the outputs of the selected one, and a pad to draw on.

    Signals
    -------
    sample_chosen(int) : the user chose a sample: its row in the test part.
    """

    sample_chosen = Signal(int)

    def __init__(
        self,
        run: SnapshotSource,
        data: DataSource,
        theme: ThemeService,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._clock = data, clock
        self._data: PreparedData | None = None
        self._form: SampleForm | None = None
        self._reader = NetworkReader()
        self._survey: Survey | None = None
        self._sorted_at = -CALM_S
        self._selected_by_hand, self._selection_judged = False, False
        self._chosen = ""
        super().__init__(run, theme, parent)
        self._pictures, self._rows = PictureWall(theme, self), SampleRows(theme, self)
        self.bars, self.pad = OutputBars(theme, self), DrawingPad(theme, self)
        for wall in (self._pictures, self._rows):
            wall.chosen.connect(self._select)
            wall.view_changed.connect(self._show_again)
        self.pad.drawn.connect(self._read_drawing)
        self._all_button = IconButton("close", self.tr("Show all test samples again (Esc)"), 18, self)
        self._all_button.clicked.connect(self.show_all)
        self._all_button.hide()
        self._header, self._switch = self._new_header()
        self._switch.toggled.connect(lambda _checked: self.show_all())
        data.changed.connect(self._on_data_changed)
        self._on_data_changed()

    @property
    def wall(self) -> SampleWall:
        """The pictures, or the rows of samples that are none."""
        is_picture = self._data is None or picture_shape(self._data.sample_shape) is not None
        return self._pictures if is_picture else self._rows

    def header_widget(self) -> QWidget:
        """The switch that brings wrong answers to the front."""
        return self._header

    def show_samples(self, rows: NDArray[np.int64], what: str) -> None:
        """Show only these rows of the test part, until all are wanted again; `what` says in the foot which they are."""
        self._chosen = what
        self.wall.set_order(rows)
        self.wall.select(int(rows[0]))
        self._selected_by_hand = True
        self._lay_out()
        self._show_again()

    def show_all(self) -> None:
        """Show all test samples again, in the order that the switch says."""
        self._chosen = ""
        self._lay_out()
        self._sort(self._switch.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Show all samples again on Escape."""
        if event.key() == Qt.Key.Key_Escape and self._chosen:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for twenty digits, bars and pad."""
        return QSize(430, 250)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the parts out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def _new_header(self) -> tuple[QWidget, Switch]:
        header = QWidget()
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        label = QLabel(self.tr("wrong first"))
        label.setProperty("level", "second")
        switch = Switch(self.tr("wrong first"))
        switch.setToolTip(self.tr("Show first what the network reads wrongly among the first 1,000 test samples"))
        row.addWidget(label)
        row.addWidget(switch)
        return header, switch

    # Data and snapshots

    def _on_data_changed(self) -> None:
        data = self._source.data
        if data is not self._data:
            self._data = data
            self._survey = Survey(data) if data is not None and len(data.test) else None
            self._form = None if data is None else form_of(data.training.inputs, data.sample_shape)
            self._selected_by_hand, self._selection_judged, self._chosen = False, False, ""
            for wall in (self._pictures, self._rows):
                wall.set_data(data)
            self._lay_out()
        self._show_again()

    def _take(self, snapshot: Snapshot | None) -> Sequence[QWidget]:
        self._reader.show(snapshot, self._data)
        changed: list[QWidget] = []
        if self._switch.isChecked() and snapshot is not None and self._survey is not None and not self._chosen:
            running = snapshot.phase is RunPhase.RUNNING
            if self._survey.turn(self._reader, everything=not running):
                self._sort_if_calm(running)
        if self._show_wall():
            changed.append(self.wall)
        if self._show_bars():
            changed.append(self.bars)
        if not self.pad.drawing.empty and self.pad.isVisible() and self._show_reading():
            changed.append(self.pad)
        return [part for part in changed if part.isVisible()]

    def _show_again(self) -> None:
        """Show the same snapshot for other samples, other data or a drawing that changed."""
        self._outdated = True
        if self.isVisible():
            self._catch_up()
            for part in (self.wall, self.bars, self.pad):
                part.update()

    @property
    def _judged(self) -> bool:
        """Whether the network has learnt at all: before that, wrong answers are no news."""
        return self._snapshot is not None and self._snapshot.iteration > 0

    def _show_wall(self) -> bool:
        wall, answers = self.wall, None
        samples = wall.visible_samples()
        if self._data is not None and self._reader.ready:
            answers = self._reader.answers(self._data.test.inputs[samples])
        named = None
        if self._data is not None and answers is not None:
            named = guessed_classes(answers, self._data.test.threshold)
        differs = wall.show_guesses(named, self._judged)
        # A selection made by hand stays; else the first wrong sample is looked at as soon as there is one to blame.
        if wall.selected < 0 or (self._judged and not self._selection_judged and not self._selected_by_hand):
            differs |= wall.select(wall.first_wrong())
            self._selection_judged = self._judged
        return wall.set_texts(self._hint(), self._note()) or differs

    def _show_bars(self) -> bool:
        wall, names = self.wall, () if self._data is None else self._data.classes
        outputs, before = None, self.bars.outputs
        if self._data is not None and wall.selected >= 0:
            sample = wall.selected
            answers = self._reader.answers(self._data.test.inputs[sample : sample + 1])
            if answers is not None:
                part = self._data.test
                spoken = scores(answers[0], part.threshold)
                outputs = Outputs(sample, spoken, int(part.labels[sample]), self._judged)
        if outputs is not None and before is not None and _look_alike(outputs, before):
            return False
        self.bars.show_outputs(outputs, names, "" if self._data is None else self._reader_hint())
        return True

    def _reader_hint(self) -> str:
        if self._reader.problem is not None:
            return shown(self._reader.problem)
        return self.tr("No network to ask yet.") if self._snapshot is None else ""

    def _hint(self) -> str:
        if self._source.error is not None:
            return shown(self._source.error)
        if self._source.status is DataStatus.LOADING:
            return self.tr("Loading the data…")
        if self._source.status is DataStatus.ASK:
            return self.tr("The data lie in a folder of your computer. The Data panel asks whether to read it.")
        if self._data is None:
            return self.tr("No data yet. Choose data: test samples and what the network reads in them are shown here.")
        return self.tr("'{name}' has no test samples.").format(name=self._data.name)

    def _note(self) -> str:
        """Return the line below the wall; empty for the usual one."""
        if self._chosen:
            return self._chosen
        if self._snapshot is not None and not self._judged and self._reader.ready:
            return self.tr("Untrained: it guesses")
        if self._switch.isChecked() and self._survey is not None and self._survey.complete:
            return self.tr("{wrong} of the first {count} read wrongly").format(
                wrong=whole(int(self._survey.wrong.sum())), count=whole(len(self._survey))
            )
        return ""

    # What the user does

    def _select(self, sample: int) -> None:
        self._selected_by_hand = True
        self.wall.select(sample)
        self.sample_chosen.emit(sample)
        self._show_again()

    def _sort(self, wrong_first: bool) -> None:
        """Bring wrong answers to the front, or go back to the order of the data."""
        if self._survey is None or self._data is None:
            return
        if wrong_first:
            self._survey.turn(self._reader, everything=True)
            self._apply_order()
        else:
            self.wall.set_order(np.arange(len(self._data.test)))
        self._show_again()

    def _sort_if_calm(self, running: bool) -> None:
        if not running or self._clock() - self._sorted_at >= CALM_S:
            self._apply_order()

    def _apply_order(self) -> None:
        assert self._survey is not None
        self._sorted_at = self._clock()
        if self.wall.set_order(self._survey.order()):
            self.wall.select(-1)

    def _read_drawing(self) -> None:
        self._show_reading()
        self.pad.update()

    def _show_reading(self) -> bool:
        """Ask the network what is on the pad; returns whether the answer differs."""
        if self.pad.drawing.empty or self._form is None or self._data is None:
            return self.pad.show_reading(None, None)
        sample = self.pad.drawing.sample(self._form)
        picture = grey_levels(sample[None], self._form.size, self._form.largest)[0]
        answers = self._reader.answers(sample[None])
        if answers is None:
            return self.pad.show_reading(None, picture)
        all_scores = scores(answers[0], self._data.test.threshold)
        first, second = np.argsort(-all_scores, kind="stable")[:2].tolist()
        names = [self._data.classes[i] if i < len(self._data.classes) else str(i) for i in (first, second)]
        reading = Reading(names[0], float(all_scores[first]), names[1], float(all_scores[second]))
        return self.pad.show_reading(reading, picture)

    def _lay_out(self) -> None:
        """Place wall, bars and pad for the size there is."""
        other = self._rows if self.wall is self._pictures else self._pictures
        other.hide()
        found = places(self.size(), self._data is not None, self._form is not None)
        for part, rect in ((self.wall, found.wall), (self.bars, found.bars), (self.pad, found.pad)):
            if rect is not None:
                part.setGeometry(rect)
            part.setVisible(rect is not None)
        self._all_button.setVisible(bool(self._chosen))
        corner = self.wall.geometry().bottomRight()
        self._all_button.move(corner.x() - self._all_button.width(), corner.y() - self._all_button.height() + 2)
        self._all_button.raise_()


def _look_alike(one: Outputs, two: Outputs) -> bool:
    """Whether two outputs would be painted alike: same sample, same texts, bars that differ by less than a pixel."""
    return (
        (one.sample, one.truth, one.judged, one.guess) == (two.sample, two.truth, two.judged, two.guess)
        and one.scores.shape == two.scores.shape
        and all(np.array_equal(np.rint(fine * one.scores), np.rint(fine * two.scores)) for fine in (100.0, 300.0))
    )

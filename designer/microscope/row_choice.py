"""The field under the batch: other samples for the iteration, by number or as shown elsewhere; and back."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from core.data.sample_numbers import sample_row
from core.errors import DataError
from designer.datasets.service import DataService
from designer.microscope.service import MicroscopeService
from designer.run.shown_sample import SamplePart, ShownSample, samples_for
from designer.widgets.icon_button import IconButton

MOST_ROWS = 256
"""More samples at once would take long to trace and say nothing by single numbers."""


class RowChoice(QWidget):
    """Takes numbers such as "1, 5–8"; its menu takes the sample shown in Predictions, or the run's own batch.

    Signals
    -------
    refused(DataError) : these are no numbers, or there is no such sample.
    """

    refused = Signal(object)

    def __init__(
        self, microscope: MicroscopeService, data: DataService, sample: ShownSample, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._microscope, self._data, self._sample = microscope, data, sample
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("other samples: 1, 5–8"))
        tip = self.tr("Samples of the training part to trace in place of the batch: numbers and ranges, then Enter")
        self.field.setToolTip(tip)
        self.field.setAccessibleName(self.tr("Samples to trace"))
        self.menu = QMenu(self)
        self._shown = self.menu.addAction(self.tr("The sample shown in Predictions"), self._take_shown)
        self._own = self.menu.addAction(self.tr("The run's own batch"), self._take_own)
        more = IconButton("more", self.tr("Other samples for the iteration"))
        more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(self.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(more)
        self.field.returnPressed.connect(self._take_rows)
        self.menu.aboutToShow.connect(self._follow)
        microscope.trace_changed.connect(self._follow)

    def _take_rows(self) -> None:
        data = self._data.data
        if not self._microscope.is_open or data is None:
            return
        if not self.field.text().strip():
            self._take_own()
            return
        try:
            rows = rows_of(self.field.text(), len(data.training))
        except DataError as error:
            self.refused.emit(error)
            return
        self._microscope.choose_samples(rows)

    def _take_shown(self) -> None:
        batch = np.array(self._microscope.trace.rows, dtype=np.int64) if self._microscope.is_open else np.zeros(0, int)
        found = samples_for(self._sample.choice, self._data.data, batch)
        if found is not None and self._microscope.is_open:
            self._microscope.choose_samples(found.rows.tolist(), test=found.part is SamplePart.TEST)

    def _take_own(self) -> None:
        self.field.clear()
        self._microscope.choose_own_batch()

    def _follow(self) -> None:
        self._own.setEnabled(self._microscope.is_open and self._microscope.number < 0)
        self._shown.setEnabled(self._microscope.is_open and self._data.data is not None)


def rows_of(written: str, count: int) -> list[int]:
    """Return the rows that "1, 5–8" means, counted from 0; raises DataError with what is wrong.

    Parameters
    ----------
    count : how many rows there are.
    """
    rows: list[int] = []
    for part in written.replace(";", ",").replace("–", "-").split(","):
        first, _, last = (piece.strip() for piece in part.partition("-"))
        if not first.isdecimal() or not (last.isdecimal() or "-" not in part):
            raise DataError("'{part}' is no sample. Write numbers and ranges, such as 1, 5–8.", part=part.strip())
        start, end = int(first), int(last or first)
        if not 1 <= start <= end <= count:
            raise DataError(
                "There is no sample {part}: the training part has samples 1 to {count:,}.",
                part=part.strip(),
                count=count,
            )
        rows += range(sample_row(start), min(end, start + MOST_ROWS))
        if len(rows) > MOST_ROWS:
            raise DataError("More than {most} samples are too many to trace at once.", most=MOST_ROWS)
    return rows

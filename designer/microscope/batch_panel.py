"""The samples of the iteration: numbers or pictures, what is wanted of them, their losses; a click looks at one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from core.data.sample_numbers import sample_number
from core.formulas.quantities import Kind, Quantity
from core.tracing.trace import Trace
from core.tracing.writing import heading, input_letter
from designer.datasets.service import DataService
from designer.microscope.notations import NotationChoice
from designer.microscope.row_choice import RowChoice
from designer.microscope.service import MicroscopeService
from designer.numbers import general, whole
from designer.run.shown_sample import ShownSample
from designer.theme import Theme, ThemeService
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.grey_picture import grey_image

MOST_VALUES = 4
"""Samples with more values are shown as a picture, or by their first values."""
PICTURE = 28
Index = QModelIndex | QPersistentModelIndex


class BatchPanel(QWidget):
    """A table with one row per sample."""

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        data: DataService,
        sample: ShownSample,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._microscope, self._data = microscope, data
        self.caption = ElidedLabel()
        self.caption.setProperty("level", "third")
        self.caption.setContentsMargins(12, 6, 12, 2)
        self.choice = RowChoice(microscope, data, sample)
        self.model = BatchModel(microscope, notations, data, theme)
        self.table = QTableView()
        self.table.setModel(self.model)
        self._with_losses = False
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # Tab goes on to the next panel; rows are chosen with the arrows.
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.setIconSize(QSize(PICTURE, PICTURE))
        self.table.setAccessibleName(self.tr("Samples of the batch"))
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.caption)
        column.addWidget(self.table, 1)
        column.addWidget(self.choice)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        microscope.trace_changed.connect(self._read)
        microscope.moved.connect(self._follow)
        notations.changed.connect(self.model.rename)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(200, 220)

    def _read(self) -> None:
        self.model.read()
        height = PICTURE + 6 if self.model.has_pictures else 26
        self.table.verticalHeader().setDefaultSectionSize(height)
        self.caption.setText(self._caption())
        self._follow()

    def _caption(self) -> str:
        """Return the name of the data and whose turn it is."""
        microscope, data = self._microscope, self._data.data
        if not microscope.is_open or data is None:
            return ""
        count = len(data.test if microscope.of_test else data.training)
        part = self.tr("test part") if microscope.of_test else self.tr("training part")
        chosen = self.tr("chosen") if microscope.number < 0 else self.tr("the run's own")
        template = self.tr("{name}, {size} of {count}, {part}, {chosen}")
        size = whole(microscope.trace.batch_size)
        return template.format(name=data.name, size=size, count=whole(count), part=part, chosen=chosen)

    def _follow(self) -> None:
        if not self._microscope.is_open or not self.model.rowCount():
            return
        selection, sample = self.table.selectionModel(), self._microscope.place.walk.sample
        if selection.isRowSelected(sample) and self._with_losses == self.model.knows_losses:
            return
        self._with_losses = self.model.knows_losses
        blocked = selection.blockSignals(True)
        self.table.selectRow(sample)
        selection.blockSignals(blocked)
        self.table.viewport().update()

    def _choose(self, current: QModelIndex) -> None:
        if self._microscope.is_open and current.isValid():
            self._microscope.place.choose_sample(current.row())


class BatchModel(QAbstractTableModel):
    """The samples as rows: number, values or picture, target, loss."""

    def __init__(
        self, microscope: MicroscopeService, notations: NotationChoice, data: DataService, theme: ThemeService
    ) -> None:
        super().__init__()
        self._microscope, self._notations, self._data, self._theme = microscope, notations, data, theme
        self._titles: list[str] = []
        self._trace: Trace | None = None
        self._values = 0
        self._pictures: list[QIcon] = []
        theme.changed.connect(self._recolour)

    @property
    def has_pictures(self) -> bool:
        """Whether the samples are shown as pictures."""
        return bool(self._pictures)

    @property
    def knows_losses(self) -> bool:
        """Whether the loss of each sample is worked out at the place where we are."""
        place = self._microscope.place
        return any(stage.kind is Kind.SAMPLE_LOSS for stage in place.walk.stages[: place.position.stage + 1])

    def read(self) -> None:
        """Show the samples of the iteration at hand."""
        self.beginResetModel()
        self._trace = self._microscope.trace if self._microscope.is_open else None
        self._pictures = [] if self._trace is None else self._pictures_of(self._trace)
        width = 0 if self._trace is None else _inputs(self._trace).shape[1]
        self._values = 0 if self._pictures else min(width, MOST_VALUES)
        self._titles = self._titles_for(width)
        self.endResetModel()

    def rename(self) -> None:
        """Call the columns as the notation now does."""
        if self._trace is not None:
            self._titles = self._titles_for(_inputs(self._trace).shape[1])
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._titles) - 1)

    def _recolour(self) -> None:
        if self._trace is not None and self._pictures:
            self._pictures = self._pictures_of(self._trace)
            self.dataChanged.emit(self.index(0, 1), self.index(self.rowCount() - 1, 1))

    def _titles_for(self, width: int) -> list[str]:
        notation = self._notations.current
        names = [f"{input_letter(notation)}{_subscript(number + 1)}" for number in range(self._values)]
        if self._values < width and names:
            names[-1] += " …"
        last = [heading(notation, Quantity(kind)) for kind in (Kind.TARGET, Kind.SAMPLE_LOSS)]
        return [self.tr("no."), *([self.tr("picture")] if self._pictures else names), *last]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 (Qt's name)
        return 0 if self._trace is None or (parent is not None and parent.isValid()) else self._trace.batch_size

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 (Qt's name)
        return len(self._titles)

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        shows = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._titles[section] if shows and section < len(self._titles) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._trace is None:
            return None
        row, column, last = index.row(), index.column(), len(self._titles) - 1
        if role == Qt.ItemDataRole.DecorationRole and column == 1 and self._pictures:
            return self._pictures[row]
        if role == Qt.ItemDataRole.ToolTipRole:
            test = self._microscope.is_open and self._microscope.of_test
            number = whole(sample_number(self._trace.rows[row]))
            training = self.tr("Sample {number} of the training part")
            return (self.tr("Sample {number} of the test part") if test else training).format(number=number)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if column == 0:
            return str(sample_number(row))
        if column == last:
            return self._loss(row)
        if column == last - 1:
            return self._target(row)
        return None if self._pictures else general(float(_inputs(self._trace)[row, column - 1]), 4)

    def _loss(self, row: int) -> str:
        """Return the loss of a sample, once it is worked out."""
        assert self._trace is not None
        if not self.knows_losses:
            return ""
        loss = Quantity(Kind.SAMPLE_LOSS, self._trace.output_id, sample=row)
        return general(self._microscope.explainer.number(loss), 4)

    def _target(self, row: int) -> str:
        """Return the wanted answer: the name of the class, or the number."""
        assert self._trace is not None
        target, data = self._trace.target[row], self._data.data
        if len(target) > 1 and data is not None and len(data.classes) == len(target):
            return data.classes[int(np.argmax(target))]
        return ", ".join(general(float(value), 4) for value in target[:MOST_VALUES])

    def _pictures_of(self, trace: Trace) -> list[QIcon]:
        shape = next(iter(trace.layers.values())).value.shape[1:]
        data = self._data.data
        own = data.sample_shape if data is not None and len(shape) == 1 else shape
        if len(own) < 2 or int(np.prod(own)) != int(np.prod(shape)):
            return []
        images = _inputs(trace).reshape(trace.batch_size, *own[:2], -1)[..., 0]
        low, high = float(images.min()), float(images.max())
        scaled = ((images - low) / ((high - low) or 1.0) * 255.0).astype(np.uint8)
        return [_picture(image, self._theme.current) for image in scaled]


def _picture(pixels: np.ndarray, theme: Theme) -> QIcon:
    longest = max(pixels.shape)
    # Coarse pictures keep their square pixels.
    side = PICTURE // longest * longest if longest <= PICTURE else PICTURE
    kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    picture = QPixmap.fromImage(grey_image(pixels, theme))
    mode = smooth if longest > side else Qt.TransformationMode.FastTransformation
    picture = picture.scaled(side, side, kept, mode)
    icon = QIcon(picture)
    # Qt would lay the colour of the chosen row over it.
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon


def _inputs(trace: Trace) -> np.ndarray:
    return next(iter(trace.layers.values())).value.reshape(trace.batch_size, -1)


def _subscript(number: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))

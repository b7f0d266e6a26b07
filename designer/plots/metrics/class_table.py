"""Precision, recall, F1 and support of each class, as a table that can be sorted."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from designer import numbers
from designer.fonts import SECOND_LINE, ui_font
from designer.plots.metrics.wording import NamedFigures
from designer.plots.text_paint import width_of

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 20
STYLE = """
QHeaderView::section { padding: 2px 4px; }
QHeaderView::section:first, QTableView::item:first { padding-left: 12px; }
QTableView::item { padding: 0 2px; border: 0; }
"""
NAME, PRECISION, RECALL, F1, SUPPORT = range(5)
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NOWHERE = QModelIndex()


class ClassModel(QAbstractTableModel):
    """One row per class, in the order of the data or sorted by a column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: NamedFigures | None = None
        self._order: list[int] = []
        self._column, self._descending = -1, False

    def show_figures(self, shown: NamedFigures | None) -> None:
        """Show other figures."""
        same = shown is not None and self._shown is not None and shown.names == self._shown.names
        if not same:
            self.beginResetModel()
        self._shown = shown
        self._sort()
        if same:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
        else:
            self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else 5

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if index.column() == NAME else RIGHT
        if role == Qt.ItemDataRole.FontRole:
            return ui_font(SECOND_LINE, 600 if index.column() == NAME else 400)
        shown = role == Qt.ItemDataRole.DisplayRole or (role == Qt.ItemDataRole.ToolTipRole and index.column() == NAME)
        if not shown or self._shown is None:
            return None
        row, column = self._order[index.row()], index.column()
        if column == NAME:
            return self._shown.names[row]
        value = self._values(column)[row]
        return numbers.whole(int(value)) if column == SUPPORT else numbers.percent(float(value))

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section == NAME else RIGHT
        names = (self.tr("Class"), self.tr("Precision"), self.tr("Recall"), "F1", self.tr("Samples"))
        meanings = (
            self.tr("In the order of the data"),
            self.tr("Share of what was read as this class that is of it"),
            self.tr("Share of the samples of this class that were found"),
            self.tr("Harmonic mean of precision and recall"),
            self.tr("Samples of this class: its support"),
        )
        if role == Qt.ItemDataRole.ToolTipRole:
            return meanings[section]
        return names[section] if role == Qt.ItemDataRole.DisplayRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; figures that are not known come last."""
        self.layoutAboutToBeChanged.emit()
        self._column, self._descending = column, order is Qt.SortOrder.DescendingOrder
        self._sort()
        self.layoutChanged.emit()

    def _sort(self) -> None:
        count = 0 if self._shown is None else len(self._shown.names)
        self._order = list(range(count))
        if self._shown is None or self._column < 0:
            return
        if self._column == NAME:
            self._order.sort(reverse=self._descending)
            return
        values = self._values(self._column)
        keys = np.where(np.isnan(values), np.inf, -values if self._descending else values)
        self._order.sort(key=lambda row: float(keys[row]))

    def _values(self, column: int) -> np.ndarray:
        assert self._shown is not None
        classes = self._shown.figures.classes
        found = {PRECISION: classes.precision, RECALL: classes.recall, F1: classes.f1, SUPPORT: classes.support}
        return np.asarray(found[column], dtype=np.float64)


class ClassTable(QTableView):
    """The table; a click on a heading sorts by it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = ClassModel(self)
        self.setModel(self.figures)
        self.setAccessibleName(self.tr("Precision, recall and F1 of each class"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(140, 84)
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self.setStyleSheet(STYLE)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        heads.setMinimumSectionSize(24)
        heads.setFont(ui_font(SECOND_LINE))
        for column in (PRECISION, RECALL, F1, SUPPORT):
            name = self.figures.headerData(column, Qt.Orientation.Horizontal)
            self.setColumnWidth(column, round(max(width_of(name, SECOND_LINE), width_of("100.0 %", SECOND_LINE))) + 13)
        heads.setHighlightSections(False)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    def wanted_width(self) -> int:
        """Return the width in which the names of the classes can be read."""
        columns = sum(self.columnWidth(column) for column in (PRECISION, RECALL, F1, SUPPORT))
        names = (self.figures.data(self.figures.index(row, NAME)) for row in range(self.figures.rowCount()))
        widest = max((width_of(name, SECOND_LINE, 600) for name in names), default=0.0)
        return columns + round(min(max(widest, 40.0), 120.0)) + 36

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """Begin at the first class, so that the keyboard is seen."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.figures.rowCount():
            self.setCurrentIndex(self.figures.index(0, 0))

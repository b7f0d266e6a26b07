"""The view of the classes: figures of all together, the confusion matrix and the table of the classes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from core.training.part_figures import Part
from designer.plots.metrics.as_text import as_text
from designer.plots.metrics.class_table import ClassTable
from designer.plots.metrics.figure_strip import FigureStrip
from designer.plots.metrics.matrix_view import MatrixView
from designer.plots.metrics.wording import NamedFigures, named, part_name
from designer.run.examination import Examination
from designer.theme import ThemeService
from designer.widgets.choice_box import ChoiceBox
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_button import IconButton

HIGH = 270
"""From this height on there is room for a second line of figures."""

WIDE = 620
"""From this width on matrix and table stand side by side."""


class ClassesView(QWidget):
    """How good the network is on a part of the data, class by class.

    Signals
    -------
    part_chosen() : another part of the data is wanted.
    cell_chosen(int, int) : a cell of the matrix was clicked: the right class and the one that was read.
    """

    part_chosen = Signal()
    cell_chosen = Signal(int, int)

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: NamedFigures | None = None
        self._examination: Examination | None = None
        self._prefers_table = False
        self.choice = ChoiceBox([(part.value, part_name(part)) for part in (Part.TRAINING, Part.VALIDATION, Part.TEST)])
        self.choice.setToolTip(self.tr("The part of the data that the figures are of"))
        self.choice.setAccessibleName(self.tr("Part of the data"))
        self.choice.setFixedWidth(92)
        self.choice.set_current(Part.TEST.value)
        self.choice.changed.connect(lambda _key: self.part_chosen.emit())
        self.note = ElidedLabel()
        self.note.setProperty("level", "third")
        self.copy_button = IconButton("duplicate", self.tr("Copy figures, table and matrix as text (Ctrl+C)"))
        self.copy_button.clicked.connect(self.copy)
        self.copy_button.setEnabled(False)
        self.strip, self.matrix, self.table = FigureStrip(theme), MatrixView(theme), ClassTable()
        self.matrix.chosen.connect(self.cell_chosen)
        self._add_copy_action()
        self._lay_out()

    @property
    def part(self) -> Part:
        """The part of the data that is wanted."""
        return Part(self.choice.current)

    @property
    def examination(self) -> Examination | None:
        """What is shown."""
        return self._examination

    def prefer_table(self, table: bool) -> None:
        """Show the table rather than the matrix where there is no room for both."""
        self._prefers_table = table
        self._choose_parts()

    def show_examination(self, found: Examination | None, note: str, hint: str) -> Sequence[QWidget]:
        """Show a result, or a hint where there is none; returns what must be repainted."""
        if found is not self._examination or (found is None and self._shown is not None):
            figures = None if found is None else found.figures
            usable = found is not None and figures is not None and figures.samples
            self._shown = named(figures, found.request.data) if usable and figures and found else None
        elif found is not None and note == self.note.text():
            return ()
        self._examination = found
        self.note.setText(note)
        self.strip.show_figures(None if self._shown is None else self._shown.figures)
        self.matrix.show_figures(self._shown, note, hint)
        self.table.figures.show_figures(self._shown)
        self.copy_button.setEnabled(self._shown is not None)
        self._copy_action.setEnabled(self._shown is not None)
        self._choose_parts()
        return [part for part in (self.note, self.strip, self.matrix, self.table.viewport()) if part.isVisible()]

    def copy(self) -> None:
        """Put everything into the clipboard as text with tabs."""
        if self._shown is not None and self._examination is not None:
            request = self._examination.request
            QApplication.clipboard().setText(as_text(self._shown, request.part, request.snapshot.iteration))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Show matrix and table together where there is room."""
        super().resizeEvent(event)
        self._choose_parts()

    def _add_copy_action(self) -> None:
        self._copy_action = QAction(self.tr("Copy as text"), self)
        self._copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self._copy_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._copy_action.triggered.connect(self.copy)
        self._copy_action.setEnabled(False)
        self.addAction(self._copy_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for part in (self.strip, self.matrix, self.table, self.table.viewport()):
            part.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _lay_out(self) -> None:
        top = Qt.AlignmentFlag.AlignTop
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 8, 2)
        row.setSpacing(10)
        row.addWidget(self.choice, 0, top)
        row.addWidget(self.strip, 1, top)
        row.addStretch(0)
        row.addWidget(self.copy_button, 0, top)
        self.note.setContentsMargins(12, 0, 12, 2)
        parts = QHBoxLayout()
        parts.setSpacing(0)
        parts.addWidget(self.matrix, 1)
        parts.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addLayout(parts, 1)
        self._choose_parts()

    def _choose_parts(self) -> None:
        wide, empty = self.width() >= WIDE, self._shown is None
        # Hint and note are painted by the matrix where it is there.
        shows_matrix = wide or empty or not self._prefers_table
        self.matrix.setVisible(shows_matrix)
        self.note.setVisible(not shows_matrix)
        self.table.setVisible(not empty and (wide or self._prefers_table))
        self.table.setMinimumWidth(self.table.wanted_width() if wide else 140)
        self.strip.set_may_wrap(not shows_matrix or self.height() >= HIGH)

"""Every shortcut of the window, read from the actions themselves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

COLUMNS = 2


class ShortcutsDialog(QDialog):
    """A sheet of shortcuts by menu.

    Parameters
    ----------
    menus : (title, actions) in the order of the menu bar; actions without a shortcut are left out.
    """

    def __init__(self, menus: Sequence[tuple[str, Sequence[QAction]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(720, 680)
        sheet = QWidget()
        sheet.setProperty("scrolled", True)
        columns = QHBoxLayout(sheet)
        columns.setContentsMargins(20, 16, 20, 16)
        columns.setSpacing(40)
        groups = [(title, [a for a in actions if a.shortcuts()]) for title, actions in menus]
        groups = [(title, actions) for title, actions in groups if actions]
        for part in _in_columns(groups):
            columns.addLayout(self._column(part), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(sheet)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 12)
        page.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 0, 20, 0)
        foot.addWidget(buttons)
        page.addLayout(foot)

    @staticmethod
    def _column(groups: Sequence[tuple[str, Sequence[QAction]]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        row = 0
        for title, actions in groups:
            head = QLabel(title)
            head.setProperty("level", "strong")
            if row:
                grid.setRowMinimumHeight(row, 12)
            grid.addWidget(head, row + 1, 0, 1, 2)
            row += 2
            for action in actions:
                name = QLabel(action.text().replace("…", ""))
                name.setProperty("level", "second")
                name.setToolTip(action.statusTip())
                keys = QLabel(keys_text(action))
                keys.setAlignment(Qt.AlignmentFlag.AlignRight)
                grid.addWidget(name, row, 0)
                grid.addWidget(keys, row, 1)
                row += 1
        grid.setRowStretch(row, 1)
        return grid


def keys_text(action: QAction) -> str:
    """Return the shortcuts of an action as the desktop writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(keys.toString(native) for keys in action.shortcuts())


def _in_columns(
    groups: Sequence[tuple[str, list[QAction]]],
) -> tuple[list[tuple[str, list[QAction]]], ...]:
    """Share the groups out so that the columns are about equally long."""
    total = sum(len(actions) + 2 for _, actions in groups)
    columns: tuple[list[tuple[str, list[QAction]]], ...] = tuple([] for _ in range(COLUMNS))
    used = 0
    for title, actions in groups:
        size = len(actions) + 2
        middle = used + size / 2
        columns[min(COLUMNS - 1, int(middle * COLUMNS / total))].append((title, actions))
        used += size
    return columns

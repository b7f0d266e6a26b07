"""The one question that must be answered before work is given up."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget


class Answer(Enum):
    """What to do with a project that is not saved."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


def ask_unsaved(window: QWidget, title: str) -> Answer:
    """Ask whether the project called `title` is to be saved; Escape means cancel."""
    box = QMessageBox(window)
    box.setObjectName("unsaved")
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle("Layerloom")
    box.setText(QCoreApplication.translate("Unsaved", "Save the changes to “{title}”?").format(title=title))
    box.setInformativeText(
        QCoreApplication.translate("Unsaved", "Without saving, edits and what was learnt since the last save are lost.")
    )
    save = box.addButton(QCoreApplication.translate("Unsaved", "Save"), QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton(
        QCoreApplication.translate("Unsaved", "Don't save"), QMessageBox.ButtonRole.DestructiveRole
    )
    cancel = box.addButton(QCoreApplication.translate("Unsaved", "Cancel"), QMessageBox.ButtonRole.RejectRole)
    save.setProperty("primary", True)
    box.setDefaultButton(save)
    box.setEscapeButton(cancel)
    box.exec()
    chosen = box.clickedButton()
    box.deleteLater()
    if chosen is save:
        return Answer.SAVE
    return Answer.DISCARD if chosen is discard else Answer.CANCEL

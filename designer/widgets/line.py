"""A separator one pixel wide."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget


def horizontal_line(parent: QWidget | None = None) -> QFrame:
    """Return a line across its layout."""
    line = QFrame(parent)
    line.setProperty("line", True)
    line.setFixedHeight(1)
    return line

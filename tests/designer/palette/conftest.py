"""A palette beside a document of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.document import Document
from designer.palette.palette_panel import PalettePanel
from designer.selection import Selection
from designer.theme import ThemeService


@pytest.fixture
def document(qapp: QApplication) -> Iterator[Document]:
    made = Document()
    yield made
    # Else the undo stack announces, while the document is being destroyed, that it is clean.
    made.undo_stack.setClean()


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def palette(qtbot: QtBot, document: Document, selection: Selection, theme: ThemeService) -> PalettePanel:
    made = PalettePanel(document, selection, theme)
    qtbot.addWidget(made)
    made.resize(216, 400)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made

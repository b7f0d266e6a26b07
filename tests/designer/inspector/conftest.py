"""A panel beside services of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.inspector.inspector_panel import InspectorPanel
from designer.settings import Settings
from designer.shell.services import Services
from designer.theme import ThemeService


@pytest.fixture
def services(theme: ThemeService, own_settings: Settings) -> Iterator[Services]:
    made = Services(own_settings, theme)
    yield made
    made.shutdown()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def panel(qtbot: QtBot, services: Services) -> InspectorPanel:
    s = services
    made = InspectorPanel(s.document, s.selection, s.problems, s.run, s.data, s.theme)
    qtbot.addWidget(made)
    made.resize(288, 760)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made

"""What the tests of the window share."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from designer.app import prepare_application
from designer.settings import Settings
from designer.theme import ThemeService


@pytest.fixture
def theme(qapp: QApplication) -> ThemeService:
    """The dark theme, in force for the whole application."""
    service = ThemeService("dark")
    prepare_application(qapp, service)
    return service


@pytest.fixture
def own_settings(tmp_path: Path) -> Settings:
    """Settings that nobody else reads; the theme is fixed, so that the desktop has no say."""
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    settings.theme = "dark"
    return settings

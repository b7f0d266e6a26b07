"""Where the window and its docks were, kept from one start of the program to the next."""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow

from designer.settings import Settings
from designer.shell.microscope_mode import MODE
from designer.shell.workbench import Workbench


def save_places(settings: Settings, window: QMainWindow, workbench: Workbench) -> None:
    """Keep where everything is, at work and with the microscope."""
    settings.set_bytes("geometry", window.saveGeometry())
    settings.set_bytes("places", workbench.save_places_of(""))
    settings.set_bytes("places_microscope", workbench.save_places_of(MODE))


def restore_places(settings: Settings, window: QMainWindow, workbench: Workbench) -> None:
    """Put everything where it was; what is not known stays where it stands by itself."""
    geometry = settings.bytes("geometry")
    if geometry.isEmpty() or not window.restoreGeometry(geometry):
        window.resize(window.sizeHint())
    workbench.restore_places(settings.bytes("places"))
    workbench.keep_places(MODE, settings.bytes("places_microscope"))

"""The application: style, type and colours for every window, the start, and pictures of the window."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEventLoop, QSettings, QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication

import core
from core.training.blas_threads import leave_free
from designer.datasets.service import DataStatus
from designer.fonts import ui_font
from designer.main_window import MainWindow
from designer.run.controller import RunStatus
from designer.settings import Settings
from designer.shell.theme_choice import theme_name
from designer.stylesheet import palette, style_sheet
from designer.theme import ThemeService

NAME = "Layerloom"
SAMPLE = "digit_reader"
"""Template of the first start: it trains at once, on data that come with the program."""

PICTURE_PATIENCE_S = 30.0

LOCK_WAIT_S = 0.001
"""After this the window asks the training thread for the interpreter lock (Python's own is 5 ms). The thread need not
offer it: to sleep for no time takes 50 to 90 µs on Linux, several steps of a small network."""

_log = logging.getLogger(__name__)


def prepare_application(app: QApplication, theme: ThemeService) -> None:
    """Set style, font, palette and style sheet, follow the theme when it changes, and let the window answer soon."""
    sys.setswitchinterval(LOCK_WAIT_S)
    app.setStyle("Fusion")
    app.setFont(ui_font())

    def show_theme() -> None:
        app.setPalette(palette(theme.current))
        app.setStyleSheet(style_sheet(theme.current))

    theme.changed.connect(show_theme)
    show_theme()


def open_window(project: Path | None) -> int:
    """Open the window, with a project if one is named, and return the exit status when it is closed."""
    leave_free(1)  # for drawing
    app = _application()
    settings = Settings()
    theme = ThemeService(theme_name(settings.theme))
    prepare_application(app, theme)
    window = MainWindow(settings, theme, recovery_folder())
    _report_faults(window)
    window.show()
    start(window, project)
    return app.exec()


def start(window: MainWindow, project: Path | None) -> None:
    """Show what a start shows: the named project, the start page, or the sample, which trains at once."""
    first_start = window.settings.bytes("geometry").isEmpty()
    if first_start:
        window.settings.show_welcome = False
    if project is not None:
        window.start_template(SAMPLE)
        window.files.open(project)
    elif window.settings.show_welcome:
        window.show_welcome()
    else:
        window.start_template(SAMPLE)
    window.recovery.look()


def recovery_folder() -> Path:
    """Return where copies of unsaved work are kept."""
    places = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(places) / "recovery"


def picture_of_window(
    project: Path, out: Path, theme: str = "dark", size: tuple[int, int] = (1440, 900)
) -> None:
    """Write a picture (PNG) of the whole window with a project, its last state and its data.

    Raises ProjectFileError where the project cannot be opened, OSError where the picture cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = _application()
    themes = ThemeService(theme)
    prepare_application(app, themes)
    with tempfile.TemporaryDirectory() as folder:
        # Settings of its own: a picture must not depend on where the user has put the panels, nor change it.
        settings = Settings(QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
        settings.theme = theme
        window = MainWindow(settings, themes, Path(folder) / "recovery")
        try:
            window.services.document.open(project)
            window.resize(*size)
            window.show()
            window.show_workbench()
            _wait(lambda: _settled(window))
            window.panels.canvas.fit()
            _wait(lambda: False, 0.3)
            if not window.grab().save(str(out), "PNG"):
                raise OSError(f"'{out}' cannot be written.")
        finally:
            window.close()
            window.deleteLater()
            app.processEvents()


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName(NAME)
    app.setOrganizationName(NAME)
    app.setApplicationVersion(core.__version__)
    return app


def _settled(window: MainWindow) -> bool:
    """Whether the data have come (or never will) and the panels have a state to show."""
    services = window.services
    if services.data.status is DataStatus.LOADING:
        return False
    return services.run.status is RunStatus.BLOCKED or services.run.snapshot is not None


def _wait(done: Callable[[], bool], patience_s: float = PICTURE_PATIENCE_S) -> None:
    """Let the window live until `done`, or until patience ends."""
    loop, end = QEventLoop(), time.monotonic() + patience_s
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: loop.quit() if done() or time.monotonic() >= end else None)
    timer.start()
    loop.exec()


def _report_faults(window: MainWindow) -> None:
    """Log every exception that nobody caught, and say in the window that something went wrong."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.error("a fault of the program", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, Exception):
            window.faults.show_fault(error)

    sys.excepthook = report

"""The window: makes the services, panels and actions and wires them; what they do stands elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QStatusTipEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from core.project.model import Project
from core.project.templates import TEMPLATES
from core.storage.autosave import Recoverable
from designer.actions import ActionTable
from designer.background import Background
from designer.settings import Settings
from designer.shell.autosave import Autosave
from designer.shell.data_actions import DataActions
from designer.shell.edit_actions import EditActions
from designer.shell.faults import Faults
from designer.shell.help_actions import HelpActions
from designer.shell.live_figures import LiveFigures
from designer.shell.menu_bar import MenuBar, fill_menus, menu_contents
from designer.shell.microscope_mode import MicroscopeMode
from designer.shell.panel_actions import PanelActions
from designer.shell.panels import Panels
from designer.shell.project_files import SUFFIX, ProjectFiles
from designer.shell.recent_menu import RecentMenu
from designer.shell.recovery import Recovery
from designer.shell.run_bar import RunBar
from designer.shell.services import Services
from designer.shell.status_line import StatusLine
from designer.shell.theme_choice import ThemeChoice
from designer.shell.time_actions import TimeActions
from designer.shell.time_bar import TimeBar
from designer.shell.train_actions import TrainActions
from designer.shell.window_places import restore_places, save_places
from designer.shell.workbench import Workbench
from designer.theme import ThemeService
from designer.translation import label
from designer.welcome.welcome_page import WelcomePage
from designer.widgets.logo import window_icon
from designer.widgets.notice_bar import NoticeBar

WORKBENCH_MENUS = ("edit", "view", "layer", "data", "train", "microscope", "panels")
"""Menus that act on the document in sight, so they are gone while the start page is shown."""


class MainWindow(QMainWindow):
    """One document with its panels, or the start page.

    Parameters
    ----------
    recovery_folder : where copies of unsaved work are kept.
    """

    def __init__(
        self, settings: Settings, theme: ThemeService, recovery_folder: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self._settled = False
        self.services = Services(settings, theme, self)
        self.actions_table = ActionTable(theme, self)
        self.panels = Panels(self.services, self)
        self.notices = NoticeBar()
        self.run_bar = RunBar(self.actions_table, theme)
        self.microscope = MicroscopeMode(self.services, self.actions_table, self)
        self.time_bar = TimeBar(self.services.document, self.services.time, self.actions_table, theme)
        self.workbench = Workbench(self.panels.canvas, (*self.panels.specs(), *self.microscope.specs()))
        self.status_line = StatusLine(
            self.services.document, self.services.problems, self.services.data, self.services.run, theme
        )
        self.welcome = WelcomePage(settings, theme)
        self.files = ProjectFiles(self.services.document, self.services.run, settings, self.notices, self)
        self.background = Background("files", self)
        self.autosave = Autosave(self.services.document, self.services.run, self.background, recovery_folder, self)
        self.recovery = Recovery(recovery_folder, self.files, self.notices, self.background, self)
        self.faults = Faults(self.services, self.notices, self.workbench, self)
        self.setWindowIcon(window_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 600)
        self._lay_out()
        self._make_actions(theme)
        self._connect()
        restore_places(settings, self, self.workbench)
        self._show_title()

    def show_workbench(self) -> None:
        """Show the document."""
        self._show_page(self.workbench)
        self.panels.canvas.setFocus()

    def show_welcome(self) -> None:
        """Show the start page; the document stays as it is."""
        self.welcome.refresh()
        self.welcome.offer_way_back(self.files.title if self.services.document.project.graph.nodes else "")
        self.recovery.withdraw_reminder()
        self._show_page(self.welcome)
        self.welcome.setFocus()

    def start_template(self, key: str, then: Callable[[], object] | None = None) -> None:
        """Start a new project from a template, then call `then`."""
        template = TEMPLATES[key]
        project = template.build()
        self.files.start(project, label(template.label) if project.graph.nodes else "", then)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The size that the mock-ups were drawn for."""
        return QSize(1440, 900)

    def event(self, event: QEvent) -> bool:
        """Say in the status line what the menu entry under the pointer does."""
        if isinstance(event, QStatusTipEvent):
            self.status_line.show_message(event.tip())
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        if _project_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        path = _project_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open(path)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        if self._settled or not self.files.unsaved:
            self._shut_down()
            event.accept()
        else:
            event.ignore()
            self.files.settle(self._close_settled)

    def _close_settled(self) -> None:
        """Close without asking again, once the close event that asked is over."""
        self._settled = True
        QTimer.singleShot(0, self.close)

    def _shut_down(self) -> None:
        save_places(self.settings, self, self.workbench)
        self.services.shutdown()
        self.microscope.sheet.shutdown()
        self.autosave.shutdown()
        self.recovery.forget_taken()
        self.welcome.shutdown()
        self.background.shutdown(finish=True)

    def _lay_out(self) -> None:
        self.menu_bar = MenuBar(self)
        self.setMenuBar(self.menu_bar)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.workbench)
        self._pages.addWidget(self.welcome)
        page = QWidget()
        self._column = column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.run_bar, self.microscope.bar, self.notices):
            column.addWidget(widget)
        column.addWidget(self._pages, 1)
        column.addWidget(self.microscope.controls)
        column.addWidget(self.time_bar)
        column.addWidget(self.status_line)
        self.setCentralWidget(page)

    def _make_actions(self, theme: ThemeService) -> None:
        table, services = self.actions_table, self.services
        self._edit = EditActions(table, services.document, services.selection, self.panels.canvas, self.notices, self)
        self._train = TrainActions(table, services.run, self.run_bar, theme, self)
        self._time = TimeActions(table, services.time, self)
        self._panel_actions = PanelActions(table, self.workbench, self)
        self._theme_choice = ThemeChoice(table, self.settings, theme, self)
        self._data = DataActions(table, services, self.panels.data, self.workbench, self)
        self._help = HelpActions(table, lambda: self.menus, self)
        self._recent_menu = RecentMenu(self.settings, self)
        self._recent_menu.file_requested.connect(self.files.open)
        theme_menu = QMenu(self.tr("Theme"), self)
        theme_menu.addActions([table[key] for key in ("view.light", "view.dark", "view.auto")])
        own = {"recent": self._recent_menu, "theme": theme_menu}
        self.menus = fill_menus(
            self.menu_bar,
            table,
            menu_contents(self._edit.layer_keys, self._data.keys, self._panel_actions.keys, own),
        )

    def _connect(self) -> None:
        table, files, services = self.actions_table, self.files, self.services
        for key, handler in (
            ("file.new", lambda: files.start(Project())),
            ("file.open", files.ask_open),
            ("file.save", lambda: files.save()),
            ("file.save_as", lambda: files.save_as()),
            ("file.start_page", self.show_welcome),
            ("file.quit", self.close),
            ("view.zoom_in", self.panels.canvas.zoom_in),
            ("view.zoom_out", self.panels.canvas.zoom_out),
            ("view.zoom_reset", self.panels.canvas.zoom_reset),
            ("view.fit", self.panels.canvas.fit),
            ("view.full_screen", self._toggle_full_screen),
            ("layer.find", self._find_layer),
            ("layer.rename", self._rename_layer),
        ):
            table.bind(key, handler)
        microscope, canvas = self.microscope, self.panels.canvas
        microscope.connect_window(self.workbench, self.run_bar, canvas, self.notices, lambda: files.title)
        services.run.refresher.add(LiveFigures(self.run_bar.figures, self.status_line))
        services.run.refresher.add(self.time_bar)
        services.document.file_changed.connect(self._show_title)
        services.run.status_changed.connect(self._show_title)
        services.problems.changed.connect(self._count_problems)
        services.problems.choose_data_requested.connect(lambda: self.workbench.show_panel("data"))
        self.panels.metrics.samples_chosen.connect(lambda *_cell: self.workbench.show_panel("predictions"))
        self.panels.canvas.options_requested.connect(lambda _node: self._show_options())
        files.shown.connect(self._on_shown)
        files.saved.connect(self.recovery.forget_taken)
        self.autosave.kept.connect(self._on_kept)
        self.autosave.failed.connect(self.faults.show_autosave_failed)
        self.recovery.offered.connect(self.welcome.recovery.offer)
        self.recovery.offered.connect(self._offer_at_work)
        self._connect_welcome()

    def _connect_welcome(self) -> None:
        welcome = self.welcome
        welcome.back_requested.connect(self.show_workbench)
        welcome.new_requested.connect(lambda: self.files.start(Project()))
        welcome.open_requested.connect(self.files.ask_open)
        welcome.file_requested.connect(self.files.open)
        welcome.template_requested.connect(self.start_template)
        welcome.theme_requested.connect(self._theme_choice.choose)
        welcome.mnist_requested.connect(self._start_with_mnist)
        welcome.recovery.recover_requested.connect(self.recovery.recover)
        welcome.recovery.discard_requested.connect(self.recovery.discard)
        self.files.recent_changed.connect(self._refresh_welcome)
        self._theme_choice.changed.connect(self._refresh_welcome)

    def _offer_at_work(self, item: Recoverable | None) -> None:
        """Offer a copy over the workbench too, since a start need not show the start page."""
        self.recovery.withdraw_reminder()
        if item is not None and self._pages.currentWidget() is self.workbench:
            self.recovery.remind(item)

    def _show_page(self, page: QWidget) -> None:
        at_work = page is self.workbench
        self.microscope.microscope.close()
        if not at_work:
            self._pages.setCurrentWidget(page)
        for bar in (self.run_bar, self.time_bar, self.status_line):
            bar.setVisible(at_work)
        # Docks never have the room of the bars: giving it back they would share their place another way each time.
        self._column.activate()
        self._pages.setCurrentWidget(page)
        for key in WORKBENCH_MENUS:
            self.menus[key].menuAction().setVisible(at_work)
        for key in ("file.save", "file.save_as", "file.start_page"):
            self.actions_table[key].setEnabled(at_work)
        self._show_title()

    def _on_shown(self) -> None:
        """Show the project that has just come into the document."""
        self._settled = False
        self.autosave.start_document()
        if self.services.document.modified:
            self.autosave.keep()
        self.show_workbench()
        self.panels.canvas.fit()

    def _on_kept(self, moment: datetime) -> None:
        self.status_line.show_autosaved(moment)
        self.recovery.forget_taken()

    def _count_problems(self) -> None:
        self.workbench.set_count("problems", len(self.services.problems.problems))

    def _show_title(self) -> None:
        at_work = self._pages.currentWidget() is self.workbench
        title, modified = (self.files.title, self.files.unsaved) if at_work else ("Layerloom", False)
        self.menu_bar.set_title(title, modified)
        mark = " •" if modified else ""
        self.setWindowTitle(f"{title}{mark} – Layerloom" if at_work else title)

    def _refresh_welcome(self) -> None:
        if self._pages.currentWidget() is self.welcome:
            self.welcome.refresh()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.actions_table["view.full_screen"].setChecked(self.isFullScreen())

    def _find_layer(self) -> None:
        self.workbench.show_panel("layers")
        self.panels.palette.focus_search()

    def _show_options(self) -> None:
        self.workbench.show_panel("inspector")
        self.workbench.focus_panel("inspector")

    def _rename_layer(self) -> None:
        self.workbench.show_panel("inspector")
        self.panels.inspector.edit_name()

    def _start_with_mnist(self) -> None:
        """Start the digit reader and ask for the folder of the MNIST files."""
        self.start_template("digit_reader", lambda: self.panels.data.choose("idx"))


def _project_file(event: QDropEvent) -> Path | None:
    """Return the project file that is dragged: exactly one, with our suffix."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.suffix.lower() == SUFFIX else None

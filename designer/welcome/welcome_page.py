"""The start page: new, open, templates, recent projects, and what can be recovered."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.errors import LayerloomError
from core.project.templates import TEMPLATES
from core.storage.reader import read_summary
from core.storage.summary import ProjectSummary
from designer.background import Background
from designer.settings import Settings
from designer.theme import ThemeService
from designer.translation import shown
from designer.welcome.card_grid import CardGrid
from designer.welcome.recent_card import RecentCard
from designer.welcome.recovery_line import RecoveryLine
from designer.welcome.side_entry import SideEntry
from designer.welcome.template_card import TemplateCard
from designer.widgets.line import horizontal_line
from designer.widgets.logo import Logo
from designer.widgets.segmented import SegmentedControl

SIDE_WIDTH = 264
MOST_RECENT = 8


class WelcomePage(QWidget):
    """Shown in place of the workbench.

    Signals
    -------
    back_requested() : back to the project that is open, by its entry or Escape.
    new_requested(), open_requested(), mnist_requested()
    template_requested(str) : key of the template.
    file_requested(Path) : a recent project.
    theme_requested(str) : "light", "dark" or "auto".
    """

    back_requested = Signal()
    new_requested = Signal()
    open_requested = Signal()
    mnist_requested = Signal()
    template_requested = Signal(str)
    file_requested = Signal(object)
    theme_requested = Signal(str)

    def __init__(self, settings: Settings, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._theme = settings, theme
        self._background = Background("recent", self)
        self.recovery = RecoveryLine()
        self.back = SideEntry(theme, "arrow-left", "", "Esc")
        self.back.hide()
        self.templates, self.recents = CardGrid(190), CardGrid(240)
        self._recent_head = _section_head(self.tr("Recent projects"))
        self._theme_choice = SegmentedControl(
            [("light", self.tr("Light")), ("dark", self.tr("Dark")), ("auto", self.tr("Auto"))]
        )
        self._theme_choice.set_current(settings.theme)
        self._theme_choice.changed.connect(self.theme_requested)
        self._show_at_start = QCheckBox(self.tr("Show this page at start"))
        self._show_at_start.setChecked(settings.show_welcome)
        self._show_at_start.toggled.connect(partial(setattr, settings, "show_welcome"))
        self._fill_templates()
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self._side())
        upper.addWidget(_upright())
        upper.addWidget(self._body(), 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(upper, 1)
        page.addWidget(horizontal_line())
        page.addWidget(self._foot())

    def refresh(self) -> None:
        """Show the recent projects and the theme as the settings have them now."""
        self._theme_choice.set_current(self._settings.theme)
        self._show_at_start.setChecked(self._settings.show_welcome)
        cards = [RecentCard(path, self._theme) for path in self._settings.recent_files[:MOST_RECENT]]
        for card in cards:
            card.clicked.connect(partial(self.file_requested.emit, card.path))
            self._background.submit(
                partial(_summary, card.path), partial(self._show_summary, card), partial(self._show_fault, card)
            )
        self.recents.set_cards(cards)
        self._recent_head.setVisible(bool(cards))

    def offer_way_back(self, title: str) -> None:
        """Offer to go back to the open project; an empty title says that there is none."""
        text = self.tr("Back to {project}").format(project=title)
        self.back.setText(text)
        self.back.setAccessibleName(text)
        self.back.setVisible(bool(title))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape and not self.back.isHidden():
            self.back_requested.emit()
        else:
            super().keyPressEvent(event)

    def shutdown(self) -> None:
        """Stop reading files."""
        self._background.shutdown()

    def _fill_templates(self) -> None:
        cards = []
        for template in TEMPLATES:
            card = TemplateCard(template, self._theme)
            card.clicked.connect(partial(self.template_requested.emit, template.key))
            cards.append(card)
        self.templates.set_cards(cards)

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        name = QLabel("Layerloom")
        name.setProperty("level", "title")
        motto = QLabel(self.tr("draw, train, look inside"))
        motto.setProperty("level", "second")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(name)
        words.addWidget(motto)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.setSpacing(12)
        head.addWidget(Logo(40))
        head.addLayout(words)
        head.addStretch()
        column = QVBoxLayout(side)
        column.setContentsMargins(16, 24, 16, 16)
        column.setSpacing(2)
        column.addLayout(head)
        column.addSpacing(20)
        self.back.clicked.connect(self.back_requested)
        column.addWidget(self.back)
        for icon_name, text, keys, signal in (
            ("plus", self.tr("New network"), "Ctrl+N", self.new_requested),
            ("folder", self.tr("Open project"), "Ctrl+O", self.open_requested),
            ("grid", self.tr("Load MNIST from a folder"), "", self.mnist_requested),
        ):
            entry = SideEntry(self._theme, icon_name, text, keys, primary=signal is self.new_requested)
            entry.clicked.connect(lambda _checked=False, wanted=signal: wanted.emit())
            column.addWidget(entry)
        column.addSpacing(12)
        column.addWidget(horizontal_line())
        column.addStretch()
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(QLabel(self.tr("Theme")))
        row.addStretch()
        row.addWidget(self._theme_choice)
        column.addLayout(row)
        return side

    def _body(self) -> QScrollArea:
        body = QWidget()
        body.setObjectName("welcome_body")
        column = QVBoxLayout(body)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(12)
        column.addWidget(self.recovery)
        column.addSpacing(4)
        column.addWidget(_section_head(self.tr("New from a template")))
        column.addWidget(self.templates)
        column.addSpacing(16)
        column.addWidget(self._recent_head)
        column.addWidget(self.recents)
        column.addStretch()
        area = QScrollArea()
        area.setObjectName("welcome_area")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        return area

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setFixedHeight(28)
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 0, 12, 0)
        text = QLabel(self.tr("Works offline  ·  no account, nothing is sent  ·  built-in data: 1,797 digits"))
        text.setProperty("level", "second")
        row.addWidget(text)
        row.addStretch()
        row.addWidget(self._show_at_start)
        return foot

    def _show_summary(self, card: RecentCard, found: tuple[ProjectSummary, datetime]) -> None:
        if card in self.recents.cards:
            card.show_summary(*found)

    def _show_fault(self, card: RecentCard, error: Exception) -> None:
        if card not in self.recents.cards:
            return
        if isinstance(error, FileNotFoundError):
            card.show_missing(self.tr("not found"))
        else:
            card.show_missing(self.tr("cannot be opened"))
            card.setToolTip(shown(error) if isinstance(error, LayerloomError) else str(error))


def _summary(path: Path) -> tuple[ProjectSummary, datetime]:
    """Read a project in short; raises OSError or ProjectFileError."""
    changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return read_summary(path), changed


def _section_head(text: str) -> QLabel:
    head = QLabel(text)
    head.setProperty("level", "section")
    return head


def _upright() -> QFrame:
    line = QFrame()
    line.setProperty("upright", True)
    line.setFixedWidth(1)
    return line

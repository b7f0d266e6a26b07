"""The actions of a window, made from the one table of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence

from designer.action_table import ACTIONS, ActionSpec
from designer.icons import icon
from designer.theme import ThemeService


class ActionTable(QObject):
    """The actions of one window by key, with icons in the colours of the theme.

    The window connects each to what it does; nothing else makes actions with a shortcut, so the list of shortcuts
    is complete.
    """

    def __init__(self, theme: ThemeService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons: dict[str, str] = {}
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            self._add(spec, translated(spec.text), translated(spec.tip))
        theme.changed.connect(self._recolour)
        self._recolour()

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    def __iter__(self) -> Iterator[tuple[str, QAction]]:
        return iter(self._actions.items())

    def add(self, spec: ActionSpec) -> QAction:
        """Add an action that comes from another table (a layer kind, a panel); its texts are translated already."""
        self._add(spec, spec.text, spec.tip)
        self._recolour()
        return self._actions[spec.key]

    def bind(self, key: str, handler: Callable[[], object]) -> None:
        """Let an action do something."""
        self._actions[key].triggered.connect(lambda _checked=False: handler())

    def set_icon_name(self, key: str, name: str) -> None:
        """Show another icon, such as Pause in place of Run."""
        self._icons[key] = name
        self._recolour()

    def _add(self, spec: ActionSpec, text: str, tip: str) -> None:
        action = QAction(text, self)
        action.setObjectName(spec.key)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in spec.shortcuts])
        action.setCheckable(spec.checkable)
        action.setStatusTip(tip)
        action.setToolTip(with_shortcut(tip, action.shortcut()))
        self._actions[spec.key] = action
        if spec.icon:
            self._icons[spec.key] = spec.icon

    def _recolour(self) -> None:
        colour = self._theme.current.text_second
        for key, name in self._icons.items():
            self._actions[key].setIcon(icon(name, colour))


def translated(english: str) -> str:
    """Return a text of the table in the user's language."""
    return QCoreApplication.translate("Actions", english)


def with_shortcut(tip: str, shortcut: QKeySequence) -> str:
    """Return a tooltip with the shortcut behind it, as the desktop writes it."""
    keys = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
    return f"{tip} ({keys})" if keys else tip

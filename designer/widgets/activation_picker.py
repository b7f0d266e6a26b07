"""Chooses an activation function by its curve."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from core.numerics.activations import ACTIVATIONS
from core.options import ChoiceOption, Option, OptionValue
from designer.fonts import TEXT, ui_font
from designer.icons import icon
from designer.theme import theme_of
from designer.translation import label
from designer.widgets.activation_glyph import GLYPH, glyph_icon
from designer.widgets.option_editor import OptionEditor, Room

NARROWEST_BUTTON = 36


class ActivationPicker(OptionEditor):
    """Buttons with the curves of the functions, as many as fit; a menu at the end holds all where they do not.

    Arrow keys move the choice.
    """

    room = Room.FULL

    def __init__(self, option: ChoiceOption, parent: QWidget | None = None) -> None:
        super().__init__(option, parent)
        self._labels = {choice.key: label(choice.label) for choice in option.choices}
        self._current = ""
        self.open_menu: QMenu | None = None
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._buttons = {choice.key: self._button(choice.key, label(choice.help)) for choice in option.choices}
        self._more = self._more_button()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group.idClicked.connect(lambda _id: self._choose(self._checked()))
        self._recolour()
        self._fit()

    @property
    def current(self) -> str:
        """The chosen key; empty where the edited layers differ."""
        return self._current

    def button(self, key: str) -> QToolButton:
        """Return the button of a function."""
        return self._buttons[key]

    def tab_stops(self) -> tuple[QWidget, ...]:
        return (*self._buttons.values(), self._more)

    def set_value(self, value: OptionValue) -> None:
        self._current = str(value)
        self._buttons[self._current].setChecked(True)
        self._fit()

    def set_mixed(self) -> None:
        self._current = ""
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for one function and the menu."""
        return QSize(2 * NARROWEST_BUTTON, 24)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()
        super().changeEvent(event)

    def _button(self, key: str, formula: str) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setIconSize(GLYPH)
        button.setToolTip(f"{self._labels[key]}: {formula}" if formula else self._labels[key])
        button.setAccessibleName(self._labels[key])
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Ignored across: a row that is too long for a moment must not hold the panel wide.
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setFixedHeight(24)
        self._group.addButton(button)
        self._row.addWidget(button, 1)
        return button

    def _more_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setToolTip(self.tr("All functions"))
        button.setAccessibleName(self.tr("All functions"))
        button.setIconSize(GLYPH)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setFixedHeight(24)
        button.clicked.connect(self._open_menu)
        self._row.addWidget(button, 1)
        return button

    def _fit(self) -> None:
        """Show as many buttons as fit; the menu stands for the rest, with the curve of the chosen one."""
        fitting = max(1, self.width() // NARROWEST_BUTTON)
        keys = list(self._buttons)
        seen = keys if len(keys) <= fitting else keys[: max(1, fitting - 1)]
        self._more.setVisible(len(seen) < len(keys))
        for key, button in self._buttons.items():
            button.setVisible(key in seen)
        hidden = bool(self._current) and self._current not in seen
        self._more.setChecked(hidden)
        shown = [self._buttons[key] for key in seen] + ([self._more] if len(seen) < len(keys) else [])
        for index, button in enumerate(shown):
            place = place_of(index, len(shown))
            if button.property("segment") != place:
                button.setProperty("segment", place)
                button.style().unpolish(button)
                button.style().polish(button)
        self._recolour_more()

    def _recolour(self) -> None:
        theme = theme_of(self.palette())
        for key, button in self._buttons.items():
            button.setIcon(glyph_icon(key, theme.text, theme.field))
        self._recolour_more()

    def _recolour_more(self) -> None:
        theme = theme_of(self.palette())
        if self._more.isChecked():
            self._more.setIcon(glyph_icon(self._current, theme.text, theme.field))
        else:
            self._more.setIcon(icon("more", theme.text_second))

    def _checked(self) -> str:
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def _choose(self, key: str) -> None:
        if key and key != self._current:
            self._current = key
            self._fit()
            self.edited.emit(key, "")

    def _open_menu(self) -> None:
        self._fit()
        menu = self.open_menu = self.menu()
        menu.aboutToHide.connect(self._forget_menu)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 2)))

    def _forget_menu(self) -> None:
        if self.open_menu is not None:
            self.open_menu.deleteLater()
            self.open_menu = None

    def menu(self) -> QMenu:
        """Return a new menu of all functions."""
        theme = theme_of(self.palette())
        menu = QMenu(self)
        for key, name in self._labels.items():
            action = QAction(glyph_icon(key, theme.text, theme.card), name, menu)
            action.setCheckable(True)
            action.setChecked(key == self._current)
            # The curve stands where a tick would: the chosen one is in heavy type.
            action.setFont(ui_font(TEXT, 600 if key == self._current else 400))
            action.triggered.connect(lambda _checked=False, chosen=key: self._choose_from_menu(chosen))
            menu.addAction(action)
        return menu

    def _choose_from_menu(self, key: str) -> None:
        self._buttons[key].setChecked(True)
        self._choose(key)


def picks_activation(option: Option) -> bool:
    """Return whether an option chooses one of the activation functions."""
    return isinstance(option, ChoiceOption) and all(choice.key in ACTIVATIONS for choice in option.choices)


def place_of(index: int, count: int) -> str:
    """Return what the style sheet calls a button's place in its row."""
    if count == 1:
        return "only"
    return "first" if index == 0 else "last" if index == count - 1 else "middle"

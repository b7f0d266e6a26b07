"""The toolbar: run, step, rewind, new weights; the live figures; undo and redo."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from designer.actions import ActionTable
from designer.icons import icon
from designer.shell.run_figures import RunFigures
from designer.theme import ThemeService, theme_of
from designer.widgets.action_button import ActionButton

HEIGHT = 48
COMPACT_BELOW = 1290
"""Below this width Rewind and New weights show their icons only."""


class RunBar(QWidget):
    """The bar 48 px high under the menus; it shows actions and figures and decides nothing."""

    def __init__(self, actions: ActionTable, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("run_bar")
        self.figures = RunFigures(theme)
        self.run_button = ActionButton(actions["train.run"], "run", primary=True)
        self.run_button.setFixedSize(96, 32)
        self.step_button = StepButton(actions)
        self._rewind = ActionButton(actions["train.rewind"], "rewind", flat=True)
        self._new_weights = ActionButton(actions["train.new_weights"], "dice", flat=True)
        self._undo = ActionButton(actions["edit.undo"], "undo", flat=True, icon_only=True)
        self._redo = ActionButton(actions["edit.redo"], "redo", flat=True, icon_only=True)
        for button in (self._undo, self._redo):
            button.setFixedSize(32, 32)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        for widget in (self.run_button, self.step_button, self._rewind, self._new_weights):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(_separator())
        row.addSpacing(8)
        row.addWidget(self.figures, 1)
        row.addWidget(_separator())
        row.addWidget(self._undo)
        row.addWidget(self._redo)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        compact = self.width() < COMPACT_BELOW
        self._rewind.set_icon_only(compact)
        self._new_weights.set_icon_only(compact)
        super().resizeEvent(event)


class StepButton(QWidget):
    """Step, and beside it how far a step goes."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = {"iteration": actions["train.step_iteration"], "epoch": actions["train.step_epoch"]}
        self._labels = {"iteration": self.tr("iteration"), "epoch": self.tr("epoch")}
        self._grain = "iteration"
        self._trigger = QAction(QCoreApplication.translate("StepButton", "Step"), self)
        self._trigger.triggered.connect(lambda: self._actions[self._grain].trigger())
        self.step = ActionButton(self._trigger, "step")
        self.step.setProperty("joined", "left")
        self.step.setFixedHeight(32)
        self.choice = self._make_choice()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.step)
        row.addWidget(self.choice)
        for action in self._actions.values():
            action.changed.connect(self._follow)
        self._choose("iteration")

    @property
    def grain(self) -> str:
        """How far a step goes: ``iteration`` or ``epoch``."""
        return self._grain

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow()
        super().changeEvent(event)

    def _make_choice(self) -> QToolButton:
        choice = QToolButton()
        choice.setProperty("joined", "right")
        choice.setFixedSize(92, 32)
        choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        choice.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        choice.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        choice.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        choice.setIconSize(QSize(12, 12))
        choice.setToolTip(self.tr("How far one step goes"))
        choice.setAccessibleName(self.tr("How far one step goes"))
        menu = QMenu(choice)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        group = QActionGroup(menu)
        for grain, label in self._labels.items():
            entry = menu.addAction(label)
            entry.setCheckable(True)
            entry.setChecked(grain == self._grain)
            entry.triggered.connect(lambda _checked=False, chosen=grain: self._choose(chosen))
            group.addAction(entry)
        choice.setMenu(menu)
        return choice

    def _choose(self, grain: str) -> None:
        self._grain = grain
        self.choice.setText(self._labels[grain])
        self._follow()

    def _follow(self) -> None:
        source = self._actions[self._grain]
        self._trigger.setEnabled(source.isEnabled())
        self._trigger.setToolTip(source.toolTip())
        self._trigger.setStatusTip(source.statusTip())
        self.choice.setEnabled(source.isEnabled())
        theme = theme_of(self.palette())
        self.choice.setIcon(icon("chevron-down", theme.text_second if source.isEnabled() else theme.text_third))


def _separator() -> QFrame:
    line = QFrame()
    line.setProperty("upright", True)
    line.setFixedSize(1, 24)
    return line

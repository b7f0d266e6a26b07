"""A problem with the ways out of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.compiler.problems import Problem, Severity
from designer.icons import ICON_SIZE, paint_icon
from designer.theme import theme_of
from designer.translation import shown
from designer.widgets.fix_button import FixButton
from designer.widgets.flow_layout import FlowLayout

INDENT = 36


class ProblemCard(QWidget):
    """What is wrong, in words, with one button per way out.

    Parameters
    ----------
    name : the layer's name, put before the title; empty where the card stands beside the layer anyway.
    selectable : whether a click or Enter on the card chooses the layer.

    Signals
    -------
    fix_requested(Fix) : a way out was taken.
    chosen() : the card was clicked.
    walked(int) : the focus is to move so many cards down.
    """

    fix_requested = Signal(object)
    chosen = Signal()
    walked = Signal(int)

    def __init__(
        self, problem: Problem, name: str = "", selectable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._serious, self._selectable, self._lit = problem.severity is Severity.ERROR, selectable, False
        title = shown(problem.title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(f"{name}: {title}" if name else title)
        self.setAccessibleDescription(shown(problem.text))
        head = QLabel(f"{name} · {title}" if name else title)
        head.setProperty("level", "strong")
        body = QLabel(shown(problem.text))
        body.setProperty("level", "second")
        for part in (head, body):
            part.setTextFormat(Qt.TextFormat.PlainText)
            part.setWordWrap(True)
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(head)
        column.addWidget(body)
        if problem.fixes:
            column.addSpacing(2)
            column.addLayout(self._buttons(problem))
        if selectable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._selectable and (self._lit or self.underMouse()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_ground if self._lit else theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 1, -4, -1), 4, 4)
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4.5, 1.5, -4.5, -1.5), 4, 4)
        name, colour = ("error", theme.error) if self._serious else ("warning", theme.warning)
        paint_icon(painter, name, QRectF(12, 8, ICON_SIZE, ICON_SIZE), colour)

    def set_lit(self, lit: bool) -> None:
        """Show that its layer is selected."""
        if lit != self._lit:
            self._lit = lit
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if self._selectable and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if self._selectable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        elif self._selectable and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.walked.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def _buttons(self, problem: Problem) -> FlowLayout:
        row = FlowLayout()
        for fix in problem.fixes:
            button = FixButton(fix)
            button.clicked.connect(lambda _checked=False, chosen=fix: self.fix_requested.emit(chosen))
            row.addWidget(button)
        return row

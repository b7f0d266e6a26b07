"""The head of the inspector: icon, name and role of what is selected; a layer's name is edited in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from core.project.edits import MAXIMUM_NAME_LENGTH
from designer.fonts import ui_font
from designer.icons import ICON_SIZE, pixmap
from designer.theme import mixed, theme_of
from designer.widgets.elided_label import ElidedLabel

HEIGHT = 32


class LayerHead(QWidget):
    """Icon, name and a second line, 32 px high.

    Signals
    -------
    renamed(str) : another name was entered; empty for the automatic one.
    """

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._icon = QLabel()
        self._icon.setFixedSize(ICON_SIZE, ICON_SIZE)
        self.name = NameLabel()
        self.field = NameField()
        self.field.hide()
        self._second = ElidedLabel()
        self._second.setProperty("level", "third")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 1)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.name)
        row.addWidget(self.field, 1)
        row.addWidget(self._second, 1)
        self.name.edit_requested.connect(self.edit)
        self.field.entered.connect(self._on_entered)
        self.field.left.connect(self._close)

    @property
    def second(self) -> str:
        """The second line."""
        return self._second.text()

    def show_thing(self, icon: str, colour: str, name: str, second: str, renamable: bool = False) -> None:
        """Show what is selected; a name that is being edited stays so while the thing is the same."""
        self._icon.setPixmap(self._picture(icon, colour))
        if name != self.name.text():
            self.name.setText(name)
            if self.field.isVisible():
                self._close()
        self.name.set_renamable(renamable)
        self._second.setText(second)

    def edit(self) -> None:
        """Let the name be typed."""
        if not self.name.renamable:
            return
        self.name.hide()
        self._second.hide()
        self.field.begin(self.name.text())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        painter.fillRect(QRectF(0, HEIGHT - 1, self.width(), 1), QColor(theme_of(self.palette()).separator))

    def _picture(self, icon: str, colour: str) -> QPixmap:
        return pixmap(icon, colour, ICON_SIZE, self.devicePixelRatioF())

    def _on_entered(self, name: str) -> None:
        changed = name.strip() != self.name.text()
        self._close()
        self.name.setFocus()
        if changed:
            self.renamed.emit(name)

    def _close(self) -> None:
        self.field.hide()
        self.name.show()
        self._second.show()


class NameLabel(ElidedLabel):
    """A name that a click, Enter or F2 makes editable.

    Signals
    -------
    edit_requested() : the user wants to edit it.
    """

    edit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.renamable = False
        self.setFont(ui_font(12, 600))
        self.setProperty("level", "strong")
        self.setContentsMargins(4, 3, 4, 3)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_renamable(self, renamable: bool) -> None:
        """Let the name be edited, or not."""
        self.renamable = renamable
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if renamable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor if renamable else Qt.CursorShape.ArrowCursor)
        self.setToolTip(self.tr("Click to rename (F2)") if renamable else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if self.renamable and event.button() == Qt.MouseButton.LeftButton:
            self.edit_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if self.renamable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit_requested.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        if self.renamable and (self.underMouse() or self.hasFocus()):
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme.accent) if self.hasFocus() else QColor(theme.border))
            painter.setBrush(mixed(theme.text, theme.panel, 0.05))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.end()
        super().paintEvent(event)


class NameField(QLineEdit):
    """Where a name is typed: Enter or leaving takes it, Esc forgets it.

    Signals
    -------
    entered(str) : the name was entered.
    left() : editing ended without a name.
    """

    entered = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(MAXIMUM_NAME_LENGTH)
        self.setPlaceholderText(self.tr("automatic name"))
        self.setAccessibleName(self.tr("Name of the layer"))
        self.setFont(ui_font(12, 600))
        self._open = False

    def begin(self, name: str) -> None:
        """Show the field with a name to edit."""
        self._open = True
        self.setText(name)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape:
            self._open = False
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._enter()

    def hideEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        self._open = False
        super().hideEvent(event)  # type: ignore[arg-type]

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As high as a field."""
        return QSize(120, 24)

    def _enter(self) -> None:
        if self._open:
            self._open = False
            self.entered.emit(self.text())

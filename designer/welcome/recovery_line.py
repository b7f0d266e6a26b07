"""The yellow line that offers what a program that died has left behind."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from core.storage.autosave import Recoverable
from designer.icons import paint_icon
from designer.numbers import whole
from designer.theme import theme_of
from designer.widgets.elided_label import ElidedLabel


class RecoveryLine(QWidget):
    """One line, never a dialog: what is there, Recover or Discard.

    Signals
    -------
    recover_requested(Recoverable), discard_requested(Recoverable)
    """

    recover_requested = Signal(object)
    discard_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: Recoverable | None = None
        self.setFixedHeight(46)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._what = QLabel()
        self._what.setTextFormat(Qt.TextFormat.PlainText)
        self._what.setProperty("level", "strong")
        self._when = ElidedLabel()
        recover, discard = QPushButton(self.tr("Recover")), QPushButton(self.tr("Discard"))
        recover.setToolTip(self.tr("Open the copy; the saved file stays as it is until you save"))
        discard.setToolTip(self.tr("Do not offer it again; the copy is kept for seven days"))
        discard.setProperty("flat", True)
        recover.clicked.connect(lambda: self.recover_requested.emit(self._item))
        discard.clicked.connect(lambda: self.discard_requested.emit(self._item))
        row = QHBoxLayout(self)
        row.setContentsMargins(44, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._what)
        row.addWidget(self._when, 1)
        row.addWidget(recover)
        row.addWidget(discard)
        self.hide()

    def offer(self, item: Recoverable | None) -> None:
        """Show the line for a copy, or hide it."""
        self._item = item
        if item is not None:
            self._what.setText(recovery_title(item))
            self._when.setText(recovery_details(item))
        self.setVisible(item is not None)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QColor(theme.cursor_border))
        painter.setBrush(QColor(theme.cursor_term))
        painter.drawRoundedRect(box, 4, 4)
        painter.fillRect(QRectF(0, 2, 4, self.height() - 4), QColor(theme.cursor_border))
        paint_icon(painter, "clock", QRectF(18, self.height() / 2 - 8, 16, 16), theme.warning)


def recovery_title(item: Recoverable) -> str:
    """Return which project was lost."""
    unnamed = QCoreApplication.translate("RecoveryLine", "A project without a name")
    name = item.original.name if item.original is not None else unnamed
    return QCoreApplication.translate("RecoveryLine", "{name} was not closed cleanly.").format(name=name)


def recovery_details(item: Recoverable) -> str:
    """Return when it was kept and how far it had trained."""
    local = item.time.astimezone()
    if local.date() == datetime.now().astimezone().date():
        text = QCoreApplication.translate("RecoveryLine", "Autosaved today {time}, iteration {iteration}.")
    else:
        text = QCoreApplication.translate("RecoveryLine", "Autosaved {day} {time}, iteration {iteration}.")
    return text.format(time=f"{local:%H:%M}", day=f"{local:%Y-%m-%d}", iteration=whole(item.iteration))

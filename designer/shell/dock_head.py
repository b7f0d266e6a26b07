"""The head of a dock: its title, or tabs where several docks share a place, and what the panel puts at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QHBoxLayout, QMenu, QSizePolicy, QWidget

from designer.fonts import ui_font
from designer.theme import Theme, theme_of
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_button import IconButton

HEIGHT = 32
PADDING, NARROW_PADDING, NARROW = 12, 7, 300
"""Room beside the title of a tab, in pixels; less of it in a head that is narrower than `NARROW`."""


class DockTab(QAbstractButton):
    """Title of one dock in a shared head; the one in front has a line in the accent colour."""

    def __init__(self, title: str, current: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._padding = PADDING
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip(self.tr("Show {panel}").format(panel=title))
        self.setCheckable(True)
        self.setChecked(current)
        self.setFont(ui_font(12, 600 if current else 400))
        self.setFixedHeight(HEIGHT - 1)
        self.set_padding(PADDING)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_padding(self, padding: int) -> None:
        """Leave so many pixels left and right of the title."""
        self._padding = padding
        self._fit()

    def set_count(self, count: int) -> None:
        """Show a number behind the title; 0 for none."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self.text()}, {count}" if count else self.text())
            self._fit()
            self.update()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        count = metrics.horizontalAdvance(f" {self._count} ") + 10 if self._count else 0
        self.setFixedWidth(metrics.horizontalAdvance(self.text()) + 2 * self._padding + count)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        lit = self.isChecked() or self.underMouse() or self.hasFocus()
        if self.isChecked():
            painter.fillRect(QRectF(0, 0, self.width() - 1, 2), QColor(theme.accent))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), QColor(theme.separator))
        painter.setPen(QColor(theme.text if lit else theme.text_second))
        room = self.rect().adjusted(self._padding, 0, -self._padding, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._count:
            self._paint_count(painter, theme, room)
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.drawRoundedRect(self.rect().adjusted(3, 5, -5, -5), 3, 3)

    def _paint_count(self, painter: QPainter, theme: Theme, room: QRect) -> None:
        width = self.fontMetrics().horizontalAdvance(f" {self._count} ") + 2.0
        pill = QRectF(room.right() + 1 - width, self.height() / 2 - 8, width, 16)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.border))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)
        painter.setPen(QColor(theme.text))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, f"{self._count}")


class DockHead(QWidget):
    """Title bar of a dock, 32 px high; dragging it moves the dock.

    Parameters
    ----------
    subtitle : second line, elided where room is short.
    trailing : widget at the right, or None.
    leading : widget of the panel that stands in place of title and second line, or None.
    short_title : stands for the title where there is no room for it; empty for none.

    Signals
    -------
    chosen(QDockWidget) : a tab of the head was clicked.
    """

    chosen = Signal(object)

    def __init__(
        self,
        dock: QDockWidget,
        subtitle: str = "",
        trailing: QWidget | None = None,
        leading: QWidget | None = None,
        short_title: str = "",
    ) -> None:
        super().__init__(dock)
        self._dock = dock
        self._left_margin = 12 if leading is None else 0
        self._tabs: list[DockTab] = []
        self._together: tuple[QDockWidget, ...] = ()
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # Never seen: it keeps the place of the tabs in the order of the keyboard, which Qt tells by a neighbour only.
        self._first = QWidget(self)
        self._first.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._first.hide()
        self._title = ElidedLabel(dock.windowTitle(), short=short_title)
        self._title.setProperty("level", "strong")
        self._subtitle = ElidedLabel(subtitle, least_share=0.6)
        # Where room is short the second line goes first, then the title; what the panel put here stays whole.
        self._subtitle.setMinimumWidth(0)
        self._subtitle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._subtitle.setProperty("level", "third")
        self._float = IconButton("float", self.tr("Float, or dock again"), 22)
        self._close = IconButton("close", self.tr("Close; the Panels menu opens it again"), 22)
        self._float.clicked.connect(self._toggle_floating)
        self._close.clicked.connect(dock.close)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(self._left_margin, 0, 8, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._title)
        if leading is None:
            self._row.addWidget(self._subtitle, 1)
        else:
            self._row.addWidget(leading, 1)
            self._title.hide()
            self._subtitle.setParent(None)
        for button in (self._float, self._close):
            self._row.addWidget(button)
        if trailing is not None:
            trailing.setSizePolicy(QSizePolicy.Policy.Fixed, trailing.sizePolicy().verticalPolicy())
            self._row.addWidget(trailing)
        for button in (self._float, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.hide()
        dock.windowTitleChanged.connect(self._title.setText)

    def show_counts(self, counts: Mapping[QDockWidget, int]) -> None:
        """Show numbers beside the titles of docks; those that share no place have no tab to show one in."""
        for tab, dock in zip(self._tabs, self._together, strict=True):
            tab.set_count(counts.get(dock, 0))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Always as high as the mock-ups have it: Qt's dock layout looks at nothing else."""
        return QSize(super().sizeHint().width(), HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The head may be cut off from the right, not from below."""
        return QSize(80, HEIGHT)

    def show_together(self, docks: Sequence[QDockWidget]) -> None:
        """Show tabs for these docks, which share the place of this one; with fewer than two, its title."""
        together = tuple(docks) if len(docks) > 1 else ()
        if together == self._together:
            return
        self._together = together
        for tab in self._tabs:
            self._row.removeWidget(tab)
            tab.hide()
            tab.deleteLater()
        self._tabs = []
        for index, dock in enumerate(together):
            tab = DockTab(dock.windowTitle(), dock is self._dock, self)
            tab.clicked.connect(lambda _checked=False, chosen=dock: self._choose(chosen))
            self._row.insertWidget(index, tab)
            self._tabs.append(tab)
        self._pad_tabs()
        self._order_stops()
        self._title.setVisible(not together and self._left_margin > 0)
        # Tabs end in a line of their own; what comes behind one does not touch it.
        self._subtitle.setContentsMargins(8 if together else 0, 0, 8 if together else 0, 0)
        self._row.setContentsMargins(0 if together else self._left_margin, 0, 8, 0)
        self._row.setSpacing(0 if together else 8)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        self._pad_tabs()
        super().resizeEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 (Qt's name)
        self._float.show()
        self._close.show()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        self._float.hide()
        self._close.hide()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 (Qt's name)
        menu = QMenu(self)
        docked = not self._dock.isFloating()
        menu.addAction(self.tr("Float") if docked else self.tr("Dock again"), self._toggle_floating)
        menu.addAction(self.tr("Close"), self._dock.close)
        menu.popup(QPoint(event.globalPos()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(theme.separator))

    def _order_stops(self) -> None:
        """Let Tab come to the tabs first; Qt puts what is made last at the end."""
        for before, after in pairwise((self._first, *self._tabs)):
            QWidget.setTabOrder(before, after)

    def _pad_tabs(self) -> None:
        for tab in self._tabs:
            tab.set_padding(NARROW_PADDING if self.width() < NARROW else PADDING)

    def _toggle_floating(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    def _choose(self, dock: QDockWidget) -> None:
        for tab in self._tabs:
            tab.setChecked(tab.text() == self._dock.windowTitle())
        self.chosen.emit(dock)

"""The palette: every kind of layer, by family, to be dragged onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from core.errors import LayerloomError
from core.project import edits
from designer.document import Document
from designer.icons import ICON_SIZE, paint_icon
from designer.palette.entries import PaletteEntry, by_family, matching, palette_entries
from designer.palette.entry_button import EntryButton
from designer.selection import Selection
from designer.theme import ThemeService, theme_of
from designer.translation import label, shown

COLUMNS = 2


class PalettePanel(QWidget):
    """A search field and the entries in two columns.

    Enter in the field adds the first entry found; arrows walk through the entries.
    """

    def __init__(
        self, document: Document, selection: Selection, theme: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection
        self._entries = palette_entries()
        self._buttons: list[EntryButton] = []
        self._places: list[tuple[int, int]] = []
        self.search = SearchField()
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._message = QLabel()
        self._message.setProperty("level", "second")
        self._message.setWordWrap(True)
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self._show_entries())
        self.search.returnPressed.connect(self._add_first)
        self.search.installEventFilter(self)
        theme.changed.connect(self.update)
        self._show_entries()

    @property
    def buttons(self) -> tuple[EntryButton, ...]:
        """The entries that are shown, in order."""
        return tuple(self._buttons)

    @property
    def message(self) -> str:
        """What is said below the field; empty for nothing."""
        return self._message.text()

    def focus_search(self) -> None:
        """Let a name be typed."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Let Down lead from the field to the entries, and Esc empty it."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down and self._buttons:
                self._buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self._grid.setContentsMargins(12, 4, 6, 8)
        self._grid.setHorizontalSpacing(2)
        self._grid.setVerticalSpacing(0)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self._inside)
        inner.addStretch(1)
        scroll.setWidget(inside)
        self._scroll = scroll
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(0)
        framed = QVBoxLayout()
        framed.setContentsMargins(12, 0, 12, 0)
        framed.addWidget(self.search)
        self._message.setContentsMargins(0, 8, 0, 0)
        framed.addWidget(self._message)
        whole.addLayout(framed)
        whole.addWidget(scroll, 1)

    def _show_entries(self) -> None:
        """Show what fits the search, under the names of the families."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons, self._places = [], []
        found = matching(self._entries, self.search.text())
        row = 0
        for family, entries in by_family(found).items():
            head = QLabel(label(family.value))
            head.setProperty("level", "third")
            head.setContentsMargins(0, 4 if row else 2, 0, 2)
            self._grid.addWidget(head, row, 0, 1, COLUMNS)
            for index, entry in enumerate(entries):
                place = row + 1 + index // COLUMNS, index % COLUMNS
                self._places.append(place)
                self._grid.addWidget(self._new_button(entry), *place)
            row += 1 + -(-len(entries) // COLUMNS)
        if self._buttons:
            self._make_stop(self._buttons[0])
        typed = self.search.text().strip()
        self._say("" if found else self.tr("No layer is called “{typed}”. Esc shows all.").format(typed=typed))

    def _new_button(self, entry: PaletteEntry) -> EntryButton:
        button = EntryButton(entry)
        button.add_requested.connect(lambda: self._add(entry))
        button.arrow_pressed.connect(lambda key: self._walk(button, key))
        button.focused.connect(lambda: self._make_stop(button))
        self._buttons.append(button)
        return button

    def _make_stop(self, button: EntryButton) -> None:
        """Let Tab reach one entry only: the one that had the focus last."""
        for other in self._buttons:
            chosen = other is button
            other.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)

    def _walk(self, button: EntryButton, key: int) -> None:
        """Move the focus to a neighbour; up from the first row leads back to the search field."""
        here = self._buttons.index(button)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            there = here + (1 if key == Qt.Key.Key_Right else -1)
            target = self._buttons[there] if 0 <= there < len(self._buttons) else None
        else:
            target = self._neighbour(button, down=key == Qt.Key.Key_Down)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(target, 0, 24)
        elif key == Qt.Key.Key_Up:
            self.search.setFocus(Qt.FocusReason.TabFocusReason)

    def _neighbour(self, button: EntryButton, down: bool) -> EntryButton | None:
        """Return the nearest entry in the row below or above, in the same column where there is one."""
        row, column = self._place(button)
        beyond = [(self._place(b), b) for b in self._buttons]
        beyond = [(place, b) for place, b in beyond if (place[0] > row if down else place[0] < row)]
        if not beyond:
            return None
        nearest = min if down else max
        next_row = nearest(place[0] for place, _ in beyond)
        return min((abs(place[1] - column), i, b) for i, (place, b) in enumerate(beyond) if place[0] == next_row)[2]

    def _place(self, button: EntryButton) -> tuple[int, int]:
        here = self._buttons.index(button)
        return self._places[here]

    def _add_first(self) -> None:
        if self._buttons and self.search.text().strip():
            self._add(self._buttons[0].entry)

    def _add(self, entry: PaletteEntry) -> None:
        """Add a layer right of the others and select it."""
        project = self._document.project
        text = self.tr("Add {layer}").format(layer=entry.label)
        try:
            self._document.apply(text, edits.add_node, entry.kind, edits.default_position(project), entry.options)
        except LayerloomError as error:
            self._say(shown(error))
            return
        self._selection.select((self._document.project.graph.nodes[-1].id,))

    def _say(self, message: str) -> None:
        self._message.setText(message)
        self._message.setVisible(bool(message))


class SearchField(QLineEdit):
    """A field with a magnifying glass before it and its shortcut behind."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Find a layer"))
        self.setAccessibleName(self.tr("Find a layer"))
        self.setToolTip(self.tr("Type a name; Enter adds the first layer found."))
        self.setFixedHeight(26)
        self.setTextMargins(20, 0, 16, 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        super().paintEvent(event)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - ICON_SIZE) / 2
        paint_icon(painter, "search", QRectF(7, top, ICON_SIZE, ICON_SIZE), theme.text_second)
        if not self.text():
            painter.setPen(QColor(theme.text_third))
            where = QRectF(self.rect()).adjusted(0, 0, -9, 0)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "L")

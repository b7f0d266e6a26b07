"""The tip at a card: what is wrong with the layer, and the ways out of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.compiler.problems import Problem, Severity
from designer.canvas.floating import paint_card
from designer.icons import paint_icon
from designer.theme import ThemeService
from designer.translation import shown
from designer.widgets.fix_button import FixButton

WIDTH = 232
SHADOW = 10
GAP = 12
GRACE_MS = 300
"""The tip stays for this long after the pointer left the card, so that its buttons can be reached."""


class ProblemTip(QWidget):
    """Floats beside a card.

    Signals
    -------
    fix_chosen(Fix) : one of the buttons was clicked.
    """

    fix_chosen = Signal(object)

    def __init__(self, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._problems: tuple[Problem, ...] = ()
        self._node_id = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12 + SHADOW, 10 + SHADOW, 12 + SHADOW, 12 + SHADOW)
        self._column.setSpacing(6)
        self._heads: list[QLabel] = []
        self._buttons: list[QPushButton] = []
        self._grace = QTimer(self, singleShot=True, interval=GRACE_MS)
        self._grace.timeout.connect(self.hide)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def node_id(self) -> str:
        """The layer that it is about; empty while it cannot be seen."""
        return "" if self.isHidden() else self._node_id

    @property
    def going(self) -> bool:
        """Whether it will go unless the pointer comes to it."""
        return self._grace.isActive()

    @property
    def buttons(self) -> Sequence[QPushButton]:
        """The ways out, best first."""
        return tuple(self._buttons)

    def show_problems(self, node_id: str, problems: tuple[Problem, ...]) -> None:
        """Say what is wrong with a layer."""
        self._grace.stop()
        if problems != self._problems:
            self._problems = problems
            self._build()
        self._node_id = node_id
        self.show()
        self.raise_()

    def leave_soon(self) -> None:
        """Go, unless the pointer comes to the tip itself."""
        if not self.isHidden() and not self._grace.isActive():
            self._grace.start()

    def dismiss(self) -> None:
        """Go at once."""
        self._grace.stop()
        self.hide()

    def place_beside(self, card: QRect, room: QRect, taken: Sequence[QRect]) -> None:
        """Stand beside a card, where the fewest other things are covered.

        Parameters
        ----------
        card, room : the card and the canvas, in pixels of the parent.
        taken : other cards and what floats over the canvas.
        """
        size = self.size()
        reach = GAP - SHADOW
        top = card.top() - SHADOW - 4
        places = [
            QPoint(card.right() + reach, top),
            QPoint(card.left() - reach - size.width(), top),
            QPoint(card.left() - SHADOW, card.bottom() + reach),
            QPoint(card.left() - SHADOW, card.top() - reach - size.height()),
        ]
        rects = [_moved_inside(QRect(place, size), room) for place in places]
        self.move(min(rects, key=lambda rect: _covered(rect, [card, card, card, *taken])).topLeft())

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 (Qt's name)
        self._grace.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        self.leave_soon()
        super().leaveEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the mock-up, as high as the text."""
        width = max(WIDTH + 2 * SHADOW, self._column.minimumSize().width())
        return QSize(width, self._column.totalHeightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        paint_card(painter, QRectF(self.rect()), SHADOW, theme)
        for head, problem in zip(self._heads, self._problems, strict=False):
            colour = theme.error if problem.severity is Severity.ERROR else theme.warning
            middle = head.geometry().center().y()
            paint_icon(painter, problem.severity.value, QRectF(12 + SHADOW, middle - 7.5, 16, 16), colour)

    def _build(self) -> None:
        for part in self._parts():
            part.hide()
            part.deleteLater()
        while self._column.takeAt(0) is not None:
            pass
        self._heads, self._buttons = [], []
        for index, problem in enumerate(self._problems):
            if index:
                self._column.addSpacing(4)
            self._add_problem(problem)
        for part in self._parts():
            part.show()  # or it has no size as yet, where the tip is in sight already
        self.setAccessibleName(" ".join(f"{shown(p.title)}. {shown(p.text)}" for p in self._problems))
        self.resize(self.sizeHint())

    def _parts(self) -> list[QWidget]:
        items = (self._column.itemAt(index) for index in range(self._column.count()))
        return [part for item in items if item is not None and (part := item.widget()) is not None]

    def _add_problem(self, problem: Problem) -> None:
        head = QLabel(shown(problem.title))
        head.setProperty("level", "strong")
        head.setContentsMargins(24, 0, 0, 0)
        text = QLabel(shown(problem.text))
        text.setProperty("level", "second")
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        for label in (head, text):
            self._column.addWidget(label)
        self._heads.append(head)
        if problem.fixes:
            self._column.addWidget(self._buttons_row(problem))

    def _buttons_row(self, problem: Problem) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(6)
        for fix in problem.fixes:
            button = FixButton(fix)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, chosen=fix: self.fix_chosen.emit(chosen))
            layout.addWidget(button)
            self._buttons.append(button)
        layout.addStretch(1)
        return row


def _moved_inside(rect: QRect, room: QRect) -> QRect:
    x = max(room.left(), min(rect.left(), room.right() - rect.width()))
    y = max(room.top(), min(rect.top(), room.bottom() - rect.height()))
    return QRect(QPoint(x, y), rect.size())


def _covered(rect: QRect, others: Sequence[QRect]) -> int:
    """Return how many pixels of other things a rectangle covers."""
    total = 0
    for other in others:
        common = rect.adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW).intersected(other)
        total += max(0, common.width()) * max(0, common.height())
    return total

"""Mathematics that can be clicked: every number leads to where it came from. Long lines are broken."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.formulas.quantities import Quantity
from core.tracing.writing import Rest, Written
from core.tracing.writing.wrapping import wrapped
from designer.microscope.formula_picture import FormulaPicture, Hit, picture_of, setting_of
from designer.numbers import whole
from designer.theme import ThemeService, mixed

PADDING, BETWEEN = 2.0, 6.0
NARROWEST = 120


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A line and the height at which it is painted."""

    picture: FormulaPicture
    top: float

    def hits(self) -> list[Hit]:
        """Return the boxes of the line where they are painted."""
        return [replace(hit, rect=hit.rect.translated(0.0, self.top)) for hit in self.picture.hits]


class FormulaLine(QWidget):
    """Paints a formula, in several lines where one is too narrow.

    Signals
    -------
    quantity_clicked(Quantity) : the user wants to know where a number comes from.
    rest_clicked() : the user wants to see more terms of a folded sum.
    """

    quantity_clicked = Signal(object)
    rest_clicked = Signal()

    def __init__(
        self, theme: ThemeService, size: float = 18.0, *, wraps: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._size, self._wraps = theme, size, wraps
        self._written: Written | None = None
        self._whole: FormulaPicture | None = None
        self._term: int | None = None
        self._placed: tuple[PlacedPicture, ...] = ()
        self._hits: tuple[Hit, ...] = ()
        self._room = 0
        self._lines: dict[int, tuple[PlacedPicture, ...]] = {}
        self._hovered: Hit | None = None
        self._chosen = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(wraps)
        self.setSizePolicy(policy)
        theme.changed.connect(self._draw)

    @property
    def written(self) -> Written | None:
        """What is shown."""
        return self._written

    def show_written(self, written: Written | None, term: int | None = None) -> None:
        """Show a line, with the term of this number on a ground of its own; None for nothing."""
        self._written, self._hovered, self._chosen = written, None, -1
        self.setAccessibleName("" if written is None else written.plain)
        self._draw()
        self.show_term(term)

    def show_term(self, term: int | None) -> None:
        """Put the term of this number on a ground of its own; None for no term."""
        self._term = term
        self.update()

    @property
    def marked(self) -> bool:
        """Whether the term at hand stands in the line, on a ground of its own."""
        return self._term is not None and any(hit.term == self._term for hit in self._hits)

    @property
    def whole_width(self) -> int:
        """The width in which nothing is broken, 0 where nothing is shown."""
        return self._size_of(self._lines_for(0)).width()

    def links(self) -> list[Hit]:
        """Return the boxes that lead somewhere."""
        return [hit for hit in self._hits if hit.target is not None]

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return self._size_of(self._placed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        hint = self.sizeHint()
        return QSize(NARROWEST, hint.height()) if self._wraps and self._placed else hint

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """Return the height of the lines that the formula takes at this width."""
        return self._size_of(self._lines_for(width)).height()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Break the lines anew."""
        super().resizeEvent(event)
        if self._wraps and event.size().width() != self._room:
            self._room = event.size().width()
            before = self.sizeHint()
            self._place(self._lines_for(self._room))
            if self.sizeHint() != before:
                # The layout keeps the hint of the other width, and would cut off the last line.
                self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(PADDING, PADDING)
        for hit in self._hits:
            if hit.term is not None and hit.term == self._term:
                painter.setPen(QPen(QColor(theme.cursor_border), 1.0))
                painter.setBrush(QColor(theme.cursor_term))
                painter.drawRoundedRect(hit.rect.adjusted(-3.0, -2.0, 3.0, 2.0), 3.0, 3.0)
        links = self.links()
        chosen = links[self._chosen] if 0 <= self._chosen < len(links) and self.hasFocus() else None
        for lit in (self._hovered, chosen):
            if lit is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(mixed(theme.accent, theme.panel, 0.25))
                painter.drawRoundedRect(lit.rect.adjusted(-2.0, -1.0, 2.0, 1.0), 3.0, 3.0)
        for placed in self._placed:
            painter.save()
            painter.translate(0.0, placed.top)
            placed.picture.paint(painter)
            painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        found = self._link_at(event.position())
        if found is not self._hovered:
            self._hovered = found
            self.setCursor(Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        found = self._link_at(event.position())
        if found is not None and event.button() is Qt.MouseButton.LeftButton:
            self._follow(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Up and Down choose a number, Enter follows it."""
        links = self.links()
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and links:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._chosen = (self._chosen + step) % len(links)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._chosen < len(links):
            self._follow(links[self._chosen])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            found = self._link_at(QPointF(event.pos()))
            if found is not None:
                QToolTip.showText(event.globalPos(), self._tip(found), self)
            return True
        return super().event(event)

    def _tip(self, hit: Hit) -> str:
        if isinstance(hit.target, Rest):
            return self.tr("{count} more terms; a click shows the largest").format(count=whole(hit.target.hidden))
        return self.tr("Show where this number comes from")

    def _follow(self, hit: Hit) -> None:
        if isinstance(hit.target, Quantity):
            self.quantity_clicked.emit(hit.target)
        elif isinstance(hit.target, Rest):
            self.rest_clicked.emit()

    def _link_at(self, place: QPointF) -> Hit | None:
        """Return the innermost link at a place."""
        inside = QPointF(place.x() - PADDING, place.y() - PADDING)
        found = [hit for hit in self.links() if hit.rect.adjusted(-2.0, -2.0, 2.0, 2.0).contains(inside)]
        return min(found, key=_area, default=None)

    def _draw(self) -> None:
        self._whole = None if self._written is None else self._picture(self._written)
        self._lines.clear()
        self._place(self._lines_for(self._room))
        self.setVisible(self._written is not None)
        self.updateGeometry()

    def _place(self, placed: tuple[PlacedPicture, ...]) -> None:
        self._placed = placed
        self._hits = tuple(hit for line in placed for hit in line.hits())
        self.update()

    def _lines_for(self, width: int) -> tuple[PlacedPicture, ...]:
        if self._written is None or self._whole is None:
            return ()
        known = self._lines.get(width)
        if known is not None:
            return known
        room = width - 2 * PADDING if self._wraps and width > 0 else math.inf
        pictures = [self._whole]
        if self._whole.width > room:
            broken = wrapped(self._written, lambda box: setting_of(box, self._size).width, room)
            pictures = [self._picture(line) for line in broken]
        placed, top = [], 0.0
        for picture in pictures:
            placed.append(PlacedPicture(picture, top))
            top += picture.height + BETWEEN
        self._lines[width] = tuple(placed)
        return self._lines[width]

    def _picture(self, written: Written) -> FormulaPicture:
        return picture_of(written, self._theme.current, self._size)

    @staticmethod
    def _size_of(placed: tuple[PlacedPicture, ...]) -> QSize:
        if not placed:
            return QSize(0, 0)
        width, last = max(line.picture.width for line in placed), placed[-1]
        return QSize(math.ceil(width + 2 * PADDING), math.ceil(last.top + last.picture.height + 2 * PADDING))


def _area(hit: Hit) -> float:
    rect: QRectF = hit.rect
    return rect.width() * rect.height()

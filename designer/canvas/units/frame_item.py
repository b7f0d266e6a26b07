"""The frame of an opened layer: all of it that does not change while a network trains."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.card_content import CardContent
from designer.canvas.card_painter import MARGIN, READABLE_FROM, CardState, paint_badge_at, paint_ports_of
from designer.canvas.text import draw_text, elided, text_width
from designer.canvas.units.frame import NUMBER_WIDTH, NUMBER_X, Frame
from designer.icons import paint_icon
from designer.numbers import whole
from designer.theme import Theme, mixed

CORNER = 8.0
HEAD_Y = 17.0
SMALL_PRINT_FROM = 0.4

Align = Qt.AlignmentFlag
translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class FrameState:
    """How the frame stands out.

    Attributes
    ----------
    card : as its card would: selected, ports, badge.
    button : the button under the pointer, or empty.
    """

    card: CardState = field(default_factory=CardState)
    button: str = ""


class FrameItem(QGraphicsItem):
    """Head, numbers of the units, node of the biases, buttons and ports."""

    def __init__(self, frame: Frame, content: CardContent, theme: Theme) -> None:
        super().__init__()
        self._frame, self._content, self._theme = frame, content, theme
        self._state = FrameState()
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def frame(self) -> Frame:
        """Its geometry."""
        return self._frame

    @property
    def state(self) -> FrameState:
        """How it stands out."""
        return self._state

    def show_frame(self, frame: Frame, content: CardContent, theme: Theme) -> None:
        """Show another window of units, another layer, or other colours."""
        if (frame, content, theme.name) != (self._frame, self._content, self._theme.name):
            self.prepareGeometryChange()
            self._frame, self._content, self._theme = frame, content, theme
            self.update()

    def show_state(self, state: FrameState) -> None:
        """Stand out in another way."""
        if state != self._state:
            self._state = state
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return QRectF(0.0, 0.0, self._frame.width, self._frame.height).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        detail = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, detail)
        self._paint_head(painter, detail)
        if detail >= SMALL_PRINT_FROM:
            self._paint_rows(painter)
            self._paint_bias(painter)
            self._paint_captions(painter)
        if self._frame.paged:
            self._paint_pager(painter)
        paint_ports_of(painter, self._content, self._state.card, self._theme, self._frame.width, self._frame.height)
        if self._state.card.severity is not None:
            paint_badge_at(painter, self._state.card.severity, self._theme, QPointF(self._frame.width - 1.0, 1.0))

    def _paint_ground(self, painter: QPainter, detail: float) -> None:
        theme, body = self._theme, QRectF(0.0, 0.0, self._frame.width, self._frame.height)
        selected = self._state.card.selected
        colour = QColor(theme.accent) if selected else mixed(theme.border, theme.separator, 0.6)
        width = max(2.0, 2.0 / detail) if selected else 1.0
        painter.setPen(QPen(colour, width))
        painter.setBrush(mixed(theme.card, theme.canvas, 0.6))
        inset = width / 2
        painter.drawRoundedRect(body.adjusted(inset, inset, -inset, -inset), CORNER, CORNER)

    def _paint_head(self, painter: QPainter, detail: float) -> None:
        theme, content, frame = self._theme, self._content, self._frame
        if detail < READABLE_FROM:
            # From afar the name alone, as large as the head allows.
            size = round(min(22.0, 10.5 / detail))
            place = QRectF(10.0, HEAD_Y - size / 2, size, size)
            paint_icon(painter, content.icon, place, theme.families[content.family])
            name = elided(content.name, frame.width - size - 24.0, size, 600)
            draw_text(painter, QPointF(16.0 + size, HEAD_Y), name, theme.text, size, 600)
            return
        paint_icon(painter, content.icon, QRectF(12.0, HEAD_Y - 8.0, 16.0, 16.0), theme.families[content.family])
        room = frame.close_button.left() - 34.0 - 6.0
        name = elided(content.name, room, 12, 600)
        draw_text(painter, QPointF(34.0, HEAD_Y), name, theme.text, 12, 600)
        taken = text_width(name, 12, 600) + 8.0
        if content.summary and room - taken > 24.0:
            summary = elided(content.summary, room - taken, 11)
            draw_text(painter, QPointF(34.0 + taken, HEAD_Y), summary, theme.text_second, 11)
        self._paint_button(painter, "close", frame.close_button, "close")

    def _paint_rows(self, painter: QPainter) -> None:
        frame, theme = self._frame, self._theme
        anatomy = frame.anatomy
        if anatomy.picture is not None and anatomy.rows == 1:
            return
        for row in range(frame.first, frame.first + frame.count):
            y = frame.row_y(row)
            at = QPointF(NUMBER_X + NUMBER_WIDTH, y)
            if not anatomy.names:
                draw_text(painter, at, whole(row + 1), theme.text_third, 10, align=Align.AlignRight)
            else:
                name = elided(anatomy.names[row], 40.0, 12, 600)
                draw_text(painter, QPointF(frame.name_x, y), name, theme.text_second, 12, 600)

    def _paint_bias(self, painter: QPainter) -> None:
        if not self._frame.anatomy.bias:
            return
        theme, node = self._theme, self._frame.bias_node
        painter.setPen(QPen(QColor(theme.text_third), 1.25))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(node, 3.0, 3.0)
        draw_text(painter, node.center(), "1", theme.text, 11, 600, align=Align.AlignHCenter)
        at = QPointF(node.left() - 7.0, node.center().y())
        draw_text(painter, at, translate("Units", "bias"), theme.text_third, 10, align=Align.AlignRight)

    def _paint_captions(self, painter: QPainter) -> None:
        frame = self._frame
        if frame.picture is None:
            return
        first = "y" if frame.anatomy.is_end else "x" if frame.anatomy.is_input else "a"
        captions = [(frame.picture_rect(frame.first), first)]
        if frame.second:
            captions.append((frame.picture_rect(frame.first, second=True), "∂C/∂a"))
        for rect, text in captions:
            at = QPointF(rect.center().x(), frame.row_top - 5.0)
            draw_text(painter, at, text, self._theme.text_third, 10, align=Align.AlignHCenter)

    def _paint_pager(self, painter: QPainter) -> None:
        frame = self._frame
        back, on, middle = frame.pager
        what = (
            translate("Units", "units {first}–{last} of {count}")
            if frame.anatomy.picture is None
            else translate("Units", "channels {first}–{last} of {count}")
        )
        last = frame.first + frame.count
        text = what.format(first=whole(frame.first + 1), last=whole(last), count=whole(frame.anatomy.rows))
        draw_text(painter, middle, text, self._theme.text_second, 10, align=Align.AlignHCenter)
        self._paint_button(painter, "previous", back, "chevron-up", enabled=frame.first > 0)
        self._paint_button(painter, "next", on, "chevron-down", enabled=last < frame.anatomy.rows)

    def _paint_button(self, painter: QPainter, key: str, rect: QRectF, icon: str, *, enabled: bool = True) -> None:
        theme = self._theme
        if self._state.button == key and enabled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mixed(theme.text, theme.card, 0.12))
            painter.drawRoundedRect(rect, 4.0, 4.0)
        colour = theme.text_second if enabled else mixed(theme.text_third, theme.card, 0.4).name()
        spare = (rect.width() - 14.0) / 2
        paint_icon(painter, icon, rect.adjusted(spare, spare, -spare, -spare), colour)

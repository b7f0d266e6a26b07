"""The stages of the iteration in a row: what is worked out, where we are, what is to come; a click jumps there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from core.formulas.quantities import Kind
from core.tracing.cursor import Position
from core.tracing.stages import Direction, Stage
from core.tracing.writing import heading
from designer.fonts import CAPTION, TEXT, ui_font
from designer.microscope.notations import NotationChoice
from designer.microscope.service import MicroscopeService
from designer.numbers import whole
from designer.theme import Theme, ThemeService, mixed
from designer.translation import layer_names

HEIGHT, MARGIN, GAP, TOP = 86, 12.0, 5.0, 14.0
SMALLEST, LARGEST = 108.0, 230.0
UNIT_WIDTH = 26.0


@dataclass(frozen=True, slots=True)
class Box:
    """Stages in a row that belong together: those of one layer in one direction, or all of the update.

    Attributes
    ----------
    first, last : numbers of the stages, both included.
    rect : where it is painted.
    """

    first: int
    last: int
    rect: QRectF

    def holds(self, stage: int) -> bool:
        """Return whether a stage is one of these."""
        return self.first <= stage <= self.last

    @property
    def stages(self) -> range:
        """The numbers of the stages."""
        return range(self.first, self.last + 1)


class StageStrip(QScrollArea):
    """The row of stages; it scrolls to where we are."""

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFixedHeight(HEIGHT + 14)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.row = StageRow(microscope, notations, theme)
        self.setWidget(self.row)
        self.row.chosen.connect(microscope.place.go)
        microscope.moved.connect(self._follow)

    def _follow(self) -> None:
        box = self.row.current_box()
        if box is not None:
            self.ensureVisible(round(box.rect.center().x()), 0, round(box.rect.width()), 0)


class StageRow(QWidget):
    """Paints the stages.

    Signals
    -------
    chosen(Position) : the user clicked a unit or a stage.
    """

    chosen = Signal(object)

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._microscope, self._notations, self._theme = microscope, notations, theme
        self._narrow: tuple[Box, ...] = ()
        self._boxes: tuple[Box, ...] = ()
        self._names: Mapping[str, str] = {}
        self._symbols: tuple[str, ...] = ()
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Stages of the iteration"))
        microscope.trace_changed.connect(self._lay_out)
        microscope.moved.connect(self.update)
        notations.changed.connect(self._lay_out)
        theme.changed.connect(self.update)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The stages and where they are painted."""
        return self._boxes

    def current_box(self) -> Box | None:
        """Return the box of the stage that we are in."""
        if not self._microscope.is_open:
            return None
        number = self._microscope.place.position.stage
        return next((box for box in self._boxes if box.holds(number)), None)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(round(self._width()), HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(theme.panel))
        if not self._microscope.is_open:
            return
        dirty = QRectF(event.rect())
        for box in self._boxes:
            if box.rect.adjusted(-4, -TOP, 4, 4).intersects(dirty):
                self._paint_box(painter, box, theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        found = self._position_at(event.position())
        if found is not None and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(found)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            number = self._stage_at(QPointF(event.pos()))
            if number is not None:
                QToolTip.showText(event.globalPos(), self._tip(number), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._boxes = tuple(_stretched(self._narrow, self.width()))

    def _lay_out(self) -> None:
        is_open = self._microscope.is_open
        self._names = layer_names(self._microscope.trace.graph) if is_open else {}
        stages = self._microscope.place.walk.stages if is_open else ()
        self._symbols = tuple(heading(self._notations.current, stage.quantity) for stage in stages)
        self._narrow = tuple(self._boxes_of(stages))
        self.setMinimumWidth(round(self._width()))
        self._boxes = tuple(_stretched(self._narrow, self.width()))
        self.updateGeometry()
        self.update()

    def _boxes_of(self, stages: Sequence[Stage]) -> Iterator[Box]:
        metrics = QFontMetricsF(ui_font(TEXT, 600))
        x, first = MARGIN, 0
        for number, stage in enumerate(stages):
            if number + 1 < len(stages) and _together(stage, stages[number + 1]):
                continue
            units = sum(min(stages[i].units, 3) for i in range(first, number + 1))
            title = metrics.horizontalAdvance(box_title(stages[first], self._names)) + 38.0
            width = min(LARGEST, max(SMALLEST, title, 24.0 + UNIT_WIDTH * min(units, 7)))
            yield Box(first, number, QRectF(x, TOP, width, HEIGHT - TOP - 6.0))
            x, first = x + width + GAP, number + 1

    def _width(self) -> float:
        return self._narrow[-1].rect.right() + MARGIN if self._narrow else 0.0

    def _box_at(self, place: QPointF) -> Box | None:
        return next((box for box in self._boxes if box.rect.contains(place)), None)

    def _stage_at(self, place: QPointF) -> int | None:
        box = self._box_at(place)
        if box is None:
            return None
        return next((n for n in reversed(box.stages) if self._bar(box, n).left() - 1.0 <= place.x()), box.first)

    def _position_at(self, place: QPointF) -> Position | None:
        """Return the end of the unit under a place in the bar, or of the whole stage above it."""
        box, number = self._box_at(place), self._stage_at(place)
        if box is None or number is None:
            return None
        walk = self._microscope.place.walk
        stage, bar = walk.stages[number], self._bar(box, number)
        unit = stage.units - 1
        if place.y() >= bar.top() - 3.0:
            unit = min(unit, max(0, int((place.x() - bar.left()) / bar.width() * stage.units)))
        return Position(number, unit, walk.terms(number, unit) - 1)

    def _bar(self, box: Box, number: int) -> QRectF:
        """Return where the bar of a stage is: the stages of a box share its width."""
        count, gap = box.last - box.first + 1, 5.0
        width = (box.rect.width() - 18.0 - gap * (count - 1)) / count
        left = box.rect.left() + 9.0 + (number - box.first) * (width + gap)
        return QRectF(left, box.rect.bottom() - 19.0, width, 10.0)

    def _paint_box(self, painter: QPainter, box: Box, theme: Theme) -> None:
        walk, position = self._microscope.place.walk, self._microscope.place.position
        colour = QColor(stage_colour(walk.stages[box.first], theme))
        current, ahead = box.holds(position.stage), box.first > position.stage
        painter.setPen(QPen(colour if current else QColor(theme.border), 1.6 if current else 1.0))
        painter.setBrush(QColor(theme.raised if ahead else theme.card))
        painter.drawRoundedRect(box.rect, 5.0, 5.0)
        self._paint_head(painter, box, theme, ahead)
        for number in box.stages:
            self._paint_bar(painter, self._bar(box, number), number, theme, colour)
        if current:
            self._paint_marker(painter, self._bar(box, position.stage), theme)

    def _paint_head(self, painter: QPainter, box: Box, theme: Theme, ahead: bool) -> None:
        stage = self._microscope.place.walk.stages[box.first]
        left, top, room = box.rect.left() + 10.0, box.rect.top(), box.rect.width() - 20.0
        mark = QColor(stage_colour(stage, theme))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(mark.name(), theme.raised, 0.5) if ahead else mark)
        painter.drawEllipse(QPointF(left + 3.5, top + 14.0), 3.5, 3.5)
        painter.setPen(QColor(theme.text_second if ahead else theme.text))
        painter.setFont(ui_font(TEXT, 600))
        title = box_title(stage, self._names)
        painter.drawText(QPointF(left + 13.0, top + 18.0), _elided(painter, title, room - 13.0))
        painter.setFont(ui_font(CAPTION))
        painter.setPen(QColor(theme.text_third if ahead else theme.text_second))
        painter.drawText(QPointF(left, top + 34.0), _elided(painter, self._line(box), room))

    def _line(self, box: Box) -> str:
        """Return the second line: where we are in these stages, or what they work out."""
        walk, position = self._microscope.place.walk, self._microscope.place.position
        if not box.holds(position.stage):
            return ", ".join(dict.fromkeys(self._symbols[number] for number in box.stages))
        stage, symbol = walk.stages[position.stage], self._symbols[position.stage]
        if stage.units == 1:
            return symbol
        number, count = whole(position.unit + 1), whole(stage.units)
        return self.tr("{symbol}, {number} of {count}").format(symbol=symbol, number=number, count=count)

    def _paint_bar(self, painter: QPainter, bar: QRectF, number: int, theme: Theme, colour: QColor) -> None:
        walk, position = self._microscope.place.walk, self._microscope.place.position
        units, known = walk.stages[number].units, walk.known_units(position, number)
        empty = mixed(theme.border, theme.card, 0.45)
        painter.setPen(Qt.PenStyle.NoPen)
        if units * 4.0 > bar.width():
            painter.setBrush(empty)
            painter.drawRoundedRect(bar, 2.0, 2.0)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * known / units, bar.height()), 2.0, 2.0)
            return
        gap = 2.0 if units > 1 else 0.0
        width = (bar.width() - gap * (units - 1)) / units
        for unit in range(units):
            here = number == position.stage and unit == position.unit
            cell = QRectF(bar.left() + unit * (width + gap), bar.top(), width, bar.height())
            painter.setBrush(QColor(theme.cursor_border) if here else (colour if unit < known else empty))
            painter.drawRoundedRect(cell, 2.0, 2.0)

    def _paint_marker(self, painter: QPainter, bar: QRectF, theme: Theme) -> None:
        position = self._microscope.place.position
        units = self._microscope.place.walk.stages[position.stage].units
        x = bar.left() + bar.width() * (position.unit + 0.5) / units
        painter.setPen(QPen(QColor(theme.text), 1.4))
        painter.drawLine(QPointF(x, 8.0), QPointF(x, TOP))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.text))
        painter.drawPolygon(QPolygonF([QPointF(x - 5.0, 2.0), QPointF(x + 5.0, 2.0), QPointF(x, 9.0)]))

    def _tip(self, number: int) -> str:
        stage = self._microscope.place.walk.stages[number]
        name = self._names.get(stage.node, "")
        values = self.tr("1 value") if stage.units == 1 else self.tr("{count} values").format(count=whole(stage.units))
        return f"{self._symbols[number]} · {name} – {values}"


def stage_colour(stage: Stage, theme: Theme) -> str:
    """Return the colour of a stage: that of what flows forward, of what flows back, or of the update."""
    if stage.direction is Direction.FORWARD:
        return theme.forward
    return theme.backward if stage.direction is Direction.BACKWARD else theme.accent


def box_title(stage: Stage, names: Mapping[str, str]) -> str:
    """Return the title of stages that belong together: "Forward · Dense 15"."""
    tr = QCoreApplication.translate
    if stage.direction is Direction.UPDATE:
        return tr("StageRow", "Update")
    name = names.get(stage.node, stage.node)
    if stage.kind in (Kind.SAMPLE_LOSS, Kind.LOSS):
        return tr("StageRow", "Loss")
    way = tr("StageRow", "Forward") if stage.direction is Direction.FORWARD else tr("StageRow", "Back")
    return f"{way} · {name}"


def _stretched(boxes: Sequence[Box], width: int) -> Iterator[Box]:
    """Yield boxes that share all the room there is; where it is too narrow for them, as narrow as they are."""
    own = sum(box.rect.width() for box in boxes)
    factor = max(1.0, (width - 2 * MARGIN - GAP * (len(boxes) - 1)) / own) if boxes else 1.0
    x = MARGIN
    for box in boxes:
        rect = QRectF(x, box.rect.top(), factor * box.rect.width(), box.rect.height())
        yield Box(box.first, box.last, rect)
        x += rect.width() + GAP


def _together(one: Stage, other: Stage) -> bool:
    if one.direction is not other.direction:
        return False
    return one.direction is Direction.UPDATE or one.node == other.node


def _elided(painter: QPainter, text: str, room: float) -> str:
    return QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, room)

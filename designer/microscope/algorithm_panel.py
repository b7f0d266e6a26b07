"""The algorithm with its current line, and the values that its lines have come to."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from core.formulas.quantities import Kind, Quantity
from core.tracing.algorithm import Form, current_line, listing
from core.tracing.algorithm_lines import Line
from core.tracing.pseudo_code import loop_place
from designer.fonts import SECOND_LINE, TEXT, ui_font
from designer.microscope.notations import NotationChoice
from designer.microscope.service import MicroscopeService
from designer.microscope.stage_strip import stage_colour
from designer.numbers import general
from designer.theme import ThemeService
from designer.translation import shown
from designer.widgets.choice_box import ChoiceBox

ROW, INDENT, LEFT = 24.0, 14.0, 12.0


class AlgorithmPanel(QWidget):
    """Pseudo-code after 002, or the code form of 003."""

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choice = ChoiceBox(
            [(Form.PSEUDO_CODE.value, self.tr("algorithm")), (Form.CODE.value, self.tr("as code"))]
        )
        self._choice.setToolTip(self.tr("The algorithm of document 002, or the code form of 003"))
        self._choice.setFixedWidth(104)
        self.lines = AlgorithmLines(microscope, notations, theme)
        self._choice.changed.connect(lambda: self.lines.use(Form(self._choice.current)))
        self._area = area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        # It follows the current line by itself: no stop on the way of the Tab key.
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._choice.setAccessibleName(self.tr("Form of the algorithm"))
        area.setWidgetResizable(True)
        area.setWidget(self.lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        microscope.moved.connect(self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """Scroll to the current line."""
        place = self.lines.current_place()
        if place is not None:
            self._area.ensureVisible(0, round(place.center().y()), 0, round(1.5 * ROW))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(216, max(350, self.lines.sizeHint().height() + 12))

    def header_widget(self) -> QWidget:
        """The choice of the form."""
        return self._choice


class AlgorithmLines(QWidget):
    """Paints the lines; the current one has a ground of its own."""

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._microscope, self._notations, self._theme = microscope, notations, theme
        self._form = Form.PSEUDO_CODE
        self._lines: tuple[Line, ...] = ()
        self.setAccessibleName(self.tr("Algorithm"))
        microscope.trace_changed.connect(self._read)
        microscope.moved.connect(self.update)
        notations.changed.connect(self._read)
        theme.changed.connect(self.update)

    @property
    def current_text(self) -> str:
        """The line that is being worked out."""
        number = self._current()
        return "" if number is None else shown(self._lines[number].text)

    def current_place(self) -> QRectF | None:
        """Return where that line is painted."""
        number = self._current()
        return None if number is None else self._row(number)

    def use(self, form: Form) -> None:
        """Show another form."""
        self._form = form
        self._read()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        metrics = QFontMetricsF(self._font(False))
        widths = [metrics.horizontalAdvance(shown(line.text)) + INDENT * line.indent for line in self._lines]
        return QSize(round(2 * LEFT + max(widths, default=180.0)), round(ROW * len(self._lines) + 8.0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.panel))
        current = self._current()
        for number, line in enumerate(self._lines):
            row = self._row(number)
            here = number == current
            if here:
                painter.fillRect(row, QColor(theme.cursor_term))
                painter.fillRect(QRectF(0.0, row.top(), 3.0, ROW), QColor(theme.cursor_border))
            painter.setPen(QColor(theme.text if here or not line.kinds else theme.text_second))
            place, words = row.adjusted(LEFT + INDENT * line.indent, 0.0, -LEFT, 0.0), shown(line.text)
            # The current line is bold where that leaves it whole.
            bold = here and QFontMetricsF(self._font(True)).horizontalAdvance(words) <= place.width()
            painter.setFont(self._font(bold))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), words)
            taken = place.left() + QFontMetricsF(painter.font()).horizontalAdvance(words)
            self._paint_value(painter, row, self._value(number, current), taken)

    def _row(self, number: int) -> QRectF:
        return QRectF(0.0, 4.0 + ROW * number, self.width(), ROW)

    def value(self, number: int) -> str:
        """Return what stands at the right of a line: what it has come to, or where its loop is; empty for nothing."""
        return self._value(number, self._current())[0]

    def _paint_value(self, painter: QPainter, row: QRectF, value: tuple[str, str], taken: float) -> None:
        text, colour = value
        painter.setFont(ui_font(SECOND_LINE, 600))
        if text and taken + QFontMetricsF(painter.font()).horizontalAdvance(text) + 2 * LEFT < row.width():
            painter.setPen(QColor(colour))
            painter.drawText(row.adjusted(0.0, 0.0, -LEFT, 0.0), int(_RIGHT), text)

    def _value(self, number: int, current: int | None) -> tuple[str, str]:
        """Return the value of a line and its colour, which is that of the way in which it flows."""
        if not self._microscope.is_open:
            return "", ""
        microscope, line, theme = self._microscope, self._lines[number], self._theme.current
        stage, walk = microscope.place.stage, microscope.place.walk
        if number == current:
            return self._number(microscope.place.quantity), stage_colour(stage, theme)
        if not line.kinds:
            inside = stage.node in microscope.trace.layers and self._is_in_loop(number, current)
            place = loop_place(microscope.trace, self._notations.current, stage.node) if inside else ""
            return place, stage_colour(stage, theme)
        if not line.node and Kind.LOSS not in line.kinds:
            return "", ""
        done = [known for known in walk.stages[: microscope.place.position.stage] if line.works_out(known)]
        if not done or done[-1].units > 1:
            return "", ""
        return self._number(done[-1].quantity_at(0, walk.sample)), stage_colour(done[-1], theme)

    def _number(self, quantity: Quantity) -> str:
        """Return a number with the sign of the notation."""
        return general(self._notations.current.sign(quantity.kind) * self._microscope.explainer.number(quantity), 4)

    def _is_in_loop(self, number: int, current: int | None) -> bool:
        """Whether a line begins the innermost loop around the current one."""
        indent = self._lines[number].indent
        if current is None or indent == 0 or self._lines[current].indent <= indent:
            return False
        between = self._lines[number + 1 : current + 1]
        return number < current and all(line.indent > indent for line in between)

    def _font(self, strong: bool) -> QFont:
        return ui_font(TEXT, 600 if strong else 400)

    def _current(self) -> int | None:
        return current_line(self._lines, self._microscope.place.stage) if self._microscope.is_open else None

    def _read(self) -> None:
        microscope, notation = self._microscope, self._notations.current
        self._lines = listing(microscope.trace, self._form, notation) if microscope.is_open else ()
        self.setMinimumSize(self.sizeHint())
        self.updateGeometry()
        self.update()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

"""The algorithm with its current line, and the values that its lines have come to."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from core.formulas.quantities import Kind
from core.tracing.algorithm import Form, Line, current_line, listing
from designer.fonts import SECOND_LINE, TEXT, ui_font
from designer.microscope.service import MicroscopeService
from designer.microscope.stage_strip import stage_colour
from designer.numbers import general
from designer.theme import ThemeService
from designer.translation import shown
from designer.widgets.choice_box import ChoiceBox

ROW, INDENT, LEFT = 24.0, 14.0, 12.0


class AlgorithmPanel(QWidget):
    """Pseudo-code after 002, or the code form of 003."""

    def __init__(self, microscope: MicroscopeService, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = ChoiceBox(
            [(Form.PSEUDO_CODE.value, self.tr("algorithm")), (Form.CODE.value, self.tr("as code"))]
        )
        self._choice.setToolTip(self.tr("The algorithm of document 002, or the code form of 003"))
        self._choice.setFixedWidth(104)
        self.lines = AlgorithmLines(microscope, theme)
        self._choice.changed.connect(lambda: self.lines.use(Form(self._choice.current)))
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self.lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(216, max(300, self.lines.sizeHint().height() + 12))

    def header_widget(self) -> QWidget:
        """The choice of the form."""
        return self._choice


class AlgorithmLines(QWidget):
    """Paints the lines; the current one has a ground of its own."""

    def __init__(self, microscope: MicroscopeService, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._microscope, self._theme = microscope, theme
        self._form = Form.PSEUDO_CODE
        self._lines: tuple[Line, ...] = ()
        self.setAccessibleName(self.tr("Algorithm"))
        microscope.trace_changed.connect(self._read)
        microscope.moved.connect(self.update)
        theme.changed.connect(self.update)

    @property
    def current_text(self) -> str:
        """The line that is being worked out."""
        number = self._current()
        return "" if number is None else shown(self._lines[number].text)

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
            row = QRectF(0.0, 4.0 + ROW * number, self.width(), ROW)
            here = number == current
            if here:
                painter.fillRect(row, QColor(theme.cursor_term))
                painter.fillRect(QRectF(0.0, row.top(), 3.0, ROW), QColor(theme.cursor_border))
            painter.setPen(QColor(theme.text if here or not line.kinds else theme.text_second))
            painter.setFont(self._font(here))
            place = row.adjusted(LEFT + INDENT * line.indent, 0.0, -LEFT, 0.0)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown(line.text))
            self._paint_value(painter, row, line, here)

    def _paint_value(self, painter: QPainter, row: QRectF, line: Line, here: bool) -> None:
        """Write at the right what the line has come to: the loss, or the number at hand."""
        microscope = self._microscope
        if not microscope.is_open:
            return
        value = None
        if here:
            value = microscope.explainer.number(microscope.quantity)
        elif Kind.LOSS in line.kinds and microscope.walk.stages[microscope.position.stage].kind is not Kind.LOSS:
            stages = [number for number, stage in enumerate(microscope.walk.stages) if stage.kind is Kind.LOSS]
            value = microscope.trace.loss if stages and microscope.position.stage > stages[0] else None
        if value is None:
            return
        painter.setFont(ui_font(SECOND_LINE, 600))
        painter.setPen(QColor(stage_colour(microscope.stage, self._theme.current)))
        text = general(value, 4)
        room = QFontMetricsF(self._font(here)).horizontalAdvance(shown(line.text)) + LEFT + INDENT * line.indent
        own = QFontMetricsF(painter.font()).horizontalAdvance(text)
        if room + own + 2 * LEFT < row.width():
            painter.drawText(row.adjusted(0.0, 0.0, -LEFT, 0.0), int(_RIGHT), text)

    def _font(self, strong: bool) -> QFont:
        return ui_font(TEXT, 600 if strong else 400)

    def _current(self) -> int | None:
        return current_line(self._lines, self._microscope.stage) if self._microscope.is_open else None

    def _read(self) -> None:
        self._lines = listing(self._microscope.trace, self._form) if self._microscope.is_open else ()
        self.setMinimumSize(self.sizeHint())
        self.updateGeometry()
        self.update()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

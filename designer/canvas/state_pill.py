"""Whether the network can run, in one line at the upper right of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.compiler.structure import inputs_of, outputs_of
from core.layers.layer_type import format_shape
from designer.canvas.text import draw_text, text_width
from designer.document import Document
from designer.icons import paint_icon
from designer.problems.service import ProblemService
from designer.run.controller import RunController, RunStatus
from designer.theme import ThemeService
from designer.translation import shown

HEIGHT = 24


class StatePill(QWidget):
    """Says "784 → 10, ready", or how many problems there are while one keeps the network from running.

    Signals
    -------
    problem_requested() : it was clicked while it says that there are problems.
    resized() : it takes more or less room.
    """

    problem_requested = Signal()
    resized = Signal()

    def __init__(
        self,
        document: Document,
        problems: ProblemService,
        run: RunController,
        theme: ThemeService,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._document, self._problems, self._run, self._theme = document, problems, run, theme
        self._icon, self._text = "", ""
        problems.changed.connect(self.follow)
        run.status_changed.connect(self.follow)
        theme.changed.connect(self.update)
        self.hide()
        self.follow()

    @property
    def text(self) -> str:
        """What it says; empty for an empty canvas."""
        return self._text

    def follow(self) -> None:
        """Say how it stands now."""
        icon, text = self._state()
        if (icon, text) != (self._icon, self._text):
            self._icon, self._text = icon, text
            self.setVisible(bool(text))
            self.setAccessibleName(text)
            self.setToolTip(self._tip())
            self.resize(self.sizeHint())
            self.resized.emit()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the text."""
        return QSize(round(text_width(self._text, 11)) + 40, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if self._icon == "error":
            self.problem_requested.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        colours = {"check": theme.good, "error": theme.error, "warning": theme.warning, "clock": theme.text_third}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(QColor(theme.canvas))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
        if self._icon:
            paint_icon(painter, self._icon, QRectF(8, HEIGHT / 2 - 7, 14, 14), colours[self._icon])
        draw_text(painter, QPointF(28.0, HEIGHT / 2), self._text, theme.text_second, 11)

    def _state(self) -> tuple[str, str]:
        graph = self._document.project.graph
        if not graph.nodes:
            return "", ""
        if self._problems.first_error is not None:
            count = len(self._problems.problems)
            return "error", self.tr("1 problem") if count == 1 else self.tr("{count} problems").format(count=count)
        if self._run.status is RunStatus.BLOCKED:
            return "clock", self.tr("waiting for data")
        if self._run.stale:
            return "warning", self.tr("edited since Run")
        if self._run.status is RunStatus.FAILED:
            return "warning", self.tr("the last run failed")
        shapes = self._problems.shapes
        ends = [shapes[nodes[0].id].output for nodes in (inputs_of(graph), outputs_of(graph)) if nodes]
        if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
            text = self.tr("{input} → {output}, ready")
            return "check", text.format(input=format_shape(ends[0]), output=format_shape(ends[1]))
        return "check", self.tr("ready")

    def _tip(self) -> str:
        if self._run.error is not None:
            return shown(self._run.error)
        if self._icon == "warning":
            return self.tr("The run goes on with the network as it was. Pause and run again to take the edits in.")
        return self.tr("Click to see the first problem") if self._icon == "error" else ""

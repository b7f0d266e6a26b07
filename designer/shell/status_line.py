"""The line at the foot of the window: what is trained, on what, how large, how fast."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.loops.library import is_loaded
from core.training.snapshot import RunPhase, Snapshot
from designer.datasets.service import DataService, DataStatus
from designer.document import Document
from designer.fonts import ui_font
from designer.icons import paint_icon
from designer.numbers import microseconds, whole
from designer.problems.service import ProblemService
from designer.run.controller import RunController, RunStatus
from designer.theme import Theme, ThemeService

HEIGHT = 24


class StatusLine(QWidget):
    """Status · data · parameters · multiply-adds · µs per step · seed · precision, painted as one widget.

    A live panel for the time per step; the rest follows the document.
    """

    def __init__(
        self,
        document: Document,
        problems: ProblemService,
        data: DataService,
        run: RunController,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._problems, self._data = document, problems, data
        self._run, self._theme = run, theme
        self._speed = ""
        # Loops that are kept on disk are loaded once per process, which can take some seconds.
        self._first_run = not is_loaded()
        self._parts: tuple[str, ...] = ()
        self._right, self._says_saved = "", False
        self._message = ""
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(ui_font(11))
        document.changed.connect(self._follow)
        document.file_changed.connect(self._on_file_changed)
        problems.changed.connect(self._follow)
        data.changed.connect(self._follow)
        run.status_changed.connect(self._follow)
        theme.changed.connect(self.update)
        self._follow()

    def refresh(self, snapshot: Snapshot) -> None:
        """Take over the time per step."""
        self._speed = microseconds(snapshot.microseconds_per_step)
        if self._first_run and snapshot.phase is RunPhase.RUNNING:
            self._first_run = False
            self._follow()

    def surfaces(self) -> Sequence[QWidget]:
        """This widget is one surface."""
        return (self,)

    def show_message(self, message: str) -> None:
        """Show a message in place of the figures, such as what a menu entry does; empty brings them back."""
        self._message = message
        self.update()

    def show_autosaved(self, moment: datetime) -> None:
        """Say at the right when the work was last kept."""
        self._right, self._says_saved = self.tr("autosaved {time}").format(time=f"{moment:%H:%M}"), False
        self.setToolTip("")
        self.update()

    def texts(self) -> tuple[str, ...]:
        """Return what is shown, from left to right."""
        speed = self.tr("{time} µs per step").format(time=self._speed) if self._has_speed() else ""
        before, after = self._parts[:4], self._parts[4:]
        return tuple(part for part in (*before, speed, *after, self._right) if part)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(QRectF(0.0, 0.0, self.width(), 1.0), QColor(theme.separator))
        metrics, baseline = QFontMetricsF(self.font()), 16.0
        right = self.width() - 12.0
        if self._right:
            right -= metrics.horizontalAdvance(self._right)
            painter.setPen(QColor(theme.text_second))
            painter.drawText(QPointF(right, baseline), self._right)
            right -= 12.0
        if self._message:
            painter.setPen(QColor(theme.text_second))
            painter.drawText(QPointF(12.0, baseline), self._message)
            return
        icon_name, colour = self._sign(theme)
        paint_icon(painter, icon_name, QRectF(12.0, 6.0, 12.0, 12.0), colour)
        left = 30.0
        shown = self.texts()
        for index, part in enumerate(shown[:-1] if self._right else shown):
            width = metrics.horizontalAdvance(part)
            if left + width > right:
                return
            painter.setPen(QColor(theme.text if index == 0 else theme.text_second))
            painter.drawText(QPointF(left, baseline), part)
            left += width + 12.0
            painter.fillRect(QRectF(round(left), 7.0, 1.0, 11.0), QColor(theme.separator))
            left += 12.0

    def _has_speed(self) -> bool:
        return bool(self._speed) and self._speed[0].isdigit() and self._run.snapshot is not None

    def _sign(self, theme: Theme) -> tuple[str, str]:
        if self._run.status is RunStatus.RUNNING and self._run.stale:
            return "warning", theme.warning
        return {
            RunStatus.BLOCKED: ("warning", theme.warning),
            RunStatus.READY: ("check", theme.good),
            RunStatus.RUNNING: ("check", theme.good),
            RunStatus.PAUSED: ("pause", theme.text_third),
            RunStatus.FINISHED: ("check", theme.good),
            RunStatus.FAILED: ("error", theme.error),
        }[self._run.status]

    def _on_file_changed(self) -> None:
        saved = not self._document.modified and self._document.path is not None
        left_out = self._moments_left_out() if saved else 0
        if saved:
            self._right = self._saved_text(left_out)
        elif not self._document.modified or self._says_saved:
            self._right = ""
        self._says_saved = saved
        where = self.tr("They stay until the project is closed. Training, Moments, “In the file” saves them as well.")
        self.setToolTip(where if left_out else "")
        self._follow()

    def _moments_left_out(self) -> int:
        """Return how many kept moments are not in the file that was written; the present always is."""
        project = self._document.project
        if project.training.keep_in_file or project.state is None:
            return 0
        return len(project.timeline.until(project.state.position.iteration - 1))

    def _saved_text(self, left_out: int) -> str:
        if not left_out:
            return self.tr("saved")
        several = self.tr("saved without {count} kept moments")
        return self.tr("saved without 1 kept moment") if left_out == 1 else several.format(count=whole(left_out))

    def _follow(self, _delta: object = None) -> None:
        training = self._document.project.training
        shapes = self._problems.shapes.values()
        parameters = sum(shape.parameter_count for shape in shapes)
        products = sum(shape.multiply_adds for shape in shapes)
        self._parts = (
            self._status(),
            self._data_text(),
            self.tr("{count} parameters").format(count=whole(parameters)),
            self.tr("{count} multiply-adds per sample").format(count=whole(products)),
            self.tr("seed {seed}").format(seed=training.seed),
            training.dtype,
        )
        self.setAccessibleName(" · ".join(self._parts))
        self.update()

    def _status(self) -> str:
        if self._run.status is RunStatus.RUNNING and self._run.stale:
            return self.tr("Running the network before your edits; pause and run for the new one")
        if self._run.compiling:
            return self.tr("Compiling fast loops (first use only) …")
        if self._run.status is RunStatus.RUNNING and self._first_run:
            return self.tr("Starting the first run …")
        return {
            RunStatus.BLOCKED: self.tr("Cannot run yet"),
            RunStatus.READY: self.tr("Ready"),
            RunStatus.RUNNING: self.tr("Running"),
            RunStatus.PAUSED: self.tr("Paused"),
            RunStatus.FINISHED: self.tr("Finished"),
            RunStatus.FAILED: self.tr("Run failed"),
        }[self._run.status]

    def _data_text(self) -> str:
        data, status = self._data.data, self._data.status
        if data is not None:
            samples = len(data.training) + len(data.validation)
            return self.tr("{name}, {samples} samples · {inputs} → {targets}").format(
                name=data.name,
                samples=whole(samples),
                inputs=whole(math.prod(data.sample_shape)),
                targets=whole(data.target_width),
            )
        return {
            DataStatus.NONE: self.tr("no data"),
            DataStatus.LOADING: self.tr("loading data"),
            DataStatus.READY: "",
            DataStatus.FAILED: self.tr("data not readable"),
            DataStatus.ASK: self.tr("data wait for your permission"),
        }[status]

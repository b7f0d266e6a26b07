"""The card of a recent project: its network, its loss curve, its last result."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from core.storage.summary import ProjectSummary
from designer.numbers import measure, percent, whole
from designer.theme import Theme, ThemeService
from designer.welcome.card import Card
from designer.welcome.pictures import paint_chain, paint_curve

PICTURE_HEIGHT = 103.0
CURVE_TOP = 71.0


class RecentCard(Card):
    """Shows a project file; grey where there is none any more."""

    def __init__(self, path: Path, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(theme, path.name, "", PICTURE_HEIGHT, parent=parent)
        self.path = path
        self._summary: ProjectSummary | None = None
        self.setToolTip(str(path))
        self.set_texts(self.tr("reading…"))

    def show_summary(self, summary: ProjectSummary, changed: datetime) -> None:
        """Show what the file holds."""
        self._summary = summary
        accuracy = summary.validation_accuracy
        result = percent(accuracy, 2) if not math.isnan(accuracy) else ""
        if not result and not math.isnan(summary.loss):
            result = self.tr("loss {loss}").format(loss=measure(summary.loss))
        self.set_texts(self._progress(summary), result, self._when(changed))

    def show_missing(self, reason: str) -> None:
        """Show that the file cannot be opened."""
        self.setEnabled(False)
        self.set_texts(reason)

    def paint_picture(self, painter: QPainter, rect: QRectF, theme: Theme) -> None:
        lower = QRectF(0, CURVE_TOP, rect.width(), rect.height() - CURVE_TOP)
        painter.fillRect(lower, QColor(theme.panel))
        painter.fillRect(QRectF(0, CURVE_TOP, rect.width(), 1), QColor(theme.separator))
        if self._summary is None:
            return
        paint_chain(painter, QRectF(0, 0, rect.width(), CURVE_TOP), theme, self._summary.layers)
        paint_curve(painter, lower.adjusted(10, 6, -10, -6), theme, self._summary.curve)

    def _progress(self, summary: ProjectSummary) -> str:
        parameters = self.tr("{count} par.").format(count=whole(summary.parameters))
        if summary.iteration == 0:
            return self.tr("not trained yet")
        if summary.epoch:
            return self.tr("epoch {epoch}, {parameters}").format(epoch=whole(summary.epoch), parameters=parameters)
        return self.tr("iteration {iteration}, {parameters}").format(
            iteration=whole(summary.iteration), parameters=parameters
        )

    def _when(self, moment: datetime) -> str:
        day, today = moment.date(), date.today()
        if day == today:
            return self.tr("today {time}").format(time=f"{moment:%H:%M}")
        if day == today - timedelta(days=1):
            return self.tr("yesterday")
        form = "d MMM" if day.year == today.year else "d MMM yyyy"
        return QLocale().toString(QDate(day.year, day.month, day.day), form)

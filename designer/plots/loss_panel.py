"""Loss and accuracy: how the run goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.training.snapshot import Snapshot
from designer.fonts import SECOND_LINE
from designer.plots.export import record_as_csv
from designer.plots.loss_chart import LossChart
from designer.plots.loss_record import LossRecord, record_of
from designer.plots.plot_panel import PlotPanel, SnapshotSource
from designer.plots.text_paint import paint_text, width_of
from designer.theme import ThemeService


class LossPanel(PlotPanel):
    """Training and validation loss over accuracy, with a crosshair, zoom and export."""

    def __init__(self, run: SnapshotSource, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(run, theme, parent)
        self.chart = LossChart(theme)
        self._legend = LossLegend(theme)
        self._follow = QPushButton(self.tr("Follow"), self)
        self._follow.setObjectName("follow")
        self._follow.setToolTip(self.tr("Show the whole run again (double click, Home)"))
        self._follow.hide()
        self._follow.clicked.connect(self.chart.follow)
        self.chart.following_changed.connect(lambda following: self._follow.setVisible(not following))
        self.chart.menu_requested.connect(self._open_menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)
        self._follow.raise_()

    def header_widget(self) -> QWidget:
        """The legend."""
        return self._legend

    def context_menu(self) -> QMenu:
        """Return the menu of the plot."""
        menu = QMenu(self)
        follow = menu.addAction(self.tr("Follow the run"))
        follow.setEnabled(not self.chart.following)
        follow.triggered.connect(self.chart.follow)
        menu.addSeparator()
        table = menu.addAction(self.tr("Save data as CSV…"))
        table.triggered.connect(self._choose_table)
        picture = menu.addAction(self.tr("Save picture…"))
        picture.triggered.connect(self._choose_picture)
        for action in (table, picture):
            action.setEnabled(not self.chart.record.empty)
        return menu

    def save_table(self, path: Path) -> None:
        """Write the record as CSV; a failure is said in the plot."""
        try:
            path.write_text(record_as_csv(self.chart.record), encoding="utf-8")
        except OSError as error:
            self._report(path, error.strerror or str(error))

    def save_picture(self, path: Path) -> None:
        """Write the plot as it is shown, in the format of the ending; a failure is said in the plot."""
        if not self.chart.grab().save(str(path)):
            self._report(path, self.tr("the folder cannot be written, or the ending is none of .png, .jpg, .bmp"))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Keep the button in its corner."""
        super().resizeEvent(event)
        self._follow.adjustSize()
        self._follow.move(self.width() - self._follow.width() - 16, 8)

    def _take(self, snapshot: Snapshot | None) -> Sequence[QWidget]:
        record = LossRecord() if snapshot is None else record_of(snapshot)
        if not record.same_as(self.chart.record):
            self.chart.set_record(record)
            return (self.chart.viewport(),)
        return ()

    def _open_menu(self, place: QPoint) -> None:
        menu = self.context_menu()
        menu.exec(place)
        menu.deleteLater()

    def _choose_table(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save data as CSV"), "loss.csv", self.tr("Tables (*.csv)"))
        if name:
            self.save_table(_with_ending(Path(name), ".csv"))

    def _choose_picture(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save picture"), "loss.png", self.tr("Pictures (*.png *.jpg *.bmp)")
        )
        if name:
            self.save_picture(_with_ending(Path(name), ".png"))

    def _report(self, path: Path, reason: str) -> None:
        text = self.tr("Cannot write '{name}': {reason}.").format(name=path.name, reason=reason)
        self.chart.set_message(text)


class LossLegend(QWidget):
    """Which line is which: by dashes, not by colour alone."""

    LINE, GAP = 22, 6

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def names(self) -> tuple[str, str]:
        """What is written: the second name is shortened where the head is narrow."""
        first, second = self._names()
        return (first, second) if self.width() >= self.sizeHint().width() else (first, self.tr("val"))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for both names in full."""
        names = sum(width_of(name, SECOND_LINE) + 2 for name in self._names())
        return QSize(round(names) + 2 * (self.LINE + self.GAP) + 12, 20)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        left = 0.0
        for name, colour, dashed in zip(
            self.names, (theme.training_curve, theme.validation_curve), (False, True), strict=True
        ):
            pen = QPen(QColor(colour), 2.0)
            if dashed:
                pen.setDashPattern([2.5, 1.5])
            painter.setPen(pen)
            middle = self.height() / 2
            painter.drawLine(QPointF(left, middle), QPointF(left + self.LINE, middle))
            left += self.LINE + self.GAP
            width = width_of(name, SECOND_LINE) + 2
            paint_text(painter, QRectF(left, 0.0, width, self.height()), name, theme.text_second)
            left += width + 12

    def _names(self) -> tuple[str, str]:
        return self.tr("train"), self.tr("validation")


def _with_ending(path: Path, ending: str) -> Path:
    return path if path.suffix else path.with_suffix(ending)

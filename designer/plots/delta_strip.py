"""δ of one layer: a cell per unit, and the norm over time below."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from core.data.sample_numbers import sample_number
from core.training.snapshot import LayerValues
from designer.fonts import CAPTION, SECOND_LINE
from designer.numbers import decimals, short, significant, whole
from designer.plots.cell_grid import grid_for
from designer.plots.series import Numbers
from designer.plots.text_paint import LEFT, RIGHT, CardLine, elided, paint_text, width_of
from designer.plots.trend import Trend
from designer.theme import Theme, diverging_colours, mixed

translate = QCoreApplication.translate

TITLE_HEIGHT, NUMBERS_HEIGHT, SMALLEST_TREND = 18.0, 15.0, 24.0
LARGEST_TREND = 56.0
NORM_WIDTH = 68.0


@dataclass(frozen=True, slots=True, eq=False)
class StripValues:
    """What a strip shows.

    Attributes
    ----------
    layer : what the layer computed for the last batch; its delta is not None.
    sample : the sample that is shown, None for the mean over the batch.
    """

    layer: LayerValues
    sample: int | None

    @property
    def deltas(self) -> NDArray[np.floating]:
        """(batch, width) δ of every sample."""
        assert self.layer.delta is not None
        return self.layer.delta

    def shown(self) -> NDArray[np.floating]:
        """Return the (width,) values of the cells."""
        if self.sample is not None:
            return self.deltas[self.sample]
        with np.errstate(invalid="ignore", over="ignore"):
            # An exploding run has infinities of both signs; they are shown as what they are, without a word on stderr.
            mean: NDArray[np.floating] = self.deltas.mean(axis=0)
        return mean


class DeltaStrip:
    """One layer of the deltas panel.

    Parameters
    ----------
    node_id, name : the layer.
    units : its width.
    first : number of the first unit: 0 where units are classes, else 1.
    """

    def __init__(self, node_id: str, name: str, units: int, first: int) -> None:
        self.node_id, self.name, self.units, self.first = node_id, name, units, first
        self.rect = QRectF()
        self.trend = Trend(noisy=True)
        self.has_trend = True
        self.grid = grid_for(units, 100.0)
        self.scale_end = 0.0
        self._time = 1.0
        self._values: StripValues | None = None
        self.cells: NDArray[np.floating] = np.zeros(units)
        self._unit_of_cell: NDArray[np.intp] = np.arange(units)
        self._pixels = self.grid.pixels()
        self._picture = QPixmap()
        self._picture_key: object = None

    def height_for(self, width: float, *, trend: bool = True) -> float:
        """Return the height that the strip needs at least in a panel this wide, with or without its norm over time."""
        height = TITLE_HEIGHT + grid_for(self.units, width).height + NUMBERS_HEIGHT
        return height + (SMALLEST_TREND if trend else 0.0)

    def place(self, rect: QRectF, *, trend: bool = True) -> None:
        """Fill a rectangle, which is at least as high as needed."""
        self.rect, self.has_trend = rect, trend
        grid = grid_for(self.units, rect.width())
        if grid != self.grid:
            self.grid = grid
            self._pixels = grid.pixels()
            if self._values is not None:
                self.show(self._values)

    def show(self, values: StripValues) -> None:
        """Take over the δ of a batch."""
        self._values = values
        self.cells, self._unit_of_cell = self.grid.strongest(values.shown())
        sizes = np.abs(self.cells[np.isfinite(self.cells)])
        self.scale_end = float(sizes.max()) if len(sizes) else 0.0

    @property
    def norm(self) -> float:
        """‖δ‖ of what the cells show, so that the number and the cells agree at every single step."""
        if self._values is None:
            return math.nan
        with np.errstate(invalid="ignore", over="ignore"):
            # The squares of what an exploding run has in float32 are beyond its largest number long before δ is.
            return float(np.linalg.norm(self._values.shown().astype(np.float64)))

    def set_norms(self, iterations: Numbers, norms: Numbers) -> None:
        """Show how ‖δ‖ went over time."""
        self.trend.set_data(iterations, norms)
        self._time = float(iterations[-1]) if len(iterations) else 1.0

    def cell_at(self, place: QPointF) -> int | None:
        """Return the cell at a place of the panel."""
        corner = self._grid_corner()
        return self.grid.cell_at(place.x() - corner.x(), place.y() - corner.y())

    def cell_box(self, cell: int) -> QRectF:
        """Return where a cell lies in the panel."""
        left, top, width, height = self.grid.box(cell)
        corner = self._grid_corner()
        return QRectF(corner.x() + left, corner.y() + top, width, height)

    def paint(self, painter: QPainter, theme: Theme, ratio: float) -> None:
        """Paint the strip into its rectangle; `ratio` is device pixels per pixel."""
        if self._values is None or self.rect.width() < 60:
            return
        key = (self.rect.size().toTuple(), theme.name, ratio, self.grid)
        if key != self._picture_key:
            self._picture, self._picture_key = self._paint_picture(theme, ratio), key
        painter.drawPixmap(self.rect.topLeft(), self._picture)
        self._paint_cells(painter, theme)
        self._paint_scale(painter, theme)
        if self.has_trend:
            self._paint_trend(painter, theme)

    def _paint_trend(self, painter: QPainter, theme: Theme) -> None:
        line = self._trend_rect()
        strong, pale = QColor(theme.text_second), mixed(theme.text_third, theme.panel, 0.38)
        self.trend.paint(painter, line.adjusted(0, 2, -NORM_WIDTH, -3), strong, pale, self._time)
        paint_text(painter, line, self._norm_text(), theme.text, SECOND_LINE, RIGHT)

    def card(self, cell: int, theme: Theme) -> list[CardLine]:
        """Return the lines of the card for a cell."""
        assert self._values is not None
        values, unit = self._values, int(self._unit_of_cell[cell])
        deltas, count = values.deltas[:, unit], len(values.deltas)
        number = whole(unit + self.first)
        if values.sample is None:
            row = int(np.abs(np.nan_to_num(deltas)).argmax())
            mean = significant(float(values.shown()[unit]))
            head = translate("DeltasPanel", "unit {unit} · mean of {count}: {mean}")
            head = head.format(unit=number, count=count, mean=mean)
            numbers = translate("DeltasPanel", "sample {sample}: ").format(sample=sample_number(row))
        else:
            row, numbers = values.sample, ""
            head = translate("DeltasPanel", "unit {unit} · sample {sample} of {count}")
            head = head.format(unit=number, sample=sample_number(row), count=count)
        numbers += f"δ {significant(float(deltas[row]))}"
        if values.layer.z is not None:
            numbers += f"  z {decimals(float(values.layer.z[row, unit]), 2)}"
        numbers += f"  a {decimals(float(values.layer.a[row, unit]), 2)}"
        lines: list[CardLine] = [[(head, theme.text_third)], [(numbers, theme.text)]]
        if self.grid.per_cell > 1:
            first = cell * self.grid.per_cell + self.first
            last = min(first + self.grid.per_cell - 1, self.units - 1 + self.first)
            note = translate("DeltasPanel", "largest δ of units {first} to {last}")
            lines.append([(note.format(first=first, last=last), theme.text_third)])
        return lines

    def _grid_corner(self) -> QPointF:
        return QPointF(self.rect.left() + self.grid.label_width, self.rect.top() + TITLE_HEIGHT)

    def _trend_rect(self) -> QRectF:
        top = self.rect.top() + TITLE_HEIGHT + self.grid.height + NUMBERS_HEIGHT
        height = min(LARGEST_TREND, self.rect.bottom() - top)
        return QRectF(self.rect.left(), top, self.rect.width(), height)

    def _paint_cells(self, painter: QPainter, theme: Theme) -> None:
        colours = diverging_colours(theme, self.cells, self.scale_end).astype(np.uint32)
        table = np.empty(len(colours) + 2, dtype=np.uint32)
        table[:-2] = 0xFF000000 | colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]
        table[-2:] = QColor(theme.border).rgb(), QColor(theme.panel).rgb()
        pixels = table[self._pixels]
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self._grid_corner(), image)

    def _norm_text(self) -> str:
        return f"‖δ‖ {short(self.norm)}"

    def _paint_scale(self, painter: QPainter, theme: Theme) -> None:
        line = QRectF(self.rect.left(), self.rect.top(), self.rect.width(), TITLE_HEIGHT - 2.0)
        paint_text(painter, line, self.scale_line(), theme.text_third, SECOND_LINE, RIGHT)

    def scale_line(self) -> str:
        """Return what stands beside the name: the end of the scale, and before it what there is room for."""
        assert self._values is not None
        text = translate("DeltasPanel", "scale ±{end}").format(end=significant(self.scale_end))
        room = self.rect.width() - self._title_room() - 8.0
        if not self.has_trend and width_of(f"{self._norm_text()} · {text}", SECOND_LINE) <= room:
            text = f"{self._norm_text()} · {text}"
        if self._values.sample is not None:
            which = translate("DeltasPanel", "sample {sample} of {count}")
            which = which.format(sample=sample_number(self._values.sample), count=len(self._values.deltas)) + " · "
            if width_of(which + text, SECOND_LINE) <= room:
                text = which + text
        return text

    def _title_room(self) -> float:
        return min(width_of(self.name, SECOND_LINE, 600) + 2.0, 0.5 * self.rect.width())

    def _paint_picture(self, theme: Theme, ratio: float) -> QPixmap:
        """Return what does not change from snapshot to snapshot: the name and the numbers of the units."""
        picture = QPixmap(round(self.rect.width() * ratio), round(self.rect.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(theme.panel))
        painter = QPainter(picture)
        painter.translate(-self.rect.topLeft())
        room = self._title_room()
        line = QRectF(self.rect.left(), self.rect.top(), room, TITLE_HEIGHT - 2.0)
        paint_text(painter, line, elided(self.name, SECOND_LINE, room, 600), theme.text, SECOND_LINE, LEFT, 600)
        if self.grid.rows == 1:
            self._paint_unit_numbers(painter, theme)
        else:
            self._paint_row_numbers(painter, theme)
        bottom = round(self._trend_rect().bottom()) - 0.5
        painter.setPen(QPen(QColor(theme.separator), 1.0))
        painter.drawLine(QPointF(self.rect.left(), bottom), QPointF(self.rect.right(), bottom))
        painter.end()
        return picture

    def _paint_unit_numbers(self, painter: QPainter, theme: Theme) -> None:
        step = self.grid.label_step(width_of(str(self.units), CAPTION))
        top = self._grid_corner().y() + self.grid.height + 1.0
        for unit in range(self.units):
            number = unit + self.first
            # From 5 on round numbers are marked: 5, 10, 15; below that every second or each one from the first.
            if (number % step if step >= 5 else unit % step) == 0:
                box = self.cell_box(unit)
                half = width_of(str(number), CAPTION) / 2.0
                middle = min(box.center().x(), self.rect.right() - half)
                line = QRectF(middle - half, top, 2.0 * half, NUMBERS_HEIGHT - 2.0)
                paint_text(painter, line, str(number), theme.text_third, CAPTION)

    def _paint_row_numbers(self, painter: QPainter, theme: Theme) -> None:
        for row in range(0, self.grid.rows, 2 if self.grid.rows > 2 else 1):
            box = self.cell_box(row * self.grid.across)
            number = row * self.grid.across * self.grid.per_cell + self.first
            line = QRectF(self.rect.left(), box.center().y() - 7.0, self.grid.label_width - 6.0, 14.0)
            paint_text(painter, line, whole(number), theme.text_third, CAPTION, RIGHT)
        note = translate("DeltasPanel", "{count} units, row by row").format(count=whole(self.units))
        if self.grid.per_cell > 1:
            note = translate("DeltasPanel", "{count} units, row by row; a cell shows the largest δ of {share}")
            note = note.format(count=whole(self.units), share=self.grid.per_cell)
        corner = self._grid_corner()
        line = QRectF(corner.x(), corner.y() + self.grid.height + 1.0, float(self.grid.width), NUMBERS_HEIGHT - 2.0)
        paint_text(painter, line, elided(note, CAPTION, line.width()), theme.text_third, CAPTION)

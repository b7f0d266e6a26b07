"""The wall of test pictures: one composed image, captions below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from designer.fonts import CAPTION
from designer.plots.pictures import grey_levels, largest_value, picture_shape, scaled, side_for
from designer.plots.sample_wall import FOOT_HEIGHT, SampleWall, paint_frame
from designer.plots.text_paint import elided, paint_text
from designer.theme import Theme, ThemeService
from designer.widgets.grey_picture import Greys, grey_image

TILES = (34, 28)
"""Widths of a picture that are aimed at: the smaller one where the larger would show fewer than `ENOUGH`."""

ENOUGH = 20
SMALLEST_GAP = 4
CAPTION_HEIGHT = 13
ROW_GAP = 1
MARGIN = 4
"""Room around the tiles for the frame of a selected one."""


class PictureWall(SampleWall):
    """As many test pictures as fit; all of them are one image that is put together only when they change."""

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._size: tuple[int, int] | None = None
        self._largest, self._side = 1.0, TILES[0]
        self._tiles: dict[tuple[int, int], Greys] = {}
        self._picture = QPixmap()
        self._picture_key: object = None

    @property
    def side(self) -> int:
        """Width and height of a picture."""
        return self._side

    def on_data_changed(self) -> None:
        """Measure the pictures of other data."""
        self._tiles.clear()
        self._picture_key = None
        if self.data is not None:
            self._size = picture_shape(self.data.sample_shape)
            self._largest = largest_value(self.data.test.inputs)
        self.lay_out()

    def lay_out(self) -> None:
        """Choose as many columns and rows as fit."""
        across, down = self.width() - 2 * MARGIN, self.height() - 2 * MARGIN - FOOT_HEIGHT
        for wanted in TILES:
            self._side = side_for(self._size, wanted) if self._size is not None else wanted
            self.columns = max(1, int((across + SMALLEST_GAP) // (self._side + SMALLEST_GAP)))
            self.rows = max(1, int((down + ROW_GAP) // (self._side + CAPTION_HEIGHT + ROW_GAP)))
            if self.columns * self.rows >= ENOUGH:
                break

    def cell_rect(self, place: int) -> QRectF:
        """Return where a picture and its caption lie."""
        row, column = divmod(place, self.columns)
        across, down = self._pitch()
        left, top = MARGIN + round(column * across), MARGIN + round(row * down)
        return QRectF(left, top, self._side, self._side + CAPTION_HEIGHT)

    def paint_cells(self, painter: QPainter, theme: Theme, samples: Sequence[int]) -> None:
        """Paint all pictures at once, then captions and frames."""
        ratio = self.devicePixelRatioF()
        key = (tuple(samples), self.columns, self.rows, self.size().toTuple(), theme.name, ratio)
        if key != self._picture_key:
            self._picture, self._picture_key = self._composed(theme, samples, ratio), key
        painter.drawPixmap(0, 0, self._picture)
        for place, sample in enumerate(samples):
            cell = self.cell_rect(place)
            tile = QRectF(cell.left(), cell.top(), self._side, self._side)
            text, wrong = self.caption(place)
            paint_frame(painter, theme, tile, wrong, sample == self.selected, self.hasFocus())
            room = self._pitch()[0] - 2.0
            line = QRectF(tile.center().x() - room / 2, tile.bottom() + 1.0, room, CAPTION_HEIGHT)
            colour = theme.error if wrong else theme.text_second if self._judged else theme.text_third
            weight = 600 if wrong else 400
            shown = elided(text, CAPTION, room, weight)
            paint_text(painter, line, shown, colour, CAPTION, Qt.AlignmentFlag.AlignCenter, weight)

    def _pitch(self) -> tuple[float, float]:
        """Return the distances from one picture to the next, across and down, that fill the room evenly."""
        room = float(self.width() - 2 * MARGIN - self._side)
        across = room / (self.columns - 1) if self.columns > 1 else float(self._side + SMALLEST_GAP)
        # A wall of few pictures does not fly apart.
        across = min(across, self._side * 1.5)
        room = self.height() - 2 * MARGIN - FOOT_HEIGHT
        return across, min(room / self.rows, self._side + CAPTION_HEIGHT + 6.0)

    def _composed(self, theme: Theme, samples: Sequence[int], ratio: float) -> QPixmap:
        """Return all pictures in sight as one image."""
        wall = np.zeros((round(self.height() * ratio), round(self.width() * ratio)), dtype=np.uint8)
        side = round(self._side * ratio)
        for place, sample in enumerate(samples):
            cell = self.cell_rect(place)
            top, left = round(cell.top() * ratio), round(cell.left() * ratio)
            target = wall[top : top + side, left : left + side]
            target[...] = self._tile(sample, side)[: target.shape[0], : target.shape[1]]
        image = grey_image(wall, theme)
        image.setDevicePixelRatio(ratio)
        picture = QPixmap(image.size())
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(theme.panel))
        painter = QPainter(picture)
        for place in range(len(samples)):
            cell = self.cell_rect(place)
            tile = QRectF(cell.left(), cell.top(), self._side, self._side)
            painter.drawImage(tile, image, QRectF(tile.topLeft() * ratio, tile.size() * ratio))
        painter.end()
        return picture

    def _tile(self, sample: int, side: int) -> Greys:
        """Return one picture as it is shown; pictures once scaled are kept."""
        tile = self._tiles.get((sample, side))
        if tile is None:
            assert self.data is not None and self._size is not None
            levels = grey_levels(self.data.test.inputs[sample : sample + 1], self._size, self._largest)
            tile = scaled(levels[0], side)
            if len(self._tiles) > 2_000:
                self._tiles.clear()
            self._tiles[sample, side] = tile
        return tile

"""The part of a card that changes while a network trains: strips of a and δ, the loss, the sample."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.data.sample_numbers import sample_number
from designer.canvas.card_content import Body, CardContent
from designer.canvas.card_painter import LEFT, NAMES_FROM, READABLE_FROM, RIGHT
from designer.canvas.live_values import (
    MOST_CELLS,
    LiveValues,
    activation_end,
    cells,
    delta_end,
    magnitude_colours,
    signed_colours,
)
from designer.canvas.text import draw_text, elided
from designer.numbers import NOTHING, measure, whole
from designer.theme import Theme, mixed

translate = QCoreApplication.translate

ROW_HEIGHT = 12.0
CELLS_X = LEFT + 14.0
FIRST_ROW_Y, SECOND_ROW_Y = 36.0, 52.0
PICTURE = QRectF(LEFT, 32.0, 56.0, 56.0)
FAR_PICTURE = QRectF(RIGHT - 44.0, 50.0, 44.0, 44.0)
FAR_STRIPS_Y = 46.0
OVERSAMPLING = 2
"""Columns of a strip's image per pixel, so that gaps are sharp on fine screens too."""

_ROOM = {
    Body.VALUES: QRectF(LEFT, FIRST_ROW_Y, RIGHT - LEFT, 36.0),
    Body.LOSS: QRectF(LEFT, 44.0, RIGHT - LEFT, 30.0),
    Body.SAMPLE: QRectF(LEFT, 32.0, RIGHT - LEFT, 62.0),
}


class LivePainter:
    """Paints the live part of one card; pictures are made once per snapshot and theme."""

    def __init__(self, node_id: str, live: LiveValues) -> None:
        self.node_id, self._live = node_id, live
        self._known: tuple[object, ...] = ()
        self._image: QImage | None = None

    def paint(self, painter: QPainter, content: CardContent, theme: Theme) -> None:
        """Paint into a card whose top left corner is the origin."""
        detail = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if detail < NAMES_FROM:
            return
        near = detail >= READABLE_FROM
        if content.body is Body.VALUES and content.units > 0:
            self._paint_strips(painter, content, theme, near)
        elif content.body is Body.LOSS:
            size, y = (20, 58.0) if near else (26, 58.0)
            loss = self._live.loss
            colour, weight = (theme.text_third, 400) if math.isnan(loss) else (theme.text, 600)
            draw_text(painter, QPointF(LEFT, y), measure(loss), colour, size, weight)
        elif content.body is Body.SAMPLE:
            self._paint_sample(painter, theme, near)

    def _paint_strips(self, painter: QPainter, content: CardContent, theme: Theme, near: bool) -> None:
        image = self._strips(content, theme)
        left = CELLS_X if near else LEFT
        tops = (FIRST_ROW_Y, SECOND_ROW_Y) if near else (FAR_STRIPS_Y, FAR_STRIPS_Y + ROW_HEIGHT + 2.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for row, top in enumerate(tops):
            painter.drawImage(QRectF(left, top, RIGHT - left, ROW_HEIGHT), image, QRectF(0, row, image.width(), 1))

    def _strips(self, content: CardContent, theme: Theme) -> QImage:
        """Return an image of two rows, a above δ, in which every cell and every gap is some pixels wide."""
        key = (self._live.snapshot, theme.name, content.units, content.signed)
        if self._image is not None and self._known == key:
            return self._image
        units = content.units
        a, delta = self._live.activations(self.node_id, units), self._live.deltas(self.node_id, units)
        columns = _columns(min(units, MOST_CELLS))
        colours = np.empty((2, min(units, MOST_CELLS) + 1, 4), dtype=np.uint8)
        colours[..., 3] = 255
        colours[..., :3] = _rgb(mixed(theme.separator, theme.card, 0.55))
        if a is not None and content.signed:
            colours[0, :-1, :3] = signed_colours(theme.diverging, cells(a), activation_end(a))
        elif a is not None:
            colours[0, :-1, :3] = magnitude_colours(theme.sequential, cells(a), activation_end(a))
        if delta is not None:
            colours[1, :-1, :3] = signed_colours(theme.diverging, cells(delta), delta_end(delta))
        colours[:, -1, :3] = _rgb(QColor(theme.card))
        pixels = colours[:, columns]
        width = len(columns)
        self._image = QImage(pixels.tobytes(), width, 2, 4 * width, QImage.Format.Format_RGBA8888).copy()
        self._known = key
        return self._image

    def _paint_sample(self, painter: QPainter, theme: Theme, near: bool) -> None:
        sample = self._live.sample()
        if sample is None:
            if near:
                draw_text(painter, QPointF(LEFT, 44.0), translate("Card", "no data yet"), theme.text_third, 11)
            return
        x = LEFT
        if sample.picture is not None:
            place = PICTURE if near else FAR_PICTURE
            self._paint_picture(painter, sample.picture, place, sample.row, theme)
            x = PICTURE.right() + 10.0
        if near:
            draw_text(painter, QPointF(x, 37.0), translate("Card", "sample"), theme.text_third, 11)
            draw_text(painter, QPointF(x, 51.0), whole(sample_number(sample.row)), theme.text, 11)
            draw_text(painter, QPointF(x, 66.0), translate("Card", "label"), theme.text_third, 11)
            draw_text(
                painter, QPointF(x, 81.0), elided(sample.label or NOTHING, RIGHT - x, 13, 600), theme.text, 13, 600
            )

    def _paint_picture(
        self, painter: QPainter, picture: NDArray[np.floating], place: QRectF, row: int, theme: Theme
    ) -> None:
        key = (self._live.data, theme.name, row)
        if self._image is None or self._known != key:
            ground, ink = _rgb(QColor(theme.field)), _rgb(QColor(theme.text))
            shares = np.clip(np.nan_to_num(picture), 0.0, 1.0)[..., None]
            pixels = np.full((*picture.shape, 4), 255, dtype=np.uint8)
            pixels[..., :3] = np.rint(ground + (ink - ground) * shares)
            rows, columns = picture.shape
            data = pixels.tobytes()
            self._image = QImage(data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()
            self._known = key
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(place, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme.separator))
        painter.drawRect(place.adjusted(0.0, 0.0, -1.0, -1.0))


@lru_cache(maxsize=64)
def _columns(count: int) -> NDArray[np.intp]:
    """Return which of `count` cells each column of a strip shows; `count` itself stands for the gap after a cell."""
    width = OVERSAMPLING * round(RIGHT - CELLS_X)
    result = np.arange(width) * count // width
    gap = OVERSAMPLING if width / count > 4.0 * OVERSAMPLING else 1
    for edge in np.flatnonzero(np.diff(result)) + 1:
        result[edge - gap : edge] = count
    return result


def _rgb(colour: QColor) -> NDArray[np.floating]:
    return np.array([colour.red(), colour.green(), colour.blue()], dtype=float)


class LiveArea(QGraphicsItem):
    """The live part of a card as an item of its own, so that a new snapshot repaints nothing else."""

    def __init__(self, painter: LivePainter, content: CardContent, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._painter, self._content, self._theme = painter, content, theme
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_content(self, content: CardContent, theme: Theme) -> None:
        """Follow a change of the layer or of the theme."""
        if content.body is not self._content.body:
            self.prepareGeometryChange()
        self._content, self._theme = content, theme
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return _ROOM[self._content.body]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._painter.paint(painter, self._content, self._theme)

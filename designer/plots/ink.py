"""A drawing as strokes, and as a sample like those of the data: same size, same place, same ink."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from core.options import Shape
from designer.plots.pictures import largest_value, picture_shape

Stroke = tuple[tuple[float, float], ...]
"""Points of a stroke, from 0 to 1 across and down the pad."""

PEN_SHARE = 0.115
"""Width of the pen as a share of the longer side of a drawing's box: about that of MNIST's digits."""

PEN_PER_INK = 0.47
"""Pen share over the share of the box that is ink: digits drawn on the pad then have as much ink as the data's."""

INK = 0.25
"""Values above this share of the largest count as ink."""


@dataclass(frozen=True, slots=True)
class SampleForm:
    """How the samples of a data set lie in their pictures, measured on the data.

    Attributes
    ----------
    shape : of a sample, as the network gets it.
    size : (height, width) of the picture.
    box : longer side of the box around the ink, in pixels: 20 in MNIST.
    centre : (across, down) of the centre, in pixels: the middle of the picture in MNIST.
    by_mass : whether that is where the centre of mass lies (as in MNIST), or the middle of the box around the ink.
    pen : width of a stroke, in pixels.
    largest : value of full ink.
    """

    shape: Shape
    size: tuple[int, int]
    box: float
    centre: tuple[float, float]
    by_mass: bool
    pen: float
    largest: float


def form_of(inputs: NDArray[Any], shape: Shape) -> SampleForm | None:
    """Measure how samples lie in their pictures; None where they are no pictures."""
    size = picture_shape(shape)
    if size is None or not len(inputs):
        return None
    largest = largest_value(inputs)
    pictures = np.clip(inputs[:300].reshape(-1, *size) / largest, 0.0, 1.0)
    sides, masses, middles, inks = [], [], [], []
    for picture in pictures:
        box = _box(picture)
        if box is not None:
            left, top, right, bottom = box
            sides.append(max(right - left, bottom - top))
            masses.append(_centre(picture))
            inks.append(float(picture.sum()))
            middles.append(((left + right) / 2.0, (top + bottom) / 2.0))
    if not sides:
        box_side = 20.0 / 28.0 * max(size)
        return SampleForm(shape, size, box_side, (size[1] / 2, size[0] / 2), True, PEN_SHARE * box_side, largest)
    # Whatever the data were centred by varies least from sample to sample.
    by_mass = bool(np.std(masses, axis=0).sum() < np.std(middles, axis=0).sum())
    across, down = np.median(np.array(masses if by_mass else middles), axis=0)
    side = float(np.median(sides))
    pen = side * float(np.clip(PEN_PER_INK * np.median(inks) / side**2, 0.06, 0.25))
    return SampleForm(shape, size, side, (float(across), float(down)), by_mass, pen, largest)


class Drawing:
    """Strokes on a pad; a pen adds to them, an eraser takes parts away."""

    def __init__(self) -> None:
        self.strokes: list[Stroke] = []

    @property
    def empty(self) -> bool:
        """Whether there is nothing on the pad."""
        return not self.strokes

    def begin(self, place: tuple[float, float]) -> None:
        """Put the pen down."""
        self.strokes.append((place,))

    def extend(self, place: tuple[float, float]) -> None:
        """Draw on to a place."""
        if self.strokes:
            self.strokes[-1] = (*self.strokes[-1], place)

    def erase(self, start: tuple[float, float], end: tuple[float, float], radius: float) -> None:
        """Take away all that lies nearer than `radius` to the line from `start` to `end`."""
        kept: list[Stroke] = []
        for stroke in self.strokes:
            run: list[tuple[float, float]] = []
            for point in _dense(stroke, radius / 2.0):
                if _distance(point, start, end) > radius:
                    run.append(point)
                elif run:
                    kept.append(tuple(run))
                    run = []
            if run:
                kept.append(tuple(run))
        self.strokes = kept

    def clear(self) -> None:
        """Take everything away."""
        self.strokes = []

    def path(self, scale: float, shift: tuple[float, float] = (0.0, 0.0)) -> QPainterPath:
        """Return the strokes, `scale` times as large and then moved by `shift`."""
        path = QPainterPath()
        for stroke in self.strokes:
            points = [QPointF(x * scale + shift[0], y * scale + shift[1]) for x, y in stroke]
            path.moveTo(points[0])
            for point in points[1:]:
                path.lineTo(point)
            if len(points) == 1:
                # A dot: Qt draws no line of length 0.
                path.lineTo(points[0] + QPointF(1e-3, 0.0))
        return path

    def sample(self, form: SampleForm) -> NDArray[np.float64]:
        """Return the drawing as one sample (*shape) like those of the data; the drawing is not empty.

        It is brought to their size and line width, and its centre to where theirs lies.
        """
        box = self.path(1.0).boundingRect()
        pen = form.pen
        longer = max(box.width(), box.height(), 1e-6)
        # A dot stays a dot: what is smaller than a ninth of the pad is not enlarged to the full box.
        scale = min((form.box - pen) / longer, 8.0 * form.box)
        middle = box.center()
        target = form.centre
        shift = (target[0] - middle.x() * scale, target[1] - middle.y() * scale)
        for _ in range(3 if form.by_mass else 0):
            picture = _ink(self.path(scale, shift), form.size, pen)
            if picture.sum() <= 0.0:
                break
            across, down = _centre(picture)
            shift = (shift[0] + target[0] - across, shift[1] + target[1] - down)
        return (_ink(self.path(scale, shift), form.size, pen) * form.largest).reshape(form.shape)


def _ink(path: QPainterPath, size: tuple[int, int], pen: float) -> NDArray[np.float64]:
    """Return (height, width) shares of ink of strokes of width `pen`."""
    height, width = size
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    round_pen = QPen(QColor("white"), pen, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(round_pen)
    painter.drawPath(path)
    painter.end()
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return lines[:, :width] / 255.0


def _centre(picture: NDArray[Any]) -> tuple[float, float]:
    """Return (across, down) of the centre of mass, in pixels."""
    mass = float(picture.sum())
    across = float((picture.sum(axis=0) * (np.arange(picture.shape[1]) + 0.5)).sum()) / mass
    down = float((picture.sum(axis=1) * (np.arange(picture.shape[0]) + 0.5)).sum()) / mass
    return across, down


def _box(picture: NDArray[Any]) -> tuple[int, int, int, int] | None:
    """Return left, top, right and bottom of the ink, or None where there is none."""
    rows, columns = np.flatnonzero((picture > INK).any(axis=1)), np.flatnonzero((picture > INK).any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _dense(stroke: Stroke, step: float) -> list[tuple[float, float]]:
    """Return a stroke with points at most `step` apart, so that an eraser can take away a part of a long line."""
    points = [stroke[0]]
    for (x, y), (u, v) in pairwise(stroke):
        pieces = max(1, int(np.ceil(np.hypot(u - x, v - y) / step)))
        points += [(x + (u - x) * i / pieces, y + (v - y) * i / pieces) for i in range(1, pieces + 1)]
    return points


def _distance(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return how far a point is from the line between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0
    if length > 0.0:
        share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / length
        share = min(1.0, max(0.0, share))
    return float(np.hypot(point[0] - start[0] - share * along[0], point[1] - start[1] - share * along[1]))

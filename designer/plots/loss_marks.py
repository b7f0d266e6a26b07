"""Marks on the loss plot: the crosshair with its values, and points too lonely to be a line."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from designer.numbers import decimals, percent, significant, whole
from designer.plots.loss_axes import Axes, Span, down
from designer.plots.loss_record import LossRecord, Reading
from designer.plots.text_paint import CARD_GAP, CardLine, paint_card
from designer.theme import Theme

translate = QCoreApplication.translate

RING = 3.0
"""Radius of the ring around the point that is read, in pixels."""


def paint_crosshair(painter: QPainter, theme: Theme, axes: Axes, record: LossRecord, iteration: float) -> None:
    """Paint a line through both panes at an iteration, rings on the curves, and the values."""
    x = round(axes.across(iteration)) + 0.5
    pen = QPen(QColor(theme.text_second), 1.0)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, axes.loss_pane.top()), QPointF(x, axes.accuracy_pane.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for reading, colour in (
        (record.reading(record.training, iteration), theme.training_curve),
        (record.reading(record.validation, iteration), theme.validation_curve),
    ):
        if reading is not None:
            painter.setPen(QPen(QColor(colour), 1.5))
            painter.setBrush(QColor(theme.panel))
            for point in _points(axes, reading):
                painter.drawEllipse(point, RING, RING)
    bounds = QRectF(axes.loss_pane).adjusted(0.0, 4.0, 0.0, axes.accuracy_pane.height())
    paint_card(
        painter, theme, QPointF(x, bounds.top() - 2 * CARD_GAP), bounds, card_lines(theme, axes, record, iteration)
    )


def paint_moment(painter: QPainter, theme: Theme, axes: Axes, iteration: int) -> None:
    """Paint a line through both panes at the moment that the other panels show, with a head at its top."""
    if not axes.time.low <= iteration <= axes.time.high:
        return
    x = round(axes.across(iteration)) + 0.5
    top, bottom = axes.loss_pane.top(), axes.accuracy_pane.bottom()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    painter.drawPolygon([QPointF(x - 5.0, top - 6.0), QPointF(x + 5.0, top - 6.0), QPointF(x, top + 1.0)])


def card_lines(theme: Theme, axes: Axes, record: LossRecord, iteration: float) -> list[CardLine]:
    """Return the lines of the card for an iteration: both curves' loss and accuracy."""
    training = record.reading(record.training, iteration)
    validation = record.reading(record.validation, iteration)
    shown = training.iteration if training is not None else round(iteration)
    head = translate("LossChart", "iteration {iteration}").format(iteration=whole(shown))
    if axes.batches:
        head += " · " + translate("LossChart", "epoch {epoch}").format(
            epoch=decimals(shown / axes.batches, 2)
        )
    lines: list[CardLine] = [[(head, theme.text_third)]]
    if training is not None:
        lines.append(_line(translate("LossChart", "train"), training, theme.text))
    if validation is not None:
        lines.append(_line(translate("LossChart", "val"), validation, theme.validation_curve))
        if training is not None and validation.iteration != training.iteration:
            note = translate("LossChart", "val of iteration {iteration}").format(
                iteration=whole(validation.iteration)
            )
            lines.append([(note, theme.text_third)])
    return lines


def paint_lone_points(painter: QPainter, theme: Theme, axes: Axes, record: LossRecord) -> None:
    """Paint a dot for a curve that has only one row: a line needs two."""
    for curve, colour in (
        (record.training, theme.training_curve),
        (record.validation, theme.validation_curve),
    ):
        if len(curve) == 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            reading = Reading(int(curve.iterations[0]), float(curve.loss[0]), float(curve.accuracy[0]))
            for point in _points(axes, reading):
                painter.drawEllipse(point, 2.0, 2.0)


def _points(axes: Axes, reading: Reading) -> list[QPointF]:
    """Return where a row lies in the panes, as far as it lies inside them."""
    x = axes.across(reading.iteration)
    places: list[tuple[QRectF, Span, float]] = [(axes.accuracy_pane, axes.accuracy, reading.accuracy)]
    if reading.loss > 0.0 and math.isfinite(reading.loss):
        places.append((axes.loss_pane, axes.loss, float(np.log10(reading.loss))))
    return [
        QPointF(x, down(pane, span, value))
        for pane, span, value in places
        if math.isfinite(value)
        and span.low <= value <= span.high
        and axes.time.low <= reading.iteration <= axes.time.high
    ]


def _line(name: str, reading: Reading, colour: str) -> CardLine:
    cells = (name, significant(reading.loss), percent(reading.accuracy))
    return [(cell, colour) for cell in cells]

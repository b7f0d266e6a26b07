"""What lies at a point of an opened layer, or between two of them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.geometry import Box
from designer.canvas.units.anatomy import Tie
from designer.canvas.units.edge_item import EdgeItem
from designer.canvas.units.frame import Frame
from designer.canvas.units.numbers import ButtonTarget, EdgeTarget, Part, UnitTarget
from designer.canvas.units.pictures import slice_at
from designer.canvas.units.unit_view import UnitView

EDGE_REACH = 5.0
"""Distance on the screen at which the pointer is over an edge."""


def part_at(view: UnitView, point: QPointF, zoom: float) -> Part | None:
    """Return the button, unit or edge at a point of the scene."""
    for node_id, end in view.ends.items():
        if _inside(end.box, point):
            found = part_of_frame(node_id, end.frame, point - QPointF(end.box.left, end.box.top))
            if found is not None:
                return found
    return edge_at(view.edge_items(), point, EDGE_REACH / zoom) if view.ends else None


def link_at(view: UnitView, point: QPointF, zoom: float) -> str | None:
    """Return the link whose lines into an open layer run through a point of the scene."""
    near = (id_ for id_, fan in view.links.fans.items() if fan.near(point, EDGE_REACH / zoom))
    return next(near, None)


def place_of(view: UnitView, part: UnitTarget | EdgeTarget) -> QRectF | None:
    """Return the room of a unit, or where the number of an edge stands; None where it is not in sight."""
    if isinstance(part, UnitTarget):
        end = view.ends.get(part.node_id)
        if end is None or not end.frame.shows(part.unit):
            return None
        reach = max(end.frame.radius, 3.0)
        x, y = end.frame.centre(part.unit)
        return QRectF(end.box.left + x - reach, end.box.top + y - reach, 2 * reach, 2 * reach)
    for item in view.edge_items():
        index = item.edges.find(part) if item.edges is not None else None
        if index is not None:
            middle = item.middle(index)
            return QRectF(middle.x() - 4.0, middle.y() - 4.0, 8.0, 8.0)
    return None


def kernel_at(view: UnitView, point: QPointF) -> EdgeTarget | None:
    """Return the kernel between two channels whose picture before a unit lies at a point of the scene."""
    for node_id, end in view.ends.items():
        frame, at = end.frame, point - QPointF(end.box.left, end.box.top)
        first = frame.anatomy.incoming[0] if frame.anatomy.incoming else None
        row = unit_at(frame, at) if first is not None and frame.thumb and _inside(end.box, point) else None
        if first is None or row is None or first.tie is not Tie.FILTERS:
            continue
        rect = frame.thumb_rect(frame.anatomy.row_of(row))
        if rect.contains(at):
            share = QPointF((at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height())
            channel = slice_at(first.source_shape[2] if len(first.source_shape) == 3 else 1, share)
            return EdgeTarget(node_id, first.link_id, channel, frame.anatomy.row_of(row))
    return None


def part_of_frame(node_id: str, frame: Frame, at: QPointF) -> Part | None:
    """Return the button or unit at a point of a frame."""
    if frame.close_button.adjusted(-3.0, -3.0, 3.0, 3.0).contains(at):
        return ButtonTarget(node_id, "close")
    if frame.paged:
        back, on, _ = frame.pager
        for key, rect in (("previous", back), ("next", on)):
            if rect.contains(at):
                return ButtonTarget(node_id, key)
    unit = unit_at(frame, at)
    return UnitTarget(node_id, unit) if unit is not None else None


def unit_at(frame: Frame, at: QPointF) -> int | None:
    """Return the unit whose circle, pixel or picture of weights is at a point of a frame."""
    row = frame.first + int((at.y() - frame.row_top) // frame.row_step)
    if at.y() < frame.row_top or row >= frame.first + frame.count:
        return None
    if frame.thumb and frame.thumb_rect(row).contains(at):
        return row
    if frame.anatomy.picture is None:
        away = at - QPointF(*frame.centre(row))
        near = (away.x() ** 2 + away.y() ** 2) ** 0.5 <= frame.radius + 3.0
        return row if near else None
    for second in (False, True) if frame.second else (False,):
        rect = frame.picture_rect(row, second)
        if rect.contains(at):
            return _pixel(frame, row, rect, at)
    return None


def edge_at(edges: Iterable[EdgeItem], point: QPointF, reach: float) -> EdgeTarget | None:
    """Return the nearest edge within reach that has a weight; strong ones lie above weak ones."""
    best: tuple[float, EdgeTarget] | None = None
    for item in edges:
        if item.edges is None or not item.edges.weighted or not item.isVisible():
            continue
        found = item.at(point, reach)
        if found is not None and (best is None or found[1] < best[0]):
            best = (found[1], item.edges.target(found[0]))
    return best[1] if best is not None else None


def _pixel(frame: Frame, row: int, rect: QRectF, at: QPointF) -> int:
    assert frame.anatomy.picture is not None
    rows, columns = frame.anatomy.picture
    down = min(int((at.y() - rect.top()) / rect.height() * rows), rows - 1)
    across = min(int((at.x() - rect.left()) / rect.width() * columns), columns - 1)
    return (down * columns + across) * frame.anatomy.channels + row


def _inside(box: Box, point: QPointF) -> bool:
    return box.left <= point.x() <= box.right and box.top <= point.y() <= box.bottom

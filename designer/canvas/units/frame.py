"""Where everything lies in an opened layer: plain numbers from the top left corner of its frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.geometry import Point
from designer.canvas.units.anatomy import Anatomy, Tie

HEAD = 34.0
FOOT = 14.0
PAGER = 26.0
BIAS_ROOM = 34.0
EDGE_ROOM, DETAILED_EDGE_ROOM = 150.0, 90.0
"""Between two opened layers that are linked, beside the gap that there is anyway; the less, the larger all is shown."""

MOST_CIRCLES, MOST_PICTURES = 15, 6
"""Rows of a layer that are shown at a time."""

ROOMY_UPTO = 6
"""Layers with so few units have large circles."""

DETAILED_UPTO = 4
"""Layers with so few units can have a card with all numbers below each."""

UNIT_CARD = (98.0, 80.0)
"""Width and height of such a card."""

NUMBER_X, NUMBER_WIDTH = 10.0, 24.0
WAY_IN = 8.0
"""Where lines end that lead to a row as such."""
NAME_WIDTH = 44.0
THUMB = 28.0
SMALLEST_WIDTH = 168.0
LONE_PICTURE, ROW_PICTURE = 196.0, 56.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The geometry of one opened layer, with a window of its rows.

    Attributes
    ----------
    width, height : of the whole.
    first, count : the rows that are shown.
    radius : of circles.
    circle_x : middle of the circles.
    row_top, row_step : of the first row, and from one to the next.
    thumb : size of the picture before each unit, 0 for none.
    picture : (width, height) on the canvas of each picture, or None for circles; `second`: whether ∂C/∂a stands beside.
    detailed : whether a card with all numbers stands below each unit.
    """

    anatomy: Anatomy
    width: float
    height: float
    first: int
    count: int
    radius: float
    circle_x: float
    row_top: float
    row_step: float
    thumb: float
    picture: tuple[float, float] | None
    second: bool
    detailed: bool = False

    @property
    def paged(self) -> bool:
        """Whether only a window of the rows is shown."""
        return self.count < self.anatomy.rows

    def shows(self, unit: int) -> bool:
        """Whether a unit lies in the window."""
        return self.first <= self.anatomy.row_of(unit) < self.first + self.count

    @property
    def name_x(self) -> float:
        """Where names of units begin: past the ways of the biases."""
        past = 12.0 if not self.anatomy.bias else BIAS_ROOM - 2.0 if self.radius < 20.0 else 56.0
        return self.circle_x + self.radius + past

    def row_y(self, row: int) -> float:
        """Return the middle of a row."""
        middle = self.row_top + (row - self.first + 0.5) * self.row_step
        return middle - (UNIT_CARD[1] / 2 + 4.0 if self.detailed else 0.0)

    def centre(self, unit: int) -> Point:
        """Return the middle of a unit's circle, or of its pixel."""
        row = self.anatomy.row_of(unit)
        if self.anatomy.picture is None:
            return (self.circle_x, self.row_y(row))
        rect, (rows, columns) = self.picture_rect(row), self.anatomy.picture
        down, across = divmod(unit // self.anatomy.channels, columns)
        return (
            rect.left() + (across + 0.5) * rect.width() / columns,
            rect.top() + (down + 0.5) * rect.height() / rows,
        )

    def circle(self, unit: int) -> QRectF:
        """Return the room of a unit's circle."""
        x, y = self.centre(unit)
        return QRectF(x - self.radius, y - self.radius, 2 * self.radius, 2 * self.radius)

    def unit_card(self, unit: int) -> QRectF:
        """Return the room of the card below a unit."""
        x, y = self.centre(unit)
        return QRectF(x - UNIT_CARD[0] / 2, y + self.radius + 8.0, *UNIT_CARD)

    def picture_rect(self, row: int, second: bool = False) -> QRectF:
        """Return the room of a row's picture of a, or of the `second` one beside it."""
        assert self.picture is not None
        width, height = self.picture
        left = self.circle_x + ((width + 10.0) if second else 0.0)
        return QRectF(left, self.row_y(row) - height / 2, width, height)

    def thumb_rect(self, row: int) -> QRectF:
        """Return the room of the picture before a unit."""
        x = NUMBER_X + NUMBER_WIDTH + 8.0
        return QRectF(x, self.row_y(row) - self.thumb / 2, self.thumb, self.thumb)

    def way_in(self, unit: int) -> Point:
        """Return where edges from a layer arrive at a unit."""
        x, y = self.centre(unit)
        if self.anatomy.picture is not None:
            rect = self.picture_rect(self.anatomy.row_of(unit))
            # Rows of pictures have their number, and their kernel, before them.
            return (rect.left() if self.anatomy.rows == 1 else WAY_IN, rect.center().y())
        return (self.thumb_rect(unit).left() - 2.0 if self.thumb else x - self.radius, y)

    def way_out(self, unit: int) -> Point:
        """Return where edges to a later layer leave a unit."""
        x, y = self.centre(unit)
        if self.anatomy.picture is not None and self.anatomy.rows > 1:
            rect = self.picture_rect(self.anatomy.row_of(unit), second=self.second)
            return (rect.right(), rect.center().y())
        return (x, y) if self.anatomy.picture is not None else (x + self.radius, y)

    def bias_end(self, row: int) -> Point:
        """Return the middle of a row's circle; beside pictures, which would cover it, their right side."""
        if self.picture is None:
            return (self.circle_x, self.row_y(row))
        rect = self.picture_rect(row, self.second)
        return (rect.right(), rect.center().y())

    @property
    def bias_node(self) -> QRectF:
        """The node "1" from which the biases lead to the units, or to the right of pictures."""
        x = self.circle_x if self.picture is None else self.picture_rect(self.first, self.second).right() - 10.0
        bottom = self.row_top + self.count * self.row_step
        return QRectF(x - 10.0, bottom + 9.0, 20.0, 20.0)

    @property
    def close_button(self) -> QRectF:
        """Closes the layer."""
        return QRectF(self.width - 28.0, 7.0, 20.0, 20.0)

    @property
    def pager(self) -> tuple[QRectF, QRectF, QPointF]:
        """The buttons that page back and forth, and the middle of the words between them."""
        y = self.height - PAGER - 4.0
        return (
            QRectF(8.0, y, 22.0, 22.0),
            QRectF(self.width - 30.0, y, 22.0, 22.0),
            QPointF(self.width / 2, y + 11.0),
        )


@lru_cache(maxsize=128)
def frame_of(anatomy: Anatomy, first: int, thumbs: bool, head_width: float, *, detailed: bool = False) -> Frame:
    """Lay an opened layer out.

    Parameters
    ----------
    first : first row of the window.
    thumbs : whether a picture stands before each unit.
    head_width : room that the words at the top take.
    detailed : whether small layers have a card with all numbers below each unit, in place of pictures.
    """
    if anatomy.picture is None and detailed and anatomy.units <= DETAILED_UPTO:
        return _detailed(anatomy, first)
    if anatomy.picture is None:
        return _circles(anatomy, first, thumbs, head_width)
    return _pictures(anatomy, anatomy.picture, first, thumbs, head_width)


def _circles(anatomy: Anatomy, first: int, thumbs: bool, head_width: float) -> Frame:
    roomy = anatomy.units <= ROOMY_UPTO
    radius, step = (22.0, 64.0) if roomy else (14.0, 32.0)
    thumb = (44.0 if roomy else THUMB) if thumbs else 0.0
    before = NUMBER_X + NUMBER_WIDTH + 8.0 + (thumb + 16.0 if thumb else 0.0)
    after = ((58.0 if roomy else BIAS_ROOM) if anatomy.bias else 14.0) + (NAME_WIDTH if anatomy.names else 0.0)
    width = max(SMALLEST_WIDTH, before + 2 * radius + after, head_width)
    # Edges leave to the right: circles stand as near to that side as names and biases allow.
    return _framed(
        anatomy,
        first,
        MOST_CIRCLES,
        width=width,
        radius=radius,
        circle_x=width - after - radius,
        row_step=step,
        thumb=thumb,
        picture=None,
    )


def _detailed(anatomy: Anatomy, first: int) -> Frame:
    radius, numbered = 34.0, not anatomy.is_input
    before = NUMBER_X + NUMBER_WIDTH + radius + 8.0
    after = UNIT_CARD[0] / 2 + (56.0 if anatomy.bias else 14.0) + (NAME_WIDTH if anatomy.names else 0.0)
    return _framed(
        anatomy,
        first,
        MOST_CIRCLES,
        width=before + after if numbered else before + radius + 14.0,
        radius=radius,
        circle_x=before,
        row_step=2 * radius + 20.0 + (UNIT_CARD[1] + 8.0 if numbered else 40.0),
        thumb=0.0,
        picture=None,
        detailed=numbered,
    )


def _pictures(anatomy: Anatomy, size: tuple[int, int], first: int, thumbs: bool, head_width: float) -> Frame:
    lone = anatomy.channels == 1
    wanted = (LONE_PICTURE if anatomy.is_input else 0.7 * LONE_PICTURE) if lone else ROW_PICTURE
    scale = wanted / max(size)
    # Whole pixels of the canvas per pixel of the picture keep it sharp.
    scale = float(int(scale)) if scale >= 1.0 else scale
    picture = (size[1] * scale, size[0] * scale)
    thumb = 28.0 if thumbs else 0.0
    second = not anatomy.is_input
    before = 14.0 if lone and not thumbs else NUMBER_X + NUMBER_WIDTH + 8.0 + (thumb + 12.0 if thumb else 0.0)
    taken = before + picture[0] * (2 if second else 1) + (10.0 if second else 0.0) + 14.0
    width = max(SMALLEST_WIDTH, taken, head_width)
    left = before + (width - taken) / 2 if lone else before
    return _framed(
        anatomy,
        first,
        MOST_PICTURES,
        width=width,
        radius=0.0,
        circle_x=left,
        row_step=max(picture[1], thumb) + 10.0,
        thumb=thumb,
        picture=picture,
        second=second,
    )


def _framed(
    anatomy: Anatomy,
    first: int,
    most: int,
    *,
    width: float,
    radius: float,
    circle_x: float,
    row_step: float,
    thumb: float,
    picture: tuple[float, float] | None,
    second: bool = False,
    detailed: bool = False,
) -> Frame:
    count = min(most, anatomy.rows)
    first = min(max(first, 0), anatomy.rows - count)
    captions = 16.0 if picture is not None else 6.0
    height = HEAD + captions + count * row_step + FOOT
    height += (BIAS_ROOM if anatomy.bias else 0.0) + (PAGER if count < anatomy.rows else 0.0)
    return Frame(
        anatomy=anatomy,
        width=float(round(width)),
        height=float(round(height)),
        first=first,
        count=count,
        radius=radius,
        circle_x=circle_x,
        row_top=HEAD + captions,
        row_step=row_step,
        thumb=thumb,
        picture=picture,
        second=second,
        detailed=detailed,
    )


def weighted(anatomy: Anatomy) -> bool:
    """Whether edges into a layer have weights."""
    return any(incoming.tie in (Tie.WEIGHTS, Tie.FILTERS) for incoming in anatomy.incoming)

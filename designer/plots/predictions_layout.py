"""Where wall, bars and pad lie for a size of the predictions panel."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize

PADDING, GAP = 8, 12
SMALLEST_BARS, LARGEST_BARS = 104, 190
SMALLEST_PAD, LARGEST_PAD = 90, 150
PAD_EXTRA = 92
"""Height that the pad needs besides its square."""

BARS_SHARE, ROWS_BARS_SHARE, PAD_SHARE = 0.24, 0.32, 0.19
"""Shares of the width: bars beside pictures, bars beside rows of values, the pad."""

PAD_FROM, BARS_FROM = 390, 270
"""Widths from which there is room for the pad and for the bars beside the wall."""

STACKED_FROM, STACKED = 380, 200
"""Height from which a narrow panel has bars and pad below the wall, and their height there."""


@dataclass(frozen=True, slots=True)
class Places:
    """Rectangles of the parts; None where there is no room for one."""

    wall: QRect
    bars: QRect | None
    pad: QRect | None


def places(size: QSize, has_data: bool, drawable: bool) -> Places:
    """Return where the parts lie: the wall comes first, the pad goes first.

    Parameters
    ----------
    has_data : without data there is only the wall, which says what to do.
    drawable : whether samples are pictures, so that one can be drawn.
    """
    width, inner = size.width(), size.height() - 2 * PADDING
    top = PADDING - 4  # the walls keep a margin of 4 for the frame of the selected sample
    if not has_data:
        return Places(QRect(PADDING, top, width - 2 * PADDING, inner + 6), None, None)
    if width < PAD_FROM and size.height() >= STACKED_FROM:
        return _stacked(size, drawable)
    right = width - PADDING
    bars = pad = None
    if drawable and width >= PAD_FROM:
        side = max(SMALLEST_PAD, min(LARGEST_PAD, inner - PAD_EXTRA, round(PAD_SHARE * width)))
        pad = QRect(right - side, PADDING, side, inner)
        right -= side + GAP
    if width >= BARS_FROM:
        wanted = round((BARS_SHARE if drawable else ROWS_BARS_SHARE) * width)
        across = max(SMALLEST_BARS, min(LARGEST_BARS, wanted))
        bars = QRect(right - across, PADDING, across, inner)
        right -= across + GAP
    return Places(QRect(PADDING, top, right - PADDING, inner + 6), bars, pad)


def _stacked(size: QSize, drawable: bool) -> Places:
    """Return places for a narrow, high panel: bars and pad below the wall."""
    left, right = PADDING + 4, size.width() - PADDING
    top = size.height() - PADDING - STACKED
    pad = None
    bars_right = right
    if drawable:
        side = min(LARGEST_PAD, (right - PADDING - GAP) // 2)
        pad = QRect(right - side, top, side, STACKED)
        bars_right -= side + GAP
    wall = QRect(PADDING, PADDING - 4, right - PADDING, top - GAP)
    return Places(wall, QRect(left, top, bars_right - left, STACKED), pad)

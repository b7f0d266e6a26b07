"""The type of the window: Inter, bundled, with figures of equal width."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

FAMILY = "Inter"
FALLBACKS = ("Noto Sans", "DejaVu Sans")
TEXT, SECOND_LINE, CAPTION = 12, 11, 10
"""Heights of type, in pixels: text, second line, axes and captions."""


def ui_font(pixel_size: int = TEXT, weight: int = 400, tabular: bool = True) -> QFont:
    """Return the window's font.

    Parameters
    ----------
    pixel_size : height in pixels.
    weight : 400 or 600; nothing else is bundled.
    tabular : figures of equal width, so that numbers do not jump.
    """
    load_fonts()
    return QFont(_font(pixel_size, weight, tabular))


@lru_cache(maxsize=1)
def load_fonts() -> None:
    """Make the bundled files known to Qt, once; needs the application to exist."""
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        data = (files("resources") / "fonts" / name).read_bytes()
        QFontDatabase.addApplicationFontFromData(QByteArray(data))


@lru_cache(maxsize=64)
def _font(pixel_size: int, weight: int, tabular: bool) -> QFont:
    font = QFont()
    font.setFamilies([FAMILY, *FALLBACKS])
    font.setPixelSize(pixel_size)
    font.setWeight(QFont.Weight(weight))
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font

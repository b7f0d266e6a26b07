"""The type of formulas: STIX Two Math, with slanted letters for variables."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

FAMILY = "STIX Two Math"
_FILE = "STIXTwoMath-Regular.ttf"


def math_font(pixels: float) -> QFont:
    """Return the font in a size."""
    return QFont(_font(round(pixels * 4.0)))


@lru_cache(maxsize=64)
def _font(quarters: int) -> QFont:
    _load()
    font = QFont()
    font.setFamilies([FAMILY, "DejaVu Serif"])
    # Pixel sizes are whole numbers; points need not be, but depend on the screen. So a script may be off by a half.
    font.setPixelSize(max(6, round(quarters / 4.0)))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=1)
def _load() -> None:
    data = (files("resources") / "fonts" / _FILE).read_bytes()
    QFontDatabase.addApplicationFontFromData(QByteArray(data))


@lru_cache(maxsize=4096)
def advance(text: str, pixels: float) -> float:
    """Return how wide a text is."""
    return QFontMetricsF(math_font(pixels)).horizontalAdvance(text)


@lru_cache(maxsize=4096)
def ink(text: str, pixels: float) -> QRectF:
    """Return the box of what is painted of a text, from its place on the line."""
    return QFontMetricsF(math_font(pixels)).tightBoundingRect(text)


def slanted(text: str) -> str:
    """Return a text with the slanted letters that variables have."""
    return "".join(_SLANTED.get(character, character) for character in text)


def _letters() -> dict[str, str]:
    found = {chr(ord("a") + i): chr(0x1D44E + i) for i in range(26)}
    found["h"] = "\N{PLANCK CONSTANT}"
    found |= {chr(ord("A") + i): chr(0x1D434 + i) for i in range(26)}
    found |= {chr(0x3B1 + i): chr(0x1D6FC + i) for i in range(25)}
    return found | {"∂": chr(0x1D715), "ϕ": chr(0x1D719), "ϵ": chr(0x1D716), "ϑ": chr(0x1D717)}


_SLANTED = _letters()

"""Icons drawn for the program: SVGs of one colour, recoloured and cached."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPaintEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICON_SIZE = 16
"""Width and height of every drawing, in pixels."""


@lru_cache(maxsize=1)
def icon_names() -> tuple[str, ...]:
    """Names of all icons, sorted."""
    folder = files("resources") / "icons"
    return tuple(sorted(e.name.removesuffix(".svg") for e in folder.iterdir() if e.name.endswith(".svg")))


def svg(name: str, colour: str) -> bytes:
    """Return the drawing in one colour; raises FileNotFoundError for an unknown name."""
    # QtSvg paints currentColor black whatever the palette says, so the colour is put into the text.
    return _drawing(name).replace(b"currentColor", colour.encode())


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon `size` pixels wide, with `ratio` device pixels per pixel."""
    return _pixmap(name, colour, round(size * ratio), ratio)


def icon(name: str, colour: str) -> QIcon:
    """Return the icon for buttons and menus, sharp at 1×, 1.5× and 2×; paler where it is disabled."""
    return _icon(name, colour)


def paint_icon(painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
    """Paint the icon into `rect`; from the cache on a screen, as vectors into a file."""
    engine = painter.paintEngine()
    if engine is not None and engine.type() == QPaintEngine.Type.Raster:
        transform = painter.deviceTransform()
        pixels = max(1, round(rect.width() * (transform.m11() ** 2 + transform.m12() ** 2) ** 0.5))
        image = _pixmap(name, colour, pixels, 1.0)
        painter.drawPixmap(rect, image, QRectF(image.rect()))
    else:
        _renderer(name, colour).render(painter, rect)


@cache
def _drawing(name: str) -> bytes:
    return (files("resources") / "icons" / f"{name}.svg").read_bytes()


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg(name, colour)))


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, pixels: int, ratio: float) -> QPixmap:
    image = QPixmap(pixels, pixels)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _renderer(name, colour).render(painter, QRectF(0.0, 0.0, pixels, pixels))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


@lru_cache(maxsize=256)
def _icon(name: str, colour: str) -> QIcon:
    result = QIcon()
    for ratio in (1.0, 1.5, 2.0):
        image = pixmap(name, colour, ICON_SIZE, ratio)
        result.addPixmap(image, QIcon.Mode.Normal)
        pale = QPixmap(image.size())
        pale.setDevicePixelRatio(ratio)
        pale.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pale)
        painter.setOpacity(0.4)
        painter.drawPixmap(0, 0, image)
        painter.end()
        result.addPixmap(pale, QIcon.Mode.Disabled)
    return result

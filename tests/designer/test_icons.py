from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from core.layers.catalog import LAYERS
from designer.action_table import ACTIONS
from designer.icons import icon, icon_names, paint_icon, pixmap, svg
from designer.theme import ThemeService


def _colours(image: QImage) -> set[str]:
    """Colours of the pixels that are fully covered."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("name", icon_names())
def test_each_icon_is_drawn_in_the_colour_asked_for_and_in_no_other(qapp: QApplication, name: str) -> None:
    colours = _colours(pixmap(name, "#ff8800", 64).toImage())
    assert colours == {"#ff8800"}


@pytest.mark.parametrize("name", icon_names())
def test_each_icon_keeps_to_its_square_of_16(name: str) -> None:
    drawing = ElementTree.fromstring(svg(name, "#000000"))
    assert drawing.attrib["viewBox"] == "0 0 16 16"


def test_every_layer_kind_preset_and_action_has_its_icon() -> None:
    wanted = {kind.icon for kind in LAYERS} | {preset.icon for kind in LAYERS for preset in kind.presets}
    wanted |= {spec.icon for spec in ACTIONS if spec.icon}
    assert wanted <= set(icon_names())


def test_an_unknown_icon_is_refused(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon", "#000000")


def test_painting_fills_the_rectangle_and_nothing_outside(qapp: QApplication) -> None:
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    paint_icon(painter, "stop", QRectF(16, 16, 16, 16), "#000000")
    painter.end()
    painted = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y) != QColor("#ffffff")]
    assert painted
    assert all(16 <= x < 32 and 16 <= y < 32 for x, y in painted)


def test_an_icon_on_a_zoomed_canvas_is_as_sharp_as_the_screen(qapp: QApplication) -> None:
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.scale(4.0, 4.0)
    paint_icon(painter, "stop", QRectF(0, 0, 16, 16), "#000000")
    painter.end()
    middle = [image.pixelColor(x, 32).lightness() for x in range(64)]
    # A square whose edge is blurred over at most two device pixels: it was drawn at 64, not stretched from 16.
    assert sum(0 < value < 255 for value in middle) <= 4
    assert middle.count(0) > 30


def test_buttons_of_dialogs_have_words_and_no_pictures_of_the_desktop(qtbot: QtBot, theme: ThemeService) -> None:
    kinds = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(kinds.Save | kinds.Cancel | kinds.Close)
    qtbot.addWidget(box)
    box.show()
    for button in box.buttons():
        assert button.text() and button.icon().isNull()

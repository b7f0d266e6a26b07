"""The numbers in the circles of units: they stand out from every fill, and can be read from afar too."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from designer.canvas.text import text_width
from designer.canvas.units.hit import place_of
from designer.canvas.units.numbers import NetworkNumbers, UnitNumbers
from designer.canvas.units.units_item import FAR_SIZE, far_text, ink_on
from designer.theme import THEMES, ThemeService, colour_table
from tests.designer.canvas.units.conftest import UnitHand

READABLE = 4.5
"""Contrast that WCAG 2.1 asks of text (success criterion 1.4.3)."""


def _contrast(one: QColor, other: QColor) -> float:
    def luminance(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("scale", ["sequential", "diverging"])
def test_numbers_stand_out_from_every_fill_of_the_scales(name: str, scale: str) -> None:
    theme = THEMES[name]
    for row in colour_table(theme.sequential if scale == "sequential" else theme.diverging, 256).tolist():
        fill = QColor(*row[:3])
        ink = ink_on(fill)
        assert _contrast(QColor(ink), fill) >= READABLE, fill.name()
        other = "#FFFFFF" if ink == "#000000" else "#000000"
        assert _contrast(QColor(ink), fill) >= _contrast(QColor(other), fill), fill.name()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.534, ".53"), (0.996, "1.0"), (-0.53, "−.5"), (1.26, "1.3"), (-1.3, "−1"), (12.4, "12")],
)
def test_numbers_from_afar_have_a_figure_less_and_stay_inside_their_ring(qapp: object, value: float, text: str) -> None:
    assert far_text(value) == text
    assert text_width(text, FAR_SIZE, 600) <= 2 * 14 - 2 * 2.5


@pytest.mark.parametrize("name", THEMES)
def test_an_activation_in_the_middle_of_the_scale_is_read_from_afar(
    units: UnitHand, theme: ThemeService, name: str
) -> None:
    theme.use(name)
    units.open(3)
    units.neurons.show_numbers(NetworkNumbers({units.ids[3]: UnitNumbers(a=np.full(10, 0.53))}, "iteration 1"))
    units.hand.view.set_zoom(0.6)
    picture: QImage = units.hand.view.viewport().grab().toImage()
    for unit in range(10):
        room = place_of(units.view, units.unit(3, unit))
        assert room is not None
        middle = units.hand.view.mapFromScene(room.center())
        reach = round(0.55 * room.width() / 2 * 0.6)
        seen = [
            picture.pixelColor(middle.x() + x, middle.y() + y)
            for x in range(-reach, reach + 1)
            for y in range(-reach, reach + 1)
        ]
        fill = picture.pixelColor(middle.x(), round(middle.y() - 0.7 * room.height() / 2 * 0.6))
        assert max(_contrast(colour, fill) for colour in seen) >= 3.0, unit

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF, QRawFont
from PySide6.QtWidgets import QApplication, QLabel

from designer.fonts import ui_font
from designer.theme import ThemeService


@pytest.mark.parametrize("weight", [400, 600])
def test_inter_comes_with_the_program_in_both_weights(qapp: QApplication, weight: int) -> None:
    font = QRawFont.fromFont(ui_font(12, weight))
    assert font.familyName() == "Inter" or font.familyName().startswith("Inter ")
    assert font.weight() == weight


@pytest.mark.parametrize("weight", [400, 600])
@pytest.mark.parametrize("size", [10, 11, 12, 13, 24])
def test_figures_are_of_one_width(qapp: QApplication, size: int, weight: int) -> None:
    metrics = QFontMetricsF(ui_font(size, weight))
    widths = [metrics.horizontalAdvance(digit * 8) for digit in "0123456789"]
    # Kerning is rounded to eighths of a pixel.
    assert max(widths) - min(widths) <= 0.125


def test_figures_in_a_label_styled_by_the_sheet_are_of_one_width(theme: ThemeService, qtbot: object) -> None:
    ones, eights = QLabel("1,111.11"), QLabel("8,888.88")
    for label in (ones, eights):
        label.setProperty("level", "second")
        label.ensurePolished()
    assert ones.fontInfo().pixelSize() == 11
    assert ones.sizeHint().width() == eights.sizeHint().width()


def test_letters_of_formulas_and_of_spanish_are_in_the_font(qapp: QApplication) -> None:
    font = QRawFont.fromFont(ui_font())
    assert [letter for letter in "ηδσ∂Σ−≠×→½²ñ¿áéµ·…" if not font.supportsCharacter(ord(letter))] == []

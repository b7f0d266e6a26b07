from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from core.errors import GraphError, LayerloomError
from core.project import edits
from core.project.model import Project
from designer.canvas.export import export_image
from designer.theme import THEMES
from tests.designer.canvas.conftest import chain


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_png_shows_every_card_in_the_colours_of_the_theme(qapp: QApplication, tmp_path: Path, theme: str) -> None:
    path = tmp_path / "net.png"
    export_image(chain(784, 15, 10), path, theme)
    image = QImage(str(path))
    # Four cards of 152 × 104 and three gaps of 96, with a margin of 32, at two pixels per scene pixel.
    assert (image.width(), image.height()) == (2 * (4 * 152 + 3 * 96 + 64), 2 * (104 + 64))
    assert image.pixelColor(4, 4).name().upper() == THEMES[theme].canvas
    for place in range(4):
        assert image.pixelColor(2 * (32 + 248 * place + 140), 2 * (32 + 70)).name().upper() == THEMES[theme].card


def test_an_svg_is_made_of_lines_and_draws_the_same_picture(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "net.svg"
    export_image(chain(784, 15, 10), path, "light")
    text = path.read_text(encoding="utf-8")
    assert "<image" not in text
    assert "<text" not in text, "letters are outlines, so they look the same without the font"
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    assert renderer.viewBoxF().size() == QSizeF(4 * 152 + 3 * 96 + 64, 104 + 64)
    assert 'width="254mm"' in text, "960 pixels of 1/96 inch"


def test_an_empty_network_is_refused(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no layers yet"):
        export_image(Project(), tmp_path / "net.png", "dark")


@pytest.mark.parametrize("name", ["net.gif", "net", "missing/net.png", "missing/net.svg"])
def test_a_picture_that_cannot_be_written_is_an_error_that_names_the_file(
    qapp: QApplication, tmp_path: Path, name: str
) -> None:
    with pytest.raises(LayerloomError, match="net"):
        export_image(chain(4, 3), tmp_path / name, "dark")
    assert list(tmp_path.iterdir()) == []


def test_a_network_that_is_miles_wide_still_becomes_a_picture(qapp: QApplication, tmp_path: Path) -> None:
    project = edits.add_node(chain(4, 3), "dense", (1e6, 0.0))
    export_image(project, tmp_path / "net.png", "dark")
    assert QImage(str(tmp_path / "net.png")).width() == 16_384

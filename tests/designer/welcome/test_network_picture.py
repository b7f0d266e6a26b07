from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from core.project.templates import TEMPLATES, Template
from designer.theme import ThemeService
from designer.welcome.network_picture import columns_of, paint_network

ROOM = QRectF(18, 22, 172, 86)
"""What a card has for it in a window 1440 pixels wide."""


@pytest.mark.parametrize("template", list(TEMPLATES), ids=lambda template: template.key)
def test_layers_stand_beside_each_other_within_the_room(template: Template) -> None:
    columns = sorted(columns_of(template.build().graph, ROOM).values(), key=lambda column: column.depth)
    extents = [column.extent for column in columns]
    assert all(before[1] < after[0] for before, after in pairwise(extents))
    for left, right in extents:
        assert ROOM.left() - 0.01 <= left < right <= ROOM.right() + 0.01


def test_of_lenet_5_one_sees_the_digit_two_convolutions_and_three_dense_layers() -> None:
    columns = list(columns_of(TEMPLATES["lenet_5"].build().graph, ROOM).values())
    assert [(len(column.boxes), len(column.units)) for column in columns] == [
        (1, 0), (4, 0), (4, 0), (0, 8), (0, 8), (0, 8)
    ]
    first, second = columns[1].boxes[0], columns[2].boxes[0]
    assert second.width() < first.width(), "10 x 10 pixels beside 28 x 28"


def test_a_link_past_a_layer_is_an_arc_above_it(theme: ThemeService) -> None:
    def above(template: str) -> bool:
        image = QImage(208, 122, QImage.Format.Format_RGB32)
        image.fill(QColor("#000000"))
        painter = QPainter(image)
        paint_network(painter, QRectF(0, 0, 208, 122), theme.current, TEMPLATES[template].build().graph)
        painter.end()
        return any(image.pixelColor(x, y).value() > 40 for x in range(208) for y in range(17))

    assert above("residual") and above("skip_links")
    assert not above("digit_reader") and not above("lenet_5")

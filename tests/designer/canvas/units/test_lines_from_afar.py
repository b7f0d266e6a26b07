"""Which lines lead from one open layer into another: none is missing, and none fades away from afar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QWheelEvent
from PySide6.QtWidgets import QApplication

from core.data.reference import DataReference
from core.project import edits
from core.project.model import Project
from designer.canvas.units.frame import NUMBER_X
from designer.theme import ThemeService
from tests.designer.canvas.units.conftest import UnitHand

CONVOLUTION, POOL = 1, 2
SEEN = 2.0
"""Contrast with the ground (WCAG 2) below which a thin line is hardly made out; the dots of the grid have 1.2."""


def _project(filters: int) -> Project:
    project = Project(data=DataReference(source="digits"))
    for kind, options in (
        ("input", {"shape": (8, 8, 1)}),
        ("convolution", {"filters": filters, "kernel": (3, 3), "activation": "tanh"}),
        ("mean_pooling", {}),
        ("flatten", {}),
        ("dense", {"units": 10, "activation": "softmax"}),
        ("output", {"loss": "cross_entropy"}),
    ):
        project = edits.append_layer(project, kind, options)
    return project


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _turn_wheel(units: UnitHand, place: int, notches: int) -> None:
    at = QPointF(units.hand.middle(place))
    event = QWheelEvent(
        *(at, QPointF(units.hand.view.viewport().mapToGlobal(at.toPoint()))),
        *(QPoint(), QPoint(0, -120 * notches), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(units.hand.view.viewport(), event)


def _contrasts(units: UnitHand, path: QPainterPath, ground: QColor) -> list[float]:
    """Contrast of what is painted at places of a line, each with the pixels around it."""
    picture = units.hand.view.viewport().grab().toImage()
    found = []
    for share in (0.35, 0.45, 0.55, 0.65):
        at = units.hand.view.mapFromScene(path.pointAtPercent(share))
        around = [picture.pixelColor(at + QPoint(x, y)) for x in (-1, 0, 1) for y in (-1, 0, 1)]
        found.append(max(_contrast(colour, ground) for colour in around))
    return found


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("zoom", [0.34, 0.2])
def test_lines_between_open_layers_are_seen_from_afar(
    units_of: Callable[[Project], UnitHand], theme: ThemeService, name: str, zoom: float
) -> None:
    theme.use(name)
    units = units_of(_project(6))
    units.open(CONVOLUTION, POOL)
    units.hand.view.set_zoom(zoom)
    ground = QColor(theme.current.canvas)
    (item,) = units.view.link_items()
    assert item.edges is not None and len(item.edges) == 6
    for start, end in zip(item.edges.starts.tolist(), item.edges.ends.tolist(), strict=True):
        path = QPainterPath(QPointF(*start))
        path.lineTo(QPointF(*end))
        assert min(_contrasts(units, path, ground)) >= SEEN
    (into,) = units.hand.project.graph.links_into(units.ids[CONVOLUTION])
    for path in units.view.links.fans[into.id].paths:
        assert min(_contrasts(units, path, ground)) >= SEEN


def test_a_link_whose_channels_are_out_of_sight_is_led_from_the_layer_as_such(
    units_of: Callable[[Project], UnitHand],
) -> None:
    units = units_of(_project(16))
    units.open(CONVOLUTION, POOL)
    (link,) = units.hand.project.graph.links_into(units.ids[POOL])
    assert link.id not in units.view.links.fans, "channels 1 to 6 of both are in sight: each leads to its own"
    _turn_wheel(units, POOL, 2)
    frame = units.view.ends[units.ids[POOL]].frame
    assert (frame.first, frame.count) == (6, 6)
    assert units.view.links.edges[link.id].edges is not None
    assert len(units.view.links.edges[link.id].edges) == 0
    paths = units.view.links.fans[link.id].paths
    box = units.hand.scene.boxes[units.ids[CONVOLUTION]]
    assert [path.pointAtPercent(0.0).x() for path in paths] == [box.right] * 6
    _turn_wheel(units, CONVOLUTION, 2)
    assert link.id not in units.view.links.fans
    assert len(units.view.links.edges[link.id].edges) == 6


def test_lines_to_pictures_strike_out_neither_their_numbers_nor_their_kernels(
    units_of: Callable[[Project], UnitHand],
) -> None:
    units = units_of(_project(6))
    units.open(0, CONVOLUTION, POOL)
    for place in (CONVOLUTION, POOL):
        end = units.view.ends[units.ids[place]]
        (link,) = units.hand.project.graph.links_into(units.ids[place])
        edges = units.view.links.edges[link.id].edges
        assert edges is not None and len(edges) == 6
        for row, x in zip(edges.units.tolist(), edges.ends[:, 0].tolist(), strict=True):
            assert end.box.left < x <= end.box.left + NUMBER_X
            assert not end.frame.thumb or x < end.box.left + end.frame.thumb_rect(row).left()

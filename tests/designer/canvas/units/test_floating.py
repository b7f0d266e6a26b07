"""What floats over open layers, the key and the card of a unit: it covers nothing that it explains, nor controls."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import groupby

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtWidgets import QApplication

from core.project.model import Project
from designer.canvas.units.legend import LINE, PADDING, Legend
from designer.canvas.units.lines_in_sight import crosses
from designer.canvas.units.numbers import NetworkNumbers, UnitNumbers
from tests.designer.canvas.conftest import chain
from tests.designer.canvas.units.conftest import UnitHand

UnitsOf = Callable[[Project], UnitHand]
SIZES = [(1000, 700), (1000, 480), (760, 380), (600, 320), (450, 260)]
NAN = math.nan


def _legend(units: UnitHand) -> Legend:
    return units.panel.overlays.legend


def _texts(units: UnitHand) -> dict[str, str]:
    return {scale.sign: scale.note if scale.ends is None else " ".join(scale.ends) for scale in _legend(units).scales}


def _resize(units: UnitHand, size: tuple[int, int]) -> None:
    units.panel.resize(*size)
    QApplication.processEvents()
    units.panel.fit()
    QApplication.processEvents()


def _on_panel(units: UnitHand, x: float, y: float) -> QPointF:
    return QPointF(units.hand.view.mapFromScene(QPointF(x, y)) + units.hand.view.pos())


def _drawn(units: UnitHand) -> list[QPointF]:
    """Points of everything that the key is about or that is in its way: cards, frames, edges, fans and wires."""
    found: list[QPointF] = []
    for box in units.hand.scene.boxes.values():
        for x in np.linspace(box.left, box.right, 12):
            found += [_on_panel(units, x, y) for y in np.linspace(box.top, box.bottom, 12)]
    for item in units.view.link_items():
        assert item.edges is not None
        for share in np.linspace(0.0, 1.0, 40):
            at = (1.0 - share) * item.edges.starts + share * item.edges.ends
            found += [_on_panel(units, x, y) for x, y in at.tolist()]
    for fan in units.view.links.fans.values():
        for path in fan.paths:
            points = [path.pointAtPercent(step / 40.0) for step in range(41)]
            found += [_on_panel(units, point.x(), point.y()) for point in points]
    for points in units.hand.scene.routes.values():
        found += [_on_panel(units, x, y) for x, y in points]
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("places", [(1,), (0, 1), (1, 2), (0, 1, 2, 3)])
def test_the_key_covers_neither_edges_nor_units_nor_controls(
    units_of: UnitsOf, places: tuple[int, ...], size: tuple[int, int]
) -> None:
    units = units_of(chain(64, 12, 8, 10))
    units.open(*places)
    _resize(units, size)
    legend, overlays = _legend(units), units.panel.overlays
    assert legend.isVisible() and units.panel.rect().contains(legend.geometry())
    room = QRectF(legend.geometry())
    assert not any(room.contains(point) for point in _drawn(units))
    for other in (overlays.bar, units.panel.findChild(type(units.panel._zoom)), units.panel._pill):
        assert not legend.geometry().intersects(other.geometry())


def test_the_key_dodges_what_is_moved_under_it(units: UnitHand) -> None:
    units.open(1)
    _resize(units, (1000, 700))
    legend = _legend(units)
    assert not legend.flat
    corner = legend.geometry()
    box = units.hand.scene.boxes[units.ids[1]]
    middle = units.hand.view.mapFromScene(QPointF(*box.centre))
    units.hand.view.pan(corner.center().x() - middle.x(), corner.center().y() - middle.y())
    QApplication.processEvents()
    frame = units.panel.overlays._on_panel(QRectF(box.left, box.top, box.width, box.height))
    assert legend.flat or not legend.geometry().intersects(frame)


def test_the_key_says_that_no_number_is_known_yet_instead_of_a_scale_of_nothing(units: UnitHand) -> None:
    units.open(1, 2)
    link = units.hand.project.graph.links_into(units.ids[2])[0].id
    kernel = np.array([[1.0, -2.0, 0.0]] * 4)

    def show(delta: list[float], gradient: float) -> dict[str, str]:
        gradients = {f"kernel.{link}": np.full((4, 3), gradient)}
        layer = UnitNumbers(
            a=np.zeros(3), delta=np.array(delta), parameters={f"kernel.{link}": kernel}, gradients=gradients
        )
        units.neurons.show_numbers(NetworkNumbers({units.ids[2]: layer}, "stage 1"))
        return _texts(units)

    texts = show([NAN, NAN, NAN], NAN)
    assert texts["ring"] == "not known" and texts["edge"] == "−2 +2"
    assert "δ not known" in _legend(units).accessibleName()
    texts = show([NAN, -0.25, NAN], NAN)
    assert texts["ring"] == "−0.2500 +0.2500"
    units.panel.overlays.bar.measure.button("gradient").click()
    assert show([NAN, -0.25, NAN], NAN)["edge"] == "not known"
    assert show([NAN, -0.25, NAN], 0.5)["edge"] == "−0.5000 +0.5000"
    assert show([NAN, -0.00331, NAN], NAN)["ring"] == "−0.00331 +0.00331", "as the Deltas panel writes it"
    assert show([NAN, 8.8e-6, NAN], NAN)["ring"] == "−8.80e−6 +8.80e−6"


def test_the_key_calls_biases_dashed_and_draws_them_so(units: UnitHand) -> None:
    units.open(1)
    legend = _legend(units)
    assert not legend.flat and legend.scales[-1].words == "dashed: bias"
    picture = legend.grab().toImage()
    ratio = picture.devicePixelRatio()
    y = round((PADDING + LINE * (len(legend.scales) - 0.5)) * ratio)
    ground = picture.pixelColor(round(3 * ratio), y)
    row = [picture.pixelColor(x, y) != ground for x in range(round(12 * ratio), round(32 * ratio))]
    runs = [(inked, len(list(run)) / ratio) for inked, run in groupby(row)]
    dashes = [length for inked, length in runs if inked]
    assert len(dashes) == 3, "dashes, as beside the units: each as long as the gap behind it"
    assert max(dashes) <= 5.0 and max(length for inked, length in runs if not inked) <= 5.0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layer", [1, 2])
def test_the_card_of_a_unit_leaves_the_controls_free_also_on_a_low_canvas(
    units_of: UnitsOf, size: tuple[int, int], layer: int
) -> None:
    units = units_of(chain(64, 12, 8, 10))
    units.open(0, 1, 2, 3)
    _resize(units, size)
    overlays = units.panel.overlays
    for unit in (0, 4, 7):
        units.view.hover(units.unit(layer, unit))
        assert overlays.card.facts is not None
        room = overlays.card.geometry()
        assert not room.adjusted(8, 8, -8, -8).intersects(overlays.bar.geometry()), "its shadow may"
        assert QRect(units.hand.view.geometry()).contains(room)
        units.view.hover(None)


def test_a_card_that_fits_shows_everything(units: UnitHand) -> None:
    units.open(0, 1, 2)
    heights = []
    for size in ((1000, 800), (1000, 400), (1000, 330), (1000, 250)):
        _resize(units, size)
        units.view.hover(units.unit(1, 0))
        assert units.panel.overlays.card.facts is not None
        heights.append(units.panel.overlays.card.height())
        units.view.hover(None)
    assert heights == sorted(heights, reverse=True) and len(set(heights)) >= 3


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ((0.0, 0.0, 30.0, 30.0), True),
        ((0.0, 0.0, 9.0, 9.0), False),
        ((0.0, 15.0, 40.0, 15.0), True),
        ((0.0, 21.0, 40.0, 21.0), False),
        ((15.0, 0.0, 15.0, 40.0), True),
        ((9.0, 0.0, 9.0, 40.0), False),
        ((12.0, 12.0, 14.0, 13.0), True),
        ((0.0, 18.0, 12.0, 30.0), False),
        ((0.0, 8.0, 22.0, 30.0), True),
        ((15.0, 15.0, 15.0, 15.0), True),
        ((5.0, 15.0, 5.0, 15.0), False),
    ],
)
def test_lines_that_cross_a_rectangle(line: tuple[float, ...], expected: bool) -> None:
    # The square from (10, 10) to (20, 20).
    assert crosses(np.array([line]), QRectF(10.0, 10.0, 10.0, 10.0)) is expected
    assert not crosses(np.zeros((0, 4)), QRectF(10.0, 10.0, 10.0, 10.0))

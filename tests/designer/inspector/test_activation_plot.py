from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from core.numerics.activations import ACTIVATIONS
from designer.inspector.activation_plot import BARS, BARS_SHARE, END, ActivationPlot, bar_heights
from designer.inspector.curve_names import free_place
from designer.theme import ThemeService

ELEMENTWISE = [activation.key for activation in ACTIVATIONS if activation.elementwise]


@pytest.fixture
def plot(qtbot: QtBot, theme: ThemeService) -> ActivationPlot:
    made = ActivationPlot()
    qtbot.addWidget(made)
    made.resize(264, made.height())
    made.show()
    qtbot.waitExposed(made)
    return made


def near(image: QImage, x: float, y: float, colour: str, reach: int = 2) -> bool:
    """Whether a pixel of about this colour lies within `reach` of a place."""
    wanted = QColor(colour)
    for across in range(round(x) - reach, round(x) + reach + 1):
        for down in range(round(y) - reach, round(y) + reach + 1):
            found = image.pixelColor(across, down)
            if all(
                abs(a - b) < 40
                for a, b in zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True)  # type: ignore[index]
            ):
                return True
    return False


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_sigmoid_and_its_derivative_are_drawn_where_they_are(
    plot: ActivationPlot, theme: ThemeService, name: str
) -> None:
    theme.use(name)
    plot.show_layer("n1", ACTIVATIONS["sigmoid"], None)

    image = plot.grab().toImage()

    # From the textbook: σ(0) = ½ and σ′(0) = ¼; σ(3) = 0.952574, σ′(3) = 0.045177. The axis runs from 0 to 1.
    area = plot.plot_area
    for z, value, derivative in ((0.0, 0.5, 0.25), (3.0, 0.952574, 0.045177)):
        x = area.left() + (z + END) / (2 * END) * area.width()
        assert near(image, x + 2, area.bottom() - value * area.height(), theme.current.forward)
        assert any(
            near(image, x + shift, area.bottom() - derivative * area.height(), theme.current.backward)
            for shift in range(-8, 9)
        ), "the derivative is dashed: somewhere near there must be a dash"


def test_bars_count_the_z_like_a_histogram_does() -> None:
    z = np.random.default_rng(7).normal(0.4, 2.0, (50, 31)).astype(np.float32)

    heights = bar_heights(z)

    counts, _ = np.histogram(np.clip(z, -END, END), bins=BARS, range=(-END, END))
    assert np.abs(heights - counts / counts.max()).max() <= 1.5 / counts.max(), "a value on an edge may change sides"


def test_bars_at_the_ends_hold_what_lies_beyond() -> None:
    heights = bar_heights(np.array([[-40.0, -7.0, 0.0, 1e30]]))

    assert heights[0] == 1.0
    assert heights[-1] == 0.5
    assert heights.sum() == 2.0
    largest = np.finfo(np.float32).max
    np.testing.assert_array_equal(bar_heights(np.array([largest, -largest], dtype=np.float32))[[0, -1]], 1.0)


def test_bars_of_numbers_that_are_none_are_empty() -> None:
    assert bar_heights(np.full((2, 3), np.nan)).sum() == 0.0


def test_bars_of_a_large_layer_keep_their_shape() -> None:
    z = np.random.default_rng(3).normal(size=(200, 1000))

    counts, _ = np.histogram(z, bins=BARS, range=(-END, END))
    assert np.abs(bar_heights(z) - counts / counts.max()).max() < 0.05


@pytest.mark.parametrize("key", ELEMENTWISE)
def test_names_stand_clear_of_both_curves(key: str) -> None:
    activation = ACTIVATIONS[key]
    area, z = QRectF(26.0, 30.0, 226.0, 76.0), np.linspace(-END, END, 227)
    across = area.left() + (z + END) / (2 * END) * area.width()
    values = [activation.value(z), activation.derivative(z)]
    low, high = min(0.0, *(v.min() for v in values)), max(v.max() for v in values)
    curves = [area.bottom() - (v - low) / (high - low) * area.height() for v in values]

    places: list[QRectF] = []
    for curve in curves:
        places.append(
            free_place(QSizeF(30.0, 14.0), curve, across, curves, places, area, BARS_SHARE * area.height())
        )

    assert not places[0].intersects(places[1])
    for place in places:
        assert area.contains(place)
        inside = (across >= place.left()) & (across <= place.right())
        for curve in curves:
            touching = (curve[inside] > place.top()) & (curve[inside] < place.bottom())
            assert not touching.any()


def test_a_function_whose_outputs_depend_on_each_other_shows_its_formula(plot: ActivationPlot) -> None:
    plot.show_layer("n1", ACTIVATIONS["softmax"], None)

    assert ACTIVATIONS["softmax"].formula in plot.toolTip()
    assert not plot.grab().isNull()


def test_every_activation_can_be_painted_in_any_width(plot: ActivationPlot) -> None:
    for activation in ACTIVATIONS:
        for width in (120, 192, 264, 500):
            plot.resize(width, plot.height())
            plot.show_layer("n1", activation, None)
            assert math.isclose(plot.grab().deviceIndependentSize().width(), width)

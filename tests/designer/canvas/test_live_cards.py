from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from designer.canvas.hover_text import hover_text
from designer.canvas.live_area import CELLS_X, FIRST_ROW_Y
from designer.canvas.live_values import (
    MOST_CELLS,
    activation_end,
    cells,
    delta_end,
    group_bounds,
    magnitude_colours,
    signed_colours,
)
from designer.canvas.targets import CardTarget
from designer.run.controller import RunStatus
from designer.theme import DARK, colour_table, diverging_colours, sequential_colours
from tests.designer.canvas.conftest import Hand, chain

Show = Callable[[Project], Hand]


def _train(hand: Hand, qtbot: QtBot) -> None:
    run = hand.services.run
    qtbot.waitUntil(lambda: run.status is RunStatus.READY and run.snapshot is not None, timeout=20_000)
    run.step_iteration()
    qtbot.waitUntil(lambda: run.status is RunStatus.PAUSED and run.snapshot.iteration == 1, timeout=20_000)


def _pixel(hand: Hand, place: int, at: tuple[float, float]) -> QColor:
    box = hand.scene.boxes[hand.ids[place]]
    point = hand.at((box.left + at[0], box.top + at[1]))
    return hand.view.viewport().grab().toImage().pixelColor(point)


def test_the_strip_of_a_shows_the_first_sample_in_the_colours_of_the_scale(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    snapshot = hand.services.run.snapshot
    assert snapshot is not None
    a = snapshot.layers[hand.ids[1]].a[0]
    expected = sequential_colours(DARK, a)
    for unit in range(4):
        x = CELLS_X + (unit + 0.4) * (142.0 - CELLS_X) / 4
        colour = _pixel(hand, 1, (x, FIRST_ROW_Y + 6.0))
        assert (colour.red(), colour.green(), colour.blue()) == tuple(expected[unit])


def test_the_strip_of_delta_has_the_diverging_scale_up_to_its_largest_size(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    snapshot = hand.services.run.snapshot
    assert snapshot is not None and snapshot.layers[hand.ids[1]].delta is not None
    delta = snapshot.layers[hand.ids[1]].delta[0]
    expected = diverging_colours(DARK, delta, float(np.max(np.abs(delta))))
    for unit in range(4):
        x = CELLS_X + (unit + 0.4) * (142.0 - CELLS_X) / 4
        colour = _pixel(hand, 1, (x, FIRST_ROW_Y + 22.0))
        assert (colour.red(), colour.green(), colour.blue()) == tuple(expected[unit])


def test_the_tooltip_of_a_cell_gives_its_numbers(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    snapshot = hand.services.run.snapshot
    assert snapshot is not None
    box = hand.scene.boxes[hand.ids[1]]
    at = QPointF(box.left + CELLS_X + 2.5 * (142.0 - CELLS_X) / 4, box.top + FIRST_ROW_Y + 5.0)
    text = hover_text(hand.scene, hand.panel.live, CardTarget(hand.ids[1]), at)
    value = float(snapshot.layers[hand.ids[1]].a[0][2])
    assert text.startswith(f"unit 3\na {value:.4f}   δ ")


def test_the_input_shows_the_first_sample_of_the_batch_with_its_label(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    snapshot, data = hand.services.run.snapshot, hand.services.data.data
    assert snapshot is not None and data is not None
    sample = hand.panel.live.sample()
    assert sample is not None and sample.picture is not None
    row = int(snapshot.samples[0])
    assert sample.row == row
    assert sample.label == data.classes[data.training.labels[row]]
    picture = np.asarray(data.training.inputs[row], dtype=float).reshape(8, 8)
    np.testing.assert_allclose(sample.picture, picture / picture.max())


def test_before_any_training_the_cards_show_what_the_next_step_will_compute(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    run, live = hand.services.run, hand.panel.live
    qtbot.waitUntil(lambda: run.snapshot is not None, timeout=20_000)
    sample = live.sample()
    assert sample is not None
    loss = live.loss
    a, delta = live.activations(hand.ids[1], 4), live.deltas(hand.ids[1], 4)
    assert a is not None and delta is not None
    run.step_iteration()
    qtbot.waitUntil(lambda: run.status is RunStatus.PAUSED and run.snapshot.iteration == 1, timeout=20_000)
    stepped = live.sample()
    assert stepped is not None and stepped.row == sample.row
    np.testing.assert_array_equal(live.activations(hand.ids[1], 4), a)
    np.testing.assert_array_equal(live.deltas(hand.ids[1], 4), delta)
    assert live.loss == loss > 0.0


def test_after_undo_the_cards_are_not_empty(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    hand.undo()
    run = hand.services.run
    qtbot.waitUntil(lambda: run.snapshot is not None and run.snapshot.iteration == 0, timeout=20_000)
    assert hand.panel.live.deltas(hand.ids[1], 4) is not None


def test_a_snapshot_repaints_only_the_live_parts_of_cards_in_sight(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    snapshot = hand.services.run.snapshot
    assert snapshot is not None
    hand.panel.refresh(snapshot)
    region = hand.view.live_viewport.live_region
    assert not region.isEmpty()
    for place in range(4):
        box = hand.scene.boxes[hand.ids[place]]
        assert not region.contains(hand.at((box.left + 30.0, box.top + 17.0))), "the name is not painted anew"
        assert region.contains(hand.at((box.left + 60.0, box.top + 60.0)))
    hand.view.pan(20_000, 0)
    hand.panel.refresh(snapshot)
    assert hand.view.live_viewport.live_region.isEmpty()


def test_a_repaint_by_the_refresher_shows_the_new_numbers_at_once(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    before = hand.view.viewport().grab().toImage()
    run = hand.services.run
    run.step_iteration()
    qtbot.waitUntil(lambda: run.snapshot is not None and run.snapshot.iteration == 2, timeout=20_000)
    qtbot.waitUntil(lambda: run.status is RunStatus.PAUSED, timeout=20_000)
    assert run.snapshot is not None
    hand.panel.refresh(run.snapshot)
    for surface in hand.panel.surfaces():
        surface.repaint()
    assert hand.view.viewport().grab().toImage() != before


def test_values_of_another_width_are_not_shown(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    live = hand.panel.live
    assert live.activations(hand.ids[1], 4) is not None
    hand.services.document.apply("x", edits.set_option, hand.ids[1], "units", 7)
    assert live.activations(hand.ids[1], hand.scene.card(hand.ids[1]).content.units) is None
    hand.view.viewport().grab()


def test_a_wide_layer_is_shown_in_groups_that_keep_the_strongest_value() -> None:
    values = np.zeros(100)
    values[57], values[58] = -0.9, 0.2
    shown = cells(values)
    assert len(shown) == MOST_CELLS
    assert np.count_nonzero(shown) == 1
    (cell,) = np.flatnonzero(shown)
    low, high = group_bounds(100, int(cell))
    assert low <= 57 < high
    assert shown[cell] == -0.9


@pytest.mark.parametrize("units", [1, 5, 32, 33, 100, 784, 1000])
def test_the_groups_of_a_strip_cover_every_unit_once(units: int) -> None:
    bounds = [group_bounds(units, cell) for cell in range(min(units, MOST_CELLS))]
    assert [unit for low, high in bounds for unit in range(low, high)] == list(range(units))


@pytest.mark.parametrize("end", [1.0, 0.0])
def test_infinite_numbers_have_the_colours_of_the_ends_and_missing_ones_that_of_zero(end: float) -> None:
    values = np.array([np.nan, np.inf, -np.inf, 0.0])
    signed, sizes = colour_table(DARK.diverging, 255), colour_table(DARK.sequential, 256)
    np.testing.assert_array_equal(signed_colours(DARK.diverging, values, end), signed[[127, 254, 0, 127]])
    np.testing.assert_array_equal(magnitude_colours(DARK.sequential, values, end), sizes[[0, 255, 0, 0]])


def test_one_infinite_number_leaves_the_others_their_scale() -> None:
    values = np.array([np.inf, -0.5, np.nan, 2.0])
    assert delta_end(values) == activation_end(values) == 2.0
    assert activation_end(np.array([np.inf, np.nan])) == 1.0 and delta_end(np.array([-np.inf])) == 0.0


def test_the_loss_on_the_output_is_that_of_the_last_batch(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 4, 10))
    _train(hand, qtbot)
    snapshot = hand.services.run.snapshot
    assert snapshot is not None
    assert hand.panel.live.loss == snapshot.batch_loss > 0.0
    box = hand.scene.boxes[hand.ids[3]]
    tip = hover_text(hand.scene, hand.panel.live, CardTarget(hand.ids[3]), QPointF(*box.centre))
    assert tip.startswith("Loss of the batch")


def test_both_themes_paint_every_zoom(show: Show, qtbot: QtBot) -> None:
    hand = show(edits.add_node(chain(64, 40, 10), "activation", (248.0, 200.0)))
    _train(hand, qtbot)
    pictures = []
    for name in ("dark", "light"):
        hand.services.theme.use(name)
        for zoom in (0.15, 0.3, 0.5, 1.0, 2.0):
            hand.view.set_zoom(zoom)
            image = hand.view.viewport().grab().toImage()
            assert image.pixelColor(QPoint(3, 3)).name().upper() == hand.services.theme.current.canvas
            pictures.append(image)
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[:i])

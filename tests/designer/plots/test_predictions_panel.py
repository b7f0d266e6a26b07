"""Predictions: the wall, the bars of one sample, wrong ones first, the pad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.data.dataset import PreparedData
from core.errors import DataError
from core.training.snapshot import RunPhase, Snapshot
from designer.plots.output_bars import Outputs
from designer.plots.picture_wall import PictureWall
from designer.plots.predictions_panel import PredictionsPanel
from designer.plots.sample_rows import SampleRows
from designer.theme import DARK, ThemeService
from designer.widgets.switch import Switch
from tests.designer.plots.conftest import turn_wheel
from tests.designer.plots.runs import HandData, HandRun, dense_network, parameters, prepared, snapshot

NETWORK = dense_network(64, 4)
WRONG = (5, 11, 42)


def quarters(count: int = 120, wrong: tuple[int, ...] = WRONG) -> PreparedData:
    """Return 8 × 8 pictures with ink in one of four quarters, which is their class; some are labelled wrongly."""
    labels = np.arange(count) % 4
    pictures = np.zeros((count, 8, 8))
    for row, label in enumerate(labels):
        top, left = 4 * (label // 2), 4 * (label % 2)
        pictures[row, top : top + 4, left : left + 4] = 1.0
    for row in wrong:
        labels[row] = (labels[row] + 1) % 4
    return prepared(pictures, labels, 4)


def reads_quarters() -> dict[tuple[str, str], np.ndarray]:
    """Return weights that name the quarter with the most ink."""
    values = {key: np.zeros_like(array) for key, array in parameters(NETWORK).items()}
    for key, array in values.items():
        if key[1].startswith("kernel"):
            for label in range(4):
                mask = np.zeros((8, 8))
                top, left = 4 * (label // 2), 4 * (label % 2)
                mask[top : top + 4, left : left + 4] = 0.5
                array[:, label] = mask.ravel()
        else:
            array[:] = -4.0
    return values


def trained(serial: int = 1, **changes: object) -> Snapshot:
    return snapshot(NETWORK, serial, **{"parameters": reads_quarters(), "phase": RunPhase.PAUSED, **changes})


@pytest.fixture
def data() -> HandData:
    """Pictures of quarters."""
    return HandData(quarters())


@pytest.fixture
def panel(
    run: HandRun, data: HandData, theme: ThemeService, show: Callable[..., QWidget], qtbot: QtBot
) -> PredictionsPanel:
    """The panel in its usual size, with its head beside it."""
    result = PredictionsPanel(run, data, theme)
    show(result)
    header = result.header_widget()
    qtbot.addWidget(header)
    header.show()
    return result


def captions(panel: PredictionsPanel) -> list[str]:
    return [panel.wall.caption(place)[0] for place in range(len(panel.wall.visible_samples()))]


def switch_wrong_first(panel: PredictionsPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.header_widget().findChild(Switch), Qt.MouseButton.LeftButton)


def draw(panel: PredictionsPanel, qtbot: QtBot, places: list[tuple[float, float]]) -> None:
    """Draw a stroke on the pad with the mouse."""
    square = panel.pad.square
    points = [
        QPoint(round(square.left() + x * square.width()), round(square.top() + y * square.height())) for x, y in places
    ]
    qtbot.mousePress(panel.pad, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(panel.pad, point)
    qtbot.mouseRelease(panel.pad, Qt.MouseButton.LeftButton, pos=points[-1])


def test_the_wall_shows_at_least_twenty_samples_with_what_is_read(panel: PredictionsPanel, run: HandRun) -> None:
    run.show(trained())
    shown = panel.wall.visible_samples()
    assert len(shown) >= 20
    assert shown.tolist() == list(range(len(shown)))
    assert captions(panel)[:6] == ["0=0", "1=1", "2=2", "3=3", "0=0", "1≠2"]
    assert [panel.wall.caption(place)[1] for place in range(6)] == [False] * 5 + [True]


def test_a_wrong_sample_is_framed_in_the_colour_of_errors(panel: PredictionsPanel, run: HandRun) -> None:
    run.show(trained())
    image = panel.grab().toImage()

    def frame(place: int) -> str:
        corner = panel.wall.pos() + panel.wall.cell_rect(place).topLeft().toPoint()
        return QColor(image.pixel(corner + QPoint(10, 0))).name().upper()

    assert frame(5) == DARK.error.upper()
    assert frame(4) != DARK.error.upper()


def test_the_first_wrong_sample_is_selected_and_its_outputs_are_shown(panel: PredictionsPanel, run: HandRun) -> None:
    run.show(trained())
    assert panel.wall.selected == 5
    outputs = panel.bars.outputs
    assert (outputs.sample, outputs.guess, outputs.truth) == (5, 1, 2)
    assert outputs.scores == pytest.approx(1.0 / (1.0 + np.exp(-np.array([-4.0, 4.0, -4.0, -4.0]))), abs=1e-6)
    assert panel.bars.title == "test 6: reads 1, is 2"


def test_a_click_selects_another_sample(panel: PredictionsPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(trained())
    qtbot.mouseClick(panel.wall, Qt.MouseButton.LeftButton, pos=panel.wall.cell_rect(3).center().toPoint())
    assert panel.bars.title == "test 4: reads 3, is 3"


def test_wrong_first_brings_the_wrong_ones_to_the_front_and_back(
    panel: PredictionsPanel, run: HandRun, qtbot: QtBot
) -> None:
    run.show(trained())
    switch_wrong_first(panel, qtbot)
    assert panel.wall.visible_samples()[:5].tolist() == [5, 11, 42, 0, 1]
    assert captions(panel)[:3] == ["1≠2", "3≠0", "2≠3"]
    assert panel.wall.note == "3 of the first 120 read wrongly"
    switch_wrong_first(panel, qtbot)
    assert panel.wall.visible_samples()[:3].tolist() == [0, 1, 2]


def test_while_it_trains_the_wall_is_sorted_anew_only_now_and_then(
    run: HandRun, data: HandData, theme: ThemeService, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    now = [0.0]
    panel = PredictionsPanel(run, data, theme, clock=lambda: now[0])
    show(panel)
    qtbot.addWidget(panel.header_widget())
    run.show(trained(1, phase=RunPhase.RUNNING))
    switch_wrong_first(panel, qtbot)
    blind = {key: np.zeros_like(array) for key, array in reads_quarters().items()}
    for serial in range(2, 30):
        run.show(trained(serial, phase=RunPhase.RUNNING, parameters=blind))
    assert panel.wall.visible_samples()[:3].tolist() == [5, 11, 42]
    now[0] = 2.0
    for serial in range(30, 60):
        run.show(trained(serial, phase=RunPhase.RUNNING, parameters=blind))
    assert panel.wall.visible_samples()[:4].tolist() == [1, 2, 3, 5]


def test_an_unchanged_answer_repaints_nothing(panel: PredictionsPanel, run: HandRun) -> None:
    run.show(trained(1))
    assert run.show(trained(2)) == []
    flipped = {key: -array for key, array in reads_quarters().items()}
    assert panel.wall in run.show(trained(3, parameters=flipped))


def test_an_untrained_network_is_not_blamed(panel: PredictionsPanel, run: HandRun) -> None:
    run.show(trained(rows=0))
    assert captions(panel)[5] == "1≠2"
    assert not panel.wall.caption(5)[1]
    assert "Untrained" in panel.wall.note
    assert not panel.bars.outputs.judged


def test_without_data_or_network_there_is_a_hint(panel: PredictionsPanel, run: HandRun, data: HandData) -> None:
    assert captions(panel)[:4] == ["0", "1", "2", "3"]
    assert panel.bars.outputs is None
    assert "No network" in panel.bars.hint
    data.data, data.error = None, DataError("The folder {folder} is empty.", folder="x")
    data.changed.emit()
    assert panel.wall.hint == "The folder x is empty."
    data.error = None
    data.changed.emit()
    assert panel.wall.hint.startswith("No data yet")
    data.loading = True
    data.changed.emit()
    assert panel.wall.hint == "Loading the data…"
    data.loading = False
    assert not panel.bars.isVisible()
    run.show(trained())
    assert not panel.grab().isNull()


def test_a_network_of_another_size_says_what_does_not_fit(panel: PredictionsPanel, run: HandRun) -> None:
    run.show(snapshot(dense_network(9, 4)))
    assert "takes 9 values" in panel.bars.hint
    assert captions(panel)[:2] == ["0", "1"]


def test_what_is_drawn_is_read_at_once(panel: PredictionsPanel, run: HandRun, qtbot: QtBot) -> None:
    panel.resize(720, 300)
    run.show(trained())
    assert panel.pad.reading is None
    draw(panel, qtbot, [(0.2, 0.2), (0.8, 0.2), (0.5, 0.5), (0.3, 0.8)])
    reading = panel.pad.reading
    assert reading is not None
    assert reading.score >= reading.second_score
    assert {reading.name, reading.second_name} <= {"0", "1", "2", "3"}
    qtbot.mouseClick(panel.pad.clear_button, Qt.MouseButton.LeftButton)
    assert panel.pad.reading is None
    assert panel.pad.drawing.empty


@pytest.mark.parametrize("size", [(720, 300), (400, 180), (393, 168)])
def test_the_words_on_the_button_of_the_pad_are_not_cut_off(panel: PredictionsPanel, size: tuple[int, int]) -> None:
    panel.resize(*size)
    button = panel.pad.clear_button
    assert button.width() >= button.sizeHint().width()
    assert panel.pad.rect().contains(button.geometry())


def test_ten_classes_have_a_bar_each_in_a_window_720_pixels_high(panel: PredictionsPanel) -> None:
    # That low the panel is there; one class less, another one at each step, made the bars jump.
    panel.resize(393, 168)
    panel.bars.show_outputs(Outputs(0, np.linspace(0.0, 1.0, 10), 1, False), tuple("0123456789"))
    assert panel.bars.classes_in_sight() == list(range(10))


@pytest.mark.parametrize(
    "scores", [(250.0, 1000.0, 500.0, 0.0), (-3e11, 4e12, 1.0, -4e12), (0.25, np.inf, -np.inf, 0.0)]
)
def test_outputs_of_any_size_leave_the_names_of_the_classes_alone(
    panel: PredictionsPanel, scores: tuple[float, ...]
) -> None:
    # The network's own outputs are between 0 and 1; here they are handed to the bars.
    panel.bars.show_outputs(Outputs(0, np.array([0.25, 1.0, 0.5, 0.0]), 1, False), tuple("0123"))
    names = QRect(0, 20, 8, panel.bars.height() - 20)
    usual = panel.bars.grab(names).toImage()
    panel.bars.show_outputs(Outputs(0, np.array(scores), 1, False), tuple("0123"))
    assert panel.bars.grab(names).toImage() == usual


def test_a_drawing_is_read_again_when_the_network_has_learnt(
    panel: PredictionsPanel, run: HandRun, qtbot: QtBot
) -> None:
    panel.resize(720, 300)
    run.show(trained(1))
    draw(panel, qtbot, [(0.2, 0.2), (0.8, 0.2), (0.5, 0.5), (0.3, 0.8)])
    before = panel.pad.reading
    flipped = {key: -array for key, array in reads_quarters().items()}
    assert panel.pad in run.show(trained(2, parameters=flipped))
    assert panel.pad.reading != before


def test_the_right_button_erases(panel: PredictionsPanel, run: HandRun, qtbot: QtBot) -> None:
    panel.resize(720, 300)
    run.show(trained())
    draw(panel, qtbot, [(0.1, 0.5), (0.9, 0.5)])
    square = panel.pad.square
    top = QPointF(square.center().x(), square.top() + 2).toPoint()
    bottom = QPointF(square.center().x(), square.bottom() - 2).toPoint()
    qtbot.mousePress(panel.pad, Qt.MouseButton.RightButton, pos=top)
    event_buttons = Qt.MouseButton.RightButton
    move(panel.pad, bottom, event_buttons)
    qtbot.mouseRelease(panel.pad, Qt.MouseButton.RightButton, pos=bottom)
    assert len(panel.pad.drawing.strokes) == 2


def move(widget: QWidget, place: QPoint, buttons: Qt.MouseButton) -> None:
    """Move the mouse with a button held: QTest holds only the left one."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def test_keys_walk_through_the_wall_and_scroll_it(panel: PredictionsPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(trained())
    wall = panel.wall
    wall.setFocus()
    across, page = wall.columns, wall.columns * wall.rows
    qtbot.keyClick(wall, Qt.Key.Key_Home)
    assert wall.selected == 0
    qtbot.keyClick(wall, Qt.Key.Key_Right)
    qtbot.keyClick(wall, Qt.Key.Key_Down)
    assert wall.selected == 1 + across
    qtbot.keyClick(wall, Qt.Key.Key_PageDown)
    assert wall.selected == 1 + across + page
    assert wall.selected in wall.visible_samples()
    qtbot.keyClick(wall, Qt.Key.Key_End)
    assert wall.selected == 119
    assert panel.bars.outputs.sample == 119
    assert wall.caption(len(wall.visible_samples()) - 1)[0] == "3=3"


def test_the_wheel_scrolls_the_wall_by_rows(panel: PredictionsPanel, run: HandRun) -> None:
    run.show(trained())
    wall = panel.wall
    turn_wheel(wall, QPoint(20, 20), -1)
    assert wall.visible_samples()[0] == wall.columns
    assert captions(panel)[0] == f"{wall.columns % 4}={wall.columns % 4}"
    turn_wheel(wall, QPoint(20, 20), 1)
    turn_wheel(wall, QPoint(20, 20), 1)
    assert wall.visible_samples()[0] == 0


def test_a_larger_panel_shows_more_samples_read_already(panel: PredictionsPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(trained())
    few = len(panel.wall.visible_samples())
    panel.resize(1000, 500)
    qtbot.waitUntil(lambda: len(panel.wall.visible_samples()) > few)
    assert captions(panel)[-1].count("=") == 1


def test_samples_that_are_no_pictures_are_rows_of_values(
    panel: PredictionsPanel, run: HandRun, data: HandData, qtbot: QtBot
) -> None:
    rng = np.random.default_rng(0)
    flowers = prepared(rng.random((30, 4)), rng.integers(0, 3, 30), 3)
    data.data = replace(flowers, classes=("setosa", "versicolor", "virginica"))
    data.changed.emit()
    run.show(snapshot(dense_network(4, 3)))
    assert isinstance(panel.wall, SampleRows)
    assert not panel.pad.isVisible()
    assert all(caption.removeprefix("≠ ") in data.data.classes for caption in captions(panel))
    qtbot.mouseClick(panel.wall, Qt.MouseButton.LeftButton, pos=panel.wall.cell_rect(2).center().toPoint())
    assert panel.bars.outputs.sample == 2
    data.data = quarters()
    data.changed.emit()
    assert isinstance(panel.wall, PictureWall)


def test_data_that_change_while_the_panel_is_hidden_are_there_when_it_is_shown(
    panel: PredictionsPanel, run: HandRun, data: HandData
) -> None:
    run.show(trained())
    panel.hide()
    data.data = quarters(wrong=())
    data.changed.emit()
    panel.show()
    assert captions(panel)[5] == "1=1"


def test_many_classes_show_the_strongest_and_the_true_one(
    run: HandRun, theme: ThemeService, show: Callable[..., QWidget]
) -> None:
    rng = np.random.default_rng(0)
    data = HandData(prepared(rng.random((40, 6)), rng.integers(0, 60, 40), 60))
    panel = PredictionsPanel(run, data, theme)
    show(panel)
    run.show(snapshot(dense_network(6, 60)))
    assert len(panel.bars.outputs.scores) == 60
    assert not panel.grab().isNull()

"""The microscope in the real window, by keyboard and mouse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.data.reference import DataReference
from core.formulas.quantities import Kind
from core.project import edits
from core.project.templates import layered_project
from core.tracing.cursor import Grain, Position
from core.tracing.notation import notation
from core.training.config import TrainingConfig
from core.training.session import Session
from designer.canvas.units.live_numbers import caption_of
from designer.main_window import MainWindow
from designer.microscope.check_dialog import CheckDialog
from designer.microscope.formula_line import PADDING, FormulaLine
from designer.microscope.service import MicroscopeService
from designer.plots.output_bars import OutputBars, Outputs
from designer.run.shown_sample import samples_for
from designer.shell.microscope_view import highlight_at, numbers_at
from designer.theme import ThemeService
from tests.designer.long_runs import train_without_end
from tests.designer.shell.conftest import OpenWindow, open_window  # noqa: F401 (a fixture)

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
PATIENCE_MS = 20_000


def _project(**config: object) -> object:
    training = TrainingConfig(**{"learning_rate": 0.5, "batch_size": 4, "dtype": "float64", **config})
    return layered_project(
        (64, 3, 10),
        activation="sigmoid",
        loss="squared_error",
        initializer="normal",
        training=training,
        data=DataReference(source="digits"),
    )


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:  # noqa: F811
    """A window whose microscope is open on 64-3-10."""
    window = open_window()
    window.services.document.start(_project())  # type: ignore[arg-type]
    window.show_workbench()
    qtbot.waitUntil(lambda: window.services.run.blocked_reason is None, timeout=PATIENCE_MS)
    qtbot.keyClick(window, Qt.Key.Key_M, CTRL)
    assert window.microscope.microscope.is_open
    return window


@pytest.fixture
def microscope(window: MainWindow) -> MicroscopeService:
    return window.microscope.microscope


def _plain_session(window: MainWindow) -> Session:
    project, data = window.services.document.project, window.services.data.data
    assert data is not None
    return Session(project.graph, project.training, data, project.state)


def _stage(microscope: MicroscopeService, kind: Kind, number: int = 0) -> int:
    found = [i for i, stage in enumerate(microscope.place.walk.stages) if stage.kind is kind]
    return found[number]


def _go(microscope: MicroscopeService, kind: Kind, number: int = 0, unit: int = 0, term: int = 0) -> None:
    microscope.place.go(Position(_stage(microscope, kind, number), unit, term))


def test_opening_shows_its_panels_and_leaving_brings_the_others_back(qtbot: QtBot, window: MainWindow) -> None:
    mode, docks = window.microscope, window.workbench.docks
    assert mode.bar.isVisible() and mode.controls.isVisible() and not window.run_bar.isVisible()
    assert mode.formula.isVisible() and mode.batch.isVisible() and mode.algorithm.isVisible()
    assert all(dock.isHidden() for dock in docks.values())
    qtbot.keyClick(window, Qt.Key.Key_M, CTRL)
    assert not mode.microscope.is_open
    assert window.run_bar.isVisible() and not mode.bar.isVisible() and not mode.controls.isVisible()
    assert not any(dock.isHidden() for dock in docks.values()) and not mode.formula.isVisible()


def test_the_arrow_keys_walk_by_the_chosen_grain_and_by_coarser_ones(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    microscope.place.grain = Grain.TERM
    start = microscope.place.position
    assert start == microscope.place.walk.first
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert microscope.place.position == Position(1, 0, 0)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert microscope.place.position == Position(1, 0, 1)
    qtbot.keyClick(window, Qt.Key.Key_Right, SHIFT)
    assert (microscope.place.position.stage, microscope.place.position.unit) == (1, 1)
    qtbot.keyClick(window, Qt.Key.Key_Right, CTRL)
    assert (microscope.place.position.stage, microscope.place.position.unit) == (1, 2)
    qtbot.keyClick(window, Qt.Key.Key_Right, CTRL)
    assert microscope.place.position.stage == 2
    qtbot.keyClick(window, Qt.Key.Key_Left, CTRL)
    assert microscope.place.position.stage == 1
    qtbot.keyClick(window, Qt.Key.Key_Home)
    assert microscope.place.position == start


def test_a_whole_iteration_forwards_and_back_shows_the_same_at_every_stage(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    microscope.place.grain = Grain.STAGE
    seen = []
    while microscope.number == 0:
        seen.append((microscope.place.position, window.microscope.formula.texts(), window.microscope.bar.texts()))
        qtbot.keyClick(window, Qt.Key.Key_Right)
    assert len(seen) == len(microscope.place.walk.stages)
    for expected in reversed(seen):
        qtbot.keyClick(window, Qt.Key.Key_Left)
        shown = (microscope.place.position, window.microscope.formula.texts(), window.microscope.bar.texts())
        assert shown == expected


def test_the_numbers_are_those_of_the_real_steps(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    session = _plain_session(window)
    microscope.place.grain = Grain.ITERATION
    for number in range(3):
        session.step()
        qtbot.keyClick(window, Qt.Key.Key_Right)
        assert microscope.number == number and microscope.place.position == microscope.place.walk.last
        views = session.parameters.views(session.parameters.values)
        for key, array in microscope.trace.new.items():
            np.testing.assert_array_equal(array, views[key])
        if number < 2:
            qtbot.keyClick(window, Qt.Key.Key_Right)


def test_looking_changes_nothing_and_keeping_is_one_step_of_undo(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    document = window.services.document
    before, session = document.project, _plain_session(window)
    microscope.choose_iteration(1, at_end=True)
    assert document.project is before
    window.actions_table["microscope.keep"].trigger()
    assert not microscope.is_open
    session.step(), session.step()
    expected, state = session.state(), document.project.state
    assert state is not None and state.position.iteration == 2
    for key, array in expected.parameters.items():
        np.testing.assert_array_equal(state.parameters[key], array)
    assert document.undo_stack.undoText() == "Train 2 iterations"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert document.project.state is before.state


def _click(line: FormulaLine, number: int) -> None:
    centre = line.links()[number].rect.center()
    place = QPoint(round(centre.x() + PADDING), round(centre.y() + PADDING))
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=place)


def _link_to(line: FormulaLine, kind: Kind) -> int:
    return next(i for i, hit in enumerate(line.links()) if getattr(hit.target, "kind", None) is kind)


def test_a_click_on_a_number_leads_to_where_it_came_from_and_back(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    _go(microscope, Kind.OUTPUT, 1)
    panel = window.microscope.formula
    start = microscope.place.quantity
    _click(panel.indexed, _link_to(panel.indexed, Kind.PRE_ACTIVATION))
    assert microscope.place.quantity.kind is Kind.PRE_ACTIVATION and microscope.place.stage.kind is Kind.PRE_ACTIVATION
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    assert microscope.place.quantity == start and microscope.place.stage.kind is Kind.OUTPUT
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    assert microscope.place.quantity.kind is Kind.PRE_ACTIVATION


def test_folded_terms_come_out_at_a_click_and_always_add_up(window: MainWindow, microscope: MicroscopeService) -> None:
    _go(microscope, Kind.PRE_ACTIVATION)
    panel = window.microscope.formula
    first = panel.numbers.written
    assert first is not None and "more]" in first.plain
    rest = next(i for i, hit in enumerate(panel.numbers.links()) if not hasattr(hit.target, "kind"))
    _click(panel.numbers, rest)
    second = panel.numbers.written
    assert second is not None and len(second.plain) > len(first.plain)


def test_the_notation_of_002_turns_the_sign_of_delta(window: MainWindow, microscope: MicroscopeService) -> None:
    _go(microscope, Kind.DELTA)
    panel, bar = window.microscope.formula, window.microscope.bar
    value = microscope.explainer.number(microscope.place.quantity)
    unir = panel.texts()
    QTest.mouseClick(bar.notation.button("upv"), Qt.MouseButton.LeftButton)
    upv = panel.texts()
    assert unir["result"].startswith("δ") and ("+" in unir["result"]) == (value > 0)
    assert ("+" in upv["result"]) == (value < 0)
    # The canvas has one sign with the formula.
    node, unit = microscope.place.quantity.node, int(microscope.place.quantity.unit[0])
    delta = window.panels.canvas.neurons.view.numbers.layers[node].delta
    assert delta is not None and delta[unit] == pytest.approx(-value, rel=1e-12)
    assert window.settings.notation == "upv"


def test_another_sample_has_numbers_of_its_own(window: MainWindow, microscope: MicroscopeService) -> None:
    _go(microscope, Kind.OUTPUT, 1)
    table = window.microscope.batch.table
    rect = table.visualRect(window.microscope.batch.model.index(2, 0))
    before = window.microscope.formula.texts()["result"]
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert microscope.place.walk.sample == 2 and microscope.place.quantity.sample == 2
    assert window.microscope.formula.texts()["result"] != before
    assert window.microscope.bar.texts()["sample"] == "3 / 4"


def test_the_canvas_knows_what_is_worked_out_and_no_more(microscope: MicroscopeService) -> None:
    node = microscope.place.walk.stages[1].node
    _go(microscope, Kind.PRE_ACTIVATION, 0, unit=1)
    z = numbers_at(microscope, notation("unir")).layers[node].z
    a = numbers_at(microscope, notation("unir")).layers[node].a
    assert z is not None and [math.isnan(value) for value in z] == [False, False, True]
    assert a is not None and np.isnan(a).all()
    microscope.place.go(microscope.place.walk.last)
    numbers = numbers_at(microscope, notation("unir")).layers[node]
    assert numbers.a is not None and numbers.delta is not None and not np.isnan(numbers.a).any()
    np.testing.assert_array_equal(numbers.parameters["bias"], microscope.trace.new[node, "bias"])


def test_the_wires_of_the_term_at_hand_light_up(microscope: MicroscopeService) -> None:
    microscope.place.grain = Grain.TERM
    _go(microscope, Kind.PRE_ACTIVATION, 0, unit=1, term=5)
    lit = highlight_at(microscope, notation("unir"))
    assert lit is not None and (lit.unit, lit.source_units, lit.bias) == (1, (5,), False)
    microscope.place.go(Position(1, 1, 64))
    bias = highlight_at(microscope, notation("unir"))
    assert bias is not None and bias.bias and bias.source_units == ()
    _go(microscope, Kind.UPSTREAM, 1, unit=2, term=7)
    back = highlight_at(microscope, notation("unir"))
    assert back is not None and (back.unit, back.source_units, back.direction.value) == (2, (7,), "backward")


def test_the_canvas_says_what_flows_and_calls_the_numbers_as_the_notation_does(
    window: MainWindow, microscope: MicroscopeService
) -> None:
    pill, view = window.panels.canvas.neurons.view.pill, window.panels.canvas.neurons.view
    _go(microscope, Kind.PRE_ACTIVATION, 1)
    assert pill.words == "a flows forward"
    _go(microscope, Kind.UPSTREAM, 1)
    assert pill.words == "δ flows back"
    hidden = microscope.place.stage.node
    own = view.layer_numbers(hidden).back
    QTest.mouseClick(window.microscope.bar.notation.button("upv"), Qt.MouseButton.LeftButton)
    assert (view.numbers.letters.z, view.numbers.letters.a, view.numbers.letters.target) == ("φ", "s", "t")
    turned = view.layer_numbers(hidden).back
    assert own is not None and turned is not None
    np.testing.assert_array_equal(turned[:1], -own[:1])
    _go(microscope, Kind.PRE_ACTIVATION, 1)
    assert pill.words == "s flows forward"


def test_the_output_card_shows_the_loss_once_it_is_worked_out(
    window: MainWindow, microscope: MicroscopeService
) -> None:
    live = window.panels.canvas.live
    _go(microscope, Kind.OUTPUT, 1)
    assert math.isnan(live.loss)
    _go(microscope, Kind.LOSS)
    loss = microscope.trace.loss
    assert live.loss == loss
    microscope.close()
    assert live.loss == pytest.approx(loss, rel=1e-6), "outside, cards show what the next step will compute"


def test_the_tab_key_goes_round_through_all_panels_and_is_caught_in_none(window: MainWindow) -> None:
    mode, canvas = window.microscope, window.panels.canvas.view
    canvas.setFocus()
    met: list[QWidget] = []
    for _ in range(120):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        met.append(QApplication.focusWidget())
        if len(met) > 20 and met[-1] is canvas and met[-2] is not canvas:
            break
    assert met[-1] is canvas, "the way round comes back to the canvas"
    for part in (mode.batch, mode.formula, mode.transport, mode.bar):
        assert any(part.isAncestorOf(widget) for widget in met), part


def test_the_current_line_of_the_algorithm_is_always_in_sight(
    window: MainWindow, microscope: MicroscopeService
) -> None:
    window.resize(1100, 620)
    lines = window.microscope.algorithm.lines
    for kind in (Kind.OUTPUT, Kind.DELTA, Kind.NEW_PARAMETER, Kind.LOSS):
        _go(microscope, kind)
        place = lines.current_place()
        assert place is not None and lines.visibleRegion().boundingRect().contains(place.center().toPoint()), kind


def test_an_edit_is_followed_and_what_cannot_run_closes_it(window: MainWindow, microscope: MicroscopeService) -> None:
    document = window.services.document
    document.apply("Rate", edits.set_training, "learning_rate", 0.25)
    assert microscope.is_open and microscope.trace.rate == 0.25
    document.apply("Delete", edits.delete, [document.project.graph.nodes[1].id])
    assert not microscope.is_open and window.run_bar.isVisible()


def test_all_gradients_agree_and_the_worst_can_be_looked_at(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_table["microscope.check"].trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, CheckDialog) and w.isVisible())
    qtbot.waitUntil(lambda: dialog.finished_all and "235" in dialog.words, timeout=PATIENCE_MS)
    assert "All 235 gradients agree" in dialog.words
    QTest.mouseClick(dialog.map, Qt.MouseButton.LeftButton, pos=QPoint(300, 20))
    quantity = window.microscope.microscope.place.quantity
    assert quantity.kind is Kind.GRADIENT and len(quantity.unit) == 2
    qtbot.waitUntil(lambda: "agrees" in window.microscope.formula.check.verdict, timeout=PATIENCE_MS)


def test_play_walks_by_itself_until_it_is_stopped(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    transport = window.microscope.transport
    transport.speed.setValue(5)
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert transport.playing
    qtbot.waitUntil(lambda: microscope.place.position.stage >= 2, timeout=PATIENCE_MS)
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert not transport.playing


def test_a_click_on_the_strip_jumps_there(window: MainWindow, microscope: MicroscopeService) -> None:
    row = window.microscope.strip.row
    box = next(box for box in row.boxes if box.holds(_stage(microscope, Kind.LOSS)))
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=box.rect.topRight().toPoint() - QPoint(8, -20))
    assert microscope.place.stage.kind is Kind.LOSS
    assert "C ← loss" in window.microscope.algorithm.lines.current_text


def test_the_start_page_closes_it(window: MainWindow, microscope: MicroscopeService) -> None:
    window.show_welcome()
    assert not microscope.is_open
    assert not window.microscope.controls.isVisible() and not window.microscope.bar.isVisible()


def test_a_run_in_progress_stops_before_it_opens(qtbot: QtBot, window: MainWindow) -> None:
    run, microscope = window.services.run, window.microscope.microscope
    microscope.close()
    train_without_end(window.services.document)
    run.run()
    qtbot.waitUntil(lambda: run.snapshot is not None and run.snapshot.iteration > 20, timeout=PATIENCE_MS)
    microscope.open()
    qtbot.waitUntil(lambda: microscope.is_open, timeout=PATIENCE_MS)
    assert not run.running
    state = window.services.document.project.state
    assert state is not None and microscope.trace.iteration == state.position.iteration + 1


def test_the_term_at_hand_stands_in_the_line_however_long_its_sum_is(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    microscope.place.grain = Grain.TERM
    _go(microscope, Kind.PRE_ACTIVATION)
    panel, seen = window.microscope.formula, []
    for _ in range(64):
        assert panel.numbers.marked, microscope.place.position
        seen.append(panel.texts()["numbers"])
        qtbot.keyClick(window, Qt.Key.Key_Right)
    while microscope.place.position > Position(microscope.place.position.stage, 0, 0):
        qtbot.keyClick(window, Qt.Key.Key_Left)
        if microscope.place.position.unit == 0:
            assert panel.texts()["numbers"] == seen[microscope.place.position.term]
    assert len(set(seen)) > 10 and all("more]" in text for text in seen)


def test_other_samples_by_number_and_back_to_the_runs_own(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    batch, own = window.microscope.batch, microscope.trace.rows.tolist()
    data = window.services.data.data
    assert data is not None
    QTest.keyClicks(batch.choice.field, "3, 7-8")
    qtbot.keyClick(batch.choice.field, Qt.Key.Key_Return)
    assert microscope.trace.rows.tolist() == [2, 6, 7] and microscope.number == -1
    first = next(iter(microscope.trace.layers.values())).value
    np.testing.assert_array_equal(first.reshape(3, -1), data.training.inputs[[2, 6, 7]].reshape(3, -1))
    assert "chosen" in batch.caption.text() and window.microscope.bar.texts()["iteration"] == "trial"
    assert not window.actions_table["microscope.keep"].isEnabled()
    for wrong, words in (("0", "no sample 0"), ("5-", "no sample"), ("99999", "samples 1 to"), ("x", "'x' is no")):
        batch.choice.field.setText(wrong)
        qtbot.keyClick(batch.choice.field, Qt.Key.Key_Return)
        assert words in window.notices.text and microscope.trace.rows.tolist() == [2, 6, 7]
    batch.choice.field.clear()
    qtbot.keyClick(batch.choice.field, Qt.Key.Key_Return)
    assert microscope.trace.rows.tolist() == own and microscope.number == 0


def test_the_test_sample_of_predictions_is_traced_from_the_same_state(
    window: MainWindow, microscope: MicroscopeService
) -> None:
    data = window.services.data.data
    assert data is not None
    window.services.sample.choose_test(5)
    old = microscope.trace.old
    batch = window.microscope.batch
    batch.choice.menu.aboutToShow.emit()
    next(a for a in batch.choice.menu.actions() if "Predictions" in a.text()).trigger()
    assert microscope.of_test and "test part" in batch.caption.text()
    first = next(iter(microscope.trace.layers.values())).value
    np.testing.assert_array_equal(first.reshape(-1), data.test.inputs[5].reshape(-1))
    for key, values in microscope.trace.old.items():
        np.testing.assert_array_equal(values, old[key])
    next(a for a in batch.choice.menu.actions() if "own batch" in a.text()).trigger()
    assert not microscope.of_test and microscope.number == 0


def test_a_sample_has_one_number_in_predictions_the_neuron_view_and_the_microscope(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    window.services.sample.choose_test(5)
    choice = window.microscope.batch.choice
    next(a for a in choice.menu.actions() if "Predictions" in a.text()).trigger()
    model = window.microscope.batch.model
    assert model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole) == "Sample 6 of the test part"
    shown = samples_for(window.services.sample.choice, window.services.data.data, microscope.trace.rows)
    assert shown is not None and window.services.data.data is not None
    assert caption_of(shown, window.services.data.data).startswith("test sample 6 ")
    bars = OutputBars(window.services.theme)
    qtbot.addWidget(bars)
    bars.show_outputs(Outputs(5, np.array([0.1, 0.9]), 1, judged=True), ("no", "yes"))
    assert bars.title.startswith("test 6:")


def test_losses_of_samples_appear_once_they_are_worked_out(window: MainWindow, microscope: MicroscopeService) -> None:
    model = window.microscope.batch.model
    losses = [model.index(row, model.columnCount() - 1) for row in range(4)]
    _go(microscope, Kind.OUTPUT, 1)
    assert [model.data(index) for index in losses] == ["", "", "", ""]
    _go(microscope, Kind.SAMPLE_LOSS)
    assert all(float(str(model.data(index))) > 0.0 for index in losses)


def test_an_iteration_that_is_not_finite_is_told_of_and_what_is_in_view_stays(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    document = window.services.document
    document.apply("Rate", edits.set_training, "learning_rate", 1e6)
    nodes = document.project.graph.nodes
    for node in nodes[1:-1]:
        document.apply("Activation", edits.set_option, node.id, "activation", "linear")
    assert microscope.is_open
    microscope.place.grain = Grain.ITERATION
    for _ in range(40):
        before = (microscope.number, microscope.place.position, microscope.trace, window.microscope.formula.texts())
        qtbot.keyClick(window, Qt.Key.Key_Right)
        if window.notices.text:
            break
    now = (microscope.number, microscope.place.position, microscope.trace, window.microscope.formula.texts())
    assert "The loss became" in window.notices.text
    assert now == before and microscope.is_open
    window.notices.dismiss()
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert "The loss became" in window.notices.text, "trying again tells it again"
    microscope.choose_iteration(0)
    assert microscope.number == 0


def test_a_frozen_layer_has_gradients_of_none_of_its_weights_and_no_update(
    window: MainWindow, microscope: MicroscopeService
) -> None:
    document = window.services.document
    hidden = document.project.graph.nodes[1].id
    document.apply("Freeze", edits.set_option, hidden, "frozen", True)
    assert microscope.is_open
    of_weights = (Kind.GRADIENT, Kind.NEW_PARAMETER)
    owners = {stage.node for stage in microscope.place.walk.stages if stage.kind in of_weights}
    assert hidden not in owners and len(owners) == 1
    microscope.place.go(microscope.place.walk.last)
    shown = window.panels.canvas.neurons.view.layer_numbers(hidden).parameters["bias"]
    np.testing.assert_array_equal(shown, microscope.trace.old[hidden, "bias"])


def test_undo_while_it_is_open_is_followed(qtbot: QtBot, window: MainWindow, microscope: MicroscopeService) -> None:
    document, weight = window.services.document, microscope.trace.rate
    document.apply("Rate", edits.set_training, "learning_rate", 0.125)
    assert microscope.trace.rate == 0.125
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert microscope.is_open and microscope.trace.rate == weight


@pytest.mark.parametrize("mode", [QIcon.Mode.Normal, QIcon.Mode.Selected])
def test_pictures_of_the_batch_are_ink_on_the_ground_of_fields_in_both_themes(
    window: MainWindow, theme: ThemeService, mode: QIcon.Mode
) -> None:
    data, model = window.services.data.data, window.microscope.batch.model
    assert data is not None
    row = int(window.microscope.microscope.trace.rows[1])
    pixels = np.asarray(data.training.inputs[row]).reshape(8, 8)
    assert pixels.min() == data.training.inputs.min() and pixels.max() == data.training.inputs.max()
    for name in ("light", "dark"):
        theme.use(name)
        icon = model.data(model.index(1, 1), Qt.ItemDataRole.DecorationRole)
        picture = icon.pixmap(QSize(28, 28), mode).toImage()
        step = picture.width() // 8
        for place, colour in ((pixels.argmin(), theme.current.field), (pixels.argmax(), theme.current.text)):
            down, across = divmod(int(place), 8)
            found = picture.pixelColor(across * step + step // 2, down * step + step // 2)
            assert found.name().upper() == colour

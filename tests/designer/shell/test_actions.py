from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

import core
from designer.dialogs.shortcuts import keys_text
from designer.main_window import MainWindow
from tests.designer.long_runs import train_without_end

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def _menu_actions(menu: QMenu) -> list[QAction]:
    """Every action of a menu and of the menus in it."""
    found = []
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found += _menu_actions(inner)
        elif not action.isSeparator():
            found.append(action)
    return found


def _add_by_keyboard(qtbot: QtBot, window: MainWindow, layer: str) -> None:
    """Press the shortcut of the menu entry that adds such a layer."""
    entries = (action for key, action in window.actions_table if key.startswith("layer.add_"))
    (action,) = [entry for entry in entries if entry.text() == layer]
    keys = action.shortcut()[0]
    qtbot.keyClick(window, keys.key(), keys.keyboardModifiers())


def test_every_action_stands_in_a_menu(window: MainWindow) -> None:
    in_menus = {action.objectName() for menu in window.menus.values() for action in _menu_actions(menu)}
    assert {key for key, _ in window.actions_table} - in_menus == set()


def test_every_action_does_something(window: MainWindow) -> None:
    kind = QAction.staticMetaObject
    triggered = kind.method(kind.indexOfSignal("triggered(bool)"))
    assert [key for key, action in window.actions_table if not action.isSignalConnected(triggered)] == []


def test_every_action_has_a_tooltip_that_names_its_shortcut(window: MainWindow) -> None:
    for key, action in window.actions_table:
        assert len(action.statusTip()) > 8, key
        if action.shortcut().toString() and action.isEnabled() and not key.startswith("edit."):
            assert f"({keys_text(action).split(', ')[0]})" in action.toolTip(), key


def test_no_two_actions_share_a_shortcut(window: MainWindow) -> None:
    counts = Counter(keys.toString() for _, action in window.actions_table for keys in action.shortcuts())
    assert [keys for keys, count in counts.items() if count > 1] == []


def _texts_of_dialog(qtbot: QtBot) -> set[str]:
    """Return the texts of the dialog in sight, and close it."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    return texts


def test_the_sheet_of_shortcuts_lists_every_one(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    expected = {keys_text(action) for _, action in window.actions_table if action.shortcuts()}
    assert expected - _texts_of_dialog(qtbot) == set()


def test_about_says_version_and_licence(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_table["help.about"].trigger()
    assert f"Version {core.__version__}, MIT licence" in _texts_of_dialog(qtbot)


def test_undo_and_redo_by_keyboard_say_what_they_would_do(qtbot: QtBot, window: MainWindow) -> None:
    document, table = window.services.document, window.actions_table
    assert not table["edit.undo"].isEnabled()
    _add_by_keyboard(qtbot, window, "Dense")
    assert len(document.project.graph.nodes) == 5
    assert table["edit.undo"].toolTip() == "Undo: Add Dense (Ctrl+Z)"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert len(document.project.graph.nodes) == 4
    assert table["edit.redo"].toolTip() == "Redo: Add Dense (Ctrl+Shift+Z)"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert len(document.project.graph.nodes) == 5


def test_a_layer_added_by_keyboard_is_selected_and_can_be_deleted(qtbot: QtBot, window: MainWindow) -> None:
    document, selection = window.services.document, window.services.selection
    _add_by_keyboard(qtbot, window, "Activation")
    assert selection.nodes == (document.project.graph.nodes[-1].id,)
    assert document.project.graph.nodes[-1].kind == "activation"
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert len(document.project.graph.nodes) == 4
    assert selection.empty


def test_duplicate_copies_what_is_selected_and_selects_the_copies(qtbot: QtBot, window: MainWindow) -> None:
    document, selection = window.services.document, window.services.selection
    graph = document.project.graph
    selection.select(tuple(node.id for node in graph.nodes[1:3]))
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    after = document.project.graph
    assert [node.kind for node in after.nodes[4:]] == ["dense", "dense"]
    assert len(after.links) == len(graph.links) + 1
    assert selection.nodes == tuple(node.id for node in after.nodes[4:])


def test_select_all_and_nothing(qtbot: QtBot, window: MainWindow) -> None:
    selection = window.services.selection
    qtbot.keyClick(window, Qt.Key.Key_A, CTRL)
    assert len(selection.nodes) == 4 and len(selection.links) == 3
    qtbot.keyClick(window, Qt.Key.Key_A, CTRL | SHIFT)
    assert selection.empty


def test_keys_typed_into_a_field_do_not_reach_the_network(qtbot: QtBot, window: MainWindow) -> None:
    document, selection = window.services.document, window.services.selection
    selection.select((document.project.graph.nodes[1].id,))
    qtbot.keyClick(window, Qt.Key.Key_L)
    field = window.panels.palette.search
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "lull")
    qtbot.keyClick(field, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert field.text() == ""
    assert len(document.project.graph.nodes) == 4
    assert selection.nodes == (document.project.graph.nodes[1].id,)


def test_run_step_rewind_by_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    run, table = window.services.run, window.actions_table
    train_without_end(window.services.document)
    qtbot.waitUntil(lambda: run.snapshot is not None, timeout=20_000)
    assert table["train.run"].text() == "Run" and not table["train.rewind"].isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: run.snapshot.iteration == 1 and not run.running, timeout=20_000)
    assert window.run_bar.figures.texts()["Iteration"] == "1"
    assert window.run_bar.figures.texts()["State"] == "paused"
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: run.snapshot.iteration > 20, timeout=20_000)
    assert table["train.run"].text() == "Pause"
    assert not table["train.step_iteration"].isEnabled() and not window.run_bar.step_button.step.isEnabled()
    assert window.run_bar.step_button.step.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)
    assert table["train.run"].text() == "Run"
    qtbot.keyClick(window, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: run.snapshot.iteration == 0, timeout=20_000)
    assert window.run_bar.figures.texts()["Iteration"] == "0"


def test_step_goes_as_far_as_chosen(qtbot: QtBot, window: MainWindow) -> None:
    run, step = window.services.run, window.run_bar.step_button
    qtbot.waitUntil(lambda: run.snapshot is not None, timeout=20_000)
    assert step.choice.text() == "iteration"
    (epoch,) = [action for action in step.choice.menu().actions() if action.text() == "epoch"]
    epoch.trigger()
    assert step.choice.text() == "epoch"
    qtbot.mouseClick(step.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not run.running and run.snapshot.epoch == 1, timeout=30_000)
    assert run.snapshot.batch == 0


def test_a_network_that_cannot_run_says_why_on_the_button(qtbot: QtBot, window: MainWindow) -> None:
    run, table = window.services.run, window.actions_table
    qtbot.waitUntil(lambda: run.snapshot is not None, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert not table["train.run"].isEnabled()
    assert "no layers yet" in window.run_bar.run_button.toolTip()
    assert "no layers yet" in window.run_bar.step_button.step.toolTip()
    assert "no layers yet" in table["train.new_weights"].toolTip()
    qtbot.waitUntil(lambda: window.run_bar.figures.texts()["State"] == "blocked")
    # Nothing of the network before is left in sight.
    qtbot.waitUntil(lambda: window.run_bar.figures.texts()["Iteration"] == "–")
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.run_bar.step_button.step.toolTip() == "Train on one batch and stop (F6)"


def test_an_edit_during_the_run_is_shown_and_harms_nothing(qtbot: QtBot, window: MainWindow) -> None:
    run = window.services.run
    train_without_end(window.services.document)
    qtbot.waitUntil(lambda: run.snapshot is not None, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: run.snapshot.iteration > 0, timeout=20_000)
    _add_by_keyboard(qtbot, window, "Dense")
    assert window.run_bar.figures.texts()["State"] == "edited"
    reached = run.snapshot.iteration
    qtbot.waitUntil(lambda: run.snapshot.iteration > reached, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)


def test_the_start_page_takes_the_menus_and_their_shortcuts_with_it(qtbot: QtBot, window: MainWindow) -> None:
    document = window.services.document
    window.show_welcome()
    visible = [key for key, menu in window.menus.items() if menu.menuAction().isVisible()]
    assert visible == ["file", "help"]
    _add_by_keyboard(qtbot, window, "Dense")
    assert len(document.project.graph.nodes) == 4
    assert not window.run_bar.isVisible() and not window.status_line.isVisible()


def test_the_status_line_says_what_a_menu_entry_does(qtbot: QtBot, window: MainWindow) -> None:
    action = window.actions_table["train.rewind"]
    action.hover()
    action.showStatusText(window)
    assert window.status_line._message == "Go back to the same initial weights"


@pytest.mark.parametrize("key", [Qt.Key.Key_F11])
def test_full_screen_and_back(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    qtbot.keyClick(window, key)
    qtbot.waitUntil(window.isFullScreen)
    assert window.actions_table["view.full_screen"].isChecked()
    qtbot.keyClick(window, key)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert not window.actions_table["view.full_screen"].isChecked()


def test_f2_lets_the_selected_layer_be_renamed(qtbot: QtBot, window: MainWindow) -> None:
    services = window.services
    node_id = services.document.project.graph.nodes[1].id
    assert not window.actions_table["layer.rename"].isEnabled()
    services.selection.select((node_id,))
    window.workbench.docks["inspector"].close()
    qtbot.keyClick(window, Qt.Key.Key_F2)
    field = window.panels.inspector.head.field
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "hidden")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert services.problems.names[node_id] == "hidden"


def test_alt_enter_on_a_card_leads_to_its_options(qtbot: QtBot, window: MainWindow) -> None:
    services = window.services
    services.selection.select((services.document.project.graph.nodes[1].id,))
    view = window.panels.canvas.view
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.panels.inspector.isAncestorOf(QApplication.focusWidget()))


def test_ctrl_l_links_what_is_selected_in_order(qtbot: QtBot, window: MainWindow) -> None:
    services, document = window.services, window.services.document
    _add_by_keyboard(qtbot, window, "Dense")
    new, last = document.project.graph.nodes[-1].id, document.project.graph.nodes[2].id
    services.selection.select((new, last))
    qtbot.keyClick(window, Qt.Key.Key_L, CTRL)
    assert document.project.graph.links[-1].source == new
    assert document.project.graph.links[-1].target == last


def test_with_one_layer_selected_ctrl_l_is_left_to_the_canvas(qtbot: QtBot, window: MainWindow) -> None:
    services, view = window.services, window.panels.canvas.view
    services.selection.select((services.document.project.graph.nodes[0].id,))
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_L, CTRL)
    assert window.panels.canvas._pointer.gesture is not None
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.panels.canvas._pointer.gesture is None


def test_no_focus_gets_lost_on_the_way_through_the_window(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.services.run.snapshot is not None, timeout=20_000)
    window.run_bar.run_button.setFocus()
    reached = []
    for _ in range(80):
        widget = QApplication.focusWidget()
        assert widget is not None and widget.isVisible(), widget
        assert window.rect().contains(widget.mapTo(window, widget.rect().center())), widget
        reached.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    for panel in (window.panels.canvas, window.panels.palette, window.panels.data, window.panels.predictions):
        assert any(panel.isAncestorOf(widget) for widget in reached), panel

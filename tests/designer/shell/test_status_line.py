from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from core.project import edits
from designer.main_window import MainWindow
from designer.theme import DARK
from tests.designer.long_runs import train_without_end
from tests.designer.shell.conftest import OpenWindow


def test_it_says_what_is_trained_on_what_and_how_large(qtbot: QtBot, window: MainWindow) -> None:
    line = window.status_line
    qtbot.waitUntil(lambda: line.texts()[0] == "Ready", timeout=20_000)
    texts = line.texts()
    # By hand: (784 + 1)·15 + (15 + 1)·10 parameters, 784·15 + 15·10 products.
    assert "11,935 parameters" in texts
    assert "11,910 multiply-adds per sample" in texts
    assert "float32" in texts
    assert any("784 → 10" in text for text in texts)


def test_two_classes_coded_as_one_output_are_one_output(qtbot: QtBot, window: MainWindow) -> None:
    window.start_template("xor")
    line = window.status_line
    qtbot.waitUntil(lambda: line.texts()[0] == "Ready", timeout=20_000)
    assert any(text.endswith("4 samples · 2 → 1") for text in line.texts())


def test_it_follows_every_edit(window: MainWindow) -> None:
    document = window.services.document
    document.apply("Seed", edits.set_training, "seed", 42)
    document.apply("Numbers", edits.set_training, "dtype", "float64")
    document.apply("Units", edits.set_option, document.project.graph.nodes[1].id, "units", 30)
    texts = window.status_line.texts()
    assert "seed 42" in texts and "float64" in texts
    assert "23,860 parameters" in texts


def test_it_says_when_the_work_was_last_kept(qtbot: QtBot, window: MainWindow) -> None:
    window.services.document.apply("Seed", edits.set_training, "seed", 42)
    window.autosave.keep()
    qtbot.waitUntil(lambda: window.status_line.texts()[-1].startswith("autosaved "), timeout=20_000)
    moment = window.status_line.texts()[-1].removeprefix("autosaved ")
    assert abs(datetime.strptime(moment, "%H:%M").minute - datetime.now().minute) in (0, 1, 59)


def test_without_layers_it_says_that_it_cannot_run(qtbot: QtBot, window: MainWindow) -> None:
    window.start_template("empty")
    assert window.status_line.texts()[0] == "Cannot run yet"


def test_it_says_when_a_run_waits_for_its_loops(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, run = window.status_line, window.services.run
    train_without_end(window.services.document)
    qtbot.waitUntil(lambda: line.texts()[0] == "Ready", timeout=20_000)
    window.services.run.run()
    compilation = SimpleNamespace(running=True)
    monkeypatch.setattr("designer.run.controller.Compilation", compilation)
    qtbot.waitUntil(lambda: line.texts()[0].startswith("Compiling fast loops"), timeout=20_000)
    compilation.running = False
    qtbot.waitUntil(lambda: line.texts()[0] == "Running", timeout=20_000)
    run.pause()
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)


def test_it_says_that_the_first_run_of_the_program_takes_a_moment_to_start(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("designer.shell.status_line.is_loaded", lambda: False)
    window = open_window()
    window.start_template("digit_reader")
    line, run = window.status_line, window.services.run
    train_without_end(window.services.document)
    qtbot.waitUntil(lambda: line.texts()[0] == "Ready", timeout=20_000)
    run.run()
    assert line.texts()[0] == "Starting the first run …"
    qtbot.waitUntil(lambda: line.texts()[0] == "Running", timeout=60_000)
    run.pause()
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)
    run.run()
    assert line.texts()[0] == "Running"
    run.pause()
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)


def test_an_edit_during_a_run_is_said_with_the_sign_of_a_warning(qtbot: QtBot, window: MainWindow) -> None:
    line, document, run = window.status_line, window.services.document, window.services.run
    train_without_end(document)
    qtbot.waitUntil(lambda: line.texts()[0] == "Ready", timeout=20_000)
    run.run()
    qtbot.waitUntil(lambda: line.texts()[0] == "Running", timeout=60_000)
    sign = QRect(12, 6, 12, 12)
    assert _colours(line.grab(sign)) & {DARK.good} and not _colours(line.grab(sign)) & {DARK.warning}
    document.apply("Units", edits.set_option, document.project.graph.nodes[1].id, "units", 20)
    qtbot.waitUntil(lambda: line.texts()[0].startswith("Running the network before"), timeout=20_000)
    assert _colours(line.grab(sign)) & {DARK.warning} and not _colours(line.grab(sign)) & {DARK.good}
    run.pause()
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)


def _colours(picture: QPixmap) -> set[str]:
    image = picture.toImage()
    return {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())}


def test_toolbar_and_status_line_show_the_same_time_per_step_at_any_moment(
    qtbot: QtBot, window: MainWindow
) -> None:
    run, line, figures = window.services.run, window.status_line, window.run_bar.figures
    train_without_end(window.services.document)
    qtbot.waitUntil(lambda: line.texts()[0] == "Ready", timeout=20_000)
    run.run()
    looks: dict[str, tuple[str, str]] = {}

    def compare() -> bool:
        shown = next((text for text in line.texts() if text.endswith("per step")), "").removesuffix(" µs per step")
        if shown:
            looks[figures.texts()["Iteration"]] = (figures.texts()["µs per step"], shown)
        return len(looks) >= 12

    qtbot.waitUntil(compare, timeout=60_000)
    run.pause()
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)
    compare()
    assert all(one == other for one, other in looks.values()), looks


def test_the_first_step_of_a_project_shows_no_time_and_the_second_the_same_in_both_places(
    qtbot: QtBot, window: MainWindow
) -> None:
    run, line, figures = window.services.run, window.status_line, window.run_bar.figures
    qtbot.waitUntil(lambda: line.texts()[0] == "Ready", timeout=20_000)
    shown = []
    for count in ("1", "2"):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        qtbot.waitUntil(lambda now=count: figures.texts()["Iteration"] == now and not run.running, timeout=60_000)
        in_line = next((text for text in line.texts() if text.endswith("per step")), "")
        shown.append((figures.texts()["µs per step"], in_line))
    first, (second, in_line) = shown
    assert first == ("–", "")
    assert float(second.replace(",", "")) > 0.0 and in_line == f"{second} µs per step"

"""The solved sheet, asked for and written from the window."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from designer.main_window import MainWindow
from designer.microscope.sheet_dialog import SheetDialog, SheetWish
from tests.designer.shell.conftest import OpenWindow, open_window  # noqa: F401 (a fixture)

CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE_MS = 20_000


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:  # noqa: F811
    """A window whose microscope is open on XOR, all four samples at once."""
    window = open_window()
    window.start_template("xor")
    services = window.services
    services.document.apply("Batch", _batch_of_4)
    qtbot.waitUntil(lambda: services.run.blocked_reason is None, timeout=PATIENCE_MS)
    qtbot.keyClick(window, Qt.Key.Key_M, CTRL)
    assert window.microscope.microscope.is_open
    return window


def _batch_of_4(project: Project) -> Project:
    return edits.set_training(project, "mode", "batch")


def _answer(window: MainWindow, choose: Callable[[SheetDialog], object]) -> None:
    """Trigger the action and save what `choose` makes of the dialog that comes up."""

    window.actions_table["microscope.sheet"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SheetDialog)
    choose(dialog)
    save = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)  # type: ignore[union-attr]
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)


def _file(monkeypatch: pytest.MonkeyPatch, path: Path, kind: str = "") -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), kind))


def _said(qtbot: QtBot, window: MainWindow, words: str) -> str:
    qtbot.waitUntil(lambda: words in window.notices.text, timeout=PATIENCE_MS)
    return window.notices.text


def test_every_number_of_the_batch_as_a_table(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "xor.csv"
    _file(monkeypatch, path)
    _answer(window, lambda dialog: None)
    _said(qtbot, window, "The solved sheet is in 'xor.csv'.")
    trace = window.microscope.microscope.trace
    rows = list(csv.DictReader(path.read_text().splitlines()))
    outputs = [float(row["value"]) for row in rows if row["quantity"] == "output" and row["layer"] == "Dense 1"]
    assert outputs == trace.layers[trace.last].value.ravel().tolist()
    assert len(outputs) == 4


def test_one_sample_alone_in_another_notation_as_a_page(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _file(monkeypatch, tmp_path / "sheet")

    def choose(dialog: SheetDialog) -> None:
        QTest.mouseClick(dialog.samples.button("sample"), Qt.MouseButton.LeftButton)
        dialog.notation.set_current("upv")

    window.microscope.microscope.place.choose_sample(2)
    _answer(window, choose)
    _said(qtbot, window, "is in 'sheet.html'")
    page = (tmp_path / "sheet.html").read_text()
    row = int(window.microscope.microscope.trace.rows[2]) + 1
    assert f"Sample 1 of the batch, {row} of the training part" in page and "φ" in page
    assert "Sample 2 of the batch" not in page


def test_a_sample_of_the_test_part_is_called_so(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _file(monkeypatch, tmp_path / "sheet")
    window.microscope.microscope.choose_samples([5], test=True)
    _answer(window, lambda _: None)
    _said(qtbot, window, "is in 'sheet.html'")
    page = (tmp_path / "sheet.html").read_text()
    assert "Sample 1 of the batch, 6 of the test part" in page and "training part" not in page


def test_what_cannot_be_written_is_said_and_nothing_is_lost(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _file(monkeypatch, tmp_path / "sheet.docx")
    _answer(window, lambda dialog: None)
    _said(qtbot, window, "use .html, .tex or .csv")
    _file(monkeypatch, tmp_path / "nowhere" / "sheet.tex")
    _answer(window, lambda dialog: None)
    _said(qtbot, window, "nowhere")
    assert window.microscope.microscope.is_open and not list(tmp_path.glob("**/sheet*"))


def test_a_sheet_that_is_given_up_is_not_written(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    sheet, path = window.microscope.sheet, tmp_path / "long.html"
    sheet.write(path, SheetWish(alone=False, notation="unir", digits=0, everything=True))
    cancel = next(button for button in window.notices.findChildren(QPushButton) if button.text() == "Cancel")
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    sheet.write(tmp_path / "next.csv", SheetWish(alone=False, notation="unir", digits=4, everything=False))
    _said(qtbot, window, "is in 'next.csv'")
    assert not path.exists()

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.data.mnist import DataMissingError
from core.data.reference import DataReference
from core.data.sources import SOURCES
from core.errors import DataError
from core.project import edits
from core.project.model import Project
from designer.datasets import data_panel
from designer.datasets.background_job import JobControl
from designer.datasets.data_panel import DataPanel
from designer.datasets.download_dialog import DownloadDialog
from designer.datasets.service import DataService, DataStatus
from designer.datasets.split_bar import SplitBar
from designer.document import Document
from designer.settings import Settings
from designer.theme import ThemeService
from designer.widgets.number_editors import SliderEditor
from designer.widgets.simple_editors import ChoiceEditor
from tests.designer.datasets.conftest import Loader
from tests.designer.inspector.builders import drag_slider


@pytest.fixture
def panel(
    qtbot: QtBot, document: Document, data: DataService, theme: ThemeService, own_settings: Settings
) -> DataPanel:
    made = DataPanel(document, data, theme, own_settings)
    qtbot.addWidget(made)
    made.resize(216, 320)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def not_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_panel, "is_downloaded", lambda: False)


def press(panel: DataPanel, text: str) -> None:
    QTest.mouseClick(panel.state.button(text), Qt.MouseButton.LeftButton)


def ready(qtbot: QtBot, data: DataService) -> None:
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)


def test_without_data_every_source_is_offered(panel: DataPanel, not_downloaded: None) -> None:
    panel.show_state()
    offered = [button.text() for button in panel.state.findChildren(QPushButton) if not button.isHidden()]

    assert [text.removesuffix("…") for text in offered[-len(SOURCES) :]] == [source.label for source in SOURCES]


def test_a_click_loads_the_built_in_digits(
    qtbot: QtBot, panel: DataPanel, data: DataService, document: Document
) -> None:
    press(panel, "Digits 28 × 28")

    assert document.project.data.source == "digits_28"
    ready(qtbot, data)
    assert data.data is not None
    # 1,797 samples, every fifth for testing; of the rest 10 % are held back.
    assert panel.summary.text.splitlines()[:2] == ["Digits 28 × 28", "784 → 10"]
    assert "x / 255 · one-hot · shuffled each epoch" in panel.summary.text
    assert sum(panel.summary.classes.counts) == len(data.data.training)
    document.undo_stack.undo()
    assert not panel.summary.isVisible()


def test_numbers_are_those_of_the_data(
    panel: DataPanel, document: Document, data: DataService, loader: Loader, qtbot: QtBot
) -> None:
    document.start(edits.set_data(Project(), DataReference("digits")))
    ready(qtbot, data)

    assert panel.summary.split.texts == ("train 6", "val 2", "test 4")
    assert panel.summary.classes.counts == (1, 2, 3)
    assert panel.summary.classes.tip(QPoint(panel.summary.classes.width() - 2, 5)) == "class 2: 3 training samples"


def test_what_is_said_of_the_preparation_follows_the_settings(
    panel: DataPanel, document: Document, data: DataService, qtbot: QtBot
) -> None:
    document.start(edits.set_data(Project(), DataReference("digits")))
    ready(qtbot, data)
    assert "x / 16" in panel.summary.text
    scaling = panel.form.editor("scaling")
    assert isinstance(scaling, ChoiceEditor)

    scaling.box.setFocus()
    QTest.keyClick(scaling.box, Qt.Key.Key_Down)
    document.apply("Set Order", edits.set_training, "order", "given")
    ready(qtbot, data)

    assert document.project.data.scaling == "none"
    qtbot.waitUntil(lambda: "x as it is · one-hot · always in the same order" in panel.summary.text)


def test_dragging_the_validation_share_is_one_step_and_changes_the_split(
    panel: DataPanel, document: Document, data: DataService, qtbot: QtBot
) -> None:
    document.start(edits.set_data(Project(), DataReference("digits", validation_percent=10)))
    ready(qtbot, data)
    share = panel.form.editor("validation_percent")
    assert isinstance(share, SliderEditor)

    drag_slider(share.slider, 0.5)
    ready(qtbot, data)

    percent = document.project.data.validation_percent
    assert percent == pytest.approx(45, abs=4)
    assert document.undo_stack.count() == 1
    assert data.data is not None
    held_back = len(data.data.validation) / (len(data.data.validation) + len(data.data.training))
    assert held_back == pytest.approx(percent / 100, abs=0.005)


class TestFolders:
    def test_a_folder_that_the_user_chooses_is_trusted(
        self,
        panel: DataPanel,
        document: Document,
        data: DataService,
        own_settings: Settings,
        idx_folder: Path,
        qtbot: QtBot,
    ) -> None:
        panel.choose_folder(idx_folder)

        ready(qtbot, data)
        assert document.project.data == DataReference("idx", location=str(idx_folder))
        assert str(idx_folder) in own_settings.trusted_folders
        assert "4 → 2" in panel.summary.text

    def test_the_dialog_leads_to_the_folder(
        self, panel: DataPanel, document: Document, data: DataService, idx_folder: Path, qtbot: QtBot
    ) -> None:
        press(panel, "Folder of IDX files…")
        dialog = panel.findChild(QFileDialog)
        assert dialog is not None and dialog.isVisible()

        dialog.setDirectory(str(idx_folder.parent))
        dialog.selectFile(str(idx_folder))
        dialog.accept()

        qtbot.waitUntil(lambda: document.project.data.location != "")
        ready(qtbot, data)
        qtbot.waitUntil(lambda: panel.findChild(QFileDialog) is None)

    def test_a_folder_can_be_dropped(
        self, panel: DataPanel, data: DataService, idx_folder: Path, qtbot: QtBot
    ) -> None:
        carried = QMimeData()
        carried.setUrls([QUrl.fromLocalFile(str(idx_folder))])
        assert drop(panel, carried)

        ready(qtbot, data)
        assert "4 → 2" in panel.summary.text

    def test_a_file_or_a_web_address_is_not_taken(
        self, panel: DataPanel, document: Document, idx_folder: Path
    ) -> None:
        for url in (
            QUrl.fromLocalFile(str(idx_folder / "train-images-idx3-ubyte")),
            QUrl("https://example.org/mnist"),
        ):
            carried = QMimeData()
            carried.setUrls([url])
            assert not drop(panel, carried)
        assert document.project.data.source == ""

    def test_a_strangers_folder_is_asked_for(
        self, panel: DataPanel, document: Document, data: DataService, idx_folder: Path, qtbot: QtBot
    ) -> None:
        project = edits.set_data(Project(), DataReference("idx", location=str(idx_folder)))
        document.start(project, idx_folder.parent / "elsewhere" / "p.h5")
        assert str(idx_folder) in panel.state.text

        press(panel, "Read it")

        ready(qtbot, data)

    def test_a_folder_without_data_says_what_is_missing_and_loads_again(
        self, panel: DataPanel, data: DataService, idx_folder: Path, qtbot: QtBot
    ) -> None:
        images = idx_folder / "train-images-idx3-ubyte"
        away = images.rename(idx_folder / "away")
        panel.choose_folder(idx_folder)
        qtbot.waitUntil(lambda: data.status is DataStatus.FAILED)
        assert "train-images-idx3-ubyte" in panel.state.text

        away.rename(images)
        press(panel, "Load again")

        ready(qtbot, data)


class TestDownload:
    def test_nothing_is_fetched_before_the_user_agrees(
        self,
        panel: DataPanel,
        document: Document,
        not_downloaded: None,
        qtbot: QtBot,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fetched: list[object] = []
        monkeypatch.setattr(data_panel, "download_mnist", lambda *args: fetched.append(args))
        panel.choose("mnist")
        dialog = the_dialog()
        words = "\n".join(label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "text"))
        assert "11.6 MB" in words
        assert "ossci-datasets.s3.amazonaws.com" in words and "storage.googleapis.com" in words

        QTest.mouseClick(dialog.refuse_button, Qt.MouseButton.LeftButton)

        qtbot.waitUntil(lambda: not open_dialogs())
        assert fetched == []
        assert document.project.data.source == ""

    def test_after_agreeing_progress_is_shown_and_the_data_are_read(
        self,
        panel: DataPanel,
        document: Document,
        data: DataService,
        loader: Loader,
        not_downloaded: None,
        qtbot: QtBot,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        gate = loader.hold("gate")

        def download(progress: object, cancel: JobControl) -> None:
            assert callable(progress)
            progress(5_800_000, 11_600_000)
            gate.wait(20.0)

        monkeypatch.setattr(data_panel, "download_mnist", download)
        panel.choose("mnist")
        QTest.mouseClick(the_dialog().accept_button, Qt.MouseButton.LeftButton)

        qtbot.waitUntil(lambda: "5.8 of 11.6 MB" in panel.state.text)
        assert "Downloading MNIST" in panel.state.text
        gate.set()
        ready(qtbot, data)
        assert document.project.data.source == "mnist"

    def test_a_download_is_cancelled_in_place_and_offered_again(
        self,
        panel: DataPanel,
        data: DataService,
        loader: Loader,
        not_downloaded: None,
        qtbot: QtBot,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def download(progress: object, cancel: JobControl) -> None:
            assert callable(progress)
            while True:
                progress(1_000, 11_600_000)

        monkeypatch.setattr(data_panel, "download_mnist", download)
        panel.choose("mnist")
        QTest.mouseClick(the_dialog().accept_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "Downloading" in panel.state.text)

        press(panel, "Cancel")

        assert data.status is DataStatus.FAILED
        assert "kept" in panel.state.text
        assert panel.state.button("Download… 11.6 MB").isEnabled()

    def test_a_project_whose_mnist_is_missing_offers_the_download(
        self, panel: DataPanel, document: Document, data: DataService, loader: Loader, qtbot: QtBot
    ) -> None:
        loader.error = DataMissingError("MNIST is not on this computer.")
        document.start(edits.set_data(Project(), DataReference("mnist")))
        qtbot.waitUntil(lambda: data.status is DataStatus.FAILED)

        press(panel, "Download… 11.6 MB")

        QTest.keyClick(the_dialog(), Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not open_dialogs())


def test_the_menu_marks_what_is_in_use(
    panel: DataPanel, document: Document, data: DataService, loader: Loader, qtbot: QtBot
) -> None:
    document.start(edits.set_data(Project(), DataReference("digits")))
    ready(qtbot, data)

    menu = panel.menu()

    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Digits 8 × 8"]
    menu.actions()[1].trigger()
    assert document.project.data.source == "digits_28"
    menu.deleteLater()


def test_other_data_keep_scaling_and_validation_share(panel: DataPanel, document: Document) -> None:
    document.start(edits.set_data(Project(), DataReference("digits", scaling="none", validation_percent=33)))

    panel.choose("digits_28")

    assert document.project.data == DataReference("digits_28", scaling="none", validation_percent=33)


@pytest.mark.parametrize("counts", [(1_298, 144, 355), (54_000, 6_000, 10_000)])
def test_the_sizes_of_the_parts_stand_in_one_row_with_equal_gaps(qtbot: QtBot, counts: tuple[int, int, int]) -> None:
    bar = SplitBar()
    qtbot.addWidget(bar)
    bar.set_counts(*counts)
    bar.resize(182, bar.heightForWidth(182))  # as wide as in the window at first
    (first, _), (second, _), (third, _) = bar.places()
    assert first.top() == second.top() == third.top()
    assert first.left() == 0.0 and third.right() == pytest.approx(182.0)
    gaps = second.left() - first.right(), third.left() - second.right()
    assert gaps[0] == pytest.approx(gaps[1]) and gaps[0] > 4.0


def test_sizes_that_have_no_room_beside_each_other_stand_below_each_other(qtbot: QtBot) -> None:
    bar = SplitBar()
    qtbot.addWidget(bar)
    bar.set_counts(1_200_000, 300_000, 100_000)
    bar.resize(182, bar.heightForWidth(182))
    assert len({rect.top() for rect, _ in bar.places()}) == 3
    assert all(bar.rect().contains(rect.toAlignedRect()) for rect, _ in bar.places())


def test_an_error_shows_its_text(
    panel: DataPanel, document: Document, data: DataService, loader: Loader, qtbot: QtBot
) -> None:
    loader.error = DataError("'{file}' breaks off.", file="labels")
    document.start(edits.set_data(Project(), DataReference("digits")))

    qtbot.waitUntil(lambda: "'labels' breaks off." in panel.state.text)
    # Above the form: a panel is not high, and what stands below it has to be looked for.
    qtbot.waitUntil(lambda: panel.form.isVisible() and panel.form.y() >= panel.state.geometry().bottom())
    assert panel.state.isVisible()


def drop(panel: DataPanel, carried: QMimeData) -> bool:
    """Drop on the panel; whether it was taken."""
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), action, carried, button, none)
    QApplication.sendEvent(panel, enter)
    if not enter.isAccepted():
        return False
    dropped = QDropEvent(QPoint(20, 20), action, carried, button, none)
    QApplication.sendEvent(panel, dropped)
    return dropped.isAccepted()


def open_dialogs() -> list[DownloadDialog]:
    widgets = QApplication.topLevelWidgets()
    return [widget for widget in widgets if isinstance(widget, DownloadDialog) and widget.isVisible()]


def the_dialog() -> DownloadDialog:
    (dialog,) = open_dialogs()
    return dialog

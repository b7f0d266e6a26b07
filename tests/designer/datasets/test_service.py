from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.data.mnist import DataMissingError
from core.data.reference import DataReference
from core.errors import DataError, LayerloomError, UnknownKeyError
from core.project import edits
from core.project.model import Project
from designer.datasets.background_job import JobControl
from designer.datasets.service import DataService, DataStatus
from designer.document import Document
from designer.settings import Settings
from tests.designer.datasets.conftest import Loader


def choose(document: Document, source: str, location: str = "", percent: int = 10) -> None:
    reference = DataReference(source, location=location, validation_percent=percent)
    document.apply("Choose data", edits.set_data, reference)


def test_a_project_without_data_has_none(data: DataService) -> None:
    assert data.status is DataStatus.NONE
    assert data.data is None and data.error is None


def test_the_built_in_digits_are_loaded_beside_the_window(
    qtbot: QtBot, data: DataService, document: Document
) -> None:
    choose(document, "digits")
    assert data.status is DataStatus.LOADING
    assert data.data is None

    qtbot.waitUntil(lambda: data.status is DataStatus.READY)

    assert data.data is not None
    # The UCI set that scikit-learn carries has 1,797 samples.
    parts = (data.data.training, data.data.validation, data.data.test)
    assert sum(len(part) for part in parts) == 1797
    assert data.data.divisor == 16.0


def test_another_number_type_loads_again(qtbot: QtBot, data: DataService, document: Document) -> None:
    choose(document, "digits")
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)

    document.apply("Set Numbers", edits.set_training, "dtype", "float64")
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)

    assert data.data is not None and data.data.training.inputs.dtype == np.float64


def test_what_does_not_concern_the_data_does_not_load_again(
    qtbot: QtBot, data: DataService, document: Document, loader: Loader
) -> None:
    choose(document, "digits")
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)

    document.apply("Add Dense", edits.add_node, "dense", (0.0, 0.0))
    document.apply("Set Rate", edits.set_training, "learning_rate", 2.0)

    assert data.status is DataStatus.READY
    assert len(loader.calls) == 1


def test_the_result_of_an_older_request_is_dropped(
    qtbot: QtBot, data: DataService, document: Document, loader: Loader
) -> None:
    slow = loader.hold("mnist")
    choose(document, "mnist")
    qtbot.waitUntil(lambda: len(loader.calls) == 1)
    choose(document, "digits")
    slow.set()

    qtbot.waitUntil(lambda: data.status is DataStatus.READY)

    assert data.data is not None and data.data.name.startswith("digits ")


def test_a_load_that_hangs_does_not_hold_up_the_next_one(
    qtbot: QtBot, data: DataService, document: Document, loader: Loader
) -> None:
    slow = loader.hold("mnist")
    choose(document, "mnist")
    qtbot.waitUntil(lambda: len(loader.calls) == 1)
    choose(document, "digits")

    qtbot.waitUntil(lambda: data.status is DataStatus.READY, timeout=10_000)
    assert data.data is not None and data.data.name.startswith("digits ")

    announced: list[DataStatus] = []
    data.changed.connect(lambda: announced.append(data.status))
    slow.set()
    qtbot.waitUntil(lambda: not any(t.name == "data" for t in threading.enumerate()))
    assert announced == [], "the late result is nobody's"
    assert data.data.name.startswith("digits ")


def test_of_many_requests_in_a_row_only_the_last_is_read(
    qtbot: QtBot, data: DataService, document: Document, loader: Loader
) -> None:
    gate = loader.hold("digits")
    for percent in range(1, 30):
        choose(document, "digits", percent=percent)
    gate.set()

    qtbot.waitUntil(lambda: data.status is DataStatus.READY)

    assert data.data is not None and data.data.name == "digits 29 float32"
    assert len(loader.calls) == 2, "the first had begun; of the others one is enough"


def test_a_short_load_is_announced_once(
    qtbot: QtBot, data: DataService, document: Document, loader: Loader
) -> None:
    announced: list[DataStatus] = []
    data.changed.connect(lambda: announced.append(data.status))

    choose(document, "digits")
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)

    assert announced == [DataStatus.READY], "panels must not blink"


def test_a_long_load_is_announced(qtbot: QtBot, data: DataService, document: Document, loader: Loader) -> None:
    gate = loader.hold("digits")
    choose(document, "digits")

    with qtbot.waitSignal(data.changed):
        pass

    assert data.status is DataStatus.LOADING
    gate.set()
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (DataError("'{file}' is empty.", file="labels"), "'labels' is empty."),
        (UnknownKeyError("Unknown {noun}.", noun="source"), "Unknown source."),
        (OSError("the disk is gone"), "the disk is gone"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (MemoryError(), "memory"),
    ],
)
def test_whatever_goes_wrong_is_shown(
    qtbot: QtBot, data: DataService, document: Document, loader: Loader, error: BaseException, expected: str
) -> None:
    loader.error = error
    choose(document, "digits")

    qtbot.waitUntil(lambda: data.status is DataStatus.FAILED)

    assert isinstance(data.error, DataError)
    assert expected in str(data.error)
    assert data.data is None


def test_reload_tries_again_after_a_failure(
    qtbot: QtBot, data: DataService, document: Document, loader: Loader
) -> None:
    loader.error = OSError("the stick is not in")
    choose(document, "digits")
    qtbot.waitUntil(lambda: data.status is DataStatus.FAILED)
    loader.error = None

    data.reload()

    qtbot.waitUntil(lambda: data.status is DataStatus.READY)
    assert data.error is None


def test_loading_can_be_cancelled(qtbot: QtBot, data: DataService, document: Document, loader: Loader) -> None:
    gate = loader.hold("digits")
    choose(document, "digits")
    qtbot.waitUntil(lambda: len(loader.calls) == 1)

    data.cancel()

    assert data.status is DataStatus.FAILED
    assert "stopped" in str(data.error)
    gate.set()
    qtbot.waitUntil(lambda: not any(t.name == "data" for t in threading.enumerate()))
    assert data.status is DataStatus.FAILED


def test_undo_brings_the_data_before_back(
    qtbot: QtBot, data: DataService, document: Document, loader: Loader
) -> None:
    choose(document, "digits")
    choose(document, "digits_28")
    document.undo_stack.undo()

    qtbot.waitUntil(lambda: data.status is DataStatus.READY)
    assert data.data is not None and data.data.name.startswith("digits 10")
    document.undo_stack.undo()
    assert data.status is DataStatus.NONE


class TestFoldersOfStrangers:
    def open_file(self, document: Document, file: Path, location: str) -> None:
        project = edits.set_data(Project(), DataReference("idx", location=location))
        document.start(project, file)

    def test_a_folder_outside_the_projects_own_is_asked_for(
        self, qtbot: QtBot, data: DataService, document: Document, loader: Loader, tmp_path: Path
    ) -> None:
        self.open_file(document, tmp_path / "course" / "p.h5", str(tmp_path / "private"))

        assert data.status is DataStatus.ASK
        assert data.folder == str(tmp_path / "private")
        assert loader.calls == []

    def test_once_allowed_it_is_read_now_and_later(
        self,
        qtbot: QtBot,
        data: DataService,
        document: Document,
        loader: Loader,
        tmp_path: Path,
        own_settings: Settings,
    ) -> None:
        self.open_file(document, tmp_path / "course" / "p.h5", str(tmp_path / "private"))

        data.allow()

        qtbot.waitUntil(lambda: data.status is DataStatus.READY)
        assert str(tmp_path / "private") in own_settings.trusted_folders
        document.start(Project())
        self.open_file(document, tmp_path / "other" / "q.h5", str(tmp_path / "private"))
        assert data.status is DataStatus.LOADING

    @pytest.mark.parametrize("location", ["data", "./data/mnist", "../course/data"])
    def test_a_folder_beside_the_file_is_read_wherever_the_program_was_started(
        self, qtbot: QtBot, data: DataService, document: Document, loader: Loader, tmp_path: Path, location: str
    ) -> None:
        self.open_file(document, tmp_path / "course" / "p.h5", location)

        qtbot.waitUntil(lambda: data.status is DataStatus.READY)

        assert Path(loader.calls[0][0].location).is_relative_to(tmp_path / "course" / "data")

    @pytest.mark.parametrize("location", ["../private", "data/../../private", "/etc", "../course2"])
    def test_no_writing_of_the_path_leads_out_unasked(
        self, data: DataService, document: Document, loader: Loader, tmp_path: Path, location: str
    ) -> None:
        self.open_file(document, tmp_path / "course" / "p.h5", location)

        assert data.status is DataStatus.ASK

    def test_a_file_that_was_never_saved_has_no_folder_of_its_own(
        self, data: DataService, document: Document, loader: Loader, tmp_path: Path
    ) -> None:
        choose(document, "idx", str(tmp_path))

        assert data.status is DataStatus.ASK

    def test_the_same_words_in_another_file_mean_another_folder(
        self, qtbot: QtBot, data: DataService, document: Document, loader: Loader, tmp_path: Path
    ) -> None:
        self.open_file(document, tmp_path / "a" / "p.h5", "data")
        qtbot.waitUntil(lambda: data.status is DataStatus.READY)
        self.open_file(document, tmp_path / "b" / "p.h5", "data")
        qtbot.waitUntil(lambda: data.status is DataStatus.READY)

        assert [reference.location for reference, _ in loader.calls] == [
            str(tmp_path / "a" / "data"),
            str(tmp_path / "b" / "data"),
        ]


class TestFetching:
    def test_what_is_fetched_is_then_read(
        self, qtbot: QtBot, data: DataService, document: Document, loader: Loader
    ) -> None:
        loader.error = DataMissingError("MNIST is not here.")
        choose(document, "mnist")
        qtbot.waitUntil(lambda: data.status is DataStatus.FAILED)
        assert data.missing

        def download(control: JobControl) -> None:
            loader.error = None

        data.fetch(download)
        assert data.downloading

        qtbot.waitUntil(lambda: data.status is DataStatus.READY)
        assert not data.downloading

    def test_progress_is_told_and_cancelling_ends_the_thread(
        self, qtbot: QtBot, data: DataService, document: Document, loader: Loader
    ) -> None:
        choose(document, "mnist")
        ended = threading.Event()

        def download(control: JobControl) -> None:
            control.report(0.25)
            try:
                while True:
                    ended.wait(0.01)
                    control.report(0.5)
            except LayerloomError:
                ended.set()
                raise

        data.fetch(download)
        qtbot.waitUntil(lambda: data.progress == 0.5)
        data.cancel()

        assert data.status is DataStatus.FAILED
        assert data.missing, "a stopped download can be taken up again"
        assert "kept" in str(data.error)
        qtbot.waitUntil(ended.is_set)

    def test_a_failed_download_can_be_tried_again(
        self, qtbot: QtBot, data: DataService, document: Document, loader: Loader
    ) -> None:
        choose(document, "mnist")

        def download(control: JobControl) -> None:
            raise DataError("No mirror answered.")

        data.fetch(download)

        qtbot.waitUntil(lambda: data.status is DataStatus.FAILED)
        assert data.missing
        assert "No mirror answered." in str(data.error)


def test_shutdown_ends_every_thread_and_hears_nothing_more(
    qtbot: QtBot, document: Document, own_settings: Settings, loader: Loader
) -> None:
    gate = loader.hold("digits")
    service = DataService(document, own_settings)
    choose(document, "digits")
    qtbot.waitUntil(lambda: len(loader.calls) == 1)
    threading.Timer(0.05, gate.set).start()

    service.shutdown()

    assert not any(thread.name == "data" for thread in threading.enumerate())
    choose(document, "mnist")
    assert len(loader.calls) == 1

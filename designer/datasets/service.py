"""Loads the data that the project names, in the background, and keeps what training and panels see of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from core.data.dataset import PreparedData
from core.data.reference import DataReference
from core.data.sources import DataMissingError, load_prepared
from core.errors import CancelledError, DataError, LayerloomError
from core.project.delta import ProjectDelta
from designer.datasets.background_job import BackgroundJob, JobControl
from designer.document import Document
from designer.settings import Settings

POLL_INTERVAL_MS = 30
ANNOUNCE_DELAY_MS = 90
"""Loading is announced only when it takes longer: a slider tick must not make the panels blink."""
PATIENCE_MS = 1000
"""How long a newer request waits for the older one to end before it goes ahead beside it."""
SHUTDOWN_TIMEOUT_S = 5.0


class DataStatus(Enum):
    """What there is of the project's data."""

    NONE = "none"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"
    ASK = "ask"


class DataService(QObject):
    """The data of the project as it is now.

    They are read in a thread whenever the project names other data, another preparation or another number type; a
    result that nobody waits for any more is dropped. A folder that a project file names is read only where it lies
    beside the file or the user chose it before (status ASK, answered by ``allow``).

    Signals
    -------
    changed() : status, data, error or progress may differ.
    """

    changed = Signal()

    def __init__(self, document: Document, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._settings = document, settings
        self._status = DataStatus.NONE
        self._data: PreparedData | None = None
        self._error: DataError | None = None
        self._job: BackgroundJob[PreparedData] | None = None
        self._left: list[BackgroundJob[PreparedData]] = []
        self._next: Callable[[JobControl], PreparedData] | None = None
        self._waited_ms = 0
        self._shown_progress: float | None = None
        self._fetching = False
        self._request: tuple[DataReference, str] | None = None
        self._timer = QTimer(self, interval=POLL_INTERVAL_MS)
        self._timer.timeout.connect(self._poll)
        self._announce = QTimer(self, singleShot=True, interval=ANNOUNCE_DELAY_MS)
        self._announce.timeout.connect(self.changed)
        document.changed.connect(self._follow)
        document.file_changed.connect(self._follow)
        self.reload()

    @property
    def status(self) -> DataStatus:
        """What there is of the data."""
        return self._status

    @property
    def data(self) -> PreparedData | None:
        """The data, while the status is READY."""
        return self._data

    @property
    def error(self) -> DataError | None:
        """Why the data could not be had, while the status is FAILED."""
        return self._error

    @property
    def progress(self) -> float | None:
        """How far loading is, 0 to 1; None where that is unknown."""
        return self._job.control.progress if self._job is not None else None

    @property
    def downloading(self) -> bool:
        """Whether the data are being fetched from the network."""
        return self._status is DataStatus.LOADING and self._fetching

    @property
    def missing(self) -> bool:
        """Whether the files are not on this computer, but can be downloaded."""
        return isinstance(self._error, DataMissingError) or (self._error is not None and self._fetching)

    @property
    def folder(self) -> str:
        """The folder that the project names, absolute; empty where it names none."""
        location = self._document.project.data.location
        if not location:
            return ""
        base = self._document.path.parent if self._document.path is not None else Path.cwd()
        # By the letters alone: on Windows, touching a foreign \\server path already sends the user's name there.
        return os.path.normpath(base.absolute() / location)

    def reload(self) -> None:
        """Read the data again."""
        self._request = self._wanted()
        self._fetching = False
        if not self._document.project.data.source:
            self._drop(DataStatus.NONE)
        elif not self._trusted():
            self._drop(DataStatus.ASK)
        else:
            reference, dtype = self._request
            self._start(lambda control: load_prepared(reference, dtype))

    def allow(self) -> None:
        """Read the folder that the project names, now and in future."""
        if self.folder:
            self._settings.trust_folder(self.folder)
        self.reload()

    def fetch(self, download: Callable[[JobControl], object]) -> None:
        """Run `download`, which brings the missing files, then read the data."""
        reference, dtype = self._request = self._wanted()

        def work(control: JobControl) -> PreparedData:
            download(control)
            control.report(None)
            return load_prepared(reference, dtype)

        self._start(work, fetching=True)

    def cancel(self) -> None:
        """Stop loading; what a download has brought so far is kept."""
        if self.downloading:
            kept = DataMissingError("The download was stopped. What has arrived is kept: download again to go on.")
            self._drop(DataStatus.FAILED, kept)
        elif self._status is DataStatus.LOADING:
            self._drop(DataStatus.FAILED, _stopped())

    def shutdown(self) -> None:
        """Stop loading for good and wait for the thread."""
        self._document.changed.disconnect(self._follow)
        self._document.file_changed.disconnect(self._follow)
        self._announce.stop()
        self._timer.stop()
        jobs = [*self._left, self._job] if self._job is not None else self._left
        for job in jobs:
            job.control.cancel()
        for job in jobs:
            job.join(SHUTDOWN_TIMEOUT_S)
        self._job, self._left, self._next = None, [], None

    def _wanted(self) -> tuple[DataReference, str]:
        """Return what the project asks for: the data, by their absolute place, and the number type."""
        project = self._document.project
        return replace(project.data, location=self.folder), project.training.dtype

    def _trusted(self) -> bool:
        folder, path = self.folder, self._document.path
        if not folder or folder in self._settings.trusted_folders:
            return True
        return path is not None and Path(folder).is_relative_to(os.path.normpath(path.parent.absolute()))

    def _follow(self, _delta: ProjectDelta | None = None) -> None:
        if self._wanted() != self._request:
            self.reload()

    def _drop(self, status: DataStatus, error: DataError | None = None) -> None:
        """Have no data, for this reason."""
        self._leave_job()
        self._next = None
        self._show(status, None, error)

    def _leave_job(self) -> None:
        if self._job is not None:
            self._job.control.cancel()
            self._left.append(self._job)
            self._job = None

    def _start(self, work: Callable[[JobControl], PreparedData], fetching: bool = False) -> None:
        self._leave_job()
        self._status, self._data, self._error = DataStatus.LOADING, None, None
        self._next, self._waited_ms, self._fetching, self._shown_progress = work, 0, fetching, None
        self._timer.start()
        self._announce.start()
        self._begin_next()

    def _begin_next(self) -> None:
        """Begin the newest request once the threads of older ones have ended, or were waited for long enough."""
        self._left = [job for job in self._left if not job.done]
        if self._next is not None and (not self._left or self._waited_ms >= PATIENCE_MS):
            self._job, self._next = BackgroundJob(self._next), None

    def _poll(self) -> None:
        self._waited_ms += POLL_INTERVAL_MS
        self._begin_next()
        job = self._job
        if job is not None and job.done:
            self._job = None
            self._take(job)
        elif job is not None and job.control.progress != self._shown_progress:
            self._shown_progress = job.control.progress
            self.changed.emit()
        if self._job is None and self._next is None and not self._left:
            self._timer.stop()

    def _take(self, job: BackgroundJob[PreparedData]) -> None:
        try:
            data = job.result()
        except BaseException as error:  # whatever it was, the panel says it
            self._show(DataStatus.FAILED, None, _as_data_error(error))
        else:
            self._show(DataStatus.READY, data, None)

    def _show(self, status: DataStatus, data: PreparedData | None, error: DataError | None) -> None:
        self._announce.stop()
        self._status, self._data, self._error = status, data, error
        self.changed.emit()


def _as_data_error(error: BaseException) -> DataError:
    """Return any error as one that can be shown: what was found and what to do."""
    if isinstance(error, DataError):
        return error
    if isinstance(error, CancelledError):
        return _stopped()
    if isinstance(error, LayerloomError):
        return DataError(error.text.template, **error.text.values)
    if isinstance(error, MemoryError):
        return DataError("The data need more memory than there is. Close other programs or choose smaller data.")
    return DataError(
        "The data could not be read: {reason}. Choose other data or load again.",
        reason=str(error) or type(error).__name__,
    )


def _stopped() -> DataError:
    return DataError("Loading was stopped. Load again, or choose other data.")

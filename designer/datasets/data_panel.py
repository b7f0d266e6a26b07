"""The data of the project: what they are, how they are divided and prepared, and how to choose others."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout, QWidget

from core.data.dataset import PreparedData
from core.data.mnist import DOWNLOAD_BYTES, download_mnist, is_downloaded
from core.data.reference import DATA_OPTIONS
from core.data.sources import SOURCES, DataSource
from core.errors import LayerloomError
from core.options import OptionValue
from core.project import edits
from core.project.delta import ProjectDelta
from designer.datasets.background_job import JobControl
from designer.datasets.data_summary import DataSummary
from designer.datasets.download_dialog import DownloadDialog, megabytes
from designer.datasets.service import DataService, DataStatus
from designer.datasets.state_view import Offer, StateView
from designer.document import Document
from designer.settings import Settings
from designer.theme import ThemeService, theme_of
from designer.translation import label, shown
from designer.widgets.form_scroll import FormScroll
from designer.widgets.option_form import BLEED, FormField, OptionForm

DOWNLOADED = "mnist"
"""Key of the source whose files are fetched from the network."""


class DataPanel(QWidget):
    """Shows the data, or why there are none; a folder can be dropped on it."""

    def __init__(
        self,
        document: Document,
        data: DataService,
        theme: ThemeService,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._data, self._settings = document, data, settings
        self._dialog: DownloadDialog | None = None
        self._dropping = False
        self._shown: tuple[str, str] | None = None
        self._divisor = 1.0
        self.summary = DataSummary()
        self.form = OptionForm([FormField(option.key, option) for option in DATA_OPTIONS])
        self.state = StateView()
        self.choose_button = self.summary.choose_button
        self._lay_out()
        self.setAcceptDrops(True)
        self.form.edited.connect(self._on_edited)
        self.choose_button.clicked.connect(self._open_menu)
        data.changed.connect(self.show_state)
        document.changed.connect(self._follow)
        theme.changed.connect(self.show_state)
        self.show_state()

    def choose(self, source: str) -> None:
        """Use a data source; asks for its folder, or before its files are fetched, where that is needed."""
        if SOURCES[source].needs_location:
            self._ask_for_folder()
        elif source == DOWNLOADED and not is_downloaded():
            self.ask_for_download()
        else:
            self._use(source)

    def choose_folder(self, folder: Path) -> None:
        """Use the IDX files in a folder; it counts as chosen by the user from now on."""
        location = str(folder.absolute())
        self._settings.trust_folder(location)
        source = next(source.key for source in SOURCES if source.needs_location)
        self._use(source, location)

    def ask_for_download(self) -> None:
        """Say what would be fetched; fetch it when the user agrees."""
        if self._dialog is None:
            self._dialog = DownloadDialog(self.window())
            self._dialog.accepted.connect(self._download)
            self._dialog.finished.connect(self._forget_dialog)
            self._dialog.open()

    def menu(self) -> QMenu:
        """Return a new menu of everything that can be chosen."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        used = self._document.project.data.source
        for source in SOURCES:
            action = menu.addAction(self._offer_text(source))
            action.setToolTip(label(source.description))
            action.setCheckable(True)
            action.setChecked(source.key == used)
            action.triggered.connect(lambda _checked=False, key=source.key: self.choose(key))
        return menu

    def show_state(self) -> None:
        """Show the data, or what there is in their place."""
        reference, data = self._document.project.data, self._data.data
        if data is not None:
            self._shown = reference.source, reference.location
        # Another preparation of the same data is read in no time: the form must not vanish under the hand that drags.
        again = self._data.status is DataStatus.LOADING and (reference.source, reference.location) == self._shown
        there = data is not None or again
        self.summary.setVisible(there)
        # What cannot be prepared as it is set can be set otherwise.
        self.form.setVisible(there or (self._data.status is DataStatus.FAILED and not self._data.missing))
        self.state.setVisible(not there)
        if data is not None:
            self._show_data(data)
        elif not again:
            self._shown = None
            self._show_no_data()
        self._show_settings()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        if dropped_folder(event.mimeData()) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._set_dropping(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 (Qt's name)
        self._set_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        self._set_dropping(False)
        folder = dropped_folder(event.mimeData())
        if folder is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.choose_folder(folder)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        if self._dropping:
            theme = theme_of(self.palette())
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 2.0))
            painter.setBrush(QColor(theme.accent_ground))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 6, 6)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12 - BLEED, 10, 12 - BLEED, 10)
        column.setSpacing(6)
        # What is wrong with the data stands where the data stood: below the form nobody would see it.
        for widget in (self.summary, self.state):
            widget.setContentsMargins(BLEED, 0, BLEED, 0)
            column.addWidget(widget)
        column.addWidget(self.form)
        column.addStretch(1)
        scroll = FormScroll()
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _follow(self, delta: ProjectDelta) -> None:
        if delta.data or delta.training:
            self._show_settings()

    def _show_data(self, data: PreparedData) -> None:
        counts = np.bincount(data.training.labels, minlength=len(data.classes))
        width = math.prod(data.sample_shape)
        self.summary.set_name(data.name, width, data.target_width, len(data.classes), data.source_note)
        self.summary.split.set_counts(len(data.training), len(data.validation), len(data.test))
        self.summary.classes.set_classes(data.classes, tuple(int(count) for count in counts))
        self._divisor = data.divisor

    def _show_settings(self) -> None:
        """Show what the project says about the data, which may be ahead of the data themselves."""
        project = self._document.project
        self.summary.set_preparation(self._divisor, project.data, project.training.order)
        self.form.set_values({option.key: getattr(project.data, option.key) for option in DATA_OPTIONS})

    def _show_no_data(self) -> None:
        match self._data.status:
            case DataStatus.LOADING:
                self._show_loading()
            case DataStatus.FAILED:
                self._show_failure()
            case DataStatus.ASK:
                self.state.show_state(
                    "warning",
                    self.tr("Read this folder?"),
                    self.tr(
                        "The project names the folder\n{folder}\nfor its data. It lies outside the project's own "
                        "folder, and you have not chosen it before."
                    ).format(folder=self._data.folder),
                    (Offer(self.tr("Read it"), self._data.allow), self._choose_offer()),
                )
            case _:
                offers = [
                    Offer(self._offer_text(source), partial(self.choose, source.key), label(source.description))
                    for source in SOURCES
                ]
                hint = self.tr("Choose what to train on, or drop a folder of IDX files here.")
                self.state.show_state("data", self.tr("No data yet"), hint, offers, stacked=True)

    def _offer_text(self, source: DataSource) -> str:
        """Return the name of a source; three dots where choosing it asks something first."""
        asks = source.needs_location or (source.key == DOWNLOADED and not is_downloaded())
        return label(source.label) + ("…" if asks else "")

    def _show_loading(self) -> None:
        share, fetching = self._data.progress, self._data.downloading
        source = self._document.project.data.source
        name = label(SOURCES[source].label) if source in SOURCES else source
        title = self.tr("Downloading {name}") if fetching else self.tr("Reading {name}")
        self.state.show_state("download" if fetching else "data", title.format(name=name), "", (self._stop_offer(),))
        text = ""
        if fetching and share is not None:
            text = self.tr("{here} of {all} MB").format(
                here=megabytes(share * DOWNLOAD_BYTES), all=megabytes(DOWNLOAD_BYTES)
            )
        self.state.show_progress(share, text)

    def _show_failure(self) -> None:
        error = self._data.error
        offers: tuple[Offer, ...]
        if self._data.missing:
            size = megabytes(DOWNLOAD_BYTES)
            offers = (
                Offer(self.tr("Download… {size} MB").format(size=size), self.ask_for_download, primary=True),
                Offer(self.tr("Choose folder…"), self._ask_for_folder),
                self._choose_offer(),
            )
        else:
            offers = (Offer(self.tr("Load again"), self._data.reload), self._choose_offer())
        self.state.show_state("error", self.tr("No data"), shown(error) if error is not None else "", offers)

    def _choose_offer(self) -> Offer:
        return Offer(self.tr("Choose data…"), self._open_menu)

    def _stop_offer(self) -> Offer:
        return Offer(self.tr("Cancel"), self._data.cancel)

    def _open_menu(self) -> None:
        below = self.choose_button if self.choose_button.isVisible() else self.state.button(self.tr("Choose data…"))
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(below.mapToGlobal(QPoint(0, below.height() + 2)))

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder of IDX files"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._data.folder:
            dialog.setDirectory(self._data.folder)
        dialog.fileSelected.connect(lambda name: self.choose_folder(Path(name)))
        dialog.open()

    def _use(self, source: str, location: str = "") -> None:
        before = self._document.project.data
        self._document.apply(self.tr("Choose data"), edits.choose_data, source, location)
        if self._document.project.data == before and self._data.status is not DataStatus.READY:
            self._data.reload()

    def _download(self) -> None:
        self._use(DOWNLOADED)
        self._data.fetch(fetch_mnist)

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _on_edited(self, key: str, value: OptionValue, merge: str) -> None:
        option = self.form.editor(key).option
        text = self.tr("Set {option}").format(option=label(option.label))
        try:
            if merge:
                self._document.apply_merging(f"{merge} {key}", text, edits.set_data_option, key, value)
            else:
                self._document.apply(text, edits.set_data_option, key, value)
        except LayerloomError as error:
            self.form.refuse(key, shown(error))

    def _set_dropping(self, dropping: bool) -> None:
        self._dropping = dropping
        self.update()


def fetch_mnist(control: JobControl) -> None:
    """Download MNIST, saying how far it is; ends soon after a cancel."""

    def report(here: int, in_all: int | None) -> None:
        control.report(here / in_all if in_all else None)

    download_mnist(report, control)


def dropped_folder(data: QMimeData) -> Path | None:
    """Return the folder that a drag carries, or None."""
    urls = data.urls() if data.hasUrls() else []
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.is_dir() else None

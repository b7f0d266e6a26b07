"""Writes the iteration at hand as a sheet to hand out, without keeping the window waiting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from core.data.sample_numbers import sample_number
from core.errors import LayerloomError
from core.formulas.quantities import Quantity
from core.storage.atomic_file import replace_file
from core.tracing.explaining import Explainer
from core.tracing.notation import notation
from core.tracing.sheets import SHEET_TYPES, sheet_bytes
from core.tracing.trace import Trace
from core.tracing.writing import Writer
from designer.background import Background
from designer.microscope.notations import NotationChoice
from designer.microscope.service import MicroscopeService
from designer.microscope.sheet_dialog import SheetDialog, SheetWish
from designer.numbers import whole
from designer.translation import shown
from designer.widgets.notice_bar import NoticeBar, Tone

KEY = "sheet"
"""Of the notices about sheets."""


class _StoppedError(Exception):
    """The user does not want the sheet any more."""


class _StoppableExplainer(Explainer):
    """Hands out numbers until it is told to stop."""

    def __init__(self, trace: Trace, stop: Event) -> None:
        super().__init__(trace)
        self._stop = stop

    def number(self, quantity: Quantity) -> float:
        if self._stop.is_set():
            raise _StoppedError
        return super().number(quantity)


class SolvedSheet(QObject):
    """Asks what is wanted and where, writes it in a thread, and says how that went.

    Parameters
    ----------
    name : of the project, without ending; it stands on top of the sheet.
    """

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        notices: NoticeBar,
        name: Callable[[], str],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._microscope, self._notations, self._notices = microscope, notations, notices
        self._name, self._window = name, window
        self._background = Background("sheet", self)
        self._stop = Event()
        self._folder = Path.home()

    def ask(self) -> None:
        """Ask what stands on the sheet, then for its file."""
        microscope = self._microscope
        if not microscope.is_open:
            return
        trace, sample = microscope.trace, sample_number(microscope.place.walk.sample)
        dialog = SheetDialog(whole(trace.iteration), sample, trace.batch_size, self._notations, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self._ask_file, dialog))
        dialog.open()

    def _ask_file(self, dialog: SheetDialog) -> None:
        path = self._ask_path() if self._microscope.is_open else None
        if path is not None:
            self.write(path, dialog.wish)

    def write(self, path: Path, wish: SheetWish) -> None:
        """Write a sheet; one that is still being written is given up."""
        try:
            trace = self._microscope.sample_alone() if wish.alone else self._microscope.trace
        except LayerloomError as error:
            self._failed(error)
            return
        self._stop.set()
        self._stop = stop = Event()
        writing = self.tr("Writing '{name}' …").format(name=path.name)
        self._notices.show_notice(writing, Tone.INFO, [(self.tr("Cancel"), stop.set)], key=KEY)
        work = partial(_write, path, trace, wish, self._name(), stop)
        self._background.submit(work, partial(self._written, path, stop), self._failed)

    def shutdown(self) -> None:
        """Give up what is being written."""
        self._stop.set()
        self._background.shutdown()

    def _ask_path(self) -> Path | None:
        kinds = {
            self.tr("Web page (*.html)"): SHEET_TYPES[0],
            self.tr("LaTeX article (*.tex)"): SHEET_TYPES[1],
            self.tr("Table of all numbers (*.csv)"): SHEET_TYPES[2],
        }
        start = self._folder / f"{Path(self._name()).stem}-{self._microscope.trace.iteration}{SHEET_TYPES[0]}"
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Save solved sheet as"), str(start), ";;".join(kinds)
        )
        if not name:
            return None
        path = Path(name)
        self._folder = path.parent
        return path if path.suffix else path.with_suffix(kinds.get(chosen, SHEET_TYPES[0]))

    def _written(self, path: Path, stop: Event, left_out: int) -> None:
        if stop.is_set():
            return
        text = self.tr("The solved sheet is in '{name}'.").format(name=path.name)
        if left_out:
            rest = self.tr("{count} numbers are left out; “Leave nothing out” writes them too.")
            text = f"{text} {rest.format(count=whole(left_out))}"
        choices = [(self.tr("Open"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))]
        self._notices.show_notice(text, Tone.INFO, choices, key=KEY)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, _StoppedError):
            return
        self._notices.withdraw(KEY)
        if not isinstance(error, LayerloomError):
            raise error
        self._notices.show_notice(shown(error), Tone.ERROR, key=KEY)


def _write(path: Path, trace: Trace, wish: SheetWish, title: str, stop: Event) -> int:
    """Write a sheet and return how many numbers are left out."""
    writer = Writer(_StoppableExplainer(trace, stop), notation(wish.notation), wish.digits, shown)
    content, left_out = sheet_bytes(writer, path, title, everything=wish.everything, say=shown)
    if stop.is_set():
        raise _StoppedError
    replace_file(path, content)
    return left_out

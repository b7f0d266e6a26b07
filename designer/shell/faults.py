"""Says in the notice bar what went wrong in the background: runs, data, recovery copies, faults of the program."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.errors import LayerloomError, NonFiniteError
from core.project import edits
from designer.datasets.service import DataStatus
from designer.shell.services import Services
from designer.shell.workbench import Workbench
from designer.translation import shown
from designer.widgets.notice_bar import NoticeBar, Tone


class Faults(QObject):
    """Shows a fault once, and withdraws it when it is mended."""

    def __init__(
        self,
        services: Services,
        notices: NoticeBar,
        workbench: Workbench,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._notices, self._workbench = services, notices, workbench
        self._run_error: LayerloomError | None = None
        self._data_error: LayerloomError | None = None
        services.run.status_changed.connect(self._follow_run)
        services.data.changed.connect(self._follow_data)

    def show_fault(self, error: BaseException) -> None:
        """Show a fault of the program itself; the details go to the log."""
        text = self.tr("A fault of the program: {fault}. Your work is still here; save it under another name.")
        self._notices.show_notice(
            text.format(fault=f"{type(error).__name__}: {error}"), Tone.ERROR, key="fault"
        )

    def show_autosave_failed(self, error: Exception) -> None:
        """Show that no recovery copy can be written."""
        text = shown(error) if isinstance(error, LayerloomError) else str(error)
        self._notices.show_notice(text, Tone.WARNING, key="autosave")

    def _follow_run(self) -> None:
        error = self._services.run.error
        if error is self._run_error:
            return
        self._run_error = error
        if error is None:
            self._notices.withdraw("run")
        else:
            ways_out = []
            if isinstance(error, NonFiniteError):
                ways_out.append((self.tr("Divide η by 10 and go on"), self._go_on_slower))
            self._notices.show_notice(shown(error), Tone.ERROR, ways_out, key="run")

    def _go_on_slower(self) -> None:
        """Take a tenth of the learning rate and go on from the last finite weights."""
        document = self._services.document
        rate = document.project.training.learning_rate / 10.0
        document.apply(self.tr("Divide η by 10"), edits.set_training, "learning_rate", rate)
        self._services.run.run()

    def _follow_data(self) -> None:
        data = self._services.data
        error = data.error if data.status is DataStatus.FAILED else None
        if error is self._data_error:
            return
        self._data_error = error
        if error is None:
            self._notices.withdraw("data")
        elif self._workbench.docks["data"].isHidden():
            # While its panel is in sight the panel says it, with all ways out.
            ways_out = [(self.tr("Show the data"), lambda: self._workbench.show_panel("data"))]
            self._notices.show_notice(shown(error), Tone.ERROR, ways_out, key="data")

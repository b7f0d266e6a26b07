"""The microscope in the window: its panels, its bar and its controls in place of those of the workbench."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import LayerloomError
from designer.actions import ActionTable
from designer.canvas.canvas_panel import CanvasPanel
from designer.microscope.algorithm_panel import AlgorithmPanel
from designer.microscope.bar import MicroscopeBar
from designer.microscope.batch_panel import BatchPanel
from designer.microscope.check_dialog import CheckDialog
from designer.microscope.formula_panel import FormulaPanel
from designer.microscope.notations import NotationChoice
from designer.microscope.service import MicroscopeService
from designer.microscope.solved_sheet import SolvedSheet
from designer.microscope.stage_strip import StageStrip
from designer.microscope.transport import Transport
from designer.shell.microscope_actions import MicroscopeActions
from designer.shell.microscope_view import MicroscopeView
from designer.shell.services import Services
from designer.shell.workbench import PanelSpec, Workbench
from designer.translation import shown
from designer.widgets.notice_bar import NoticeBar, Tone

MODE = "microscope"
WAITING = "microscope.prepares"
"""Key of the notice that says what is waited for."""

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class MicroscopeMode(QObject):
    """Makes the parts of the microscope; the window lays them out and switches to them.

    Attributes
    ----------
    microscope : what is looked at.
    bar : stands in the place of the toolbar.
    controls : stand under the canvas.
    """

    def __init__(self, services: Services, actions: ActionTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        theme = services.theme
        self.microscope = MicroscopeService(services.document, services.data, services.run, services.time, self)
        self.notations = NotationChoice(services.settings, self)
        self.bar = MicroscopeBar(self.microscope, self.notations, actions, theme)
        self.batch = BatchPanel(self.microscope, self.notations, services.data, services.sample, theme)
        self.algorithm = AlgorithmPanel(self.microscope, self.notations, theme)
        self.formula = FormulaPanel(self.microscope, self.notations, actions, theme)
        self.transport = Transport(self.microscope, actions)
        self.strip = StageStrip(self.microscope, self.notations, theme)
        self.controls = QWidget()
        column = QVBoxLayout(self.controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.strip)
        actions.bind("microscope.check", self._check_all)
        self._theme, self._table = theme, actions
        self._actions = MicroscopeActions(actions, self.microscope, services.run, self)
        self.bar.hide()
        self.controls.hide()

    def specs(self) -> tuple[PanelSpec, ...]:
        """Return the panels that are shown while the microscope is open."""
        return (
            PanelSpec("batch", self.tr("Batch"), LEFT, self.batch, mode=MODE),
            PanelSpec(
                "algorithm",
                self.tr("Algorithm"),
                LEFT,
                self.algorithm,
                trailing=self.algorithm.header_widget(),
                mode=MODE,
                width=232,
            ),
            PanelSpec(
                "formula",
                self.tr("Formula"),
                RIGHT,
                self.formula,
                trailing=self.formula.header_widget(),
                mode=MODE,
                width=392,
            ),
        )

    def _check_all(self) -> None:
        """Open the check of every gradient beside the window."""
        dialog = CheckDialog(self.microscope.trace, self.notations.current, self._theme, self.bar.window())
        dialog.chosen.connect(self.microscope.place.follow)
        self.microscope.closed.connect(dialog.close)
        self.microscope.trace_changed.connect(dialog.close)
        dialog.show()

    def connect_window(
        self,
        workbench: Workbench,
        run_bar: QWidget,
        canvas: CanvasPanel,
        notices: NoticeBar,
        title: Callable[[], str],
    ) -> None:
        """Switch the window over when the microscope opens or closes; `title` says the name of the project."""
        self._view = MicroscopeView(self.microscope, self.notations, canvas.neurons, self)
        window = workbench.window()
        self.sheet = SolvedSheet(self.microscope, self.notations, notices, title, window)
        self._table.bind("microscope.sheet", self.sheet.ask)

        def switch(is_open: bool) -> None:
            run_bar.setVisible(not is_open)
            self.bar.setVisible(is_open)
            self.controls.setVisible(is_open)
            workbench.enter(MODE if is_open else "")
            canvas.fit()
            canvas.setFocus()

        def tell(error: LayerloomError) -> None:
            notices.show_notice(shown(error), Tone.ERROR)

        def tell_waiting(waits: bool) -> None:
            if waits:
                text = self.tr("Compiling what this network needs: some seconds, the first time only.")
                notices.show_notice(text, Tone.INFO, key=WAITING)
            else:
                notices.withdraw(WAITING)

        self.batch.choice.refused.connect(tell)
        self.microscope.prepares.connect(tell_waiting)
        self.microscope.opened.connect(lambda: switch(True))
        self.microscope.closed.connect(lambda: switch(False))
        self.microscope.failed.connect(tell)

"""The document of a window and all that serves it, without any widget."""

from __future__ import annotations

from PySide6.QtCore import QObject

from designer.datasets.service import DataService
from designer.document import Document
from designer.problems.service import ProblemService
from designer.run.controller import RunController
from designer.run.examination import Examinations
from designer.run.shown_sample import ShownSample
from designer.run.time_travel import TimeTravel
from designer.selection import Selection
from designer.settings import Settings
from designer.theme import ThemeService


class Services(QObject):
    """Document, selection, data, problems and run of one window, with the program's settings and theme."""

    def __init__(self, settings: Settings, theme: ThemeService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings, self.theme = settings, theme
        self.document = Document(self)
        self.selection = Selection(self)
        self.document.left.connect(self.selection.clear)
        self.data = DataService(self.document, settings, self)
        self.problems = ProblemService(self.document, self.data, self)
        self.run = RunController(self.document, self.data, self.problems, self)
        self.sample = ShownSample(self)
        self.examinations = Examinations(self.run.gate, self)
        self.time = TimeTravel(self.document, self.data, self.run, self)

    def shutdown(self) -> None:
        """Stop every thread; what was learnt goes into the document first."""
        self.time.shutdown()
        self.examinations.shutdown()
        self.run.shutdown()
        self.data.shutdown()
        # Else the stack would announce its end to actions that are half gone.
        self.document.undo_stack.clear()

"""The panels of the workbench: which there are, what they need and where they stand at first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from designer.canvas.canvas_panel import CanvasPanel
from designer.datasets.data_panel import DataPanel
from designer.inspector.inspector_panel import InspectorPanel
from designer.palette.palette_panel import PalettePanel
from designer.plots.deltas_panel import DeltasPanel
from designer.plots.loss_panel import LossPanel
from designer.plots.metrics.metrics_panel import MetricsPanel
from designer.plots.predictions_panel import PredictionsPanel
from designer.plots.weights_panel import WeightsPanel
from designer.problems.problems_panel import ProblemsPanel
from designer.shell.services import Services
from designer.shell.workbench import PanelSpec

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


class Panels(QObject):
    """All panels of a window, made once."""

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        s = services
        self.canvas = CanvasPanel(
            s.document, s.selection, s.problems, s.run, s.data, s.theme, s.settings, sample=s.sample
        )
        self.palette = PalettePanel(s.document, s.selection, s.theme)
        self.data = DataPanel(s.document, s.data, s.theme, s.settings)
        self.inspector = InspectorPanel(s.document, s.selection, s.problems, s.run, s.data, s.theme)
        self.loss = LossPanel(s.run, s.theme)
        self.weights = WeightsPanel(s.run, s.theme)
        self.deltas = DeltasPanel(s.run, s.theme)
        self.predictions = PredictionsPanel(s.run, s.data, s.theme)
        self.metrics = MetricsPanel(s.run, s.data, s.examinations, s.settings, s.theme)
        self.metrics.samples_chosen.connect(self.predictions.show_samples)
        self.problems = ProblemsPanel(s.problems, s.selection, s.theme)
        self.predictions.sample_chosen.connect(s.sample.choose_test)

    def specs(self) -> tuple[PanelSpec, ...]:
        """Return the panels in the order of the Panels menu."""
        return (
            PanelSpec("layers", self.tr("Layers"), LEFT, self.palette),
            PanelSpec("data", self.tr("Data"), LEFT, self.data),
            PanelSpec("inspector", self.tr("Inspector"), RIGHT, self.inspector, leading=self.inspector.head),
            PanelSpec(
                "loss",
                self.tr("Loss and accuracy"),
                BOTTOM,
                self.loss,
                "",
                self.loss.header_widget(),
                short_title=self.tr("Loss"),
            ),
            PanelSpec(
                "weights",
                self.tr("Weights"),
                BOTTOM,
                self.weights,
                self.tr("kernels, each on its own scale"),
                self.weights.header_widget(),
            ),
            PanelSpec(
                "deltas",
                self.tr("Deltas"),
                BOTTOM,
                self.deltas,
                self.tr("δ before the last update"),
                self.deltas.header_widget(),
            ),
            PanelSpec(
                "predictions",
                self.tr("Predictions"),
                BOTTOM,
                self.predictions,
                "",
                self.predictions.header_widget(),
                share=4,
            ),
            PanelSpec("problems", self.tr("Problems"), BOTTOM, self.problems, behind="predictions"),
            PanelSpec(
                "metrics",
                self.tr("Metrics"),
                BOTTOM,
                self.metrics,
                "",
                self.metrics.header_widget(),
                behind="weights",
            ),
        )

"""The view of the layers over the training: one quantity at a time, with its legend."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.graph.model import Graph
from core.training.snapshot import Snapshot
from designer import numbers
from designer.plots.metrics.layer_chart import LayerChart
from designer.plots.metrics.layer_legend import LayerLegend
from designer.plots.metrics.layer_record import LayerQuantity, LayerRecord, layer_record, layers_of, quantity_names
from designer.theme import ThemeService
from designer.widgets.choice_box import ChoiceBox


class LayersView(QWidget):
    """A choice of quantity, the legend, and the plot.

    Signals
    -------
    changed() : another quantity was chosen.
    """

    changed = Signal()

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[Graph | None, Sequence[tuple[str, str]]] = (None, ())
        self.choice = ChoiceBox(quantity_names())
        self.choice.setToolTip(self.tr("What is shown of the layers"))
        self.choice.setAccessibleName(self.tr("What is shown of the layers"))
        self.choice.setMinimumWidth(136)
        self.choice.changed.connect(lambda _key: self.changed.emit())
        self.legend, self.chart = LayerLegend(theme), LayerChart(theme)
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 0)
        row.addWidget(self.choice)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.legend)
        column.addWidget(self.chart, 1)

    @property
    def quantity(self) -> LayerQuantity:
        """What is shown of the layers."""
        return LayerQuantity(self.choice.current)

    def take(self, snapshot: Snapshot | None, hint: str) -> Sequence[QWidget]:
        """Take over the record of a snapshot, or `hint` where there is none; returns what must be repainted."""
        record = self._record_of(snapshot)
        before = self.chart.record
        if before is not None and record.same_as(before):
            return ()
        self.chart.show_record(record, hint if snapshot is None else self._hint(record))
        renamed = self.legend.show_names([] if record.empty else [curve.name for curve in record.curves])
        return (self.chart, self.legend) if renamed else (self.chart,)

    def _record_of(self, snapshot: Snapshot | None) -> LayerRecord:
        graph = None if snapshot is None else snapshot.graph
        if graph is not self._layers[0]:
            self._layers = graph, () if graph is None else layers_of(graph)
        return layer_record(snapshot, self.quantity, self._layers[1])

    def _hint(self, record: LayerRecord) -> str:
        if len(record.iterations) and self.quantity.is_share:
            return self.tr("No layer of this network has units that could be dead or saturated.")
        if len(record.iterations):
            return self.tr("No layer of this network has this.")
        if record.first_row_at:
            text = self.tr("The first point is drawn after iteration {number}.")
            return text.format(number=numbers.whole(record.first_row_at))
        return self.tr("No values yet. Press Run when the network is ready: what its layers come to is drawn here.")

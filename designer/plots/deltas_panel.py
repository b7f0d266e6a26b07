"""δ of every unit: how the error flows back through the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.compiler.structure import outputs_of
from core.data.sample_numbers import sample_number
from core.graph.model import Graph
from core.training.snapshot import Snapshot
from designer.plots.delta_canvas import DeltaCanvas
from designer.plots.delta_strip import DeltaStrip, StripValues
from designer.plots.plot_panel import PlotPanel, SnapshotSource
from designer.plots.plot_scroll import PlotScroll
from designer.plots.series import NO_NUMBERS, column
from designer.plots.text_paint import LEFT, RIGHT, paint_text
from designer.theme import ThemeService, colour_table
from designer.translation import layer_names
from designer.widgets.choice_box import ChoiceBox

MEAN = "mean"
MOST_SAMPLES = 256
"""So many samples of a batch can be chosen."""


class DeltasPanel(PlotPanel):
    """A strip of cells per layer, from the output back: δ = ∂C/∂z of every unit, and its norm over time."""

    def __init__(self, run: SnapshotSource, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(run, theme, parent)
        self._graph: Graph | None = None
        self._strips: tuple[DeltaStrip, ...] = ()
        self._choice = ChoiceBox([(MEAN, self.tr("batch mean"))])
        self._choice.setAccessibleName(self.tr("Samples whose δ are shown"))
        self._choice.setToolTip(
            self.tr("Mean over the last batch, or one of its samples; its δ = ∂C/∂z come before its update")
        )
        self._choice.setFixedWidth(112)
        self._choice.changed.connect(self._show_choice)
        self.canvas = DeltaCanvas(theme)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        area = PlotScroll(self.canvas, self)
        area.resized.connect(self.canvas.set_room)
        rows.addWidget(area, 1)
        rows.addWidget(DeltaLegend(theme))
        self._show_strips()

    @property
    def strips(self) -> tuple[DeltaStrip, ...]:
        """The layers that are shown, from the output back."""
        return self._strips

    def header_widget(self) -> QWidget:
        """The choice between the mean and one sample."""
        return self._choice

    def _take(self, snapshot: Snapshot | None) -> Sequence[QWidget]:
        wanted = () if snapshot is None else _layers_with_deltas(snapshot)
        shown = tuple((strip.node_id, strip.units) for strip in self._strips)
        if snapshot is None or snapshot.graph is not self._graph or wanted != shown:
            self._start(snapshot, wanted)
        if snapshot is not None and self._strips:
            self._offer_samples(min(MOST_SAMPLES, len(snapshot.samples)))
            self._fill(snapshot)
        return (self.canvas,)

    def _start(self, snapshot: Snapshot | None, layers: tuple[tuple[str, int], ...]) -> None:
        """Begin with another network."""
        self._graph = None if snapshot is None else snapshot.graph
        self._strips = ()
        if self._graph is not None:
            names = layer_names(self._graph)
            ends = {link.source for node in outputs_of(self._graph) for link in self._graph.links_into(node.id)}
            # The units of the last layer are the classes, which count from 0.
            self._strips = tuple(
                DeltaStrip(node_id, names[node_id], units, 0 if node_id in ends else 1) for node_id, units in layers
            )
        self._show_strips()

    def _fill(self, snapshot: Snapshot) -> None:
        table = snapshot.history.training
        iterations = table.get("iteration", NO_NUMBERS)
        for strip in self._strips:
            layer = snapshot.layers[strip.node_id]
            assert layer.delta is not None
            strip.show(StripValues(layer, self._sample(len(layer.delta))))
            strip.set_norms(iterations, column(table, f"delta_norm.{strip.node_id}"))

    def _sample(self, count: int) -> int | None:
        """Return the row of the chosen sample; the last one where the batch has fewer samples."""
        chosen = self._choice.current
        return None if chosen == MEAN else min(int(chosen), count - 1)

    def _offer_samples(self, count: int) -> None:
        """Let every sample of the largest batch so far be chosen."""
        for sample in range(self._choice.count() - 1, count):
            self._choice.addItem(self.tr("sample {number}").format(number=sample_number(sample)), str(sample))

    def _show_choice(self, _key: str) -> None:
        if self._snapshot is not None and self._strips:
            self._fill(self._snapshot)
        self.canvas.update()

    def _show_strips(self) -> None:
        hint = self.tr("No δ yet: it is known as soon as the network and its data fit together.")
        self.canvas.show_figures(self._strips, hint)


class DeltaLegend(QWidget):
    """What the colours of the cells mean."""

    BAR = 120

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(22)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        colours = colour_table(theme.diverging, self.BAR).astype(np.uint32)
        line = 0xFF000000 | colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]
        pixels = np.ascontiguousarray(np.tile(line, (8, 1)))
        image = QImage(pixels.data, self.BAR, 8, 4 * self.BAR, QImage.Format.Format_RGB32)
        left = round((self.width() - self.BAR) / 2)
        painter.drawImage(QPointF(left, 6.0), image)
        paint_text(painter, QRectF(left - 58.0, 2.0, 50.0, 16.0), "δ < 0", theme.text_second, align=RIGHT)
        paint_text(painter, QRectF(left + self.BAR + 8.0, 2.0, 50.0, 16.0), "δ > 0", theme.text_second, align=LEFT)
        painter.setPen(QColor(theme.border))
        painter.drawRect(QRectF(left - 0.5, 5.5, self.BAR + 1.0, 9.0))


def _layers_with_deltas(snapshot: Snapshot) -> tuple[tuple[str, int], ...]:
    """Return (layer, width) of all that have δ, from the output back."""
    found = [
        (node_id, values.delta.shape[1]) for node_id, values in snapshot.layers.items() if values.delta is not None
    ]
    return tuple(reversed(found))

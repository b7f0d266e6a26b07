"""The neuron view of a canvas: open layers with the numbers of the run, or with numbers handed in from outside."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QRectF, Signal

from core.training.snapshot import RunPhase, Snapshot
from designer.canvas.live_values import LiveValues
from designer.canvas.scene import CanvasScene
from designer.canvas.units.live_numbers import LiveNumbers
from designer.canvas.units.numbers import Array, Highlight, NetworkNumbers
from designer.canvas.units.open_layers import OpenLayers
from designer.canvas.units.unit_view import UnitView
from designer.run.shown_sample import ShownSample
from designer.theme import ThemeService


class NeuronView(QObject):
    """What others see of the opened layers of a canvas.

    Signals
    -------
    unit_activated(str, int), edge_activated(str, str, int, int), bias_activated(str, int) : see UnitView.
    """

    unit_activated = Signal(str, int)
    edge_activated = Signal(str, str, int, int)
    bias_activated = Signal(str, int)

    def __init__(
        self,
        scene: CanvasScene,
        open_layers: OpenLayers,
        live: LiveValues,
        sample: ShownSample,
        theme: ThemeService,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.open_layers, self.sample = open_layers, sample
        self.view = UnitView(scene, open_layers, theme, self)
        self._scene, self._live, self._source = scene, live, LiveNumbers()
        self._given: NetworkNumbers | None = None
        self.view.unit_activated.connect(self.unit_activated)
        self.view.edge_activated.connect(self.edge_activated)
        self.view.bias_activated.connect(self.bias_activated)
        sample.changed.connect(self.take_run)
        open_layers.changed.connect(self._follow_layers)

    @property
    def caption(self) -> str:
        """What the numbers are of; empty where none are known."""
        return self.view.numbers.caption

    @property
    def given(self) -> bool:
        """Whether the numbers shown are handed in instead of those of the run."""
        return self._given is not None

    def show_numbers(self, numbers: NetworkNumbers | None) -> None:
        """Show these numbers in place of those of the run; None goes back to the run."""
        self._give(numbers)
        self.take_run()

    def show_step(self, numbers: NetworkNumbers, lit: Highlight | None) -> None:
        """Show these numbers in place of those of the run and light something up, its unit brought into sight."""
        self._give(numbers)
        self.view.show_step(numbers, self._responses(), lit)

    def highlight(self, highlight: Highlight | None) -> None:
        """Light up a unit and the edges by which its number comes about, or nothing."""
        self.view.highlight(highlight)

    def refresh(self, snapshot: Snapshot) -> None:
        """Take over the numbers of a snapshot; the caller paints `live_areas` anew."""
        self._live.snapshot = snapshot
        if not self.given:
            self._show(live=snapshot.phase is RunPhase.RUNNING)

    def take_run(self) -> None:
        """Show the numbers of the run as it stands, or those that were handed in."""
        self._show(live=False)

    def _show(self, *, live: bool) -> None:
        if not self.open_layers.ids:
            return
        snapshot, data = self._live.snapshot, self._live.data
        numbers = self._given
        if numbers is None:
            numbers = self._source.numbers(snapshot, data, self.sample.choice)
        self.view.show_numbers(numbers, self._responses(), live=live)

    def _responses(self) -> Mapping[str, Array]:
        """Return what units answer over the plane of two inputs."""
        if not self.view.opened.two_inputs():
            return {}
        return self._source.response_maps(self._live.snapshot, self._live.data)

    def _give(self, numbers: NetworkNumbers | None) -> None:
        self._given = numbers
        loss = None if numbers is None else numbers.loss
        if repr(loss) != repr(self._live.given_loss):
            self._live.given_loss = loss
            self._scene.refresh_live()

    def _follow_layers(self) -> None:
        """Show the numbers of layers that were opened; those handed in are of all layers and shown already."""
        if self._given is None or self._given is not self.view.numbers:
            self.take_run()

    def live_areas(self, seen: QRectF) -> list[QRectF]:
        """Return the parts in sight that change while a network trains; none where numbers were handed in."""
        return [] if self.given else [area for area in self.view.live_areas() if area.intersects(seen)]

"""Draws the live panels: one at a time, with the training parked, within a share of the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QWidget

from core.training.gate import Gate
from core.training.snapshot import Snapshot

SHARE_OF_TIME = 0.14
"""Share of the wall time in which training may be parked for drawing."""

SHARE_OF_PREFERRED = 0.25
"""Further share for the panel that is being watched, such as a canvas with open layers: 20 pictures a second."""

LONGEST_TURN_MS = 8.0
"""One turn draws further panels only while it has taken less than this, so that the window answers in between."""


class LivePanel(Protocol):
    """A widget that shows snapshots."""

    def isVisible(self) -> bool:  # noqa: N802 (Qt's name)
        """Whether it can be seen at all."""

    def refresh(self, snapshot: Snapshot) -> None:
        """Take over the numbers of a snapshot, without drawing or laying out."""

    def surfaces(self) -> Sequence[QWidget]:
        """Return the widgets to repaint after a refresh."""


@dataclass(slots=True)
class _Turn:
    panel: LivePanel
    shown: Snapshot | None = None
    drawn_at: float = 0.0


class Refresher:
    """Decides which panel is drawn when.

    While a run is in progress, drawing may take `SHARE_OF_TIME` of the wall time; the panel that waited longest comes
    first. Panels that cannot be seen, or show this snapshot already, cost nothing. One panel can be preferred: it has a
    share of its own and comes before all others.
    """

    def __init__(self, gate: Gate, clock: Callable[[], float] = time.perf_counter) -> None:
        self._gate, self._clock = gate, clock
        self._preferred: LivePanel | None = None
        self._turns: list[_Turn] = []
        self._budget_s, self._preferred_s = 0.0, 0.0
        self._last_call = clock()

    def add(self, panel: LivePanel) -> None:
        """Draw this panel from now on."""
        self._turns.append(_Turn(panel))

    @property
    def preferred(self) -> LivePanel | None:
        """The panel that comes before all others."""
        return self._preferred

    def prefer(self, panel: LivePanel | None) -> None:
        """Draw this panel more often than the others from now on; None: all alike."""
        self._preferred = panel

    def draw_all(self, snapshot: Snapshot) -> None:
        """Draw every visible panel at once: nothing trains, so nothing waits."""
        for turn in self._turns:
            if turn.panel.isVisible():
                self._draw(turn, snapshot)

    def draw_some(self, snapshot: Snapshot) -> None:
        """Draw as many panels as the share of time allows."""
        started = self._clock()
        passed, self._last_call = started - self._last_call, started
        # Time that was not used is forgotten after a while, else a pause would be followed by a burst.
        self._budget_s = min(self._budget_s + SHARE_OF_TIME * passed, 0.03)
        self._preferred_s = min(self._preferred_s + SHARE_OF_PREFERRED * passed, 0.03)
        waiting = [t for t in self._turns if t.shown is not snapshot and t.panel.isVisible()]
        for turn in [t for t in waiting if t.panel is self._preferred]:
            waiting.remove(turn)
            if self._preferred_s > 0.0:
                self._preferred_s -= self._draw(turn, snapshot)
        started = self._clock()
        for turn in sorted(waiting, key=lambda t: t.drawn_at):
            if self._budget_s <= 0.0 or 1e3 * (self._clock() - started) >= LONGEST_TURN_MS:
                return
            self._budget_s -= self._draw(turn, snapshot)

    def _draw(self, turn: _Turn, snapshot: Snapshot) -> float:
        """Draw one panel and return how many seconds it took."""
        started = self._clock()
        with self._gate.parked():
            turn.panel.refresh(snapshot)
            for surface in turn.panel.surfaces():
                surface.repaint()
        turn.shown, turn.drawn_at = snapshot, self._clock()
        return turn.drawn_at - started

"""Which panel is drawn when, by a clock that only drawing and waiting move."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from core.graph.model import Graph
from core.training.gate import Gate
from core.training.history import History
from core.training.snapshot import RunPhase, Snapshot
from designer.run.refresh import SHARE_OF_PREFERRED, SHARE_OF_TIME, Refresher

POLL_S = 0.033


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Panel:
    """Takes a fixed time to draw."""

    def __init__(self, clock: Clock, cost_s: float, visible: bool = True) -> None:
        self._clock, self._cost, self._visible = clock, cost_s, visible
        self.drawn = 0

    def isVisible(self) -> bool:  # noqa: N802 (Qt's name)
        return self._visible

    def refresh(self, snapshot: Snapshot) -> None:
        self.drawn += 1
        self._clock.now += self._cost

    def surfaces(self) -> Sequence[QWidget]:
        return ()


def _snapshot(serial: int) -> Snapshot:
    nothing: Any = MappingProxyType({})
    return Snapshot(
        serial=serial, phase=RunPhase.RUNNING, graph=Graph(), iteration=serial, epoch=0, epochs=1, batch=0, batches=1,
        loss=0.0, learning_rate=0.1, microseconds_per_step=1.0, history=History(), parameters=nothing, layers=nothing,
        samples=np.empty(0, dtype=np.int64),
    )  # fmt: skip


def _watch(refresher: Refresher, clock: Clock, seconds: float) -> None:
    start = clock.now
    serial = 0
    while clock.now - start < seconds:
        clock.now += POLL_S
        serial += 1
        refresher.draw_some(_snapshot(serial))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_panels_take_turns_within_the_share_of_time(clock: Clock) -> None:
    refresher, panels = Refresher(Gate(), clock), [Panel(clock, 0.005) for _ in range(3)]
    for panel in panels:
        refresher.add(panel)
    _watch(refresher, clock, 30.0)
    counts = [panel.drawn for panel in panels]
    assert max(counts) - min(counts) <= 1
    assert 0.005 * sum(counts) / 30.0 == pytest.approx(SHARE_OF_TIME, rel=0.05)


def test_a_preferred_panel_is_drawn_twenty_times_a_second_and_the_others_as_before(clock: Clock) -> None:
    refresher, panels = Refresher(Gate(), clock), [Panel(clock, 0.008) for _ in range(4)]
    for panel in panels:
        refresher.add(panel)
    refresher.prefer(panels[2])
    _watch(refresher, clock, 30.0)
    assert panels[2].drawn / 30.0 >= 20.0
    assert 0.008 * panels[2].drawn / 30.0 <= SHARE_OF_PREFERRED * 1.05
    others = sum(panel.drawn for panel in panels) - panels[2].drawn
    assert 0.008 * others / 30.0 == pytest.approx(SHARE_OF_TIME, rel=0.05)
    refresher.prefer(None)
    before = panels[2].drawn
    _watch(refresher, clock, 30.0)
    assert panels[2].drawn - before < 30.0 * 5.0


def test_what_cannot_be_seen_costs_nothing(clock: Clock) -> None:
    refresher, hidden = Refresher(Gate(), clock), Panel(clock, 0.005, visible=False)
    refresher.add(hidden)
    refresher.prefer(hidden)
    _watch(refresher, clock, 1.0)
    refresher.draw_all(_snapshot(1))
    assert hidden.drawn == 0

"""A canvas with open layers, and hands for what is in them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.project.model import Project
from core.training.snapshot import Snapshot
from designer.canvas.units.hit import part_at, place_of
from designer.canvas.units.numbers import EdgeTarget, UnitTarget
from tests.designer.canvas.conftest import LEFT, NONE, Hand, chain

Show = Callable[[Project], Hand]


class UnitHand:
    """Works on open layers with real mouse and key events."""

    def __init__(self, hand: Hand, qtbot: QtBot) -> None:
        self.hand, self.qtbot = hand, qtbot
        self.panel, self.services = hand.panel, hand.services
        self.neurons, self.view = hand.panel.neurons, hand.panel.neurons.view
        self.layers = hand.panel.neurons.open_layers

    @property
    def ids(self) -> list[str]:
        return self.hand.ids

    @property
    def snapshot(self) -> Snapshot:
        snapshot = self.services.run.snapshot
        assert snapshot is not None
        return snapshot

    def wait_for_numbers(self) -> None:
        self.qtbot.waitUntil(lambda: bool(self.neurons.caption), timeout=20_000)

    def open(self, *places: int) -> None:
        self.layers.show_only(self.ids[place] for place in places)
        self.hand.view.fit()
        self.wait_for_numbers()

    def unit(self, place: int, unit: int) -> UnitTarget:
        return UnitTarget(self.ids[place], unit)

    def edge(self, place: int, source_unit: int, unit: int) -> EdgeTarget:
        (link,) = self.hand.project.graph.links_into(self.ids[place])
        return EdgeTarget(self.ids[place], link.id, source_unit, unit)

    def bias(self, place: int, unit: int) -> EdgeTarget:
        return EdgeTarget(self.ids[place], "", -1, unit)

    def at(self, part: UnitTarget | EdgeTarget) -> QPoint:
        """Where a unit or an edge can be pointed at."""
        if isinstance(part, UnitTarget):
            room = place_of(self.view, part)
            assert room is not None
            return self.hand.view.mapFromScene(room.center())
        for item in self.view.edge_items():
            index = item.edges.find(part) if item.edges is not None else None
            if item.edges is not None and index is not None:
                return self._clear_place(item.edges.starts[index], item.edges.ends[index], part)
        raise AssertionError(f"no such edge: {part}")

    def _clear_place(self, start: np.ndarray, end: np.ndarray, edge: EdgeTarget) -> QPoint:
        """Where no other edge crosses this one."""
        for share in (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9):
            x, y = ((1.0 - share) * start + share * end).tolist()
            if part_at(self.view, QPointF(x, y), self.hand.view.zoom) == edge:
                return self.hand.at((x, y))
        raise AssertionError(f"other edges lie over {edge}")

    def click(self, at: QPoint) -> None:
        QTest.mouseMove(self.hand.view.viewport(), at)
        QTest.mouseClick(self.hand.view.viewport(), LEFT, NONE, at)

    def point_at(self, at: QPoint) -> None:
        self.hand.move(at)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.hand.view, key)

    def type(self, text: str, end: Qt.Key) -> None:
        field = self.panel.editor.field
        assert field.isVisible()
        if text.isascii():
            QTest.keyClicks(field, text)
        else:
            # QTest has no keys for other letters.
            field.insert(text)
        QTest.keyClick(field, end)


@pytest.fixture
def units(show: Show, qtbot: QtBot) -> UnitHand:
    """64-4-3-10 on the built-in digits, before any training."""
    return UnitHand(show(chain(64, 4, 3, 10)), qtbot)


@pytest.fixture
def units_of(show: Show, qtbot: QtBot) -> Callable[[Project], UnitHand]:
    return lambda project: UnitHand(show(project), qtbot)

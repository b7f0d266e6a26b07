"""Open layers whose weights are infinite, huge, tiny or no numbers: a picture, and no warning (which fails a test)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from core.training.session import initial_state
from designer.canvas.units.edges import LEVELS, Measure, levels
from tests.designer.canvas.units.conftest import UnitHand


def _exploded(project: Project, value: float) -> Project:
    """Return the project with every second weight at `value`, the others at −value."""
    state, arrays = initial_state(project.graph, project.training), {}
    for key, array in state.parameters.items():
        signs = np.where(np.arange(array.size) % 2, -1.0, 1.0).reshape(array.shape)
        arrays[key] = value * signs
        arrays[key].flags.writeable = False
    return edits.set_state(project, replace(state, parameters=arrays, dtype="float64"))


@pytest.mark.parametrize("value", [math.inf, math.nan, 1e300, 3e38, 1e-320])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_exploded_weights_are_painted_in_every_measure(
    units: UnitHand, qtbot: QtBot, value: float, dtype: str
) -> None:
    document = units.services.document
    document.apply("Precision", edits.set_training, "dtype", dtype)
    document.apply("Explode", _exploded, value)
    before = units.services.run.snapshot
    qtbot.waitUntil(lambda: units.services.run.snapshot not in (None, before), timeout=20_000)
    units.open(0, 1, 2, 3)
    for chosen in Measure:
        units.view.show_edges(chosen, None)
        units.point_at(units.at(units.unit(1, 1)))
        assert not units.hand.panel.grab().isNull()
    assert units.panel.overlays.card.facts is not None
    QApplication.processEvents()


def test_infinite_weights_are_the_strongest_edges() -> None:
    values = np.array([0.0, 0.5, math.inf, -math.inf, math.nan])
    np.testing.assert_array_equal(levels(values, 1.0), [0, LEVELS // 2, LEVELS, LEVELS, 0])
    np.testing.assert_array_equal(levels(np.array([1e300, 0.0]), 1e-320), [LEVELS, 0])
    np.testing.assert_array_equal(levels(np.array([math.inf, 0.0]), 0.0), [LEVELS, 0])

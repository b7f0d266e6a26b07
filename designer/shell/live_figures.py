"""Toolbar and status line as one live panel: both show the same moment of the run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from core.training.snapshot import Snapshot
from designer.run.refresh import LivePanel


class LiveFigures:
    """Live panels that are always refreshed together.

    Drawn one by one they would show two snapshots for a while, and the time per step would have two values at once.
    """

    def __init__(self, *parts: LivePanel) -> None:
        self._parts = parts

    def isVisible(self) -> bool:  # noqa: N802 (as that of a widget)
        """Whether any of them can be seen."""
        return any(part.isVisible() for part in self._parts)

    def refresh(self, snapshot: Snapshot) -> None:
        """Take over the numbers of a snapshot, also where it cannot be seen now."""
        for part in self._parts:
            part.refresh(snapshot)

    def surfaces(self) -> Sequence[QWidget]:
        """Return the widgets to repaint."""
        return [surface for part in self._parts for surface in part.surfaces() if surface.isVisible()]

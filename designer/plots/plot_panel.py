"""What all live panels share: each snapshot is shown at most once, and only while the panel can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QSize, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from core.data.dataset import PreparedData
from core.errors import DataError
from core.training.snapshot import Snapshot
from designer.datasets.service import DataStatus
from designer.run.refresh import LivePanel
from designer.theme import ThemeService


class PanelRegister(Protocol):
    """Who decides when a panel is drawn."""

    def add(self, panel: LivePanel) -> None:
        """Draw this panel from now on."""


class DataSource(Protocol):
    """What a panel needs of the data service."""

    changed: SignalInstance

    @property
    def status(self) -> DataStatus:
        """What there is of the data."""

    @property
    def data(self) -> PreparedData | None:
        """The data, if they are loaded."""

    @property
    def error(self) -> DataError | None:
        """Why they are not."""


class SnapshotSource(Protocol):
    """What a panel needs of the run."""

    status_changed: SignalInstance

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture, or None."""

    @property
    def refresher(self) -> PanelRegister:
        """Who decides when a panel is drawn."""


class PlotPanel(QWidget):
    """Base of the live panels.

    A subclass takes over numbers in ``_take`` (None: there is no run to show) and says there what must be repainted
    by returning it; the theme's colours are read while painting.
    """

    def __init__(self, run: SnapshotSource, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run, self._theme = run, theme
        self._snapshot: Snapshot | None = None
        self._outdated = False
        self._changed: Sequence[QWidget] = ()
        theme.changed.connect(self._on_theme_changed)
        run.status_changed.connect(self._on_status_changed)
        run.refresher.add(self)

    def refresh(self, snapshot: Snapshot) -> None:
        """Take over the numbers of a snapshot; nothing is done for one that is shown already."""
        if self._is_shown(snapshot):
            self._changed = ()
            return
        self._snapshot, self._outdated = snapshot, False
        self._changed = self._take(snapshot)

    def surfaces(self) -> Sequence[QWidget]:
        """The widgets that the last refresh changed."""
        return self._changed

    def header_widget(self) -> QWidget | None:
        """What belongs into the head of the panel."""
        return None

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The size of a quarter of the window's width."""
        return QSize(400, 250)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Catch up with what was missed while the panel was hidden."""
        super().showEvent(event)
        self._catch_up()

    def _take(self, snapshot: Snapshot | None) -> Sequence[QWidget]:
        """Take over the numbers of a snapshot and return what must be repainted."""
        raise NotImplementedError

    def _is_shown(self, snapshot: Snapshot) -> bool:
        # Serial numbers start again with every session, so two sessions can give different pictures one number.
        now = self._snapshot
        return (
            not self._outdated
            and now is not None
            and now.serial == snapshot.serial
            and now.parameters is snapshot.parameters
        )

    def _catch_up(self) -> None:
        snapshot = self._run.snapshot
        if snapshot is None:
            if self._snapshot is not None or self._outdated:
                self._snapshot, self._outdated = None, False
                self._changed = self._take(None)
        else:
            self.refresh(snapshot)
        for surface in self.surfaces():
            surface.update()

    def _on_status_changed(self) -> None:
        """Clear the panel when there is nothing to show any more; new snapshots come from the refresher."""
        if self._snapshot is not None and self._run.snapshot is None:
            self._snapshot = None
            for surface in self._take(None):
                surface.update()

    def _on_theme_changed(self) -> None:
        """Repaint everything in the new colours."""
        self.update()
        for child in self.findChildren(QWidget):
            child.update()

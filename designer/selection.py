"""What is selected on the canvas; the canvas writes it, the inspector and menus read it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.project.delta import ProjectDelta


class Selection(QObject):
    """The selected layers and wires, by identity, in the order in which they were selected."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: tuple[str, ...] = ()
        self._links: tuple[str, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        """Identities of the selected layers."""
        return self._nodes

    @property
    def links(self) -> tuple[str, ...]:
        """Identities of the selected wires."""
        return self._links

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return not (self._nodes or self._links)

    def select(self, nodes: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> None:
        """Select exactly these."""
        if (nodes, links) != (self._nodes, self._links):
            self._nodes, self._links = nodes, links
            self.changed.emit()

    def clear(self) -> None:
        """Select nothing."""
        self.select()

    def follow(self, delta: ProjectDelta) -> None:
        """Forget what the new project no longer has."""
        graph = delta.after.graph
        present = {link.id for link in graph.links}
        self.select(
            tuple(node for node in self._nodes if node in graph),
            tuple(link for link in self._links if link in present),
        )

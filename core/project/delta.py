"""The difference of two projects: the one notice by which every view brings itself up to date."""

from __future__ import annotations

from dataclasses import dataclass

from core.project.model import Project


@dataclass(frozen=True, slots=True)
class ProjectDelta:
    """What differs between two projects; identities in order of insertion.

    Attributes
    ----------
    added, removed, changed : layers; changed ones have another kind, name or options.
    moved : layers whose card lies elsewhere (added ones not included).
    links_added, links_removed : wires; one that leads elsewhere is in both.
    data, training, state, timeline : whether that part differs.
    """

    before: Project
    after: Project
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[str, ...]
    links_added: tuple[str, ...]
    links_removed: tuple[str, ...]
    data: bool
    training: bool
    state: bool
    timeline: bool

    @property
    def graph(self) -> bool:
        """Whether layers or links differ (positions do not count)."""
        return bool(self.added or self.removed or self.changed or self.links_added or self.links_removed)

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.graph or self.moved or self.data or self.training or self.state or self.timeline)


def diff(before: Project, after: Project) -> ProjectDelta:
    """Return what differs between two projects."""
    old = {node.id: node for node in before.graph.nodes}
    new = {node.id: node for node in after.graph.nodes}
    old_links = {link.id: link for link in before.graph.links}
    new_links = {link.id: link for link in after.graph.links}
    kept = [id_ for id_ in new if id_ in old]
    return ProjectDelta(
        before=before,
        after=after,
        added=tuple(id_ for id_ in new if id_ not in old),
        removed=tuple(id_ for id_ in old if id_ not in new),
        changed=tuple(id_ for id_ in kept if new[id_] != old[id_]),
        moved=tuple(id_ for id_ in kept if before.layout.get(id_) != after.layout.get(id_)),
        links_added=tuple(id_ for id_, link in new_links.items() if old_links.get(id_) != link),
        links_removed=tuple(id_ for id_, link in old_links.items() if new_links.get(id_) != link),
        data=before.data != after.data,
        training=before.training != after.training,
        state=before.state is not after.state,
        timeline=before.timeline.moments != after.timeline.moments,
    )

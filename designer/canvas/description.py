"""The canvas in words, for those who cannot see it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from designer.canvas.scene import CanvasScene
from designer.selection import Selection

translate = QCoreApplication.translate


def describe_selection(scene: CanvasScene, selection: Selection) -> str:
    """Return what is selected: name, option, shape, parameters and neighbours of a card, or the ends of a wire."""
    graph = scene.ground.graph
    nodes = [id_ for id_ in selection.nodes if id_ in graph]
    if len(nodes) > 1:
        return translate("Canvas", "{count} layers are selected").format(count=len(nodes))
    if nodes:
        content = scene.card(nodes[0]).content
        parts = [content.name, content.summary, content.lower_left, *content.lower_right[:1]]
        before = [scene.card(link.source).content.name for link in graph.links_into(nodes[0])]
        after = [scene.card(link.target).content.name for link in graph.links_from(nodes[0])]
        if before:
            parts.append(translate("Canvas", "reads {layers}").format(layers=", ".join(before)))
        if after:
            parts.append(translate("Canvas", "leads to {layers}").format(layers=", ".join(after)))
        return ", ".join(part for part in parts if part)
    known = {link.id: link for link in graph.links}
    for link_id in selection.links:
        if link_id in known:
            ends = known[link_id].source, known[link_id].target
            names = {"source": scene.card(ends[0]).content.name, "target": scene.card(ends[1]).content.name}
            return translate("Canvas", "wire from {source} to {target}").format(**names)
    return ""

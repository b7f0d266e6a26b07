"""Making a new layer on the canvas, wherever the wish comes from: a drop, a menu, a test."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from core.layers.catalog import LAYERS
from core.options import OptionValue
from core.project import edits
from designer.canvas.geometry import Point
from designer.canvas.placing import inserted_new
from designer.document import Document
from designer.selection import Selection
from designer.translation import shown

translate = QCoreApplication.translate


def create_layer(
    document: Document,
    selection: Selection,
    kind: str,
    options: Mapping[str, OptionValue],
    place: Point,
    link_id: str = "",
) -> str:
    """Add a layer, or insert it into a wire, as one step of undo; select it and return its identity.

    Raises GraphError or OptionError where it cannot be, and then nothing changed.
    """
    name = shown(LAYERS[kind].title(options))
    if link_id:
        text = translate("Canvas", "Insert {layer}").format(layer=name)
        document.apply(text, inserted_new, kind, link_id, place, options)
    else:
        text = translate("Canvas", "Add {layer}").format(layer=name)
        document.apply(text, edits.add_node, kind, place, options)
    new = document.project.graph.nodes[-1].id
    selection.select((new,))
    return new

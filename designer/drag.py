"""What a drag from the palette carries: a layer kind and the options it starts with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from PySide6.QtCore import QByteArray, QMimeData

from core.errors import OptionError
from core.layers.catalog import LAYERS
from core.options import OptionValue, complete

LAYER_MIME = "application/x-layerloom-layer"
"""UTF-8 JSON: {"kind": "dense", "options": {…}}; options that are left out get their defaults."""

MAXIMUM_BYTES = 65_536
"""A drag can come from any program; nothing longer is read."""


@dataclass(frozen=True, slots=True)
class LayerDrag:
    """A layer that is being dragged in: its kind and all of its options."""

    kind: str
    options: Mapping[str, OptionValue] = field(default_factory=lambda: MappingProxyType({}))


def layer_mime(kind: str, options: Mapping[str, OptionValue] | None = None) -> QMimeData:
    """Return what the palette puts into a QDrag."""
    content = json.dumps({"kind": kind, "options": dict(options or {})})
    data = QMimeData()
    data.setData(LAYER_MIME, QByteArray(content.encode()))
    return data


def dragged_layer(data: QMimeData) -> LayerDrag | None:
    """Return the layer that a drag carries, or None where it carries none that we know."""
    if not data.hasFormat(LAYER_MIME):
        return None
    raw = bytes(data.data(LAYER_MIME).data())
    if len(raw) > MAXIMUM_BYTES:
        return None
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    kind, options = content.get("kind"), content.get("options", {})
    if not isinstance(kind, str) or kind not in LAYERS or not isinstance(options, dict):
        return None
    try:
        return LayerDrag(kind, complete(LAYERS[kind].options, options))
    except OptionError:
        return None

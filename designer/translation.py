"""Texts of the engine in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication

from core.errors import LayerloomError
from core.graph.model import Graph
from core.layers.naming import display_names
from core.texts import Phrase, Text, filled


def shown(message: Text | LayerloomError | str) -> str:
    """Return a text, a phrase or an error of the engine, translated and filled in; its values may be such themselves.

    Words that are no phrase, such as a name that the user gave, stay as they are.
    """
    text = message.text if isinstance(message, (LayerloomError, Phrase)) else message
    if isinstance(text, str):
        return text
    values = {key: shown(value) if isinstance(value, (Text, str)) else value for key, value in text.values.items()}
    return filled(QCoreApplication.translate("core", text.template), values)


def layer_names(graph: Graph) -> Mapping[str, str]:
    """Return the name under which the window shows every layer, by identity."""
    return MappingProxyType({id_: shown(name) for id_, name in display_names(graph).items()})


def label(english: str) -> str:
    """Return a label of the engine (a layer's, an option's), translated."""
    return QCoreApplication.translate("core", english)

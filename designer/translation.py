"""Texts of the engine in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.errors import LayerloomError
from core.texts import Text


def shown(message: Text | LayerloomError) -> str:
    """Return a text or error of the engine, translated and filled in; its values may be texts themselves."""
    text = message.text if isinstance(message, LayerloomError) else message
    values = {key: shown(value) if isinstance(value, Text) else value for key, value in text.values.items()}
    return QCoreApplication.translate("core", text.template).format(**values)


def label(english: str) -> str:
    """Return a label of the engine (a layer's, an option's), translated."""
    return QCoreApplication.translate("core", english)

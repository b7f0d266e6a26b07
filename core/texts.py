"""Texts that a user sees, kept apart from the values put into them so that they can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """An English template and its values; the designer translates the template, then fills it in."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def text(template: str, /, **values: Any) -> Text:
    """Shorthand for :class:`Text`: ``text("{name} has no input", name="Dense 3")``."""
    return Text(template, values)

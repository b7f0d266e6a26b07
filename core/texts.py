"""Texts that a user sees, kept apart from the values put into them so that they can be translated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from string import Formatter
from typing import Any, Self


class _Words(Formatter):
    """As ``str.format``, but for what Python writes as inf and nan."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Real) and not isinstance(value, Integral) and not math.isfinite(value):
            return not_finite(float(value))
        return str(super().format_field(value, format_spec))


_WORDS = _Words()


@dataclass(frozen=True, slots=True)
class Text:
    """An English template and its values; the designer translates the template, then fills it in."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return filled(self.template, self.values)


class Phrase(str):
    """Words that are put together already and still know of what, so that they can be translated.

    A layer's name is one: everywhere it is the English words, and the designer translates what it is made of.
    """

    text: Text

    def __new__(cls, made_of: Text) -> Self:
        phrase = super().__new__(cls, made_of)
        phrase.text = made_of
        return phrase


def filled(template: str, values: Mapping[str, Any]) -> str:
    """Return a template, or its translation, with its values; numbers that are not finite are ∞, −∞ and NaN."""
    return _WORDS.vformat(template, (), values)


def not_finite(value: float) -> str:
    """Return how a number is written that is infinite or NaN."""
    return "NaN" if math.isnan(value) else "∞" if value > 0.0 else "−∞"


def text(template: str, /, **values: Any) -> Text:
    """Shorthand for :class:`Text`: ``text("{name} has no input", name="Dense 3")``."""
    return Text(template, values)


def phrase(template: str, /, **values: Any) -> Phrase:
    """Shorthand for :class:`Phrase`: ``phrase("{layer} {units}", layer=phrase("Dense"), units=15)``."""
    return Phrase(Text(template, values))


def joined(separator: str, parts: Iterable[str]) -> Phrase:
    """Return words with a sign between them: "Dense 1 → Dense 3"."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    return phrase(separator.join(f"{{{key}}}" for key in values), **values)

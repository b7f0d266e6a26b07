"""Entries of a catalogue with their options taken from a layer's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from core.options import Option, OptionValue

_Entry = TypeVar("_Entry")


def configured(kind: type[_Entry], declared: Iterable[Option], options: Mapping[str, OptionValue]) -> _Entry:
    """Return an entry of a kind with its declared options taken from `options`, where they are set.

    Equal options give the same entry, so that what it has worked out once is kept.
    """
    key: Any = kind
    made: _Entry = _made(key, tuple((option.key, options.get(option.key, option.initial)) for option in declared))
    return made


@lru_cache(maxsize=256)
def _made(kind: Any, own: tuple[tuple[str, Any], ...]) -> Any:
    return kind(**dict(own))

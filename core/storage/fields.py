"""Reading JSON that anybody may have written: each value is checked for its type and range before it is used."""

from __future__ import annotations

import json
import math
import reprlib
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from core.errors import ProjectFileError

LARGEST_COUNT = 2**63 - 1


def refuse(place: str, found: Any, expected: str) -> NoReturn:
    """Raise the ProjectFileError for a value that does not fit."""
    raise ProjectFileError(
        "its value '{place}' is {found}; expected {expected}.",
        place=place,
        found=reprlib.repr(found),
        expected=expected,
    )


def parse_json(raw: bytes) -> Any:
    """Return the JSON value in `raw`; refuses NaN, infinity, doubled keys, deep nesting and broken UTF-8."""
    try:
        return json.loads(
            raw.decode("utf-8"),
            parse_float=_finite,
            parse_constant=_no_constant,
            object_pairs_hook=_without_doubles,
        )
    except (ValueError, RecursionError) as error:
        raise ProjectFileError("its description cannot be read ({reason}).", reason=str(error)[:200]) from error


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:40]} is too large for a number")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return result


class Fields:
    """A JSON object with exactly the keys `known`, read key by key.

    Parameters
    ----------
    value : what should be the object.
    place : where it stands, for the messages: ``network.layers[3]``.
    """

    def __init__(self, value: Any, place: str, known: Iterable[str]) -> None:
        expected = set(known)
        if not isinstance(value, dict) or value.keys() != expected:
            found = sorted(value) if isinstance(value, dict) else value
            refuse(place or "meta.json", found, "an object with " + ", ".join(sorted(expected)))
        self._value: dict[str, Any] = value
        self._place = place

    def place(self, key: str) -> str:
        """Return where the value of `key` stands."""
        return f"{self._place}.{key}" if self._place else key

    def raw(self, key: str) -> Any:
        """Return the value as it is, for somebody else to check."""
        return self._value[key]

    def text(self, key: str, maximum_length: int) -> str:
        """Return a text."""
        return checked_text(self._value[key], self.place(key), maximum_length)

    def choice(self, key: str, known: Sequence[str]) -> str:
        """Return one of the `known` texts."""
        value = self._value[key]
        if not isinstance(value, str) or value not in known:
            refuse(self.place(key), value, "one of " + ", ".join(known))
        return value

    def whole(self, key: str, minimum: int = 0, maximum: int = LARGEST_COUNT) -> int:
        """Return a whole number."""
        value = self._value[key]
        if type(value) is not int or not minimum <= value <= maximum:
            refuse(self.place(key), value, f"a whole number from {minimum} to {maximum}")
        return value

    def real(self, key: str) -> float:
        """Return a finite number."""
        return checked_real(self._value[key], self.place(key))

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._value[key]
        if not isinstance(value, bool):
            refuse(self.place(key), value, "true or false")
        return value

    def items(self, key: str, maximum_length: int) -> list[Any]:
        """Return a list."""
        value = self._value[key]
        if not isinstance(value, list) or len(value) > maximum_length:
            refuse(self.place(key), value, f"a list of at most {maximum_length:,}")
        return value

    def mapping(self, key: str, maximum_length: int) -> dict[str, Any]:
        """Return an object whose keys are not known beforehand."""
        value = self._value[key]
        if not isinstance(value, dict) or len(value) > maximum_length:
            refuse(self.place(key), value, f"an object with at most {maximum_length:,} entries")
        return value

    def table(self, key: str, known: Iterable[str]) -> Fields:
        """Return an object with exactly the keys `known`."""
        return Fields(self._value[key], self.place(key), known)


def checked_text(value: Any, place: str, maximum_length: int) -> str:
    """Return `value` where it is a text of at most that length."""
    if not isinstance(value, str) or len(value) > maximum_length:
        refuse(place, value, f"a text of at most {maximum_length:,} characters")
    return value


def checked_real(value: Any, place: str, largest: float = math.inf) -> float:
    """Return `value` where it is a finite number no larger than `largest` in size."""
    if type(value) not in (int, float) or not abs(value) <= min(largest, sys.float_info.max):
        refuse(place, value, "a number" if largest == math.inf else f"a number from {-largest:g} to {largest:g}")
    return float(value)

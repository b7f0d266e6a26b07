"""Closed, ordered tables from a key to the one object that carries everything known about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from core.errors import UnknownKeyError


class Keyed(Protocol):
    """Anything with a key and a label."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...


Item = TypeVar("Item", bound=Keyed)


class Registry(Generic[Item]):
    """An ordered table of the items of one kind; the order is the one menus show.

    Parameters
    ----------
    noun : what an item is called in an error, such as "layer kind".
    items : the items, each with a key of its own.
    """

    def __init__(self, noun: str, items: tuple[Item, ...]) -> None:
        self._noun = noun
        self._items = {item.key: item for item in items}
        if len(self._items) != len(items):
            raise ValueError(f"two items of the {noun} table share a key")

    def __getitem__(self, key: str) -> Item:
        """Return the item called `key`; raises UnknownKeyError naming the known keys."""
        try:
            return self._items[key]
        except KeyError:
            raise UnknownKeyError(
                "Unknown {noun} '{key}'. Known: {known}.",
                noun=self._noun,
                key=key,
                known=", ".join(self._items),
            ) from None

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in order."""
        return tuple(self._items)

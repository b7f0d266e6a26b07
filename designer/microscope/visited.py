"""The numbers that were explained, as a browser remembers pages."""

from __future__ import annotations

from core.formulas.quantities import Quantity

MOST = 200
"""Numbers that Back can return to."""


class Visited:
    """What lies before and after the number that is explained now."""

    def __init__(self) -> None:
        self._before: list[Quantity] = []
        self._after: list[Quantity] = []

    @property
    def has_before(self) -> bool:
        """Whether another number was explained before this one."""
        return bool(self._before)

    @property
    def has_after(self) -> bool:
        """Whether Back was used."""
        return bool(self._after)

    def leave(self, quantity: Quantity) -> None:
        """Note that another number follows this one."""
        self._before = [*self._before[-MOST:], quantity]
        self._after.clear()

    def back(self, now: Quantity) -> Quantity:
        """Return the number before; raises IndexError where there is none."""
        found = self._before.pop()
        self._after.append(now)
        return found

    def on(self, now: Quantity) -> Quantity:
        """Return the number that was left by Back; raises IndexError where there is none."""
        found = self._after.pop()
        self._before.append(now)
        return found

    def forget(self) -> None:
        """Begin anew."""
        self._before.clear()
        self._after.clear()

"""What an action of the window is, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Attributes
    ----------
    key : ``menu.name``.
    text, tip : English; the tip is one sentence that says what happens.
    shortcuts : in Qt's portable writing; the first one is shown.
    icon : name in ``resources/icons``, or empty.
    checkable : whether it is a setting that is on or off.
    """

    key: str
    text: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False

    @property
    def menu(self) -> str:
        """Key of the menu that it stands in."""
        return self.key.partition(".")[0]

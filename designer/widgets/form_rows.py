"""Which editors of a form stand side by side."""

from __future__ import annotations

from collections.abc import Sequence

from designer.widgets.option_editor import Room


def arranged(rooms: Sequence[tuple[str, Room]], paired: bool) -> list[tuple[str, ...]]:
    """Return the keys of each row: a short or small editor takes the next small one that is free beside it.

    A small one that finds none stands beside a later short one, else alone.
    """
    rows: list[tuple[str, ...]] = []
    waiting = list(rooms)
    while waiting:
        key, room = waiting.pop(0)
        partner = None
        if paired and room in (Room.SMALL, Room.SHORT):
            partner = next((item for item in waiting if item[1] is Room.SMALL), None)
        if partner is not None:
            waiting.remove(partner)
            rows.append((key, partner[0]))
        elif paired and room is Room.SMALL and any(other is Room.SHORT for _, other in waiting):
            short = next(item for item in waiting if item[1] is Room.SHORT)
            waiting[waiting.index(short)] = (key, Room.SMALL)
            waiting.insert(waiting.index((key, Room.SMALL)), short)
        else:
            rows.append((key,))
    return rows

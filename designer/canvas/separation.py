"""Keeps wires from different layers apart where their routes run over each other.

Only the inner parts of a route are moved; the parts at the ports stay where they are. Wires from one layer carry the
same values and may share a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from itertools import pairwise

from designer.canvas.geometry import Box, Point, Polyline, crosses

UPRIGHT_STEP = 12.0
LANE_STEP = 36.0
"""Between two level parts over the same cards: a label and a caption fit between."""

CLOSEST = 4.0
"""A part that is moved keeps this far from every card."""


@dataclass(slots=True)
class _Run:
    """Parts of routes from one layer that lie on one line.

    Attributes
    ----------
    place : x of upright parts, y of level ones.
    low, high : extent along the line.
    parts : (link, index of the part's first point).
    fixed : whether it must stay.
    """

    net: str
    place: float
    low: float
    high: float
    parts: list[tuple[str, int]]
    fixed: bool
    members: list[tuple[Point, Point]] = field(default_factory=list)


def separated(
    routes: Mapping[str, Polyline],
    nets: Mapping[str, str],
    boxes: Mapping[str, Box],
    frozen: frozenset[str] = frozenset(),
) -> dict[str, Polyline]:
    """Return the routes with overlapping parts of different nets moved apart.

    Parameters
    ----------
    nets : the layer that each link comes from.
    frozen : links whose routes stay as they are.
    """
    result = dict(routes)
    for axis, step in ((0, UPRIGHT_STEP), (1, LANE_STEP)):
        runs = _runs(result, nets, axis, frozen)
        for group in _groups(runs, step):
            _spread(group, axis, step, result, boxes)
    return result


def _runs(routes: Mapping[str, Polyline], nets: Mapping[str, str], axis: int, frozen: frozenset[str]) -> list[_Run]:
    """Return the runs along one axis (0: upright, 1: level), those of one net on one line joined."""
    along = 1 - axis
    single: list[_Run] = []
    for link, points in routes.items():
        for index, (p, q) in enumerate(pairwise(points)):
            if p[axis] == q[axis] and p != q:
                inner = 0 < index < len(points) - 2 and link not in frozen
                low, high = sorted((p[along], q[along]))
                single.append(_Run(nets[link], p[axis], low, high, [(link, index)], not inner, [(p, q)]))
    single.sort(key=lambda run: (run.place, run.net, run.low, run.high))
    joined: list[_Run] = []
    for run in single:
        last = joined[-1] if joined else None
        if last and (last.net, last.place) == (run.net, run.place) and run.low <= last.high:
            last.high = max(last.high, run.high)
            last.parts += run.parts
            last.members += run.members
            last.fixed = last.fixed or run.fixed
        else:
            joined.append(run)
    return joined


def _groups(runs: Sequence[_Run], step: float) -> Iterable[list[_Run]]:
    """Return the runs that lie too close to one another, each with all that hang together with it."""
    owner = list(range(len(runs)))

    def root(index: int) -> int:
        while owner[index] != index:
            index = owner[index]
        return index

    for i, run in enumerate(runs):
        for j in range(i + 1, len(runs)):
            other = runs[j]
            if other.place - run.place >= step:
                break
            if run.net != other.net and run.low < other.high and other.low < run.high:
                owner[root(j)] = root(i)
    groups: dict[int, list[_Run]] = {}
    for index, run in enumerate(runs):
        groups.setdefault(root(index), []).append(run)
    return [group for group in groups.values() if len(group) > 1]


def _spread(group: list[_Run], axis: int, step: float, routes: dict[str, Polyline], boxes: Mapping[str, Box]) -> None:
    movable = [run for run in group if not run.fixed]
    fixed = [run for run in group if run.fixed]
    if not movable:
        return
    if axis == 0:
        movable.sort(key=cmp_to_key(_left_to_right))
        middle = sum(run.place for run in movable) / len(movable)
        wanted = {id(run): middle + (i - (len(movable) - 1) / 2) * step for i, run in enumerate(movable)}
        directions: Mapping[int, Sequence[int]] = {id(run): (1, -1) for run in movable}
    else:
        # The shortest level part stays closest to the cards below (or above) it; longer ones go around it.
        movable.sort(key=lambda run: (run.high - run.low, run.parts))
        wanted = {id(run): run.place for run in movable}
        directions = {id(run): (-1, 1) if _runs_above(run, routes) else (1, -1) for run in movable}
    placed = list(fixed)
    for run in movable:
        place = _free_place(run, wanted[id(run)], step, directions[id(run)], placed, axis, routes, boxes)
        if place is not None:
            _move(run, place, axis, routes)
        placed.append(run)


def _free_place(
    run: _Run,
    wanted: float,
    step: float,
    directions: Sequence[int],
    placed: Sequence[_Run],
    axis: int,
    routes: Mapping[str, Polyline],
    boxes: Mapping[str, Box],
) -> float | None:
    """Return the place nearest to the wanted one that keeps its distance from others and from cards."""
    rivals = [o for o in placed if o.net != run.net and o.low < run.high and run.low < o.high]
    for share in (1.0, 0.5):
        for distance in range(len(rivals) + 2):
            for direction in directions if distance else (1,):
                place = wanted + direction * distance * step * share
                apart = all(abs(place - other.place) >= step * share - 0.01 for other in rivals)
                if apart and _is_clear(run, place, axis, routes, boxes):
                    return place
    return None


def _is_clear(run: _Run, place: float, axis: int, routes: Mapping[str, Polyline], boxes: Mapping[str, Box]) -> bool:
    """Whether the routes of a run stay clear of the cards when it moves, and keep their direction at the ports."""
    for link, index in run.parts:
        points = _with_part_moved(routes[link], index, place, axis)
        if axis == 0 and not _keeps_ends(points, index):
            return False
        around = list(pairwise(points))[index - 1 : index + 2]
        for offset, (p, q) in enumerate(around, start=index - 1):
            at_port = offset in (0, len(points) - 2)
            margin = 0.0 if at_port else CLOSEST
            if any(crosses(p, q, box, margin) for box in boxes.values()):
                return False
    return True


def _keeps_ends(points: Polyline, index: int) -> bool:
    """Whether the first part still leaves its port to the right, and the last one still arrives from the left."""
    leaves = index != 1 or points[1][0] >= points[0][0] + CLOSEST
    arrives = index != len(points) - 3 or points[-2][0] <= points[-1][0] - 2 * CLOSEST
    return leaves and arrives


def _with_part_moved(points: Polyline, index: int, place: float, axis: int) -> Polyline:
    moved = list(points)
    for i in (index, index + 1):
        moved[i] = (place, points[i][1]) if axis == 0 else (points[i][0], place)
    return tuple(moved)


def _move(run: _Run, place: float, axis: int, routes: dict[str, Polyline]) -> None:
    for link, index in run.parts:
        routes[link] = _with_part_moved(routes[link], index, place, axis)
    run.place = place


def _runs_above(run: _Run, routes: Mapping[str, Polyline]) -> bool:
    points = routes[run.parts[0][0]]
    return run.place <= (points[0][1] + points[-1][1]) / 2


def _left_to_right(a: _Run, b: _Run) -> int:
    """Compare two upright runs: negative where fewer wires cross with `a` on the left."""
    return _crossings(a, b) - _crossings(b, a) or (1 if a.parts > b.parts else -1)


def _crossings(left: _Run, right: _Run) -> int:
    """Count crossings with `left` on the left, where wires come in from the left and leave to the right."""
    count = 0
    for start, end in left.members:
        for other_start, other_end in right.members:
            low, high = sorted((other_start[1], other_end[1]))
            count += low < end[1] < high
            low, high = sorted((start[1], end[1]))
            count += low < other_start[1] < high
    return count

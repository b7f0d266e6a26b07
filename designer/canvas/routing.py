"""Routes of wires: level and upright lines from port to port, around the cards.

A route depends on its two ends and on the cards that stand in its way, on nothing else; so it comes out the same
whatever was drawn before, and it has to be found anew only when one of those cards moves.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from designer.canvas.geometry import Box, Point, Polyline, crosses, simplified

BEND_COST = 48.0
"""A bend is worth as much as this many pixels of detour."""


@dataclass(frozen=True, slots=True)
class _Room:
    """How much room a route keeps.

    Attributes
    ----------
    stub : straight part at either end.
    side : from every card.
    lane : over and under the cards that it is led around; a label and its caption fit between.
    """

    stub: float
    side: float
    lane: float


# Generous first; where cards stand too close, less and less. The last one may run along the edge of a card, so a
# way is found wherever there is one.
_ROOMS = (_Room(20.0, 12.0, 40.0), _Room(12.0, 8.0, 20.0), _Room(8.0, 4.0, 8.0), _Room(0.0, 0.0, 0.0))

WIDEST_SIDE = _ROOMS[0].side


@dataclass(frozen=True, slots=True)
class Route:
    """A route, and what it depended on.

    Attributes
    ----------
    points : from the output port to the input port.
    probes : every line that was tried, the last one included.
    met : cards that stood in the way of a line that was tried.
    """

    points: Polyline
    probes: tuple[Polyline, ...]
    met: frozenset[str]

    def depends_on(self, card_id: str, now: Box | None) -> bool:
        """Whether the route may come out otherwise when this card stands at `now` (None: nowhere)."""
        if card_id in self.met:
            return True
        return now is not None and any(
            crosses(p, q, now, WIDEST_SIDE) for probe in self.probes for p, q in pairwise(probe)
        )


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a route starts and ends, and the cards that it leaves and reaches (empty: in free ground)."""

    start: Point
    end: Point
    source: str = ""
    target: str = ""


def find_route(ends: Ends, boxes: Mapping[str, Box]) -> Route:
    """Return the best route between two ports; it crosses cards only where there is no other way."""
    probes: list[Polyline] = []
    met: set[str] = set()
    for room in _ROOMS:
        in_the_way: set[str] = set()
        while True:
            line = _best_line(ends, {id_: boxes[id_] for id_ in sorted(in_the_way)}, room)
            if line is None:
                break
            probes.append(line)
            hit = _cards_hit(line, ends, boxes, room.side)
            met |= hit
            if not hit:
                return Route(line, tuple(probes), frozenset(met))
            if hit <= in_the_way:
                break
            in_the_way |= hit
    plain = _plain_line(ends, _ROOMS[0])
    return Route(plain, (*probes, plain), frozenset(met | {ends.source, ends.target} - {""}))


def arrival_height(points: Polyline) -> float:
    """Return the height from which a wire comes to its input: that of its last level part before the port's."""
    return points[-3][1] if len(points) > 2 else points[-1][1]


def _cards_hit(line: Polyline, ends: Ends, boxes: Mapping[str, Box], side: float) -> set[str]:
    hit = set()
    last = len(line) - 2
    for index, (p, q) in enumerate(pairwise(line)):
        for id_, box in boxes.items():
            own = (index == 0 and id_ == ends.source) or (index == last and id_ == ends.target)
            if crosses(p, q, box, 0.0 if own else side):
                hit.add(id_)
    return hit


def _best_line(ends: Ends, obstacles: Mapping[str, Box], room: _Room) -> Polyline | None:
    (sx, sy), (tx, ty) = ends.start, ends.end
    if tx - sx >= 2 * room.stub:
        if sy == ty:
            lines: Iterable[Polyline] = [(ends.start, ends.end)]
        else:
            lines = (_stepped(ends, x) for x in _step_places(ends, obstacles.values(), room))
        for line in lines:
            if not _cards_hit(line, ends, obstacles, room.side):
                return line
    if not obstacles and tx - sx < 2 * room.stub:
        # The two cards themselves are what a wire that leads back has to go around.
        return _plain_line(ends, room)
    return _search(ends, list(obstacles.values()), room)


def _stepped(ends: Ends, x: float) -> Polyline:
    return simplified((ends.start, (x, ends.start[1]), (x, ends.end[1]), ends.end))


def _step_places(ends: Ends, obstacles: Collection[Box], room: _Room) -> list[float]:
    """Return where a wire with one step may change its height: in the middle, else beside what is in the way."""
    low, high = ends.start[0] + room.stub, ends.end[0] - room.stub
    middle = (low + high) / 2
    beside = {x for box in obstacles for x in (box.left - room.side, box.right + room.side)}
    return [middle, *sorted((x for x in beside | {low, high} if low <= x <= high), key=lambda x: (abs(x - middle), x))]


def _plain_line(ends: Ends, room: _Room) -> Polyline:
    """Return a route that looks at no card."""
    (sx, sy), (tx, ty) = ends.start, ends.end
    if tx - sx >= 2 * room.stub:
        return _stepped(ends, (sx + tx) / 2)
    out, into, between = sx + room.stub, tx - room.stub, (sy + ty) / 2
    return simplified((ends.start, (out, sy), (out, between), (into, between), (into, ty), ends.end))


def _search(ends: Ends, obstacles: Sequence[Box], room: _Room) -> Polyline | None:
    """Return the cheapest line on the grid that the obstacles' edges span, or None (A* with a cost per bend)."""
    start, goal = (ends.start[0] + room.stub, ends.start[1]), (ends.end[0] - room.stub, ends.end[1])
    xs = sorted({start[0], goal[0], *(x for b in obstacles for x in (b.left - room.side, b.right + room.side))})
    ys = sorted({start[1], goal[1], *(y for b in obstacles for y in (b.top - room.lane, b.bottom + room.lane))})
    grid = _Grid(xs, ys, obstacles, room.side, {start[1], goal[1]}, max(start[1], goal[1]))
    path = grid.cheapest(start, goal)
    if path is None:
        return None
    return simplified((ends.start, *path, ends.end))


_State = tuple[int, int, bool]


class _Grid:
    """The crossings of level and upright lines on which a route may run."""

    def __init__(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        obstacles: Sequence[Box],
        side: float,
        port_heights: set[float],
        lowest_port: float,
    ) -> None:
        self._xs, self._ys, self._obstacles, self._side = xs, ys, obstacles, side
        self._port_heights, self._lowest_port = port_heights, lowest_port
        self._free: dict[tuple[int, int, int, int], bool] = {}

    def cheapest(self, start: Point, goal: Point) -> Polyline | None:
        """Return the cheapest way from `start`, heading right, to `goal`, arriving rightwards; or None."""
        first: _State = (self._xs.index(start[0]), self._ys.index(start[1]), True)
        last = (self._xs.index(goal[0]), self._ys.index(goal[1]))
        cost, came_from = {first: 0.0}, {first: first}
        queue: list[tuple[float, int, _State]] = [(0.0, 0, first)]
        pushed, done = 0, set()
        while queue:
            _, _, here = heapq.heappop(queue)
            if here in done:
                continue
            done.add(here)
            if here[:2] == last and here[2]:
                return self._path(here, came_from)
            for step, price in self._steps(here):
                total = cost[here] + price
                if step not in cost or total < cost[step]:
                    cost[step], came_from[step] = total, here
                    pushed += 1
                    guess = abs(self._xs[step[0]] - goal[0]) + abs(self._ys[step[1]] - goal[1])
                    heapq.heappush(queue, (total + guess, pushed, step))
        return None

    def _steps(self, here: _State) -> Iterable[tuple[_State, float]]:
        i, j, level = here
        yield (i, j, not level), BEND_COST
        moves = ((i + 1, j), (i - 1, j)) if level else ((i, j - 1), (i, j + 1))
        for m, n in moves:
            if 0 <= m < len(self._xs) and 0 <= n < len(self._ys) and self._is_free(i, j, m, n):
                yield (m, n, level), self._price(i, j, m, n)

    def _price(self, i: int, j: int, m: int, n: int) -> float:
        """Return the length, a trifle more at the height of a port or below the ports.

        So among routes of one length a wire leaves the row of cards at once, comes back late, and runs above them.
        """
        distance = abs(self._xs[i] - self._xs[m]) + abs(self._ys[j] - self._ys[n])
        if j == n and self._ys[j] in self._port_heights:
            return distance * 1.001
        if j != n and max(self._ys[j], self._ys[n]) > self._lowest_port:
            return distance * 1.01
        return distance

    def _is_free(self, i: int, j: int, m: int, n: int) -> bool:
        key = (min(i, m), min(j, n), max(i, m), max(j, n))
        known = self._free.get(key)
        if known is None:
            p, q = (self._xs[i], self._ys[j]), (self._xs[m], self._ys[n])
            known = not any(crosses(p, q, box, self._side) for box in self._obstacles)
            self._free[key] = known
        return known

    def _path(self, here: _State, came_from: Mapping[_State, _State]) -> Polyline:
        points = [(self._xs[here[0]], self._ys[here[1]])]
        while came_from[here] != here:
            here = came_from[here]
            points.append((self._xs[here[0]], self._ys[here[1]]))
        return tuple(reversed(points))

"""Walks over a directed graph: iterative, and linear in nodes plus links."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence


def find_path(
    successors: Callable[[str], Iterable[str]], start: str, goal: str
) -> tuple[str, ...] | None:
    """Return a shortest path from `start` to `goal`, both included, or None.

    A node is marked when it is queued, so each node and link is seen once.
    """
    came_from: dict[str, str | None] = {start: None}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if here == goal:
            path = [here]
            while (before := came_from[path[-1]]) is not None:
                path.append(before)
            return tuple(reversed(path))
        for following in successors(here):
            if following not in came_from:
                came_from[following] = here
                queue.append(following)
    return None


def reachable(neighbours: Callable[[str], Iterable[str]], starts: Iterable[str]) -> set[str]:
    """Return every node that can be reached from `starts`, these included."""
    seen = set(starts)
    stack = list(seen)
    while stack:
        for following in neighbours(stack.pop()):
            if following not in seen:
                seen.add(following)
                stack.append(following)
    return seen


def topological_order(
    nodes: Sequence[str], successors: Callable[[str], Iterable[str]]
) -> tuple[str, ...]:
    """Return `nodes` with every node before its successors (Kahn's algorithm).

    Among nodes that are ready the one that became ready first comes first; at the start that is the order of
    `nodes`. Links that leave `nodes` are ignored. Nodes on a cycle are left out.
    """
    inside = set(nodes)
    waiting = dict.fromkeys(nodes, 0)
    for node in nodes:
        for following in successors(node):
            if following in inside:
                waiting[following] += 1
    ready = deque(node for node in nodes if waiting[node] == 0)
    order: list[str] = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for following in successors(node):
            if following in inside:
                waiting[following] -= 1
                if waiting[following] == 0:
                    ready.append(following)
    return tuple(order)

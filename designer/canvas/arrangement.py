"""Arranging a network by itself: columns by longest path, rows by where the neighbours lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from core.graph.model import Graph
from core.graph.topology import topological_order
from core.project.edits import CARD_GAP, CARD_WIDTH
from designer.canvas.geometry import CARD_HEIGHT, Point, snapped

COLUMN_STEP = CARD_WIDTH + CARD_GAP
ROW_STEP = CARD_HEIGHT + 64.0
SWEEPS = 4

_Cell = tuple[str, int]
"""A layer in its column, or (link, column) for a wire that passes a column by."""


def arranged(graph: Graph, origin: Point = (0.0, 0.0)) -> dict[str, Point]:
    """Return a place for every card, the whole with its top left corner at `origin`.

    A wire only ever leads to the right; wires that skip a column take part in the order of the rows (Sugiyama's
    method with barycentres), so crossings are few. Layers without any wire stand in a row below.
    """
    linked = [n.id for n in graph.nodes if graph.links_into(n.id) or graph.links_from(n.id)]
    loose = [n.id for n in graph.nodes if n.id not in set(linked)]
    column = _columns(graph, linked)
    cells, neighbours = _cells(graph, column)
    _order_rows(cells, neighbours)
    heights = _heights(graph, cells, column)
    places = {id_: (COLUMN_STEP * column[id_], heights[id_]) for id_ in linked}
    below = max(heights.values()) + ROW_STEP if heights else 0.0
    places |= {id_: (COLUMN_STEP * index, below) for index, id_ in enumerate(loose)}
    return _at_origin(places, origin)


def _columns(graph: Graph, nodes: Sequence[str]) -> dict[str, int]:
    """Return the column of every layer: one more than that of the last layer before it."""
    column = dict.fromkeys(nodes, 0)
    for id_ in topological_order(nodes, graph.successors):
        for following in graph.successors(id_):
            column[following] = max(column[following], column[id_] + 1)
    return column


def _cells(
    graph: Graph, column: Mapping[str, int]
) -> tuple[list[list[_Cell]], dict[_Cell, tuple[list[_Cell], list[_Cell]]]]:
    """Return the cells of every column, and of each the neighbours to its left and to its right."""
    columns: list[list[_Cell]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    neighbours: dict[_Cell, tuple[list[_Cell], list[_Cell]]] = {}

    def add(cell: _Cell) -> None:
        columns[cell[1]].append(cell)
        neighbours[cell] = ([], [])

    for id_, place in column.items():
        add((id_, place))
    for link in graph.links:
        chain = [(link.source, column[link.source])]
        for passed in range(column[link.source] + 1, column[link.target]):
            add((link.id, passed))
            chain.append((link.id, passed))
        chain.append((link.target, column[link.target]))
        for left, right in pairwise(chain):
            neighbours[left][1].append(right)
            neighbours[right][0].append(left)
    return columns, neighbours


def _order_rows(columns: Sequence[list[_Cell]], neighbours: Mapping[_Cell, tuple[list[_Cell], list[_Cell]]]) -> None:
    """Sort every column by the mean place of its neighbours, sweeping to and fro."""
    for sweep in range(SWEEPS):
        side = sweep % 2
        for cells in columns if side == 0 else reversed(columns):
            place = {cell: i for column in columns for i, cell in enumerate(column)}
            means = {cell: _mean([place[n] for n in neighbours[cell][side]], place[cell]) for cell in cells}
            cells.sort(key=lambda cell: means[cell])


def _heights(graph: Graph, columns: Sequence[Sequence[_Cell]], column: Mapping[str, int]) -> dict[str, float]:
    """Return the y of every layer: near its neighbours, in the order of its column, without overlap."""
    rows = [[id_ for id_, _ in cells if id_ in column] for cells in columns]
    heights = {id_: ROW_STEP * (i - (len(row) - 1) / 2) for row in rows for i, id_ in enumerate(row)}
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        for row in rows if forwards else reversed(rows):
            wanted = []
            for id_ in row:
                near = [link.source for link in graph.links_into(id_)] if forwards else list(graph.successors(id_))
                wanted.append(_mean([heights[n] for n in near], heights[id_]))
            heights.update(zip(row, _spaced(wanted, ROW_STEP), strict=True))
    return heights


def _spaced(wanted: Sequence[float], step: float) -> list[float]:
    """Return the places nearest to the wanted ones (least squares) that are in order and at least `step` apart."""
    pools: list[tuple[float, int]] = []
    for index, value in enumerate(wanted):
        mean, count = value - step * index, 1
        while pools and pools[-1][0] > mean:
            other, size = pools.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        pools.append((mean, count))
    flat = [mean for mean, count in pools for _ in range(count)]
    return [value + step * index for index, value in enumerate(flat)]


def _mean(values: Iterable[float], otherwise: float) -> float:
    known = list(values)
    return sum(known) / len(known) if known else otherwise


def _at_origin(places: Mapping[str, Point], origin: Point) -> dict[str, Point]:
    if not places:
        return {}
    left, top = min(x for x, _ in places.values()), min(y for _, y in places.values())
    x0, y0 = snapped(origin[0]), snapped(origin[1])
    return {id_: (snapped(x - left) + x0, snapped(y - top) + y0) for id_, (x, y) in places.items()}

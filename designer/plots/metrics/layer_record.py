"""What the layers of a run came to, one quantity at a time: a curve per layer over iterations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QCoreApplication

from core.compiler.structure import active_order
from core.graph.model import Graph
from core.training.snapshot import Snapshot
from designer.plots.loss_record import record_of
from designer.plots.series import NO_NUMBERS, Numbers, nearest_row
from designer.translation import layer_names

translate = QCoreApplication.translate


class LayerQuantity(Enum):
    """What is shown of the layers; the value is the beginning of its columns in the history."""

    WEIGHTS = "weight_norm"
    GRADIENTS = "gradient_norm"
    DELTAS = "delta_norm"
    UPDATES = "update_norm"
    DEAD = "dead"
    SATURATED = "saturated"

    @property
    def is_share(self) -> bool:
        """Whether it is a share of units, else a norm."""
        return self in (LayerQuantity.DEAD, LayerQuantity.SATURATED)


def quantity_names() -> Sequence[tuple[str, str, str]]:
    """Return key, name and meaning of every quantity."""
    q = LayerQuantity
    return (
        (q.WEIGHTS.value, translate("Metrics", "Weights ‖w‖"), translate("Metrics", "Norm of all weights of a layer")),
        (
            q.GRADIENTS.value,
            translate("Metrics", "Gradients ‖∂C/∂w‖"),
            translate("Metrics", "Norm of the gradient of a layer, before it is clipped"),
        ),
        (q.DELTAS.value, translate("Metrics", "Deltas ‖δ‖"), translate("Metrics", "Norm of the mean δ of a batch")),
        (
            q.UPDATES.value,
            translate("Metrics", "Updates ‖Δw‖"),
            translate("Metrics", "Norm of the change that an iteration made"),
        ),
        (
            q.DEAD.value,
            translate("Metrics", "Dead units"),
            translate("Metrics", "Share of units whose slope is 0 at every sample of the batch"),
        ),
        (
            q.SATURATED.value,
            translate("Metrics", "Saturated units"),
            translate("Metrics", "Share of units whose slope is below 5 % of the largest at every sample of the batch"),
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class LayerCurve:
    """A quantity of one layer over iterations."""

    node_id: str
    name: str
    values: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class LayerRecord:
    """A quantity of all layers that have it, in the order of the network.

    Attributes
    ----------
    iterations : of the values of every curve.
    batches : iterations per epoch; 0 where iterations cannot be converted into epochs.
    first_row_at : iteration at whose end the first values are recorded; 0 before the first step.
    moment : iteration of the earlier moment that is shown; −1 for the present.
    """

    quantity: LayerQuantity
    iterations: Numbers
    curves: tuple[LayerCurve, ...]
    batches: int = 0
    first_row_at: int = 0
    moment: int = -1

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.curves or not len(self.iterations)

    @property
    def last_iteration(self) -> int:
        """Iteration of the newest values, 0 where there are none."""
        return int(self.iterations[-1]) if len(self.iterations) else 0

    def same_as(self, other: LayerRecord) -> bool:
        """Whether both would be drawn alike: histories only grow, so the ends tell."""
        ours, theirs = (
            (r.quantity, r.batches, r.first_row_at, r.moment, len(r.iterations), r.last_iteration, len(r.curves))
            for r in (self, other)
        )
        return ours == theirs and all(
            one.name == two.name
            and (not len(one.values) or np.array_equal(one.values[[0, -1]], two.values[[0, -1]], equal_nan=True))
            for one, two in zip(self.curves, other.curves, strict=True)
        )

    def row_at(self, iteration: float) -> int:
        """Return the row that is nearest to an iteration; there must be one."""
        return nearest_row(self.iterations, iteration)


def layers_of(graph: Graph) -> Sequence[tuple[str, str]]:
    """Return identity and name of every layer that takes part in a run, in the order of the network."""
    names = layer_names(graph)
    return [(node_id, names[node_id]) for node_id in active_order(graph)]


def layer_record(snapshot: Snapshot | None, quantity: LayerQuantity, layers: Sequence[tuple[str, str]]) -> LayerRecord:
    """Return a quantity of a snapshot's run, up to now also where it shows an earlier moment.

    `layers` are identity and name of those that are shown where they have the quantity.
    """
    if snapshot is None:
        return LayerRecord(quantity, NO_NUMBERS, ())
    of_run = record_of(snapshot)
    history = snapshot.history if snapshot.whole_record is None else snapshot.whole_record
    table = history.training if quantity is LayerQuantity.DELTAS else history.layers
    found = [(node_id, name, table.get(f"{quantity.value}.{node_id}")) for node_id, name in layers]
    return LayerRecord(
        quantity,
        table.get("iteration", NO_NUMBERS),
        tuple(LayerCurve(node_id, name, values) for node_id, name, values in found if values is not None),
        of_run.batches if of_run.last_iteration >= of_run.batches else 0,
        of_run.first_row_at,
        of_run.moment,
    )

"""Every number of an iteration as a table of comma-separated values that read back exactly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np

from core.data.sample_numbers import sample_number
from core.formulas.parameter_names import KERNEL
from core.formulas.quantities import Kind, Quantity
from core.layers.naming import display_names
from core.tracing.explaining import PER_PARAMETER, Explainer
from core.tracing.notation import Notation
from core.tracing.stages import Stage, stages_of
from core.tracing.trace import Array

COLUMNS = ("quantity", "layer", "parameter", "unit", "from", "to", "sample", "value")
MOST_ROWS = 1_000_000
"""So many rows are written, unless all are wanted."""

Line = tuple[str, ...]


def csv_of(explainer: Explainer, notation: Notation, *, everything: bool = False) -> tuple[str, int]:
    """Return the table, and how many numbers are left out.

    Units and samples are counted from 1; a unit of an image is row, column and channel with spaces between them. The
    numbers have the signs of the notation. A weight of a dense layer says from which unit to which it leads.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    left_out = rows = 0
    for row in _rows(explainer, notation):
        if rows < MOST_ROWS or everything:
            writer.writerow(row)
            rows += 1
        else:
            left_out += 1
    return out.getvalue(), left_out


def _rows(explainer: Explainer, notation: Notation) -> Iterator[Line]:
    trace = explainer.trace
    names = display_names(trace.graph)
    for key, array in trace.old.items():
        yield from _of_parameter(Quantity(Kind.PARAMETER, *key), array, names[key[0]])
    target = Quantity(Kind.TARGET, trace.output_id)
    yield from _of_samples(target, trace.target, names[trace.output_id], 1.0)
    for stage in stages_of(trace):
        sign = notation.sign(stage.kind)
        if stage.kind in (Kind.SAMPLE_LOSS, Kind.LOSS):
            yield from _losses(explainer, stage, names[stage.node])
            continue
        array = trace.values_of(stage.quantity)
        if stage.each_sample:
            yield from _of_samples(stage.quantity, array, names[stage.node], sign)
        else:
            yield from _of_parameter(stage.quantity, array, names[stage.node], sign)
        if stage.kind is Kind.NEW_PARAMETER:
            yield from _slots(explainer, stage, names[stage.node])


def _losses(explainer: Explainer, stage: Stage, layer: str) -> Iterator[Line]:
    if not stage.each_sample:
        yield _line(stage.quantity, layer, "", explainer.number(stage.quantity_at(0)))
        return
    for sample in range(explainer.trace.batch_size):
        yield _line(stage.quantity, layer, str(sample_number(sample)), explainer.number(stage.quantity_at(0, sample)))


def _slots(explainer: Explainer, stage: Stage, layer: str) -> Iterator[Line]:
    """Yield what the optimiser remembers of a parameter after the update."""
    key = (stage.node, stage.quantity.name)
    for slot, arrays in explainer.trace.new_slots.items():
        yield from _of_parameter(Quantity(Kind.NEW_SLOT, *key, slot=slot), arrays[key], layer)


def _of_samples(quantity: Quantity, array: Array, layer: str, sign: float) -> Iterator[Line]:
    for sample, values in enumerate(array):
        for unit, value in np.ndenumerate(values):
            yield _line(quantity, layer, str(sample_number(sample)), sign * float(value), unit)


def _of_parameter(quantity: Quantity, array: Array, layer: str, sign: float = 1.0) -> Iterator[Line]:
    for unit, value in np.ndenumerate(array):
        yield _line(quantity, layer, "", sign * float(value), unit)


def _line(quantity: Quantity, layer: str, sample: str, value: float, unit: tuple[int, ...] = ()) -> Line:
    start = end = place = ""
    name = quantity.kind.value if not quantity.slot else f"{quantity.kind.value}.{quantity.slot}"
    if quantity.kind in PER_PARAMETER and len(unit) == 2 and quantity.stem == KERNEL:
        start, end = (str(index + 1) for index in unit)
    else:
        place = " ".join(str(index + 1) for index in unit)
    return (name, layer, quantity.name, place, start, end, sample, repr(value))

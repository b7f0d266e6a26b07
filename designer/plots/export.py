"""The record of a run as a table for other programs."""

from __future__ import annotations

import csv
import io
import math

from designer.plots.loss_record import LossRecord

COLUMNS = (
    "iteration",
    "epoch",
    "training_loss",
    "training_accuracy",
    "validation_loss",
    "validation_accuracy",
)


def record_as_csv(record: LossRecord) -> str:
    """Return one line per iteration that has a value, in order; what is not known stays empty.

    Numbers are written with all their digits and a point, accuracies as shares of 1.
    """
    rows: dict[int, dict[str, float]] = {}
    for part, curve in (("training", record.training), ("validation", record.validation)):
        for iteration, loss, accuracy in zip(curve.iterations, curve.loss, curve.accuracy, strict=True):
            row = rows.setdefault(int(iteration), {})
            row[f"{part}_loss"], row[f"{part}_accuracy"] = float(loss), float(accuracy)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for iteration in sorted(rows):
        epoch = repr(iteration / record.batches) if record.batches else ""
        values = (rows[iteration].get(name, math.nan) for name in COLUMNS[2:])
        writer.writerow([iteration, epoch, *("" if math.isnan(value) else repr(value) for value in values)])
    return text.getvalue()

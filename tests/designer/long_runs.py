"""Runs that are still going on when a test looks."""

from __future__ import annotations

from core.project import edits
from designer.document import Document

ENDLESS_EPOCHS = 100_000


def train_without_end(document: Document) -> None:
    """Set so many epochs that a run goes on until it is paused: the 30 of the digits can be over before the next look.

    A test that presses Run, waits and presses Pause needs it; without it the machine's other work decides whether
    the second press comes in time.
    """
    document.apply("Epochs", edits.set_training, "epochs", ENDLESS_EPOCHS)

"""How samples are counted: rows of arrays from 0, the numbers that people read and write from 1."""

from __future__ import annotations


def sample_number(row: int) -> int:
    """Return the number that a person calls the sample in this row: the first one is 1.

    It holds for the rows of a part of the data and for the places in a batch alike.
    """
    return int(row) + 1


def sample_row(number: int) -> int:
    """Return the row of the sample that a person calls by this number."""
    return number - 1

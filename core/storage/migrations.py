"""Bringing the record of an older format version to the present one, version by version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from core.errors import ProjectFileError
from core.storage.schema import VERSION


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A project between file and values: what ``meta.json`` says, and the arrays by path."""

    meta: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


Migration = Callable[[Record], Record]

# From a version to the function that makes the next version's record of it. Each change of the format adds one,
# with a golden file of the old version in the tests; none is ever removed.
MIGRATIONS: Mapping[int, Migration] = MappingProxyType({})


def check_version(found: int, newest: int = VERSION) -> None:
    """Raise ProjectFileError, naming both versions, where a file is newer than this program."""
    if found > newest:
        raise ProjectFileError(
            "it was saved by a newer Layerloom, in format version {found}; this one reads up to version {newest}. "
            "Update Layerloom to open it.",
            found=found,
            newest=newest,
        )


def migrate(
    record: Record, found: int, migrations: Mapping[int, Migration] = MIGRATIONS, newest: int = VERSION
) -> Record:
    """Return `record`, which is of version `found`, as one of the version `newest`."""
    check_version(found, newest)
    for version in range(found, newest):
        if version not in migrations:
            raise ProjectFileError("its format version {found} is unknown.", found=found)
        record = migrations[version](record)
    return record

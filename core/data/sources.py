"""The table of data sources, and the way from a project's data reference to prepared data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset, PreparedData
from core.data.digits import load_digits, load_digits_28
from core.data.examples import load_xor
from core.data.idx_folder import load_idx_folder
from core.data.mnist import DataMissingError, as_mnist, load_mnist
from core.data.preprocessing import prepare
from core.data.reference import DataReference
from core.errors import DataError
from core.options import OptionValue, Shape
from core.registry import Registry

__all__ = ["SOURCES", "DataMissingError", "DataSource", "load_dataset", "load_prepared"]


@dataclass(frozen=True, slots=True)
class DataSource:
    """A place that data come from.

    Attributes
    ----------
    key : name in files.
    label : what the user sees in a list.
    description : one sentence about the data.
    sample_shape_hint : shape of a sample, None where it depends on the files.
    needs_location : whether the reference must name a folder.
    preparation : what is set when the user chooses these data, such as no validation part where there are few.
    """

    key: str
    label: str
    description: str
    sample_shape_hint: Shape | None
    needs_location: bool
    _load: Callable[[DataReference], Dataset] = field(repr=False)
    preparation: Mapping[str, OptionValue] = field(default_factory=dict)

    def load(self, reference: DataReference) -> Dataset:
        """Read the data; raises DataError (DataMissingError where a download would help)."""
        if self.needs_location and not reference.location:
            raise DataError(
                "No folder is named for '{source}'; one with four IDX files was expected. Choose the folder.",
                source=self.label,
            )
        return self._load(reference)


def _load_idx(reference: DataReference) -> Dataset:
    folder = Path(reference.location)
    return as_mnist(load_idx_folder(folder))


SOURCES: Registry[DataSource] = Registry(
    "data source",
    (
        DataSource(
            "digits",
            "Digits 8 × 8",
            "1,797 handwritten digits that come with the program, 8 × 8 pixels (UCI).",
            (8, 8),
            False,
            lambda reference: load_digits(),
        ),
        DataSource(
            "digits_28",
            "Digits 28 × 28",
            "The digits that come with the program, enlarged to the size of MNIST.",
            (28, 28),
            False,
            lambda reference: load_digits_28(),
        ),
        DataSource(
            "mnist",
            "MNIST",
            "70,000 handwritten digits of 28 × 28 pixels; downloaded once, about 12 MB.",
            (28, 28),
            False,
            lambda reference: load_mnist(),
        ),
        DataSource(
            "idx",
            "Folder of IDX files",
            "Grey images with labels in four files in the format of MNIST, plain or packed with gzip.",
            None,
            True,
            _load_idx,
        ),
        DataSource(
            "xor",
            "XOR",
            "The exclusive or of two inputs: four samples, to be worked through by hand.",
            (2,),
            False,
            lambda reference: load_xor(),
            {"validation_percent": 0, "single_output": True},
        ),
    ),
)


def load_dataset(reference: DataReference) -> Dataset:
    """Return the data that `reference` names, as they were read; raises DataError."""
    if not reference.source:
        raise DataError("No data chosen. Choose a data set, such as the built-in digits.")
    if reference.source not in SOURCES:
        raise DataError(
            "Unknown data source '{found}'; expected was one of {known}. Choose the data again.",
            found=reference.source,
            known=", ".join(SOURCES.keys),
        )
    return SOURCES[reference.source].load(reference)


def load_prepared(reference: DataReference, dtype: str) -> PreparedData:
    """Return the data that `reference` names, ready for training in `dtype`; raises DataError."""
    dataset = load_dataset(reference)
    try:
        return prepare(dataset, reference, dtype)
    except MemoryError:
        raise DataError(
            "'{name}' does not fit into memory: {needed:,} MB were expected to be free. "
            "Use float32, close other programs, or choose fewer samples.",
            name=dataset.name,
            needed=(dataset.inputs.size + dataset.test_inputs.size) * np.dtype(dtype).itemsize // 10**6,
        ) from None

"""A data service beside a document of its own, with loaders that do what a test says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from core.data.dataset import PreparedData, Samples
from core.data.reference import DataReference
from designer.datasets import service
from designer.datasets.service import DataService
from designer.document import Document
from designer.settings import Settings


@pytest.fixture
def document(qapp: QApplication) -> Iterator[Document]:
    made = Document()
    yield made
    # Else the undo stack announces, while the document is being destroyed, that it is clean.
    made.undo_stack.setClean()


@pytest.fixture
def data(document: Document, own_settings: Settings) -> Iterator[DataService]:
    made = DataService(document, own_settings)
    yield made
    made.shutdown()


def small_data(name: str = "small", divisor: float = 255.0) -> PreparedData:
    """Return 6 training, 2 validation and 4 test samples of 3 classes; class c has c + 1 training samples."""
    labels = np.array([0, 1, 1, 2, 2, 2], dtype=np.int64)
    inputs, targets = np.zeros((6, 2, 2), np.float32), np.eye(3, dtype=np.float32)[labels]
    parts = [Samples(inputs[:count], targets[:count], labels[:count]) for count in (6, 2, 4)]
    return PreparedData(name, *parts, ("0", "1", "2"), (2, 2), "0" * 64, "made up", divisor)


@dataclass
class Loader:
    """Stands for ``load_prepared``: waits until the test lets it end, and records what was asked for."""

    calls: list[tuple[DataReference, str]] = field(default_factory=list)
    gates: dict[str, threading.Event] = field(default_factory=dict)
    error: BaseException | None = None

    def __call__(self, reference: DataReference, dtype: str) -> PreparedData:
        self.calls.append((reference, dtype))
        gate = self.gates.get(reference.source)
        if gate is not None:
            gate.wait(20.0)
        if self.error is not None:
            raise self.error
        return small_data(f"{reference.source} {reference.validation_percent} {dtype}")

    def hold(self, source: str) -> threading.Event:
        """Let loads of this source wait for the event."""
        return self.gates.setdefault(source, threading.Event())


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loader]:
    made = Loader()
    monkeypatch.setattr(service, "load_prepared", made)
    yield made
    for gate in made.gates.values():
        gate.set()


@pytest.fixture
def idx_folder(tmp_path: Path) -> Path:
    """A folder with a data set of 4 + 2 pictures of 2 × 2 pixels and two classes."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for part, count in (("train", 4), ("t10k", 2)):
        images = bytes((0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 2)) + bytes(range(4 * count))
        labels = bytes((0, 0, 8, 1, 0, 0, 0, count)) + bytes(index % 2 for index in range(count))
        (folder / f"{part}-images-idx3-ubyte").write_bytes(images)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(labels)
    return folder

"""The real MNIST, and what is said where it is not there. Its files are found as `tests/conftest.py` says."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.data.http_stream import Limits
from core.data.mnist import DataMissingError, download_mnist, is_downloaded, load_mnist, mnist_folder
from core.data.reference import DataReference
from core.data.sources import load_prepared
from core.errors import DataError
from tests.core.data.idx_files import NAMES, of, small_set, write_set
from tests.core.data.mirror import running_mirror, whole, without_ranges

# Digits 0 … 9 in the training and the test part, as published with the data.
TRAINING_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
SHA256 = {
    "inputs": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "test_inputs": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "test_labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LAYERLOOM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mnist"


def test_the_real_files_are_read_byte_for_byte(mnist_folder: Path, cache: Path) -> None:
    shutil.copytree(mnist_folder, cache)
    assert is_downloaded()
    dataset = load_mnist()
    assert dataset.inputs.shape == (60_000, 28, 28) and dataset.test_inputs.shape == (10_000, 28, 28)
    assert np.bincount(dataset.labels).tolist() == TRAINING_COUNTS
    assert np.bincount(dataset.test_labels).tolist() == TEST_COUNTS
    for name, sha256 in SHA256.items():
        array = np.asarray(getattr(dataset, name), dtype=np.uint8)
        assert hashlib.sha256(of(array)).hexdigest() == sha256, name


def test_the_real_files_are_downloaded_when_asked_for(
    mnist_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    files = {path.name: path.read_bytes() for path in mnist_folder.glob("*.gz")}
    if len(files) < 4:
        pytest.skip(f"needs the packed MNIST files: {mnist_folder} has only {len(files)} of them")
    shown: list[tuple[int, int | None]] = []
    with running_mirror() as mirror:
        mirror.behaviours["page"] = without_ranges(b"<html>Sign in</html>")
        mirror.behaviours["mnist"] = lambda handler: whole(files[handler.path.rsplit("/", 1)[1]])(handler)
        download_mnist(
            lambda done, total: shown.append((done, total)),
            mirrors=[mirror.address("page"), mirror.address("mnist")],
            limits=Limits(schemes=frozenset({"http"})),
        )
    assert sorted(path.name for path in cache.iterdir()) == sorted(files)
    size = sum(map(len, files.values()))
    assert shown[-1] == (size, size)
    assert load_mnist().name == "MNIST"


def test_a_folder_with_the_real_files_is_called_mnist(mnist_folder: Path) -> None:
    data = load_prepared(DataReference("idx", str(mnist_folder), validation_percent=15), "float32")
    assert data.name == "MNIST" and "LeCun" in data.source_note
    assert [len(part) for part in (data.training, data.validation, data.test)] == [51_000, 9_000, 10_000]
    counts = np.bincount(data.training.labels) + np.bincount(data.validation.labels)
    assert counts.tolist() == TRAINING_COUNTS
    # The usual mean and spread of the pixels of the training part, here without the validation samples.
    assert data.training.inputs.mean() == pytest.approx(0.1307, abs=0.001)
    assert data.training.inputs.std() == pytest.approx(0.3081, abs=0.001)


def test_where_mnist_is_missing_the_text_says_how_to_get_it(cache: Path) -> None:
    assert not is_downloaded()
    with pytest.raises(DataMissingError) as raised:
        load_prepared(DataReference("mnist"), "float32")
    for part in (str(cache), "Download it (about 12 MB)", "put the files there", "choose the folder"):
        assert part in str(raised.value)


def test_other_files_in_the_cache_are_not_taken_for_mnist(cache: Path) -> None:
    cache.mkdir(parents=True)
    write_set(cache, small_set())
    with pytest.raises(DataError, match=r"not those of MNIST.*Delete them and download MNIST again"):
        load_mnist()


def test_a_damaged_file_in_the_cache_is_named(cache: Path) -> None:
    cache.mkdir(parents=True)
    write_set(cache, small_set())
    (cache / NAMES[2]).write_bytes(b"")
    with pytest.raises(DataError, match=f"'{NAMES[2]}' is empty"):
        load_mnist()


def test_the_cache_folder_is_the_one_that_is_named(cache: Path) -> None:
    assert mnist_folder() == cache

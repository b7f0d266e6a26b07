"""MNIST: from the cache folder, into which it is downloaded on an explicit call only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.cache_folder import cache_folder
from core.data.dataset import Dataset
from core.data.download import Progress, RemoteFile, download_files
from core.data.http_stream import Cancel, Limits
from core.data.idx_folder import bytes_fingerprint, find_files, load_idx_folder
from core.errors import DataError

MNIST_FILES: tuple[RemoteFile, ...] = (
    RemoteFile(
        "train-images-idx3-ubyte.gz",
        packed_bytes=9_912_422,
        unpacked_bytes=47_040_016,
        sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    RemoteFile(
        "train-labels-idx1-ubyte.gz",
        packed_bytes=28_881,
        unpacked_bytes=60_008,
        sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    RemoteFile(
        "t10k-images-idx3-ubyte.gz",
        packed_bytes=1_648_877,
        unpacked_bytes=7_840_016,
        sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    RemoteFile(
        "t10k-labels-idx1-ubyte.gz",
        packed_bytes=4_542,
        unpacked_bytes=10_008,
        sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)
"""The files of the original distribution, in the order of ``core.data.idx_folder.ROLES``."""

# The original address, yann.lecun.com/exdb/mnist, no longer has the files and asked programs to use copies.
MIRRORS: tuple[str, ...] = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

DOWNLOAD_BYTES = sum(file.packed_bytes for file in MNIST_FILES)
FINGERPRINT = bytes_fingerprint([file.sha256 for file in MNIST_FILES])

_NAME = "MNIST"
_SOURCE_NOTE = "Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits, CC BY-SA 3.0"


class DataMissingError(DataError):
    """Data that can be downloaded are not on this computer yet."""


def mnist_folder() -> Path:
    """Return the folder in which MNIST is kept; it need not exist yet."""
    return cache_folder() / "mnist"


def is_downloaded() -> bool:
    """Whether the four files are in the cache folder; their contents are checked when they are loaded."""
    try:
        find_files(mnist_folder())
    except DataError:
        return False
    return True


def load_mnist() -> Dataset:
    """Return MNIST from the cache folder.

    Raises DataMissingError where it is not there, DataError where it is damaged.
    """
    folder = mnist_folder()
    if not is_downloaded():
        raise DataMissingError(
            "MNIST is not on this computer yet: its four files were expected in '{folder}'. Download it "
            "(about {megabytes} MB), put the files there, or choose the folder that has them.",
            folder=folder,
            megabytes=round(DOWNLOAD_BYTES / 1e6),
        )
    dataset = as_mnist(load_idx_folder(folder))
    if dataset.fingerprint != FINGERPRINT:
        raise DataError(
            "The files in '{folder}' are not those of MNIST: their SHA-256 is not that of the original ones. "
            "Delete them and download MNIST again.",
            folder=folder,
        )
    return dataset


def as_mnist(dataset: Dataset) -> Dataset:
    """Return a data set that holds exactly MNIST under its proper name and source, any other one as it is."""
    if dataset.fingerprint != FINGERPRINT:
        return dataset
    return replace(dataset, name=_NAME, source_note=_SOURCE_NOTE)


def download_mnist(
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    *,
    mirrors: Sequence[str] = MIRRORS,
    limits: Limits | None = None,
) -> None:
    """Download MNIST into the cache folder; call it only when the user has asked for it.

    Parameters
    ----------
    progress : called as progress(bytes_here, bytes_in_all or None), from the calling thread.
    cancel : an object with ``is_set()``; obeyed within a fraction of a second.

    Raises
    ------
    DataError : it could not be downloaded or stored; the text says why.
    CancelledError : the user cancelled; what has arrived is kept.
    """
    download_files(MNIST_FILES, mirrors, mnist_folder(), progress, cancel, limits)

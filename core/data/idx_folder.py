"""A data set from a folder with four IDX files, named as those of MNIST are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.idx import idx_sha256, read_images, read_labels
from core.data.sample_numbers import sample_number
from core.errors import DataError
from core.texts import Text, text

ROLES: tuple[str, ...] = ("train-images", "train-labels", "test-images", "test-labels")
"""The four files, in the order in which functions here take and return them."""

_USUAL_NAMES = {
    "train-images": "train-images-idx3-ubyte",
    "train-labels": "train-labels-idx1-ubyte",
    "test-images": "t10k-images-idx3-ubyte",
    "test-labels": "t10k-labels-idx1-ubyte",
}
_NOUNS = {
    "train-images": text("training images"),
    "train-labels": text("training labels"),
    "test-images": text("test images"),
    "test-labels": text("test labels"),
}
_NAME = re.compile(
    r"(?:(?P<set>.+)-)?(?P<part>train|t10k|test)-(?P<what>images|labels)[-.]idx[13]-ubyte(?:\.gz)?",
    re.IGNORECASE,
)
Value = TypeVar("Value", bound=np.generic)

_SPARE_CLASSES = 10  # that may be empty beyond those in use: small sets leave out some, damaged ones many
_LISTED = 5  # names or rows shown in an error


def find_files(folder: Path) -> tuple[Path, Path, Path, Path]:
    """Return the four files of the data set in `folder`, in the order of ROLES.

    The names are those of MNIST, with "-" or "." before "idx", with or without ".gz", and possibly with the name of
    the set in front, such as ``emnist-letters-``. Of several forms of one file the unpacked one is taken.
    Raises DataError where the folder cannot be read, a file is missing, or several sets lie there.
    """
    sets: dict[str, dict[str, Path]] = {}
    names = _names_in(folder)
    for name in sorted(names, key=lambda name: (name.lower().endswith(".gz"), ".idx" in name, name)):
        match = _NAME.fullmatch(name)
        if match is not None and _may_be_read(folder / name):
            part = "train" if match["part"].lower() == "train" else "test"
            files = sets.setdefault((match["set"] or "").lower(), {})
            files.setdefault(f"{part}-{match['what'].lower()}", folder / name)
    complete = [files for files in sets.values() if len(files) == len(ROLES)]
    if "" in sets and sets[""] in complete:
        complete = [sets[""]]
    if len(complete) > 1:
        raise DataError(
            "The folder '{folder}' holds {found} data sets ({names}); one was expected. "
            "Put the four files of one of them into a folder of their own.",
            folder=folder,
            found=len(complete),
            names=_listed(sorted(name for name, files in sets.items() if files in complete)),
        )
    if not complete:
        raise _missing(folder, max(sets.values(), key=len, default={}), names)
    train_images, train_labels, test_images, test_labels = (complete[0][role] for role in ROLES)
    return train_images, train_labels, test_images, test_labels


def load_idx_folder(folder: Path) -> Dataset:
    """Return the data set in `folder`, called as the folder; raises DataError saying which file is at fault."""
    train_images, train_labels, test_images, test_labels = find_files(folder)
    inputs, labels = _read_pair(train_images, train_labels)
    test_inputs, tests = _read_pair(test_images, test_labels)
    if inputs.shape[1:] != test_inputs.shape[1:]:
        raise DataError(
            "The images of '{test}' have {found} pixels, those of '{train}' {expected}; both must be of one size. "
            "Put files of the same data set into the folder.",
            test=test_images.name,
            train=train_images.name,
            found=" × ".join(str(side) for side in test_inputs.shape[1:]),
            expected=" × ".join(str(side) for side in inputs.shape[1:]),
        )
    classes = _checked_classes(labels, train_labels.name)
    _check_known(tests, classes, test_labels.name, train_labels.name)
    name = folder.resolve().name or str(folder)
    return dataset_of_bytes(name, (inputs, labels, test_inputs, tests), classes, 255.0, f"IDX files in {folder}")


def dataset_of_bytes(
    name: str,
    arrays: tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]],
    classes: int,
    largest: float,
    source_note: str,
) -> Dataset:
    """Return a data set of byte images with the numbers 0 … classes − 1 as class names.

    `arrays` are in the order of ROLES; the fingerprint is that of `bytes_fingerprint`.
    """
    inputs, labels, test_inputs, test_labels = arrays
    return Dataset(
        name=name,
        inputs=_frozen(inputs),
        labels=_frozen(labels.astype(np.int64)),
        test_inputs=_frozen(test_inputs),
        test_labels=_frozen(test_labels.astype(np.int64)),
        classes=tuple(str(number) for number in range(classes)),
        value_range=(0.0, largest),
        fingerprint=bytes_fingerprint([idx_sha256(array) for array in arrays]),
        source_note=source_note,
    )


def bytes_fingerprint(sha256s: Sequence[str]) -> str:
    """Return the fingerprint of a data set from the SHA-256 of its four unpacked IDX files, in the order of ROLES."""
    return hashlib.sha256("\n".join(sha256s).encode()).hexdigest()


def _may_be_read(path: Path) -> bool:
    """Whether this is a file, not a folder or a pipe that would never end."""
    try:
        return path.is_file()
    except OSError:
        return True  # reading it will say why not


def _names_in(folder: Path) -> list[str]:
    try:
        if folder.is_file():
            raise DataError(
                "'{folder}' is a file; the folder with the four IDX files was expected. Choose the folder '{parent}'.",
                folder=folder,
                parent=folder.parent,
            )
        return [entry.name for entry in folder.iterdir()]
    except (OSError, ValueError) as error:  # the latter for a name that no file can have
        raise DataError(
            "The folder '{folder}' cannot be read ({reason}); a folder with four IDX files was expected. "
            "Check that it is there and that you may read it.",
            folder=folder,
            reason=getattr(error, "strerror", None) or error,
        ) from error


def _missing(folder: Path, files: dict[str, Path], names: list[str]) -> DataError:
    role = next(role for role in ROLES if role not in files)
    return DataError(
        "The folder '{folder}' has no {what}; a file '{expected}' or '{expected}.gz' was expected. "
        "Found: {found}. Put the missing file there, or choose another folder.",
        folder=folder,
        what=_NOUNS[role],
        expected=_USUAL_NAMES[role],
        found=_listed(sorted(names)) if names else text("nothing"),
    )


def _read_pair(images: Path, labels: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read images and their labels and check that there are as many."""
    pictures, numbers = read_images(images), read_labels(labels)
    if len(pictures) != len(numbers):
        raise DataError(
            "'{images}' holds {found:,} images, but '{labels}' holds {expected:,} labels; as many were expected. "
            "Put files of the same part of the same data set together.",
            images=images.name,
            labels=labels.name,
            found=len(pictures),
            expected=len(numbers),
        )
    return pictures, numbers


def _checked_classes(labels: NDArray[np.uint8], name: str) -> int:
    """Return the number of classes; refuse labels that leave most classes empty, as a damaged file has them."""
    counts = np.bincount(labels)
    classes, used = len(counts), int(np.count_nonzero(counts))
    if classes < 2:
        raise DataError(
            "'{file}' has the label {found} only; at least two classes were expected. Choose another label file.",
            file=name,
            found=0,
        )
    if classes > 2 * used + _SPARE_CLASSES:
        highest = np.flatnonzero(labels == classes - 1)
        raise DataError(
            "'{file}' has labels up to {found} (first at sample {sample:,}), but only {used} of these {classes} "
            "classes have samples; labels 0, 1, 2, … were expected. Correct the labels, or choose another file.",
            file=name,
            found=classes - 1,
            sample=sample_number(highest[0]),
            used=used,
            classes=classes,
        )
    return classes


def _check_known(labels: NDArray[np.uint8], classes: int, name: str, training_name: str) -> None:
    """Refuse test labels that no training label reaches."""
    rows = np.flatnonzero(labels >= classes)
    if len(rows):
        raise DataError(
            "'{file}' has {count:,} labels above {highest}, the highest of '{training}': {found}. "
            "Labels from 0 to {highest} were expected. Correct them, or put files of the same data set together.",
            file=name,
            count=len(rows),
            highest=classes - 1,
            training=training_name,
            found=_bad_labels(labels, rows),
        )


def _bad_labels(labels: NDArray[np.uint8], rows: NDArray[np.intp]) -> Text:
    shown = ", ".join(f"{labels[row]} ({sample_number(row):,})" for row in rows[:_LISTED])
    return text("label (sample) {list}", list=shown + (", …" if len(rows) > _LISTED else ""))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")


def _frozen(array: NDArray[Value]) -> NDArray[Value]:
    array.flags.writeable = False
    return array

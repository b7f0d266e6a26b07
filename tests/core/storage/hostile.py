"""Project files made to do harm or merely broken: genuine ones with one thing changed, sealed anew with a header
that fits, as an attacker would."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5g, h5p, h5s, h5t, h5z

from core.project.model import Project
from core.storage.header import header_of
from core.storage.records import record_of
from tests.core.storage.projects import small_project

Change = Callable[[h5py.File], None]
MetaChange = Callable[[dict[str, Any]], None]


def sealed(image: bytes) -> bytes:
    """An image with the header of a whole file."""
    return header_of(image)[0] + image


def image_with(change: Change, project: Project | None = None, meta: bytes | None = None) -> bytes:
    """The HDF5 image of a project after `change`, with another ``meta.json`` where one is given."""
    record = record_of(project or small_project())
    description = json.dumps(dict(record.meta)).encode() if meta is None else meta
    with h5py.File(secrets.token_hex(8), "w", driver="core", backing_store=False) as file:
        file.create_dataset("/meta.json", data=np.frombuffer(description, dtype=np.uint8))
        for path, array in record.arrays.items():
            file.create_dataset(path, data=array)
        change(file)
        file.flush()
        return bytes(file.id.get_file_image())


def file_with(change: Change) -> bytes:
    """A project file after `change`, with a header that fits."""
    return sealed(image_with(change))


def file_with_meta(change: MetaChange) -> bytes:
    """A project file whose ``meta.json`` was changed, with a header that fits."""
    meta = json.loads(json.dumps(dict(record_of(small_project()).meta)))
    change(meta)
    return sealed(image_with(nothing, meta=json.dumps(meta).encode()))


def file_with_description(description: bytes) -> bytes:
    """A project file with any bytes as its ``meta.json``."""
    return sealed(image_with(nothing, meta=description))


def nothing(file: h5py.File) -> None:
    """Leave the file as it is."""


def replaced_bias(make: Callable[[h5g.GroupID], None]) -> Change:
    """Put something else in the place of ``/weights/n2/bias``, which has 4 float32."""

    def change(file: h5py.File) -> None:
        del file["/weights/n2/bias"]
        make(file["/weights/n2"].id)

    return change


def _made(shape: tuple[int, ...], kind: Any, set_up: Callable[[Any], object], data: Any = None) -> Change:
    def make(group: h5g.GroupID) -> None:
        properties = h5p.create(h5p.DATASET_CREATE)
        set_up(properties)
        dataset = h5d.create(group, b"bias", kind, h5s.create_simple(shape), properties)
        if data is not None:
            dataset.write(h5s.ALL, h5s.ALL, data)

    return replaced_bias(make)


def of_type(kind: Any) -> Change:
    """An array of a type that a project never has."""
    return _made((4,), kind, lambda properties: None)


def external_data(path: str) -> Change:
    """An array whose values lie in a file of any name."""
    return _made((4,), h5t.IEEE_F32LE, lambda p: p.set_external(path.encode(), 0, 16))


def virtual(path: str) -> Change:
    """An array that is a view of one in another HDF5 file."""
    space = h5s.create_simple((4,))
    return _made((4,), h5t.IEEE_F32LE, lambda p: p.set_virtual(space, path.encode(), b"/secret", space))


def huge(shape: tuple[int, ...]) -> Change:
    """An array that claims much more than the file holds; nothing of it is stored."""
    return _made(shape, h5t.IEEE_F32LE, lambda properties: properties.set_alloc_time(h5d.ALLOC_TIME_LATE))


def bomb(passes: int) -> Change:
    """50 MB of zeros, deflated once or twice, so that the file stays small."""
    count = 12_500_000

    def set_up(properties: Any) -> None:
        properties.set_chunk((count,))
        for _ in range(passes):
            properties.set_filter(h5z.FILTER_DEFLATE, 0, (6,))

    return _made((count,), h5t.IEEE_F32LE, set_up, np.zeros(count, dtype=np.float32))


def unknown_filter(properties: Any) -> None:
    """Ask for a filter of which only a plug-in could know."""
    properties.set_chunk((4,))
    properties.set_filter(32_015, h5z.FLAG_OPTIONAL, ())


def chunked(set_up: Callable[[Any], object]) -> Change:
    """An array in chunks, set up in some way."""
    return _made((4,), h5t.IEEE_F32LE, set_up)


def compact(file: h5py.File) -> None:
    """An array inside the header of its object."""
    _made((4,), h5t.IEEE_F32LE, lambda p: p.set_layout(h5d.COMPACT), np.zeros(4, dtype=np.float32))(file)


def linked(target: Any, name: str = "bias") -> Change:
    """A link of some kind in the place of an array."""

    def change(file: h5py.File) -> None:
        if name in file["/weights/n2"]:
            del file[f"/weights/n2/{name}"]
        file[f"/weights/n2/{name}"] = target(file) if callable(target) else target

    return change


def renamed(name: bytes) -> Change:
    """A group with a name that no path has."""
    return lambda file: h5g.create(file["/weights"].id, name) and None  # type: ignore[func-returns-value]


def many_links(file: h5py.File) -> None:
    """Far more objects than a project has."""
    group = file.create_group("/weights/many")
    for number in range(100_000):
        group.id.links.create_soft(b"s%d" % number, b"/meta.json")


def deep(file: h5py.File) -> None:
    """A hundred groups in one another."""
    file.create_group("/weights" + "/a" * 100)


def no_space(file: h5py.File) -> None:
    """An array without any elements or shape."""
    replaced_bias(lambda group: h5d.create(group, b"bias", h5t.IEEE_F32LE, h5s.create(h5s.NULL)))(file)


def committed_type(file: h5py.File) -> None:
    """A type with a name instead of an array."""
    file["/weights/n2/kind"] = np.dtype("f4")


def array_of_committed_type(file: h5py.File) -> None:
    """An array whose type is an object of its own."""
    file["/weights/kind"] = np.dtype("f4")
    kind = file["/weights/kind"].id
    of_type(kind)(file)
    del file["/weights/kind"]


def attribute(path: str) -> Change:
    """An attribute somewhere; on it hangs what makes HDF5 run for ever."""

    def change(file: h5py.File) -> None:
        file[path].attrs["note"] = "text of any length"

    return change


def texts(file: h5py.File) -> None:
    """Texts of variable length in the place of numbers."""
    del file["/weights/n2/bias"]
    file.create_dataset("/weights/n2/bias", data=["a", "bb"], dtype=h5py.string_dtype())


def references(file: h5py.File) -> None:
    """References to objects in the place of numbers."""
    del file["/weights/n2/bias"]
    file.create_dataset("/weights/n2/bias", data=[file["/order"].ref], dtype=h5py.ref_dtype)


def opaque(tag: bytes) -> Any:
    """Numpy's own way to store any type by name."""
    kind = h5t.create(h5t.OPAQUE, 8)
    kind.set_tag(tag)
    return kind


def compound() -> Any:
    """A type of a thousand fields."""
    return h5t.py_create(np.dtype([(f"f{number}", "f4") for number in range(1000)]))

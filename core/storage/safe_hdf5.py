"""The strict walk over an HDF5 image from a stranger. Runs in the reading process only (reading_child.py).

HDF5 offers much that a project never uses and that can read other files, load libraries or eat all memory.
The walk accepts hard links, groups and plain arrays, checks each before it goes on, and reads no array:
it finds out where each one lies.
"""

from __future__ import annotations

import math
import secrets
from typing import Any

from h5py import h5a, h5d, h5f, h5g, h5l, h5o, h5p, h5s, h5t

from core.storage.schema import (
    ITEM_BYTES,
    MAXIMUM_DEPTH,
    MAXIMUM_OBJECTS,
    MAXIMUM_RANK,
    NAME,
    ArrayEntry,
)

_FILE_TYPES = {
    "uint8": h5t.STD_U8LE,
    "int64": h5t.STD_I64LE,
    "float32": h5t.IEEE_F32LE,
    "float64": h5t.IEEE_F64LE,
}
_LINKS = {h5l.TYPE_SOFT: "soft link", h5l.TYPE_EXTERNAL: "link"}
_LAYOUTS = {h5d.COMPACT: "part of a header", h5d.CHUNKED: "chunks", h5d.VIRTUAL: "a view of other data"}


class RefusedError(Exception):
    """The file holds what a project never does; `code` is a key of schema.REFUSALS."""

    def __init__(self, code: str, place: str = "", found: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.place = place
        self.found = str(found)[:200]


def contents_of_image(image: bytes) -> dict[str, ArrayEntry]:
    """Return where every array of an HDF5 image lies; raises RefusedError.

    May also crash or run for ever on an image made to do so: call it where that does no harm.
    """
    try:
        root = h5g.open(_open_image(image), b"/")
        return _walk(root, len(image))
    except RefusedError:
        raise
    except Exception as error:  # h5py turns HDF5's errors into half a dozen built-in classes
        raise RefusedError("unreadable", found=error) from error


def _open_image(image: bytes) -> Any:
    """Open an image in memory: HDF5 is given no file to write to."""
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_fapl_core(backing_store=False)
    access.set_file_image(image)
    return h5f.open(secrets.token_hex(8).encode("ascii"), h5f.ACC_RDONLY, access)


def _walk(root: Any, image_bytes: int) -> dict[str, ArrayEntry]:
    entries: dict[str, ArrayEntry] = {}
    seen = {h5o.get_info(root).addr}
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        path, group = waiting.pop()
        _check_attributes(path or "/", group)
        for name in _names(path or "/", group, MAXIMUM_OBJECTS - len(seen)):
            place = f"{path}/{name.decode('ascii')}"
            child = _open_child(place, group, name)
            address = h5o.get_info(child).addr
            if address in seen:
                raise RefusedError("shared", place)
            seen.add(address)
            if isinstance(child, h5d.DatasetID):
                entries[place] = _entry(place, child, image_bytes)
            elif place.count("/") >= MAXIMUM_DEPTH:
                raise RefusedError("too_deep", place, MAXIMUM_DEPTH)
            else:
                waiting.append((place, child))
    return entries


def _names(path: str, group: Any, room: int) -> list[bytes]:
    """Return the names in a group, of which there may be `room`; each is a hard link with a plain name."""
    links: list[tuple[bytes, int]] = []

    def take(name: bytes, info: Any) -> bool:
        links.append((name, info.type))
        return len(links) > room

    group.links.iterate(take, info=True)
    if len(links) > room:
        raise RefusedError("too_many", found=MAXIMUM_OBJECTS)
    for name, kind in links:
        if not NAME.match(name.decode("latin-1")):
            raise RefusedError("name", path, ascii(name[:40].decode("latin-1")))
        if kind != h5l.TYPE_HARD:
            raise RefusedError("link", f"{path}/{name.decode('ascii')}", _LINKS.get(kind, "link"))
    return [name for name, _ in links]


def _open_child(place: str, group: Any, name: bytes) -> Any:
    child = h5o.open(group, name)
    if not isinstance(child, (h5g.GroupID, h5d.DatasetID)):
        raise RefusedError("kind", place)
    _check_attributes(place, child)
    return child


def _check_attributes(place: str, thing: Any) -> None:
    if h5a.get_num_attrs(thing):
        raise RefusedError("attributes", place)


def _entry(place: str, dataset: Any, image_bytes: int) -> ArrayEntry:
    """Check one array and return where it lies."""
    stored = dataset.get_create_plist()
    if stored.get_external_count():
        raise RefusedError("external", place)
    if (layout := stored.get_layout()) != h5d.CONTIGUOUS:
        raise RefusedError("layout", place, _LAYOUTS.get(layout, "something unknown"))
    if stored.get_nfilters():
        raise RefusedError("filters", place)
    dtype = _type_name(place, dataset.get_type())
    shape = _shape(place, dataset.get_space())
    # Python integers: a product of declared sizes can be far beyond 64 bits.
    wanted = math.prod(shape) * ITEM_BYTES[dtype]
    if wanted == 0:
        return ArrayEntry(dtype, shape, 0)
    offset = dataset.get_offset()
    if offset is None or dataset.get_storage_size() != wanted or not 0 < offset <= image_bytes - wanted:
        raise RefusedError("size", place, wanted)
    return ArrayEntry(dtype, shape, int(offset))


def _type_name(place: str, found: Any) -> str:
    # The class first: comparing goes into the fields of a compound type.
    if found.get_class() in (h5t.INTEGER, h5t.FLOAT) and found.get_size() <= 8 and not found.committed():
        for name, expected in _FILE_TYPES.items():
            if found == expected:
                return name
    raise RefusedError("type", place, type(found).__name__.removeprefix("Type").removesuffix("ID"))


def _shape(place: str, space: Any) -> tuple[int, ...]:
    if space.get_simple_extent_type() not in (h5s.SCALAR, h5s.SIMPLE):
        raise RefusedError("rank", place, "no")
    if (rank := space.get_simple_extent_ndims()) > MAXIMUM_RANK:
        raise RefusedError("rank", place, rank)
    return tuple(int(size) for size in space.get_simple_extent_dims())

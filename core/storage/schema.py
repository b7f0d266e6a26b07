"""The project file's format: its name, its version, its limits, and the ways in which a file breaks them.

::

    bytes 0 … 511   user block: mark and version, SHA-256 and length of the rest (see header.py)
    then            an HDF5 file:
    /meta.json                                   the project's values as JSON (UTF-8), as uint8
    /weights/<layer>/<parameter>                 float32 or float64
    /buffers/<layer>/<name>                      likewise
    /best/<layer>/<parameter or buffer>          likewise; empty unless a run may go back to them
    /optimizer/<slot>/<layer>/<parameter>        like the parameter
    /order                                       int64, order of the samples in the current epoch
    /history/training/<column>                   float64; ``iteration`` is int64
    /history/validation/<column>                 likewise
    /history/layers/<column>                     likewise
    /timeline/moments/<number>/weights           a kept moment: its weights as one vector, in the order of /weights
    /timeline/moments/<number>/buffers           likewise
    /timeline/moments/<number>/slot.<slot>       likewise
    /timeline/orders/<number>                    int64, an order of the samples that moments name
    /timeline/best/<number>                      best weights and buffers that moments name, as one vector

Every array is contiguous, uncompressed and little-endian; there are no attributes, links, filters, strings or
compound types, so reading one is slicing bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FORMAT = "layerloom project"
VERSION = 1

META_PATH = "/meta.json"
ORDER_PATH = "/order"
TIMELINE_PATH = "/timeline"

MAXIMUM_FILE_BYTES = 2 * 1024**3
MAXIMUM_META_BYTES = 8 * 1024**2
MAXIMUM_OBJECTS = 50_000
MAXIMUM_DEPTH = 4
MAXIMUM_RANK = 4
MAXIMUM_LAYERS = 5_000
MAXIMUM_LINKS = 20_000

NAME = re.compile(r"(?!\.\.?\Z)[A-Za-z0-9_.-]{1,64}\Z")
"""Names of HDF5 objects, so also of layers, links, parameters, slots and history columns in a file."""

NUMPY_TYPES: Mapping[str, str] = MappingProxyType({"uint8": "|u1", "int64": "<i8", "float32": "<f4", "float64": "<f8"})
"""The types an array can have, and their numpy codes."""

ITEM_BYTES: Mapping[str, int] = MappingProxyType({"uint8": 1, "int64": 8, "float32": 4, "float64": 8})

# What the reading process can object to; it sends the key, the place and what it found, never a sentence.
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "unreadable": "its HDF5 structure cannot be read ({found}).",
        "too_many": "it holds more than {found} objects.",
        "too_deep": "{place} is nested more than {found} levels deep.",
        "name": "{place} holds an object with the name {found}, which a project never has.",
        "link": "{place} is a {found} to something else, which could lead out of the file.",
        "shared": "{place} leads to an object that stands elsewhere too.",
        "attributes": "{place} carries attributes, which a project never has.",
        "kind": "{place} is neither a group nor an array.",
        "external": "the data of {place} lie in another file.",
        "layout": "the data of {place} are stored as {found}; expected in one piece.",
        "filters": "the data of {place} are compressed or filtered.",
        "type": "{place} is of the type {found}; expected uint8, int64, float32 or float64.",
        "rank": "{place} has {found} dimensions.",
        "size": "{place} claims {found} bytes, which are not there.",
    }
)


@dataclass(frozen=True, slots=True)
class ArrayEntry:
    """Where an array lies in the HDF5 image.

    Attributes
    ----------
    dtype : key of NUMPY_TYPES.
    offset : first byte, counted from the start of the image; 0 for an empty array.
    """

    dtype: str
    shape: tuple[int, ...]
    offset: int


Contents = Mapping[str, ArrayEntry]
"""Every array of a file by its path, such as ``/weights/n2/bias``."""

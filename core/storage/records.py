"""A project as plain data: what ``meta.json`` says and the arrays by path, and back, with every value checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

import core
from core.data.reference import DATA_OPTIONS, DataReference
from core.errors import LayerloomError, ProjectFileError
from core.graph.model import Graph, Link, Node
from core.graph.topology import topological_order
from core.layers.catalog import LAYERS
from core.options import complete
from core.project.model import NO_MOMENTS, Layout, Project
from core.storage.fields import Fields, checked_real, refuse
from core.storage.migrations import Record
from core.storage.schema import FORMAT, MAXIMUM_LAYERS, MAXIMUM_LINKS, NAME, NUMPY_TYPES, TIMELINE_PATH, VERSION
from core.storage.state_records import state_from, state_record
from core.storage.timeline_records import timeline_from, timeline_record
from core.training.config import TrainingConfig

MAXIMUM_NAME_LENGTH = 200
MAXIMUM_LOCATION_LENGTH = 32_768
LARGEST_COORDINATE = 1e9

_TOP = ("format", "version", "program", "network", "layout", "data", "training", "state", "timeline", "arrays")
_NUMBERED = re.compile(r"[nl]([0-9]+)\Z")


def record_of(project: Project) -> Record:
    """Return the record of a project, in the present version; kept moments only where it is configured so."""
    state, arrays = (None, {}) if project.state is None else state_record(project.state)
    moments: list[dict[str, Any]] = []
    if project.state is not None and project.training.keep_in_file:
        moments, kept = timeline_record(project.timeline, project.state)
        arrays |= kept
    meta = {
        "format": FORMAT,
        "version": VERSION,
        "program": core.__version__,
        "network": _network_record(project.graph),
        "layout": {node_id: [float(x), float(y)] for node_id, (x, y) in project.layout.items()},
        "data": {
            "source": project.data.source,
            "location": project.data.location,
            **{option.key: getattr(project.data, option.key) for option in DATA_OPTIONS},
        },
        "training": project.training.values(),
        "state": state,
        "timeline": moments,
        "arrays": {path: _description(array) for path, array in arrays.items()},
    }
    return Record(meta, arrays)


def meta_bytes(record: Record) -> bytes:
    """Return ``meta.json``. ASCII only: a folder's name need not be valid Unicode, and escapes can hold it."""
    return json.dumps(record.meta, allow_nan=False, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def check_listing(meta: Any, arrays: Mapping[str, NDArray[Any]]) -> Record:
    """Return the record of a file with its arrays in the order in which `meta` lists them.

    Raises ProjectFileError where the list and the arrays that were found differ in anything.
    """
    if not isinstance(meta, dict) or not isinstance(listed := meta.get("arrays"), dict):
        raise ProjectFileError("its description lists no arrays.")
    for path in listed.keys() ^ arrays.keys():
        raise ProjectFileError(
            "the array '{path}' is {fault}.",
            path=str(path)[:200],
            fault="listed but missing" if path in listed else "there but not listed",
        )
    for path, array in arrays.items():
        if listed[path] != _description(array):
            refuse(f"arrays.{path}", listed[path], f"{_description(array)}, as found")
    return Record(meta, MappingProxyType({path: arrays[path] for path in listed}))


def project_from(record: Record) -> Project:
    """Return the project of a record of the present version; raises ProjectFileError naming what does not fit."""
    top = Fields(record.meta, "", _TOP)
    top.choice("format", [FORMAT])
    top.whole("version", VERSION, VERSION)
    top.text("program", 100)
    graph = _graph_from(top.table("network", ("next_number", "layers", "links")))
    state = top.raw("state")
    if state is None and (record.arrays or top.raw("timeline") != []):
        raise ProjectFileError("it holds arrays or moments, but no trained state that they belong to.")
    kept = {path: array for path, array in record.arrays.items() if path.startswith(f"{TIMELINE_PATH}/")}
    own = {path: array for path, array in record.arrays.items() if path not in kept}
    trained = None if state is None else state_from(state, own)
    return Project(
        graph=graph,
        layout=_layout_from(top, graph),
        data=_data_from(top),
        training=_training_from(top),
        state=trained,
        timeline=NO_MOMENTS if trained is None else timeline_from(top.raw("timeline"), kept, trained),
    )


def _description(array: NDArray[Any]) -> dict[str, Any]:
    dtype = array.dtype.name
    if dtype not in NUMPY_TYPES:
        refuse("dtype", dtype, "one of " + ", ".join(NUMPY_TYPES))
    return {"dtype": dtype, "shape": list(array.shape)}


def _network_record(graph: Graph) -> dict[str, Any]:
    return {
        "next_number": int(graph.next_number),
        "layers": [
            {
                "id": node.id,
                "kind": node.kind,
                "name": node.name,
                "options": dict(complete(LAYERS[node.kind].options, node.options)),
            }
            for node in graph.nodes
        ],
        "links": [{"id": link.id, "source": link.source, "target": link.target} for link in graph.links],
    }


def _graph_from(fields: Fields) -> Graph:
    layers = fields.items("layers", MAXIMUM_LAYERS)
    links = fields.items("links", MAXIMUM_LINKS)
    nodes = tuple(_node_from(value, f"network.layers[{number}]") for number, value in enumerate(layers))
    wires = tuple(_link_from(value, f"network.links[{number}]") for number, value in enumerate(links))
    next_number = fields.whole("next_number", minimum=1)
    identities = [*(node.id for node in nodes), *(wire.id for wire in wires)]
    numbers = [int(found[1]) for identity in identities if (found := _NUMBERED.match(identity))]
    if numbers and max(numbers) >= next_number:
        refuse("network.next_number", next_number, f"more than {max(numbers)}, which is in use")
    try:
        graph = Graph(nodes, wires, next_number)
    except LayerloomError as error:
        raise ProjectFileError("its network is wrong: {reason}", reason=error.text) from error
    _check_links(graph)
    return graph


def _node_from(value: Any, place: str) -> Node:
    fields = Fields(value, place, ("id", "kind", "name", "options"))
    kind = fields.text("kind", 100)
    options = fields.mapping("options", 1_000)
    try:
        completed = complete(LAYERS[kind].options, options)
    except LayerloomError as error:
        raise ProjectFileError("its layer '{place}' is wrong: {reason}", place=place, reason=error.text) from error
    return Node(_identity(fields, "id"), kind, completed, fields.text("name", MAXIMUM_NAME_LENGTH))


def _link_from(value: Any, place: str) -> Link:
    fields = Fields(value, place, ("id", "source", "target"))
    return Link(_identity(fields, "id"), _identity(fields, "source"), _identity(fields, "target"))


def _identity(fields: Fields, key: str) -> str:
    value = fields.text(key, 64)
    if not NAME.match(value):
        refuse(fields.place(key), value, "1 to 64 letters, digits or _ . -")
    return value


def _check_links(graph: Graph) -> None:
    """Refuse what the editor refuses, in time linear in layers and links."""
    pairs = {(link.source, link.target) for link in graph.links}
    if len(pairs) != len(graph.links):
        raise ProjectFileError("its network is wrong: two links connect the same layers.")
    if len(topological_order([node.id for node in graph.nodes], graph.successors)) != len(graph.nodes):
        raise ProjectFileError("its network is wrong: its links close a cycle.")
    for node in graph.nodes:
        kind, count = LAYERS[node.kind], len(graph.links_into(node.id))
        if kind.maximum_inputs is not None and count > kind.maximum_inputs:
            refuse(f"network: inputs of {node.id}", count, f"at most {kind.maximum_inputs}")
        if not kind.has_output and graph.links_from(node.id):
            refuse(f"network: links from {node.id}", len(graph.links_from(node.id)), "none")


def _layout_from(top: Fields, graph: Graph) -> Layout:
    places: dict[str, tuple[float, float]] = {}
    for node_id, value in top.mapping("layout", MAXIMUM_LAYERS).items():
        place = f"layout.{node_id[:64]}"
        if node_id not in graph:
            refuse(place, node_id, "the identity of a layer")
        if not isinstance(value, list) or len(value) != 2:
            refuse(place, value, "two coordinates")
        x, y = (checked_real(number, place, LARGEST_COORDINATE) for number in value)
        places[node_id] = (x, y)
    return MappingProxyType(places)


def _data_from(top: Fields) -> DataReference:
    """Return the choice of data; options that are missing have their defaults, as those of layers have."""
    given, known = top.mapping("data", 1_000), [option.key for option in DATA_OPTIONS]
    options = {key: given[key] for key in known if key in given}
    fields = top.table("data", ("source", "location", *options))
    try:
        return DataReference(fields.text("source", 100), fields.text("location", MAXIMUM_LOCATION_LENGTH), **options)
    except LayerloomError as error:
        raise ProjectFileError("its choice of data is wrong: {reason}", reason=error.text) from error


def _training_from(top: Fields) -> TrainingConfig:
    try:
        return TrainingConfig.from_values(top.mapping("training", 1_000))
    except LayerloomError as error:
        raise ProjectFileError("its training configuration is wrong: {reason}", reason=error.text) from error

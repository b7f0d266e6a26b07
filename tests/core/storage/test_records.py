"""Every value of a description is checked: what does not fit is refused with its place and what was expected."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from core.errors import ProjectFileError
from core.storage.fields import parse_json
from core.storage.migrations import Record
from core.storage.reader import read_project
from core.storage.records import check_listing, meta_bytes, project_from, record_of
from core.storage.schema import MAXIMUM_LAYERS, MAXIMUM_META_BYTES
from tests.core.storage import hostile
from tests.core.storage.projects import assert_same, small_project

Key = str | int


def changed(value: Any, *path: Key) -> Callable[[dict[str, Any]], None]:
    """Put `value` at a place of the description."""

    def change(meta: dict[str, Any]) -> None:
        inner: Any = meta
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value

    return change


def without(*path: Key) -> Callable[[dict[str, Any]], None]:
    """Take a value out of the description."""

    def change(meta: dict[str, Any]) -> None:
        inner: Any = meta
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]

    return change


def layer(number: int, *path: Key) -> tuple[Key, ...]:
    return ("network", "layers", number, *path)


LINK = {"id": "extra", "source": "n2", "target": "n4"}

META: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "another format": (changed("zip", "format"), "'format' is 'zip'; expected one of layerloom project"),
    "key too many": (changed(1, "more"), r"'meta\.json' is \[.*'more'.*\]; expected an object with arrays, data"),
    "key missing": (without("layout"), r"'meta\.json' is"),
    "no object": (changed([], "network"), r"'network' is \[\]; expected an object with layers, links, next_number"),
    "layers no list": (changed({}, "network", "layers"), "'network.layers' is {}; expected a list"),
    "too many layers": (
        lambda meta: meta["network"].update(layers=[meta["network"]["layers"][0]] * (MAXIMUM_LAYERS + 1)),
        "a list of at most 5,000",
    ),
    "unknown kind": (
        changed("dens", *layer(1, "kind")),
        r"'network\.layers\[1\]' is wrong: Unknown layer kind 'dens'\. Known: input",
    ),
    "kind no text": (changed(["dense"], *layer(1, "kind")), r"layers\[1\]\.kind' is \['dense'\]; expected a text"),
    "unknown option": (changed(1, *layer(1, "options", "unit")), r"Unknown option 'unit'\. Known options: units"),
    "option out of range": (changed(0, *layer(1, "options", "units")), "'Units' cannot be 0: expected a whole number"),
    "option of another type": (changed("4", *layer(1, "options", "units")), "'Units' cannot be '4'"),
    "option a fraction": (changed(4.0, *layer(1, "options", "units")), r"'Units' cannot be 4\.0"),
    "huge shape": (changed([10**9], *layer(0, "options", "shape")), r"'Shape' cannot be \[1000000000\]"),
    "options no object": (changed([], *layer(1, "options")), r"options' is \[\]; expected an object"),
    "name no text": (changed(None, *layer(1, "name")), r"name' is None; expected a text"),
    "endless name": (changed("x" * 201, *layer(1, "name")), "a text of at most 200 characters"),
    "layer key missing": (without(*layer(1, "name")), r"'network\.layers\[1\]' is"),
    "identity twice": (changed("n1", *layer(1, "id")), "share an identity"),
    "identity with a slash": (changed("a/b", *layer(1, "id")), r"id' is 'a/b'; expected 1 to 64 letters"),
    "identity of dots": (changed("..", *layer(1, "id")), "expected 1 to 64 letters"),
    "link into nothing": (changed("n99", "network", "links", 0, "target"), "leads to a layer that does not exist"),
    "link to itself": (changed("n2", "network", "links", 0, "source"), "close a cycle"),
    "cycle": (lambda meta: meta["network"]["links"].append({**LINK, "source": "n4", "target": "n2"}), "close a cycle"),
    "link twice": (lambda meta: meta["network"]["links"].append(LINK), "two links connect the same layers"),
    "link from an end": (
        lambda meta: meta["network"].update(links=[{**LINK, "source": "n6", "target": "n2"}]),
        "'network: links from n6' is 1; expected none",
    ),
    "second input": (
        lambda meta: meta["network"]["links"].append({**LINK, "target": "n6"}),
        "'network: inputs of n6' is 2; expected at most 1",
    ),
    "input into an input": (
        lambda meta: meta["network"].update(links=[{**LINK, "target": "n1"}]),
        "'network: inputs of n1' is 1; expected at most 0",
    ),
    "number in use": (changed(7, "network", "next_number"), "'network.next_number' is 7; expected more than 7"),
    "number no number": (changed(True, "network", "next_number"), "'network.next_number' is True"),
    "place of no layer": (changed([0, 0], "layout", "n99"), "the identity of a layer"),
    "place of one number": (changed([0], "layout", "n1"), "two coordinates"),
    "place too far": (changed([0, 1e300], "layout", "n1"), "a number from"),
    "place no number": (changed([0, "0"], "layout", "n1"), r"'layout\.n1' is '0'; expected a number"),
    "place true": (changed([True, 0], "layout", "n1"), "is True; expected a number"),
    "unknown scaling": (changed("log", "data", "scaling"), "choice of data is wrong: 'Scaling' cannot be 'log'"),
    "share of validation": (changed(91, "data", "validation_percent"), "'Validation %' cannot be 91"),
    "source no text": (changed(3, "data", "source"), r"'data\.source' is 3"),
    "data key too many": (changed(3, "data", "url"), "'data' is"),
    "unknown optimiser": (
        changed("sgdd", "training", "optimizer"),
        "configuration is wrong: 'Optimiser' cannot be 'sgdd'",
    ),
    "option of another optimiser": (changed(0.5, "training", "optimizer_options", "beta"), "Unknown option 'beta'"),
    "rate below 0": (changed(-1.0, "training", "learning_rate"), r"'Rate η' cannot be -1\.0"),
    "unknown number type": (changed("float16", "training", "dtype"), "'Numbers' cannot be 'float16'"),
    "batch a truth": (changed(True, "training", "batch_size"), "'Batch' cannot be True"),
    "state no object": (changed(3, "state"), "'state' is 3"),
    "state gone": (changed(None, "state"), "no trained state that they belong to"),
    "state's type": (
        changed("float16", "state", "dtype"),
        r"'state\.dtype' is 'float16'; expected one of float32, float64",
    ),
    "state of another type": (
        changed("float64", "state", "dtype"),
        "'/weights/n2/kernel.l3' is 'float32'; expected float64",
    ),
    "state's optimiser": (
        changed("x", "state", "optimizer"),
        r"'state\.optimizer' is 'x'; expected one of sgd, momentum",
    ),
    "slot without arrays": (
        changed(["velocity", "m"], "state", "slots"),
        "'m' does not have the shapes of the weights",
    ),
    "arrays without slot": (changed([], "state", "slots"), "'/optimizer/velocity/.*' belongs to nothing"),
    "slot no text": (changed([None], "state", "slots"), r"'state\.slots' is None"),
    "another generator": (
        changed("MT19937", "state", "generators", "shuffle", "bit_generator"),
        "expected one of PCG64",
    ),
    "generator beyond 128 bits": (changed(str(2**128), "state", "generators", "shuffle", "state"), r"below 2\^128"),
    "generator a number": (changed(5, "state", "generators", "shuffle", "inc"), "inc' is 5; expected a text"),
    "generator in words": (changed("-5", "state", "generators", "shuffle", "inc"), "a whole number below"),
    "generator's half": (changed(2, "state", "generators", "shuffle", "has_uint32"), "a whole number from 0 to 1"),
    "counter in words": (changed("1", "state", "counters", "updates"), "counters.updates' is '1'; expected a number"),
    "updates below 0": (changed(-1, "state", "counters", "updates"), "updates' is -1; expected a whole number"),
    "updates a fraction": (changed(0.5, "state", "counters", "updates"), "expected a whole number from 0 on"),
    "iteration below 0": (changed(-1, "state", "position", "iteration"), r"position\.iteration' is -1"),
    "iteration beyond 64 bits": (changed(2**63, "state", "position", "iteration"), "a whole number from 0 to"),
    "iteration a fraction": (changed(1.0, "state", "position", "iteration"), r"iteration' is 1\.0"),
    "sample after the last": (changed(13, "state", "position", "sample"), "a whole number from 0 to 12"),
    "more correct than samples": (changed(8, "state", "pending", "correct"), "a whole number from 0 to 7"),
    "sum no number": (changed("0", "state", "pending", "loss_sum"), "loss_sum' is '0'; expected a number"),
    "sum beyond float64": (changed(10**400, "state", "pending", "loss_sum"), "expected a number"),
    "edited maybe": (changed(1, "state", "edited_by_hand"), "edited_by_hand' is 1; expected true or false"),
    "conditions no texts": (changed({"numpy": 2}, "state", "run_conditions"), "'numpy' is 2; expected a text"),
    "shape listed wrongly": (changed([5], "arrays", "/weights/n2/bias", "shape"), "as found"),
    "type listed wrongly": (changed("float64", "arrays", "/weights/n2/bias", "dtype"), "as found"),
    "arrays not listed": (without("arrays"), "lists no arrays"),
    "arrays a list": (changed([], "arrays"), "lists no arrays"),
    "array without a place": (changed({}, "arrays", "/weights/n9/bias"), "'/weights/n9/bias' is listed but missing"),
}

ARRAYS: dict[str, tuple[str, Any, str]] = {
    "weight not a number": (
        "/weights/n2/bias",
        np.array([0, np.nan, 0, 0], np.float32),
        "'/weights/n2/bias' holds values",
    ),
    "infinite weight": ("/weights/n4/kernel.l5", np.full((4, 3), np.inf, np.float32), "no finite numbers"),
    "infinite slot": ("/optimizer/velocity/n2/bias", np.full(4, -np.inf, np.float32), "no finite numbers"),
    "slot of another shape": (
        "/optimizer/velocity/n2/bias",
        np.zeros(5, np.float32),
        "'velocity' does not have the shapes",
    ),
    "order names one twice": ("/order", np.zeros(12, np.int64), "does not name each sample once"),
    "order below 0": ("/order", np.arange(-1, 11), "does not name each sample once"),
    "order in rows": ("/order", np.arange(12).reshape(3, 4), "does not name each sample once"),
    "order of fractions": ("/order", np.arange(12.0), "does not name each sample once"),
    "column of another length": ("/history/training/loss", np.zeros(4), "'training' do not fit together"),
    "column of whole numbers": ("/history/training/loss", np.zeros(5, np.int64), "one row of float64"),
    "column in rows": ("/history/training/loss", np.zeros((5, 1)), "one row of float64"),
    "iterations of fractions": ("/history/training/iteration", np.zeros(5), "one row of int64"),
    "iterations below 0": ("/history/validation/iteration", np.array([-5, 3]), "counts below 0"),
    "array at no place": ("/weights/n2", np.zeros(3, np.float32), "'/weights/n2' belongs to nothing"),
    "table of no run": ("/history/test/loss", np.zeros(5), "'/history/test/loss' belongs to nothing"),
}


@pytest.fixture
def meta() -> dict[str, Any]:
    """The description of a project, as read."""
    result: dict[str, Any] = json.loads(meta_bytes(record_of(small_project())))
    return result


def read(meta: Any, arrays: Any = None) -> Any:
    """The project of a description, as a reader makes it."""
    return project_from(check_listing(meta, arrays or record_of(small_project()).arrays))


def test_the_description_is_accepted_where_nothing_is_changed(meta: dict[str, Any]) -> None:
    assert read(meta).graph == small_project().graph


@pytest.mark.parametrize("what", META)
def test_a_value_that_does_not_fit_is_refused(meta: dict[str, Any], what: str) -> None:
    change, reason = META[what]
    change(meta)
    with pytest.raises(ProjectFileError, match=reason):
        read(meta)


@pytest.mark.parametrize("what", ARRAYS)
def test_an_array_that_does_not_fit_is_refused(meta: dict[str, Any], what: str) -> None:
    path, array, reason = ARRAYS[what]
    arrays = {**record_of(small_project()).arrays, path: array}
    meta["arrays"][path] = {"dtype": array.dtype.name, "shape": list(array.shape)}
    with pytest.raises(ProjectFileError, match=reason):
        read(meta, arrays)


def test_a_history_without_iterations_is_refused(meta: dict[str, Any]) -> None:
    arrays = dict(record_of(small_project()).arrays)
    del arrays["/history/training/iteration"], meta["arrays"]["/history/training/iteration"]
    with pytest.raises(ProjectFileError, match="'training' do not fit together"):
        read(meta, arrays)


def test_a_state_without_the_order_of_its_samples_is_refused(meta: dict[str, Any]) -> None:
    arrays = dict(record_of(small_project()).arrays)
    del arrays["/order"], meta["arrays"]["/order"]
    with pytest.raises(ProjectFileError, match="the order of its samples is missing"):
        read(meta, arrays)


def test_a_history_may_hold_what_is_no_number(meta: dict[str, Any]) -> None:
    column = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0])
    arrays = {**record_of(small_project()).arrays, "/history/training/loss": column}
    state = read(meta, arrays).state
    assert state.history.training["loss"].tobytes() == column.tobytes()


def test_an_option_that_a_file_lacks_takes_its_default(meta: dict[str, Any]) -> None:
    del meta["network"]["layers"][1]["options"]["activation"]
    assert read(meta).graph.node("n2").options["activation"] == "sigmoid"


def test_a_description_of_anything_never_raises_anything_else(meta: dict[str, Any]) -> None:
    """Every value of the description, in turn, becomes something of every other sort."""
    strange: list[Any] = [None, True, -1, 0.5, 10**30, "", "x" * 300, [], [[]], [None], {}, {"": ""}, {"id": 1}]
    tried = 0
    for path in list(_paths(meta)):
        for value in strange:
            text = json.dumps(meta)
            other = json.loads(text)
            changed(value, *path)(other)
            tried += 1
            try:
                read(other)
            except ProjectFileError as refused:
                assert str(refused)
    assert tried > 1_000


def _paths(value: Any, start: tuple[Key, ...] = ()) -> Any:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*start, key)
        yield from _paths(inner, (*start, key))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "Expecting value"),
        (b"\xff\xfe", "utf-8"),
        (b"{", "Expecting"),
        (b"[" * 100_000, "recursion"),
        (b'{"a":' * 50_000, "recursion"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b"[-Infinity]", "-Infinity is not a number"),
        (b"[1e999]", "1e999 is too large"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"1" * 10_000, "digits"),
    ],
)
def test_json_that_is_no_plain_description_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(ProjectFileError, match=f"description cannot be read .*{reason}"):
        parse_json(text)


def test_json_attacks_are_refused_in_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    for description, reason in (
        (b"[" * 100_000, "description cannot be read"),
        (b"[]", "lists no arrays"),
        (b" " * (MAXIMUM_META_BYTES + 1), "larger than 8,388,608 bytes"),
    ):
        path.write_bytes(hostile.file_with_description(description))
        with pytest.raises(ProjectFileError, match=rf"'p\.h5' cannot be opened: .*{reason}"):
            read_project(path)


def test_a_refused_value_is_shown_in_short(meta: dict[str, Any]) -> None:
    changed(["x" * 10_000] * 1000, "network", "next_number")(meta)
    with pytest.raises(ProjectFileError) as refused:
        read(meta)
    assert len(str(refused.value)) < 400


def test_a_text_of_a_file_is_never_a_template(meta: dict[str, Any]) -> None:
    changed("{place.__class__}{0}{", *layer(1, "kind"))(meta)
    with pytest.raises(ProjectFileError, match=r"Unknown layer kind '\{place\.__class__\}\{0\}\{'"):
        read(meta)


def test_order_of_arrays_follows_the_description(meta: dict[str, Any]) -> None:
    record = record_of(small_project())
    shuffled = MappingProxyType(dict(sorted(record.arrays.items(), reverse=True)))
    assert list(check_listing(meta, shuffled).arrays) == list(record.arrays)
    for array in shuffled.values():
        array.flags.writeable = False
    assert_same(project_from(check_listing(meta, shuffled)), small_project())


def test_a_record_is_not_changed_by_reading_it(meta: dict[str, Any]) -> None:
    before = json.dumps(meta)
    project_from(Record(meta, record_of(small_project()).arrays))
    assert json.dumps(meta) == before

"""Kept moments in a project file: saved where it is asked for, read back to the bit, checked like all else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ProjectFileError
from core.project import edits
from core.project.model import Project
from core.storage.autosave import AutosaveFile
from core.storage.migrations import Record
from core.storage.reader import read_project, read_summary
from core.storage.records import check_listing, meta_bytes, project_from, record_of
from core.storage.writer import project_bytes, write_project
from core.training.config import TrainingConfig
from core.training.gate import Gate
from core.training.runner import Extent, Runner
from core.training.session import Session
from core.training.timeline import MAXIMUM_MOMENTS, Timeline
from tests.core.graph.networks import chain
from tests.core.storage.projects import assert_same, small_project, with_moments
from tests.core.training.digests import digest
from tests.core.training.prepared import random_data
from tests.core.training.threads import ended

PROJECT = with_moments(small_project())
RECORD = record_of(PROJECT)
MOMENTS = "/timeline/moments"


def meta() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(meta_bytes(RECORD))
    return value


def read(changed: dict[str, Any], arrays: dict[str, Any] | None = None) -> Project:
    return project_from(Record(changed, RECORD.arrays if arrays is None else arrays))


def test_moments_come_back_bit_for_bit_and_share_what_they_shared(tmp_path: Path) -> None:
    write_project(PROJECT, tmp_path / "p.h5")
    found = read_project(tmp_path / "p.h5").project
    assert len(found.timeline) == 5
    assert_same(found, PROJECT)
    orders, saved = ([moment.state.position.order for moment in t] for t in (found.timeline, PROJECT.timeline))
    assert [[one is two for one in orders] for two in orders] == [[one is two for one in saved] for two in saved]
    assert orders[0] is orders[1] and orders[1] is not orders[2]
    assert found.timeline.nbytes == PROJECT.timeline.nbytes


@pytest.mark.parametrize("keep", [False, True])
def test_moments_are_saved_only_where_it_is_asked_for(tmp_path: Path, keep: bool) -> None:
    project = edits.set_training(PROJECT, "keep_in_file", keep)
    write_project(project, tmp_path / "p.h5")
    assert len(read_project(tmp_path / "p.h5").project.timeline) == (5 if keep else 0)
    assert read_summary(tmp_path / "p.h5").iteration == 50


def test_the_copy_against_a_crash_holds_no_moments(tmp_path: Path) -> None:
    file = AutosaveFile(tmp_path, "one")
    file.write(PROJECT, None)
    found = read_project(file.path).project
    assert found.training.keep_in_file and not len(found.timeline)
    assert_same(found, replace(PROJECT, timeline=Timeline()))
    file.discard()


def test_a_run_read_from_a_file_goes_on_from_every_moment_with_the_same_bits(tmp_path: Path) -> None:
    graph, data = chain(5, 4, 3), random_data(43)
    config = TrainingConfig(
        optimizer="adam",
        learning_rate=0.01,
        batch_size=4,
        epochs=3,
        dtype="float64",
        early_stopping="restore",
        l2=1e-3,
        keep_moments="iterations",
        keep_every=5,
        keep_in_file=True,
    )
    runner = Runner(Session(graph, config, data), Gate())
    runner.start(Extent.RUN)
    state = ended(runner).state
    project = edits.take_run(Project(graph, training=config), state, runner.timeline)
    write_project(project, tmp_path / "p.h5")
    found = read_project(tmp_path / "p.h5").project
    assert [moment.iteration for moment in found.timeline] == [0, 5, 10, 15, 20, 25, 30]
    for moment, kept in zip(found.timeline, runner.timeline, strict=True):
        assert digest(moment.state) == digest(kept.state)
        again = Session(graph, config, data, moment.state)
        while again.iteration < 33:
            again.step()
        assert digest(again.state()) == digest(state)


def test_columns_of_the_record_that_came_later_are_no_part_of_earlier_moments() -> None:
    state = PROJECT.state
    assert state is not None
    late = np.full(5, np.nan)
    late[3:] = 1.0
    training = {**state.history.training, "total_loss": late}
    project = replace(PROJECT, state=replace(state, history=replace(state.history, training=training)))
    record = record_of(project)
    found = project_from(Record(json.loads(meta_bytes(record)), record.arrays))
    columns = ["total_loss" in moment.state.history.training for moment in found.timeline]
    lengths = [len(moment.state.history.training["iteration"]) for moment in found.timeline]
    assert lengths == [0, 1, 2, 3, 4]
    assert columns == [False, False, False, False, True]


def test_moments_of_another_network_are_not_saved() -> None:
    state = PROJECT.state
    assert state is not None
    kernel = next(iter(state.parameters))
    other = replace(state, parameters={**state.parameters, kernel: np.zeros((2, 2), np.float32)})
    record = record_of(replace(PROJECT, state=replace(other, slots={}, best={})))
    assert record.meta["timeline"] == []
    assert not any(path.startswith("/timeline") for path in record.arrays)


def entry(number: int, *path: str) -> Callable[[dict[str, Any], Any], None]:
    def change(value: dict[str, Any], new: Any) -> None:
        inner: Any = value["timeline"][number]
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = new

    return change


WRONG: dict[str, tuple[Callable[[dict[str, Any], Any], None], Any, str]] = {
    "no list": (lambda value, new: value.update(timeline=new), {}, "'timeline' is {}; expected a list of at most 256"),
    "too many": (
        lambda value, new: value.update(timeline=[value["timeline"][0]] * new),
        MAXIMUM_MOMENTS + 1,
        "a list of at most 256",
    ),
    "no object": (lambda value, new: value["timeline"].insert(0, new), 3, r"'timeline\[0\]' is 3; expected an object"),
    "key too many": (entry(1, "more"), 1, r"'timeline\[1\]' is"),
    "order of nothing": (entry(1, "order"), 77, "'/timeline/orders/77' is missing"),
    "order below 0": (entry(1, "order"), -1, r"'timeline\[1\]\.order' is -1"),
    "order a truth": (entry(1, "order"), True, r"'timeline\[1\]\.order' is True"),
    "best of nothing": (entry(1, "best"), 9, "'/timeline/best/9' is missing"),
    "best a fraction": (entry(1, "best"), 0.0, r"'timeline\[1\]\.best' is 0\.0"),
    "more rows than there are": (entry(4, "rows", "training"), 6, r"'timeline\[4\]\.rows\.training' is 6"),
    "rows below 0": (entry(4, "rows", "layers"), -1, r"rows\.layers' is -1; expected a whole number from 0 to 1"),
    "another type": (entry(2, "state", "dtype"), "float64", "moments/2/weights' is 'float32'; expected float64"),
    "unknown optimiser": (entry(2, "state", "optimizer"), "sgdd", r"'timeline\[2\]\.state\.optimizer' is 'sgdd'"),
    "slot too many": (entry(2, "state", "slots"), ["velocity", "m"], "'/timeline/moments/2/slot.m' is missing"),
    "slots no list": (entry(2, "state", "slots"), "velocity", r"'timeline\[2\]\.state\.slots' is 'velocity'"),
    "slot not named": (entry(2, "state", "slots"), [], "'/timeline/moments/2/slot.velocity' belongs to nothing"),
    "past the samples": (entry(2, "state", "position", "sample"), 13, r"position\.sample' is 13; expected .* to 12"),
    "same iteration": (entry(2, "state", "position", "iteration"), 10, "kept moments do not follow each other"),
    "after the state": (entry(4, "state", "position", "iteration"), 51, "kept moments do not follow each other"),
    "updates a fraction": (entry(2, "state", "counters", "updates"), 0.5, r"updates' is 0\.5"),
    "generator": (entry(2, "state", "generators", "noise"), {}, r"'timeline\[2\]\.state\.generators\.noise' is \[\]"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_description_is_refused_with_its_place(fault: str) -> None:
    change, new, message = WRONG[fault]
    value = meta()
    change(value, new)
    with pytest.raises(ProjectFileError, match=message):
        read(value)


ARRAYS: dict[str, tuple[str, Any, str]] = {
    "missing": (f"{MOMENTS}/1/weights", None, "'/timeline/moments/1/weights' is missing"),
    "buffers missing": (f"{MOMENTS}/1/buffers", None, "'/timeline/moments/1/buffers' is missing"),
    "of nobody": (f"{MOMENTS}/5/weights", np.zeros(43, np.float32), "'/timeline/moments/5/weights' belongs to nothing"),
    "elsewhere": ("/timeline/more", np.zeros(3), "'/timeline/more' belongs to nothing"),
    "too short": (f"{MOMENTS}/1/weights", np.zeros(42, np.float32), r"is \[42\]; expected one row of 43"),
    "a matrix": (f"{MOMENTS}/1/weights", np.zeros((43, 1), np.float32), r"is \[43, 1\]; expected one row of 43"),
    "empty": (f"{MOMENTS}/1/slot.velocity", np.zeros(0, np.float32), r"is \[0\]; expected one row"),
    "not a number": (f"{MOMENTS}/1/slot.velocity", np.full(43, np.nan, np.float32), "no finite numbers"),
    "infinite": ("/timeline/best/0", np.full(46, np.inf, np.float32), "no finite numbers"),
    "best too short": ("/timeline/best/0", np.zeros(45, np.float32), "expected one row of 46"),
    "sample twice": ("/timeline/orders/1", np.zeros(12, np.int64), "does not name each sample once"),
    "sample beyond": ("/timeline/orders/1", np.arange(1, 13), "does not name each sample once"),
    "sample below 0": ("/timeline/orders/1", np.arange(-1, 11), "does not name each sample once"),
    "order of fractions": ("/timeline/orders/1", np.arange(12.0), "does not name each sample once"),
    "order a matrix": ("/timeline/orders/1", np.arange(12).reshape(3, 4), "does not name each sample once"),
}


@pytest.mark.parametrize("fault", ARRAYS)
def test_a_wrong_array_is_refused_with_its_name(fault: str) -> None:
    path, array, message = ARRAYS[fault]
    arrays = {name: found for name, found in RECORD.arrays.items() if name != path}
    if array is not None:
        arrays[path] = array
    with pytest.raises(ProjectFileError, match=message):
        read(meta(), arrays)


def test_moments_without_a_state_are_refused() -> None:
    value = meta()
    value.update(state=None)
    with pytest.raises(ProjectFileError, match="no trained state that they belong to"):
        read(value, {})
    value.update(timeline=[])
    assert read(value, {}).state is None


def test_an_array_that_is_not_listed_is_refused() -> None:
    arrays = {path: array for path, array in RECORD.arrays.items() if path != f"{MOMENTS}/1/weights"}
    with pytest.raises(ProjectFileError, match="'/timeline/moments/1/weights' is listed but missing"):
        check_listing(meta(), arrays)


HOSTILE: list[Any] = [None, True, -1, 0, 1, 2**63, 2**64, 0.5, -1e308, "", "x" * 300, [], [[]], {}, {"a": 1}, "2", "n2"]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in _places(part, (*path, key)))]


@given(st.data())
@settings(max_examples=400)
def test_any_change_of_a_description_is_refused_or_gives_a_project_that_can_be_saved(data: st.DataObject) -> None:
    value = copy.deepcopy(meta())
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(value["timeline"])[1:]
        if not places:
            break
        *outer, last = data.draw(st.sampled_from(places))
        inner = value["timeline"]
        for key in outer:
            inner = inner[key]
        if data.draw(st.booleans()):
            inner[last] = data.draw(st.sampled_from(HOSTILE))
        else:
            del inner[last]
    try:
        project = read(value)
    except ProjectFileError:
        return
    iterations = [moment.iteration for moment in project.timeline]
    assert iterations == sorted(set(iterations)) and iterations[-1:] <= [50]
    assert project_bytes(project)

"""Saving and opening gives back every value and every bit."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from core.errors import ProjectFileError
from core.graph.model import Graph, Link, Node
from core.project import edits
from core.project.model import Project
from core.storage.fields import parse_json
from core.storage.header import HEADER_BYTES
from core.storage.migrations import Record
from core.storage.reader import read_project, read_summary
from core.storage.records import meta_bytes, project_from, record_of
from core.storage.writer import project_bytes, write_project
from core.training.state import Position
from tests.core.storage.projects import assert_same, chain, projects, small_project, trained


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(projects())
def test_any_project_comes_back_from_its_record_bit_for_bit(project: Project) -> None:
    record = record_of(project)
    arrays = {path: np.array(array) for path, array in record.arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False
    assert_same(project_from(Record(parse_json(meta_bytes(record)), arrays)), project)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(projects())
def test_any_project_comes_back_from_its_file_bit_for_bit(tmp_path: Path, project: Project) -> None:
    path = tmp_path / "any.h5"
    digest = write_project(project, path)
    loaded = read_project(path)
    assert loaded.digest == digest
    assert_same(loaded.project, project)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_parameters_keep_their_type(tmp_path: Path, dtype: str) -> None:
    project = trained(edits.set_training(chain(5, 4, 2), "dtype", dtype))
    write_project(project, tmp_path / "p.h5")
    assert_same(read_project(tmp_path / "p.h5").project, project)


def test_the_generator_draws_the_same_numbers_after_reading(tmp_path: Path) -> None:
    generator = np.random.Generator(np.random.PCG64(7))
    generator.integers(0, 2**32, 3, dtype=np.uint32)
    project = small_project()
    assert project.state is not None
    state = replace(project.state, generators={"shuffle": dict(generator.bit_generator.state)})
    write_project(edits.set_state(project, state), tmp_path / "p.h5")
    read = read_project(tmp_path / "p.h5").project.state
    assert read is not None
    again = np.random.Generator(np.random.PCG64(99))
    again.bit_generator.state = dict(read.generators["shuffle"])
    assert np.array_equal(
        again.integers(0, 2**32, 50, dtype=np.uint32), generator.integers(0, 2**32, 50, dtype=np.uint32)
    )
    assert np.array_equal(again.permutation(1000), generator.permutation(1000))


def test_names_and_folders_of_any_script_come_back(tmp_path: Path) -> None:
    project = edits.rename(chain(2, 2), "n2", "Capa η ñ 隠れ 🙂 'quoted' {braces}")
    project = edits.set_data(project, replace(project.data, source="idx", location="/data/\udcff not UTF-8/ñ"))
    path = tmp_path / "proyecto ñ 🙂 'x'.h5"
    write_project(project, path)
    assert_same(read_project(path).project, project)


def test_any_hdf5_tool_can_read_the_arrays(tmp_path: Path) -> None:
    project = small_project()
    assert project.state is not None
    write_project(project, tmp_path / "p.h5")
    with h5py.File(tmp_path / "p.h5", "r") as file:
        assert file.userblock_size == HEADER_BYTES
        assert np.array_equal(file["/weights/n2/bias"][()], project.state.parameters["n2", "bias"])
        assert np.array_equal(
            file["/optimizer/velocity/n4/kernel.l5"][()], project.state.slots["velocity"]["n4", "kernel.l5"]
        )
        assert np.array_equal(file["/order"][()], project.state.position.order)
        meta = json.loads(file["/meta.json"][()].tobytes())
        assert meta["format"] == "layerloom project"
        assert meta["arrays"]["/weights/n2/bias"] == {"dtype": "float32", "shape": [4]}
        unlike: list[str] = []
        file.visititems(lambda name, item: unlike.append(name) if len(item.attrs) or is_special(item) else None)
        assert unlike == []


def is_special(item: h5py.Group | h5py.Dataset) -> bool:
    """Whether an array is stored otherwise than raw and in one piece."""
    if isinstance(item, h5py.Group):
        return False
    return item.chunks is not None or item.compression is not None or item.fletcher32 or item.is_virtual


def test_the_same_project_gives_the_same_bytes() -> None:
    assert project_bytes(small_project()) == project_bytes(small_project())


def test_a_long_chain_of_layers_with_momentum_can_be_saved(tmp_path: Path) -> None:
    names = [f"n{number}" for number in range(1, 2002)]
    nodes = [Node(names[0], "input", {"shape": (2,)}), *(Node(name, "dense", {"units": 2}) for name in names[1:])]
    complete = project_from(record_of(Project(Graph(tuple(nodes), _links(names), next_number=9000))))
    project = trained(edits.set_training(complete, "optimizer", "momentum"), rows=1)
    write_project(project, tmp_path / "deep.h5")
    assert_same(read_project(tmp_path / "deep.h5").project, project)


def _links(names: list[str]) -> tuple[Link, ...]:
    return tuple(Link(f"l{3000 + number}", source, target) for number, (source, target) in enumerate(pairwise(names)))


def test_two_threads_can_save_at_the_same_time(tmp_path: Path) -> None:
    faults: list[BaseException] = []

    def save(seed: int) -> None:
        try:
            for _ in range(10):
                write_project(small_project(seed), tmp_path / f"{seed}.h5")
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=save, args=(seed,)) for seed in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    for seed in (1, 2, 3):
        assert_same(read_project(tmp_path / f"{seed}.h5").project, small_project(seed))


def test_a_summary_tells_layers_parameters_and_figures(tmp_path: Path) -> None:
    project = trained(edits.rename(chain(6, 4, 3), "n2", "Hidden"), rows=1000)
    assert project.state is not None
    write_project(project, tmp_path / "p.h5")
    summary = read_summary(tmp_path / "p.h5")
    assert [(layer.name, layer.kind) for layer in summary.layers] == [
        ("Input", "input"),
        ("Hidden", "dense"),
        ("Dense 3", "dense"),
        ("Output", "output"),
    ]
    assert summary.parameters == 6 * 4 + 4 + 4 * 3 + 3
    assert (summary.iteration, summary.epoch) == (10_000, 500)
    history = project.state.history
    assert summary.loss == history.training["loss"][-1]
    assert summary.validation_accuracy == history.validation["accuracy"][-1]
    assert len(summary.curve) == 200
    assert summary.curve[0][0] == 10
    assert summary.curve[-1] == (10_000, history.training["loss"][-1])


def test_a_summary_of_an_untrained_project_has_no_figures(tmp_path: Path) -> None:
    write_project(chain(6, 3), tmp_path / "p.h5")
    summary = read_summary(tmp_path / "p.h5")
    assert summary.parameters == 6 * 3 + 3
    assert np.isnan([summary.loss, summary.accuracy, summary.validation_loss, summary.validation_accuracy]).all()
    assert summary.curve == ()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_not_saved(tmp_path: Path, value: float) -> None:
    project = small_project()
    assert project.state is not None
    broken = {key: np.full_like(array, value) for key, array in project.state.parameters.items()}
    with pytest.raises(ProjectFileError, match=r"'p\.h5' cannot be saved: the array '/weights/n2/kernel.*no finite"):
        write_project(edits.set_state(project, replace(project.state, parameters=broken)), tmp_path / "p.h5")
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_opened_again_is_not_saved(tmp_path: Path) -> None:
    project = small_project()
    assert project.state is not None
    twice = np.zeros(12, dtype=np.int64)
    wrong = {
        "order": edits.set_state(project, replace(project.state, position=Position(0, 0, 0, twice))),
        "unknown kind": Project(Graph((Node("n1", "dens"),), next_number=2)),
        "identity": Project(Graph((Node("a/b", "input"),), next_number=2)),
        "place": replace(project, layout={"n1": (np.inf, 0.0)}),
        "stranger": replace(project, layout={"n99": (0.0, 0.0)}),
    }
    for what, faulty in wrong.items():
        with pytest.raises(ProjectFileError, match=r"'p\.h5' cannot be saved: "):
            write_project(faulty, tmp_path / "p.h5")
        assert list(tmp_path.iterdir()) == [], what

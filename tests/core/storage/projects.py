"""Projects to store, built by hand: any graph that the editor allows, and any state that training could reach."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from core.compiler.shapes import infer_shapes
from core.data.reference import DataReference
from core.errors import GraphError
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.numerics.optimizers import OPTIMIZERS
from core.options import ChoiceOption, FlagOption, IntegerOption, Option, RealOption, ShapeOption, WindowOption
from core.project import edits
from core.project.model import Project
from core.training.config import TRAINING_OPTIONS, TrainingConfig, options_field
from core.training.history import History
from core.training.settings import CHOICES_WITH_OPTIONS, own_options
from core.training.state import Pending, Position, TrainedState
from core.training.timeline import Moment, Timeline


def chain(*widths: int) -> Project:
    """An input, dense layers and an output, one after the other."""
    project = edits.add_node(Project(), "input", (0.0, 0.0), {"shape": (widths[0],)})
    for number, width in enumerate(widths[1:], start=1):
        project = _append(project, "dense", (240.0 * number, 8.5), {"units": width})
    return _append(project, "output", (240.0 * len(widths), 0.0), {})


def trained(project: Project, seed: int = 1, rows: int = 5, samples: int = 12) -> Project:
    """The same project with a state as if it had been trained for a while."""
    rng = np.random.default_rng(seed)
    optimizer = OPTIMIZERS[project.training.optimizer]
    return edits.set_state(
        project,
        TrainedState(
            parameters=_arrays(project.graph, rng, project.training.dtype),
            slots={name: _arrays(project.graph, rng, project.training.dtype) for name in optimizer.slot_names},
            optimizer=project.training.optimizer,
            dtype=project.training.dtype,
            generators={"shuffle": _generator_state(rng), "noise": _generator_state(rng)},
            best=MappingProxyType({("n2", "bias"): rng.normal(size=3).astype(project.training.dtype)}),
            buffers=MappingProxyType({("n2", "running_mean"): rng.normal(size=3).astype(project.training.dtype)}),
            counters=MappingProxyType({"updates": 17.0, "best": 0.1}),
            position=Position(10 * rows, rows // 2, samples // 2, rng.permutation(samples)),
            pending=Pending(float(rng.normal()), 3, 7, float(rng.normal())),
            history=History(*(_table(rng, rows // part, project.graph) for part in (1, 2, 5))),
            data_fingerprint="ab" * 32,
            run_conditions=MappingProxyType({"numpy": np.__version__, "blas_threads": "1"}),
        ),
    )


def small_project(seed: int = 1) -> Project:
    """A trained 6-4-3 network with momentum."""
    return trained(edits.set_training(chain(6, 4, 3), "optimizer", "momentum"), seed)


def with_moments(project: Project, count: int = 5, seed: int = 2) -> Project:
    """The same project with kept moments, to be saved with it; two of each three share an order and best weights."""
    state = project.state
    assert state is not None
    project = edits.set_training(project, "keep_in_file", True)
    rng = np.random.default_rng(seed)
    like, whole = trained(project, seed).state, {**state.parameters, **state.buffers}
    assert like is not None
    rows, moments = len(state.history.training["iteration"]), []
    order, best = state.position.order, state.best
    for number in range(count):
        if number % 3 != 1:
            order = rng.permutation(len(order))
            order.flags.writeable = False
            best = MappingProxyType({key: np.array(array) for key, array in whole.items()} if number % 2 else {})
        shown = rows * number // count
        tables = [
            {name: column[: shown // part] for name, column in table.items()}
            for table, part in zip(
                (state.history.training, state.history.validation, state.history.layers), (1, 2, 5), strict=True
            )
        ]
        moments.append(
            Moment(
                replace(
                    state,
                    parameters=MappingProxyType({key: array * 0.5 for key, array in state.parameters.items()}),
                    slots=like.slots if number else state.slots,
                    buffers=MappingProxyType({key: array.copy() for key, array in state.buffers.items()}),
                    best=best,
                    counters=MappingProxyType({"updates": float(number)}),
                    position=Position(
                        state.position.iteration * number // count, number, min(number % 3, len(order)), order
                    ),
                    history=History(*tables),
                )
            )
        )
    return replace(project, timeline=Timeline(tuple(moments)))


def assert_same(found: Project, expected: Project) -> None:
    """Every value and every bit of two projects is the same, and nothing that was read can be written to."""
    assert found.graph == expected.graph
    assert found.layout == expected.layout
    assert found.data == expected.data
    assert found.training == expected.training
    if expected.state is None or found.state is None:
        assert found.state is expected.state
        return
    _assert_states_same(found.state, expected.state)
    kept = expected.timeline if expected.training.keep_in_file else Timeline()
    for ours, theirs in zip(found.timeline, kept, strict=True):
        _assert_states_same(ours.state, theirs.state)


def _assert_states_same(ours: TrainedState, theirs: TrainedState) -> None:
    _assert_arrays_same(ours.parameters, theirs.parameters)
    assert list(ours.slots) == list(theirs.slots)
    for name, vectors in theirs.slots.items():
        _assert_arrays_same(ours.slots[name], vectors)
    for table in ("training", "validation", "layers"):
        _assert_tables_same(getattr(ours.history, table), getattr(theirs.history, table))
    _assert_arrays_same({"order": ours.position.order}, {"order": theirs.position.order})
    assert {k: dict(v) for k, v in ours.generators.items()} == {k: dict(v) for k, v in theirs.generators.items()}
    assert dict(ours.counters) == dict(theirs.counters)
    _assert_arrays_same(ours.buffers, theirs.buffers)
    _assert_arrays_same(ours.best, theirs.best)
    for part, fields in (("position", ("iteration", "epoch", "sample")), ("pending", ("correct", "samples"))):
        for name in fields:
            assert getattr(getattr(ours, part), name) == getattr(getattr(theirs, part), name)
    assert ours.pending.loss_sum.hex() == theirs.pending.loss_sum.hex()
    assert ours.pending.penalty_sum.hex() == theirs.pending.penalty_sum.hex()
    for name in ("optimizer", "dtype", "data_fingerprint", "edited_by_hand", "run_conditions"):
        assert getattr(ours, name) == getattr(theirs, name)


def _assert_tables_same(found: Any, expected: Any) -> None:
    """Columns without any value may be missing."""
    empty = [name for name, column in expected.items() if name != "iteration" and np.isnan(column).all()]
    _assert_arrays_same(
        {name: column for name, column in found.items() if name not in empty},
        {name: column for name, column in expected.items() if name not in empty},
    )


def _assert_arrays_same(found: Any, expected: Any) -> None:
    assert list(found) == list(expected)
    for key, array in expected.items():
        assert found[key].dtype == array.dtype
        assert found[key].shape == array.shape
        assert found[key].tobytes() == array.tobytes()
        assert not found[key].flags.writeable


def _append(project: Project, kind: str, place: tuple[float, float], options: dict[str, Any]) -> Project:
    before = project.graph.nodes[-1].id
    grown = edits.add_node(project, kind, place, options)
    return edits.add_link(grown, before, grown.graph.nodes[-1].id)


def _arrays(graph: Graph, rng: np.random.Generator, dtype: str) -> dict[tuple[str, str], np.ndarray]:
    """Arrays of random bits: every finite number can turn up, −0 and subnormal ones too."""
    whole = np.dtype(dtype.replace("float", "uint"))
    result = {}
    for node_id, shape in infer_shapes(graph).items():
        for spec in shape.parameters:
            bits = rng.integers(0, np.iinfo(whole).max, spec.shape, dtype=whole, endpoint=True).view(dtype)
            result[node_id, spec.name] = np.where(np.isfinite(bits), bits, np.array(-0.0, dtype=dtype))
    return result


def _table(rng: np.random.Generator, rows: int, graph: Graph) -> dict[str, np.ndarray]:
    names = ["loss", "accuracy", *(f"delta_norm.{node.id}" for node in graph.nodes)]
    columns = {name: rng.normal(size=rows) for name in names}
    for column in columns.values():
        column[: rows // 3] = np.nan
    return {"iteration": np.arange(1, rows + 1) * 10, **columns}


def _generator_state(rng: np.random.Generator) -> dict[str, Any]:
    generator = np.random.Generator(np.random.PCG64(int(rng.integers(2**63))))
    # An odd number of 32-bit draws leaves half a 64-bit one in the generator.
    generator.integers(0, 2**32, 3, dtype=np.uint32)
    return dict(generator.bit_generator.state)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """Any project: random layers, options, links, places, configuration, with or without a state."""
    project = Project()
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(LAYERS.keys))
        place = (draw(st.floats(-1e6, 1e6)), draw(st.floats(-1e6, 1e6)))
        project = edits.add_node(project, kind, place, draw(_options(LAYERS[kind].options)))
    ids = [node.id for node in project.graph.nodes]
    for _ in range(draw(st.integers(0, 10)) if ids else 0):
        try:
            project = edits.add_link(project, draw(st.sampled_from(ids)), draw(st.sampled_from(ids)))
        except GraphError:
            continue
    if ids and draw(st.booleans()):
        project = edits.rename(project, draw(st.sampled_from(ids)), draw(st.text(max_size=40)))
    values = draw(_options(TRAINING_OPTIONS))
    for key in CHOICES_WITH_OPTIONS:
        values[options_field(key)] = draw(_options(own_options(key, values[key])))
    training = TrainingConfig(**values)
    project = edits.set_data(
        project, DataReference("idx", draw(st.text(max_size=30)), "none", draw(st.integers(0, 90)))
    )
    project = Project(project.graph, project.layout, project.data, training)
    if draw(st.booleans()):
        return project
    seeds = st.integers(0, 2**32 - 1)
    project = trained(project, draw(seeds), draw(st.integers(0, 8)), draw(st.integers(0, 20)))
    if project.state is not None and project.state.position.iteration == 0:
        return project
    keeps = project.training.keep_in_file
    project = with_moments(project, draw(st.integers(0, 4)), draw(seeds))
    return edits.set_training(project, "keep_in_file", keeps)


def _options(declared: tuple[Option, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({option.key: _value(option) for option in declared})


def _value(option: Option) -> st.SearchStrategy[Any]:
    match option:
        case IntegerOption():
            # Sizes stay small: the arrays are real.
            return st.integers(option.minimum, min(option.maximum, max(option.minimum, 20)))
        case RealOption():
            return st.floats(option.minimum, option.maximum)
        case FlagOption():
            return st.booleans()
        case ChoiceOption():
            return st.sampled_from([choice.key for choice in option.choices])
        case WindowOption():
            return st.lists(st.integers(1, 5), min_size=2, max_size=2).map(tuple)
        case ShapeOption():
            return st.lists(st.integers(1, 5), min_size=1, max_size=3).map(tuple)
    raise AssertionError(f"no values for {option}")

"""Every number of an iteration equals its formula, on networks of all kinds and with every rule of training."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest

from core.formulas.quantities import Kind
from core.layers.catalog import LAYERS
from core.numerics.activations import ACTIVATIONS
from core.numerics.clipping import CLIPPINGS
from core.numerics.losses import LOSSES
from core.numerics.optimizers import OPTIMIZERS
from core.tracing.cursor import Grain, Position, Walk
from core.tracing.explaining import Explainer
from core.tracing.notation import notations
from core.tracing.recording import IterationRecorder
from core.tracing.stages import stages_of
from core.tracing.trace import Trace
from core.tracing.writing.writer import Writer
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.layers.random_networks import errors
from tests.core.tracing.random_iterations import BATCH, SAMPLES, random_config, random_data, random_network
from tests.core.tracing.working_out import TOLERANCE, all_quantities, check_all, reachable
from tests.core.training.digests import digest

SEEDS = range(50)


def _session(seed: int, dtype: str = "float64") -> Session:
    graph = random_network(seed)
    return Session(graph, random_config(seed, dtype), random_data(graph, seed, dtype))


def _traces(seed: int, count: int = 3) -> list[Trace]:
    recorder = IterationRecorder(_session(seed))
    return [recorder.next() for _ in range(count)]


@cache
def _second(seed: int) -> Explainer:
    return Explainer(_traces(seed, 2)[1])


def test_the_trials_have_every_kind_activation_loss_optimiser_and_clipping_and_no_error() -> None:
    kinds: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for seed in SEEDS:
        graph = random_network(seed)
        assert errors(graph) == []
        kinds += Counter(node.kind for node in graph.nodes)
        found = (LAYERS[node.kind].activation(node.options) for node in graph.nodes)
        functions += Counter(activation.key for activation in found if activation is not None)
    configs: list[TrainingConfig] = [random_config(seed) for seed in SEEDS]
    assert set(kinds) == set(LAYERS.keys)
    assert set(functions) == {activation.key for activation in ACTIVATIONS if activation.trainable}
    assert {config.optimizer for config in configs} == set(OPTIMIZERS.keys)
    assert {config.clipping for config in configs} == set(CLIPPINGS.keys)
    assert {(config.l1 > 0, config.l2 > 0, config.clipping != "none") for config in configs} == {
        (l1, l2, clipped) for l1 in (False, True) for l2 in (False, True) for clipped in (False, True)
    }
    assert len(SEEDS) >= 7 * len(LOSSES)
    assert SAMPLES % BATCH == 1, "one batch of one sample per epoch"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_of_every_sample_equals_its_formula_and_the_sum_of_its_terms(seed: int) -> None:
    # The third iteration has one sample where batches are small.
    first, _, third = _traces(seed)
    for trace in (first, third):
        findings = check_all(Explainer(trace))
        assert findings.worst <= TOLERANCE, findings.where
        # A bias before a batch normalisation has no effect, so its gradient is nothing but rounding.
        assert findings.exact >= 0.95 * findings.numbers, "rounding explains too much"
        assert findings.kinds[Kind.NEW_PARAMETER] == sum(trace.old[key].size for key in trace.trained)
        assert findings.kinds[Kind.OUTPUT] == sum(
            layer.value.size for key, layer in trace.layers.items() if trace.graph.node(key).kind != "input"
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", SEEDS)
def test_traced_iterations_leave_the_session_as_plain_steps_do_to_the_bit(seed: int, dtype: str) -> None:
    plain, traced = _session(seed, dtype), _session(seed, dtype)
    recorder = IterationRecorder(traced)
    for _ in range(5):
        plain.step()
        trace = recorder.next()
        for key, array in plain.state().parameters.items():
            np.testing.assert_array_equal(trace.new[key], array)
        for name, arrays in plain.state().slots.items():
            for key, array in arrays.items():
                np.testing.assert_array_equal(trace.new_slots[name][key], array)
        assert trace.loss * plain.plan.per_sample == plain.last_loss
    assert digest(traced.state()) == digest(plain.state())


@pytest.mark.parametrize("grain", Grain)
@pytest.mark.parametrize("seed", range(0, 50, 5))
def test_walking_back_visits_the_same_places_in_reverse(seed: int, grain: Grain) -> None:
    walk = Walk(_second(seed))
    before = _bits(walk.trace)
    there: list[Position] = [walk.first]
    while (following := walk.forward(there[-1], grain)) is not None:
        assert following > there[-1]
        walk.explainer.number(walk.quantity(following))
        there.append(following)
    assert there[-1] == walk.last
    back = [walk.last]
    while (previous := walk.back(back[-1], grain)) is not None:
        back.append(previous)
    assert back == there[::-1]
    assert _bits(walk.trace) == before, "a walk changes nothing"


def test_the_finest_grain_stops_at_every_term_of_every_number() -> None:
    walk = Walk(_second(1))
    position, seen = walk.first, Counter[tuple[int, int]]()
    while (following := walk.forward(position, Grain.TERM)) is not None:
        position = following
        seen[position.stage, position.unit] += 1
    assert seen == {
        (number, unit): walk.terms(number, unit)
        for number, stage in enumerate(walk.stages)
        for unit in range(stage.units)
        if number > 0
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_has_a_formula_in_letters_of_known_parts(seed: int) -> None:
    explainer = _second(seed)
    seen = set()
    for quantity in all_quantities(explainer):
        explanation_of = (quantity.kind, quantity.node, quantity.name, quantity.slot)
        if explanation_of not in seen:
            seen.add(explanation_of)
            explanation = explainer.explain(quantity)
            assert (explanation.general is None) == (explanation.formula is None)
            for formula in (explanation.formula, explanation.general):
                assert formula is None or len(list(reachable(formula))) >= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_every_formula_can_be_written_in_every_notation(seed: int) -> None:
    explainer = _second(seed)
    keys = list(notations())
    writer = Writer(explainer, notations()[keys[seed % len(keys)]])
    for stage in stages_of(explainer.trace):
        last = stage.quantity_at(stage.units - 1, 0)
        for quantity in explainer.equations(last) if stage.kind is Kind.NEW_PARAMETER else (last,):
            lines = (writer.general(quantity), writer.indexed(quantity), writer.numbers(quantity))
            assert all((line is None) == (lines[0] is None) for line in lines)
            assert all(line.latex() and line.plain for line in lines if line is not None)


def _bits(trace: Trace) -> tuple[bytes, ...]:
    layers = (array for layer in trace.layers.values() for array in (layer.value, layer.delta, layer.upstream))
    vectors = (array for arrays in (trace.old, trace.new, trace.gradients) for array in arrays.values())
    return tuple(array.tobytes() for array in (*layers, *vectors) if array is not None)

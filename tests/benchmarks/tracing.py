"""What the microscope costs: a traced iteration beside a plain step, an explanation, a move of the cursor.

    python -m tests.benchmarks.tracing [--rounds N]

A trace and a plain step take turns. A move is what the microscope asks for at each key press: the next position, the
number there and where it comes from, in letters and with its own indices.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from core.formulas.quantities import Kind, Quantity
from core.formulas.summands import summands
from core.tracing.cursor import Grain, Position, Walk
from core.tracing.explaining import Explainer
from core.tracing.recording import IterationRecorder
from core.tracing.trace import Trace
from tests.benchmarks.ours import session_of
from tests.benchmarks.workloads import Dense, Workload

ROUNDS, STEPS, MOVES = 30, 20, 400


def _mnist(hidden: int, batch: int) -> Workload:
    layers = (Dense(hidden, "sigmoid"), Dense(10, "softmax"))
    return Workload(f"784-{hidden}-10", "784 values", (784,), layers, "cross_entropy", "adam", 0.001, batch)


WORKLOADS = (_mnist(15, 10), _mnist(100, 32))
Figures = dict[str, float]


def measure(workload: Workload, rounds: int = ROUNDS) -> Figures:
    """Return the figures of a network in microseconds (bytes for the memory)."""
    plain, traced = session_of(workload), session_of(workload)
    recorder = IterationRecorder(traced)
    trace = recorder.next()
    for _ in range(STEPS):
        plain.step()
    steps, traces = [], []
    for _ in range(rounds):
        steps.append(_micros(plain.step, STEPS))
        traces.append(_micros(recorder.next, 3))
    explainer = Explainer(trace)
    moves = _moves(explainer)
    return {
        "plain step": statistics.median(steps),
        "traced iteration": statistics.median(traces),
        # The fastest of each: what else the machine does only makes both slower.
        "times a plain step": min(traces) / min(steps),
        "bytes of a trace": float(_bytes(trace)),
        "first look at an iteration": _micros(lambda: Walk(Explainer(trace)).first, 10),
        "explain z of a hidden unit": _micros(lambda: _worked_out(explainer, Kind.PRE_ACTIVATION, "l1"), 10),
        "explain δ of a hidden unit": _micros(lambda: _worked_out(explainer, Kind.UPSTREAM, "l1"), 10),
        "move by a term, median": statistics.median(moves),
        "move by a term, slowest": max(moves),
    }


def _micros(call: Callable[[], object], count: int) -> float:
    begin = time.perf_counter()
    for _ in range(count):
        call()
    return 1e6 * (time.perf_counter() - begin) / count


def _worked_out(explainer: Explainer, kind: Kind, node: str) -> float:
    """Explain a number and work all of its terms out."""
    formula = explainer.explain(Quantity(kind, node, unit=(1,), sample=0)).formula
    assert formula is not None
    return sum(explainer.work_out(term) for term in summands(formula))


def _moves(explainer: Explainer) -> list[float]:
    """Return how long each of many moves takes, from places all over the iteration, forwards and back."""
    walk, rng, found = Walk(explainer), np.random.default_rng(1), []
    for move in range(MOVES):
        stage = int(rng.integers(1, len(walk.stages)))
        unit = int(rng.integers(walk.stages[stage].units))
        position = Position(stage, unit, int(rng.integers(walk.terms(stage, unit))))
        found.append(_micros(partial(_move, walk, walk.forward if move % 2 else walk.back, position), 1))
    return found


def _move(walk: Walk, step: Callable[[Position, Grain], Position | None], position: Position) -> None:
    following = step(position, Grain.TERM)
    if following is not None:
        walk.explainer.explain(walk.quantity(following))


def _bytes(trace: Trace) -> int:
    layers = [array for layer in trace.layers.values() for array in (layer.value, layer.pre_activation, layer.delta)]
    vectors = [trace.old, trace.new, trace.gradients, trace.clipped, *trace.slots.values(), *trace.new_slots.values()]
    arrays = [*layers, *(array for vector in vectors for array in vector.values())]
    # One array may stand in several places.
    return sum({id(array): array.nbytes for array in arrays if array is not None}.values())


def main() -> None:
    parser = argparse.ArgumentParser(description="Microseconds of traces, explanations and cursor moves.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    rounds = parser.parse_args().rounds
    for workload in WORKLOADS:
        print(f"{workload.title}")
        for name, value in measure(workload, rounds).items():
            unit = "×" if name.startswith("times") else "kB" if name.startswith("bytes") else "µs"
            print(f"   {name:40}{value / (1000.0 if unit == 'kB' else 1.0):12.1f} {unit}", flush=True)


if __name__ == "__main__":
    main()

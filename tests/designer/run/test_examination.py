"""Examinations of whole parts of the data beside the window: which pictures are examined, and when."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.data.dataset import PreparedData
from core.training.gate import Gate
from core.training.part_figures import Part
from core.training.snapshot import RunPhase, Snapshot
from designer.run.examination import CALM_S, REST, Examination, Examinations, Request
from tests.designer.plots.runs import dense_network, prepared, snapshot

NETWORK = dense_network(6, 4)


@dataclass
class Bench:
    """The service with a clock that the test moves, and what it found."""

    data: PreparedData
    time: float = 100.0
    gate: Gate = field(default_factory=Gate)
    found: list[Examination] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service = Examinations(self.gate, clock=lambda: self.time)
        self.service.finished.connect(self.found.append)

    def ask(self, picture: Snapshot, part: Part = Part.TEST) -> Examination | None:
        return self.service.ask(Request(picture, self.data, part))

    @property
    def iterations(self) -> list[int]:
        return [each.request.snapshot.iteration for each in self.found]


def picture(number: int, phase: RunPhase = RunPhase.RUNNING, graph=NETWORK) -> Snapshot:
    return snapshot(graph, serial=number, rows=0, iteration=number, phase=phase)


def made_data(count: int = 40) -> PreparedData:
    rng = np.random.default_rng(3)
    return prepared(rng.normal(size=(count, 6)), rng.integers(0, 4, size=count), 4)


@pytest.fixture
def bench() -> Iterator[Bench]:
    result = Bench(made_data())
    yield result
    result.service.shutdown()


def settle(bench: Bench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not bench.service.busy, timeout=5_000)


def test_a_picture_is_examined_beside_the_window(bench: Bench, qtbot: QtBot) -> None:
    before = threading.active_count()
    assert bench.ask(picture(5)) is None
    assert threading.active_count() == before + 1
    settle(bench, qtbot)
    (found,) = bench.found
    kernel = next(v for k, v in found.request.snapshot.parameters.items() if k[1].startswith("kernel"))
    bias = next(v for k, v in found.request.snapshot.parameters.items() if k[1] == "bias")
    guesses = (bench.data.test.inputs @ kernel + bias).argmax(axis=1)
    assert found.figures is not None
    assert found.figures.guesses.tolist() == guesses.tolist()


def test_while_a_run_goes_on_pictures_are_left_out(bench: Bench, qtbot: QtBot) -> None:
    bench.ask(picture(1))
    settle(bench, qtbot)
    bench.ask(picture(2))
    assert not bench.service.busy
    bench.time += 0.9 * CALM_S
    bench.ask(picture(3))
    assert not bench.service.busy
    bench.time += CALM_S + REST * bench.found[0].seconds
    bench.ask(picture(4))
    settle(bench, qtbot)
    assert bench.iterations == [1, 4]


def test_the_picture_at_which_a_run_rests_is_examined_at_once(bench: Bench, qtbot: QtBot) -> None:
    bench.ask(picture(1))
    settle(bench, qtbot)
    bench.ask(picture(2, RunPhase.PAUSED))
    settle(bench, qtbot)
    bench.ask(picture(3, RunPhase.FINISHED))
    settle(bench, qtbot)
    assert bench.iterations == [1, 2, 3]


def test_a_picture_at_rest_that_comes_while_another_is_examined_comes_next(bench: Bench, qtbot: QtBot) -> None:
    with bench.gate.parked():
        bench.ask(picture(1))
        bench.ask(picture(2))
        bench.ask(picture(3, RunPhase.PAUSED))
    qtbot.waitUntil(lambda: bench.iterations[-1:] == [3], timeout=5_000)
    assert bench.iterations == [1, 3], "the second was no news any more"


def test_it_waits_while_the_window_draws(bench: Bench, qtbot: QtBot) -> None:
    with bench.gate.parked():
        bench.ask(picture(1))
        qtbot.wait(60)
        assert not bench.found
    settle(bench, qtbot)
    assert bench.iterations == [1]


def test_what_is_known_is_returned_and_not_worked_out_again(bench: Bench, qtbot: QtBot) -> None:
    same = picture(1, RunPhase.PAUSED)
    bench.ask(same)
    settle(bench, qtbot)
    assert bench.ask(same) is bench.found[0]
    assert not bench.service.busy


@pytest.mark.parametrize("phase", [RunPhase.RUNNING, RunPhase.PAUSED])
def test_another_part_does_not_wait(bench: Bench, qtbot: QtBot, phase: RunPhase) -> None:
    now = picture(1, phase)
    bench.ask(now)
    settle(bench, qtbot)
    bench.ask(now, Part.TRAINING)
    settle(bench, qtbot)
    assert [each.request.part for each in bench.found] == [Part.TEST, Part.TRAINING]


def test_coming_back_to_what_is_known_while_another_is_examined_ends_with_it(bench: Bench, qtbot: QtBot) -> None:
    first = picture(1, RunPhase.PAUSED)
    bench.ask(first)
    settle(bench, qtbot)
    with bench.gate.parked():
        bench.ask(picture(2, RunPhase.PAUSED))
        assert bench.ask(first) is bench.found[0]
    settle(bench, qtbot)
    qtbot.waitUntil(lambda: bench.iterations[-1] == 1 and not bench.service.busy, timeout=5_000)


def test_a_network_that_does_not_fit_the_data_says_so(bench: Bench, qtbot: QtBot) -> None:
    bench.ask(picture(1, RunPhase.PAUSED, dense_network(6, 3)))
    settle(bench, qtbot)
    (found,) = bench.found
    assert found.figures is None
    assert found.problem is not None and "3 outputs" in str(found.problem)


class CountingGate(Gate):
    """Knows how many blocks passed, each of which takes a millisecond."""

    blocks = 0

    def pass_through(self) -> None:
        self.blocks += 1
        threading.Event().wait(0.001)
        super().pass_through()


def test_shutting_down_does_not_wait_for_all_of_it(qtbot: QtBot) -> None:
    bench = Bench(made_data(200_000), gate=CountingGate())
    bench.ask(picture(1))
    qtbot.waitUntil(lambda: bench.gate.blocks > 0, timeout=5_000)
    bench.service.shutdown()
    assert 0 < bench.gate.blocks < 200, "of 400 blocks"
    assert not bench.found

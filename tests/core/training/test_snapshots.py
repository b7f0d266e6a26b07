"""What the training thread publishes: pictures of one moment each, which never change."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from core.training.gate import Gate
from core.training.runner import Extent, Runner
from core.training.snapshot import RunPhase, Snapshot
from tests.core.training.threads import Turnstile, ended, session_of


def _picture(snapshot: Snapshot) -> dict[str, Any]:
    """All numbers of a snapshot, as bytes."""
    return {
        "parameters": {key: array.tobytes() for key, array in snapshot.parameters.items()},
        "layers": {
            node_id: [None if array is None else array.tobytes() for array in (values.z, values.a, values.delta)]
            for node_id, values in snapshot.layers.items()
        },
        "samples": snapshot.samples.tolist(),
        "rows": {name: column.tobytes() for name, column in snapshot.history.training.items()},
        "evaluations": {name: column.tobytes() for name, column in snapshot.history.validation.items()},
        "place": (snapshot.epoch, snapshot.batch, snapshot.batches, snapshot.batch_loss),
    }


def test_every_snapshot_is_the_picture_of_one_moment_and_never_changes() -> None:
    epochs = 40
    pictures = {}
    alone = Runner(session_of(), Gate())
    for _ in range(11 * epochs):
        alone.start(Extent.ITERATION)
        snapshot = ended(alone).snapshot
        pictures[snapshot.iteration] = _picture(snapshot)
    session = session_of(epochs=epochs)
    turnstile, runner = Turnstile(session), Runner(session, Gate())
    taken: list[Snapshot] = []
    runner.start(Extent.RUN)
    while (ending := runner.collect()) is None:
        runner.request_snapshot()
        turnstile.allow()
        turnstile.begun.acquire(timeout=0.01)
        snapshot = runner.take_snapshot()
        if snapshot is not None:
            taken.append(snapshot)
    assert len(taken) > 50
    for snapshot in (*taken, ending.snapshot):
        assert _picture(snapshot) == pictures[snapshot.iteration]
    assert [snapshot.serial for snapshot in taken] == sorted({snapshot.serial for snapshot in taken})
    assert all(snapshot.phase is RunPhase.RUNNING for snapshot in taken)
    _assert_read_only(taken[-1])


def _assert_read_only(snapshot: Snapshot) -> None:
    arrays = [*snapshot.parameters.values(), *snapshot.history.training.values(), snapshot.samples]
    arrays += [
        array
        for values in snapshot.layers.values()
        for array in (getattr(values, field.name) for field in fields(values))
        if array is not None
    ]
    assert arrays and not any(array.flags.writeable for array in arrays)


def test_a_snapshot_is_made_only_when_asked_for_and_taken_once() -> None:
    session = session_of()
    turnstile, runner = Turnstile(session), Runner(session, Gate())
    runner.start(Extent.RUN)
    turnstile.allow(3)
    for _ in range(4):
        turnstile.wait_for_a_step_to_begin()
    assert runner.take_snapshot() is None
    runner.request_snapshot()
    turnstile.allow()
    turnstile.wait_for_a_step_to_begin()
    snapshot = runner.take_snapshot()
    assert snapshot is not None and snapshot.iteration == 4
    assert runner.take_snapshot() is None
    runner.pause()
    turnstile.allow()
    ended(runner)


def test_the_snapshot_of_a_session_that_has_not_begun_has_no_layers() -> None:
    snapshot = Runner(session_of(), Gate()).snapshot_now(RunPhase.PAUSED)
    assert (snapshot.iteration, snapshot.epoch, snapshot.epochs, snapshot.batches) == (0, 0, 3, 11)
    assert snapshot.layers == {} and snapshot.samples.size == 0
    assert np.isnan(snapshot.loss) and np.isnan(snapshot.batch_loss) and np.isnan(snapshot.microseconds_per_step)


def test_a_snapshot_has_delta_of_each_sample_and_not_of_the_mean() -> None:
    session = session_of()
    runner = Runner(session, Gate())
    before = session.state().parameters
    runner.start(Extent.ITERATION)
    values = ended(runner).snapshot.layers["d2"]
    x, t = (part[session.samples] for part in (session.data.training.inputs, session.data.training.targets))
    a1 = 1 / (1 + np.exp(-(x @ before["d1", "kernel.x-d1"] + before["d1", "bias"])))
    z2 = a1 @ before["d2", "kernel.d1-d2"] + before["d2", "bias"]
    a2 = 1 / (1 + np.exp(-z2))
    assert values.z is not None and values.delta is not None
    np.testing.assert_allclose(values.z, z2, rtol=1e-12)
    np.testing.assert_allclose(values.a, a2, rtol=1e-12)
    np.testing.assert_allclose(values.delta, (a2 - t) * a2 * (1 - a2), rtol=1e-10)

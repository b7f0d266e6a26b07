"""The commands as they are typed: what they print, what they write, and how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.commandline.interruption import SIGNALS, StopRequest
from core.data.sources import load_prepared
from core.project.edits import set_data_option, set_state
from core.storage.reader import read_project
from core.storage.writer import write_project
from core.training.session import Session
from designer.__main__ import main

ROOT = Path(__file__).resolve().parent.parent.parent


class Terminal:
    """Runs commands in this process and keeps what they printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.status = 0
        self.out = self.err = ""

    def run(self, *arguments: object) -> str:
        """Run one command; returns its standard output."""
        self._capsys.readouterr()
        self.status = main([str(argument) for argument in arguments])
        self.out, self.err = self._capsys.readouterr()
        return self.out

    def json_lines(self, *arguments: object) -> list[dict[str, Any]]:
        """Run a command that must succeed; returns the objects that it printed."""
        out = self.run(*arguments, "--json")
        assert self.status == 0, self.err
        return [json.loads(line, parse_constant=_refuse) for line in out.splitlines()]


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys)


def _new(terminal: Terminal, name: str = "n.h5", **options: object) -> Path:
    given = {"layers": "64,8,10", **options}
    terminal.run("new", *(part for key, value in given.items() for part in (f"--{key.replace('_', '-')}", value)), name)
    assert terminal.status == 0, terminal.err
    return Path(name)


def _same_numbers(one: Path, other: Path) -> bool:
    first, second = read_project(one).project.state, read_project(other).project.state
    assert first is not None and second is not None
    assert first.position.iteration == second.position.iteration
    return all(np.array_equal(array, second.parameters[key]) for key, array in first.parameters.items())


def test_new_writes_the_network_that_was_asked_for(terminal: Terminal) -> None:
    path = _new(
        terminal,
        layers="784,15,10",
        activation="tanh",
        loss="mse",
        optimizer="momentum",
        learning_rate="0.25",
        batch_size=32,
        initializer="he_normal",
        seed=7,
    )
    (described,) = terminal.json_lines("info", path)
    dense = [layer for layer in described["layers"] if layer["kind"] == "dense"]
    assert [layer["options"]["units"] for layer in dense] == [15, 10]
    assert {layer["options"]["activation"] for layer in dense} == {"tanh"}
    assert {layer["options"]["initializer"] for layer in dense} == {"he_normal"}
    assert described["layers"][-1]["options"]["loss"] == "squared_error"
    assert described["parameters"] == 11_935  # 784·15 + 15 + 15·10 + 10, as in the course
    training = described["training"]
    assert (training["optimizer"], training["learning_rate"]) == ("momentum", 0.25)
    assert (training["batch_size"], training["seed"]) == (32, 7)


def test_new_ends_in_softmax_with_cross_entropy_only(terminal: Terminal) -> None:
    for loss, last in (("cross_entropy", "softmax"), ("mse", "relu")):
        (described,) = terminal.json_lines("info", _new(terminal, layers="5,4,3,2", activation="relu", loss=loss))
        activations = [layer["options"]["activation"] for layer in described["layers"] if layer["kind"] == "dense"]
        assert activations == ["relu", "relu", last]


def test_new_draws_the_layers_in_a_row_without_overlap(terminal: Terminal) -> None:
    project = read_project(_new(terminal, layers="4,3,3,2")).project
    places = [project.layout[node.id] for node in project.graph.nodes]
    assert len({y for _, y in places}) == 1
    assert all(after[0] - before[0] >= 152 + 16 for before, after in pairwise(places))


def test_new_takes_the_textbook_values_where_none_are_given(terminal: Terminal) -> None:
    (described,) = terminal.json_lines("info", _new(terminal))
    training = described["training"]
    assert (training["optimizer"], training["learning_rate"], training["batch_size"]) == ("sgd", 3.0, 10)
    assert training["seed"] == 1
    assert {x["options"]["initializer"] for x in described["layers"] if x["kind"] == "dense"} == {"normal"}


def test_new_keeps_a_copy_of_a_trained_project_in_its_place(terminal: Terminal) -> None:
    path = _new(terminal)
    terminal.run("train", path, "--iterations", 2)
    _new(terminal)
    assert "n.h5.bak" in terminal.out
    kept, fresh = (read_project(Path(name)).project.state for name in ("n.h5.bak", "n.h5"))
    assert kept is not None and kept.position.iteration == 2
    assert fresh is None
    _new(terminal)
    assert "bak" not in terminal.out


def test_info_counts_by_hand(terminal: Terminal) -> None:
    (described,) = terminal.json_lines("info", _new(terminal, layers="7,5,3"))
    rows = [
        (layer["kind"], layer["input_shapes"], layer["output_shape"], layer["parameters"], layer["multiply_adds"])
        for layer in described["layers"]
    ]
    assert rows == [
        ("input", [], [7], 0, 0),
        ("dense", [[7]], [5], 7 * 5 + 5, 7 * 5),
        ("dense", [[5]], [3], 5 * 3 + 3, 5 * 3),
        ("output", [[3]], [3], 0, 0),
    ]
    assert (described["parameters"], described["multiply_adds"]) == (58, 50)
    assert described["position"] == {"epoch": 0, "iteration": 0, "sample": 0}
    assert described["last"]["train_loss"] is None


def test_info_in_words_names_layers_counts_and_position(terminal: Terminal) -> None:
    path = _new(terminal, layers="64,8,10")
    text = terminal.run("info", path)
    assert "Dense 8" in text and "610" in text and "not trained yet" in text
    terminal.run("train", path, "--epochs", 1)
    assert "epoch 1 done" in terminal.run("info", path)


def test_train_prints_one_object_per_epoch_and_the_result_in_the_last(terminal: Terminal) -> None:
    path = _new(terminal)
    lines = terminal.json_lines("train", path, "--epochs", 3, "--data", "builtin")
    every = {"epoch", "iteration", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy"}
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert all(every <= set(line) for line in lines)
    assert all(set(line) == every for line in lines[:-1])
    assert {"test_loss", "test_accuracy", "seconds", "us_per_step"} <= set(lines[-1])
    assert lines[-1]["train_loss"] < lines[0]["train_loss"]
    assert lines[-1]["test_accuracy"] > 0.6
    assert lines[-1]["us_per_step"] * lines[-1]["iteration"] < 1e6 * lines[-1]["seconds"]
    (described,) = terminal.json_lines("info", path)
    assert described["position"] == {"epoch": 3, "iteration": lines[-1]["iteration"], "sample": 0}


def test_train_in_words_ends_with_loss_and_accuracy_on_both_parts(terminal: Terminal) -> None:
    out = terminal.run("train", _new(terminal), "--epochs", 2)
    training, test, *_, saved = out.splitlines()
    assert training.startswith("training") and "loss" in training and training.endswith("%")
    assert test.startswith("test") and "accuracy" in test
    assert saved == "Saved to n.h5"
    assert "100%" in terminal.err  # the progress bar


def test_train_reports_what_an_evaluation_of_the_saved_project_gives(terminal: Terminal) -> None:
    path = _new(terminal)
    *_, last = terminal.json_lines("train", path, "--epochs", 2)
    project = read_project(path).project
    data = load_prepared(project.data, project.training.dtype)
    session = Session(project.graph, project.training, data, project.state)
    for part, samples in (("train", data.training), ("test", data.test), ("validation", data.validation)):
        result = session.evaluate(samples)
        assert last[f"{part}_loss"] == pytest.approx(result.loss, rel=1e-6)
        assert last[f"{part}_accuracy"] == result.accuracy


def test_train_in_pieces_gives_the_same_numbers_as_in_one_go(terminal: Terminal) -> None:
    whole, pieces = _new(terminal, "whole.h5"), _new(terminal, "pieces.h5")
    terminal.run("train", whole, "--iterations", 200)
    for count in (3, 150, 47):
        terminal.run("train", pieces, "--iterations", count)
    assert _same_numbers(whole, pieces)


def test_the_epochs_that_are_asked_for_end_with_an_epoch(terminal: Terminal) -> None:
    path = _new(terminal)
    first = terminal.json_lines("train", path, "--iterations", 5)
    assert [line["epoch"] for line in first] == [0]
    rest = terminal.json_lines("train", path, "--epochs", 2)
    assert [line["epoch"] for line in rest] == [1, 2]
    whole = _new(terminal, "whole.h5")
    terminal.run("train", whole, "--epochs", 2)
    assert _same_numbers(whole, path)


def test_train_without_a_length_goes_to_the_configured_epochs_and_no_further(terminal: Terminal) -> None:
    path = _new(terminal)
    terminal.run("train", path, "--epochs", 28)
    assert [line["epoch"] for line in terminal.json_lines("train", path)] == [29, 30]
    before = path.read_bytes()
    (only,) = terminal.json_lines("train", path)
    assert only["epoch"] == 30 and only["us_per_step"] is None
    assert path.read_bytes() == before


def test_one_seed_gives_one_result_and_a_seed_starts_anew(terminal: Terminal) -> None:
    path = _new(terminal, seed=3)
    terminal.run("train", path, "--iterations", 30, "--out", "a.h5")
    terminal.run("train", "a.h5", "--iterations", 30, "--seed", 3, "--out", "b.h5")
    terminal.run("train", "a.h5", "--iterations", 30, "--seed", 4, "--out", "c.h5")
    assert _same_numbers(Path("a.h5"), Path("b.h5"))
    assert not _same_numbers(Path("a.h5"), Path("c.h5"))
    assert read_project(path).project.state is None  # --out leaves the project as it was


def test_train_gives_the_numbers_that_a_session_gives(terminal: Terminal) -> None:
    path = _new(terminal)
    project = read_project(path).project
    terminal.run("train", path, "--iterations", 40, "--data", "builtin", "--out", "cli.h5")
    used = read_project(Path("cli.h5")).project
    session = Session(project.graph, project.training, load_prepared(used.data, "float32"), None)
    for _ in range(40):
        session.step()
    write_project(set_state(project, session.state()), Path("session.h5"))
    assert _same_numbers(Path("cli.h5"), Path("session.h5"))


def test_builtin_data_follow_the_width_of_the_input(terminal: Terminal) -> None:
    for layers, source in (("64,4,10", "digits"), ("784,4,10", "digits_28")):
        path = _new(terminal, layers=layers)
        terminal.run("train", path, "--iterations", 1, "--data", "builtin")
        assert terminal.status == 0, terminal.err
        assert read_project(path).project.data.source == source


def test_a_network_without_validation_prints_null_for_it(terminal: Terminal) -> None:
    path = _new(terminal)
    project = read_project(path).project
    write_project(set_data_option(project, "validation_percent", 0), path)
    (line,) = terminal.json_lines("train", path, "--epochs", 1)
    assert line["validation_loss"] is None and line["train_loss"] > 0


def test_a_loss_that_explodes_fails_with_one_line_and_saves_the_last_finite_weights(terminal: Terminal) -> None:
    path = _new(terminal, activation="linear", learning_rate=2)
    before = path.read_bytes()
    out = terminal.run("train", path, "--epochs", 1, "--out", "wild.h5")
    assert terminal.status == 1 and path.read_bytes() == before
    state = read_project(Path("wild.h5")).project.state
    assert state is not None and all(np.isfinite(array).all() for array in state.parameters.values())
    made = state.position.iteration
    assert made > 1 and f"Stopped at epoch 0, iteration {made} " in out and "Saved to wild.h5" in out
    *_, last = terminal.err.splitlines()
    assert last.startswith("layerloom: The ") and f"at iteration {made + 1} " in last and "learning rate" in last
    assert last.endswith(" They are saved to 'wild.h5'.")
    # They are those that a training of one iteration less ends with.
    terminal.run("train", path, "--iterations", made, "--out", "before.h5")
    assert terminal.status == 0 and _same_numbers(Path("before.h5"), Path("wild.h5"))


def test_a_trained_project_that_runs_away_is_kept_beside_it(terminal: Terminal) -> None:
    path = _new(terminal, activation="linear", learning_rate=0.01)
    terminal.run("train", path, "--epochs", 1)
    before = path.read_bytes()
    lines = terminal.run("train", path, "--set", "learning_rate=2", "--json").splitlines()
    assert terminal.status == 1 and Path("n.h5.bak").read_bytes() == before
    assert "They are saved to 'n.h5'; the trained project that was there is kept as 'n.h5.bak'.\n" in terminal.err
    result = json.loads(lines[-1], parse_constant=_refuse)
    assert result["saved"] == "n.h5" and result["stopped"].startswith("The ")
    state = read_project(path).project.state
    assert state is not None and state.position.iteration == result["iteration"] > 130
    # Once more, from where no step can be made: nothing is new, so nothing is written.
    ran_away = path.read_bytes()
    terminal.run("train", path)
    assert terminal.status == 1 and path.read_bytes() == ran_away and Path("n.h5.bak").read_bytes() == before
    assert terminal.err.endswith(" It was the first step, so there is nothing to save.\n")


def test_a_training_that_has_nothing_left_to_do_says_how_to_go_on(terminal: Terminal) -> None:
    path = _new(terminal)
    terminal.run("train", path, "--set", "epochs=1")
    before = path.read_bytes()
    out = terminal.run("train", path)
    assert terminal.status == 0 and path.read_bytes() == before
    assert "Saved" not in out and "'n.h5' stays as it is: add --epochs or --iterations to go on." in out


def test_being_asked_to_stop_keeps_what_was_learnt(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _new(terminal)
    make_steps = Session.steps

    def steps(session: Session, _limit: int) -> int:
        if session.iteration == 6:
            signal.raise_signal(signal.SIGINT)
        return make_steps(session, 1)

    handler = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        patch.setattr(Session, "steps", steps)
        out = terminal.run("train", path, "--epochs", 5)
    assert terminal.status == 130
    assert "Stopped at epoch 0, iteration 7" in out and "Saved to n.h5" in out
    assert signal.getsignal(signal.SIGINT) is handler
    state = read_project(path).project.state
    assert state is not None and state.position.iteration == 7


@pytest.mark.parametrize("number", SIGNALS)
def test_a_stop_request_remembers_which_signal_came(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with StopRequest() as stop:
            assert stop.number == 0
            signal.raise_signal(number)
        assert (stop.number, stop.status) == (number, 128 + number)
    finally:
        signal.signal(number, before)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
def test_a_run_that_shall_outlive_its_terminal_goes_on() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopRequest() as stop:
            signal.raise_signal(signal.SIGHUP)
        assert stop.number == 0 and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_project_changed_meanwhile_is_not_overwritten(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _new(terminal)
    make_steps = Session.steps

    def steps(session: Session, _limit: int) -> int:
        if session.iteration == 1:
            write_project(read_project(other).project, path)
        return make_steps(session, 1)

    other = _new(terminal, "other.h5", layers="64,9,10")
    with monkeypatch.context() as patch:
        patch.setattr(Session, "steps", steps)
        out = terminal.run("train", path, "--iterations", 3)
    assert terminal.status == 0
    assert "n-trained-" in out.splitlines()[-1]
    assert path.read_bytes() == other.read_bytes()
    (trained,) = Path().glob(f"n-trained-*-{os.getpid()}.h5")
    state = read_project(trained).project.state
    assert state is not None and state.position.iteration == 3


def test_export_image_draws_without_a_display(terminal: Terminal) -> None:
    path = _new(terminal)
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    for name, start in (("n.png", b"\x89PNG"), ("n.svg", b"<?xml")):
        command = [sys.executable, "-m", "designer", "export-image", str(path.resolve()), str(Path(name).resolve())]
        done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert Path(name).read_bytes().startswith(start)


@pytest.mark.timeout(900)
def test_784_30_10_reaches_its_accuracy_on_real_mnist(terminal: Terminal, mnist_folder: Path) -> None:
    path = _new(terminal, layers="784,30,10", activation="sigmoid", loss="mse", learning_rate=3, batch_size=10)
    *_, last = terminal.json_lines("train", path, "--epochs", 30, "--data", mnist_folder)
    assert last["test_accuracy"] >= 0.945


@pytest.mark.timeout(900)
def test_784_100_10_with_cross_entropy_reaches_its_accuracy_on_real_mnist(
    terminal: Terminal, mnist_folder: Path
) -> None:
    path = _new(terminal, layers="784,100,10", loss="cross_entropy")
    *_, last = terminal.json_lines("train", path, "--epochs", 8, "--data", mnist_folder)
    assert last["test_accuracy"] >= 0.97

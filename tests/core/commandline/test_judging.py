"""``cross-validate`` and ``evaluate``: their figures, against the samples themselves and against plain counting."""

from __future__ import annotations

import json
import math
import signal
import statistics
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.compiler.predictor import Predictor
from core.data.dataset import PreparedData
from core.data.folds import stratified_folds
from core.data.sources import load_prepared
from core.project.edits import set_data_option, set_option
from core.project.model import Project
from core.storage.reader import read_project
from core.storage.writer import write_project
from core.training.session import Session, initial_state
from designer.__main__ import main

FIGURES = ("train_loss", "train_accuracy", "loss", "accuracy", "mae", "rmse", "r_squared")


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "--layers", "64,8,10", "--seed", "3", "n.h5"]) == 0


def _objects(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _loaded(validation_percent: int) -> tuple[Project, PreparedData]:
    project = read_project(Path("n.h5")).project
    return project, load_prepared(replace(project.data, validation_percent=validation_percent), "float32")


def test_each_fold_is_trained_from_the_first_weights_and_judged_on_what_it_has_not_seen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = Path("n.h5").read_bytes()
    *folds, summary = _objects(capsys, "cross-validate", "n.h5", "--folds", "3", "--epochs", "2")
    assert Path("n.h5").read_bytes() == before
    assert list(Path().iterdir()) == [Path("n.h5")]
    project, data = _loaded(0)
    rows = stratified_folds(data.training.labels, 3, 3)
    assert [line["fold"] for line in folds] == [1, 2, 3]
    assert [line["samples"] for line in folds] == [len(each) for each in rows]
    assert sum(line["samples"] for line in folds) == len(data.training) == summary["samples"]
    # The second fold once more, by hand.
    held_back = np.zeros(len(data.training), bool)
    held_back[rows[1]] = True
    parts = [
        type(data.training)(data.training.inputs[own], data.training.targets[own], data.training.labels[own])
        for own in (~held_back, held_back)
    ]
    session = Session(project.graph, project.training, replace(data, training=parts[0]))
    while session.epoch < 2:
        session.step()
    answers = Predictor(project.graph, "float32").predict(session.state().parameters, parts[1].inputs)
    errors = parts[1].targets.astype(float) - answers
    assert folds[1]["accuracy"] == np.mean(answers.argmax(axis=1) == parts[1].labels)
    assert folds[1]["loss"] == pytest.approx(0.5 * (errors**2).sum(axis=1).mean(), rel=1e-5)
    assert folds[1]["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-6)
    assert folds[1]["rmse"] == pytest.approx(math.sqrt((errors**2).mean()), rel=1e-6)
    assert folds[1]["epochs"] == 2


def test_means_and_deviations_are_those_of_the_folds(capsys: pytest.CaptureFixture[str]) -> None:
    *folds, summary = _objects(capsys, "cross-validate", "n.h5", "--folds", "4", "--epochs", "1", "--seed", "7")
    assert (summary["folds"], summary["seed"]) == (4, 7)
    assert set(summary["mean"]) == set(summary["deviation"]) == set(FIGURES)
    for name in FIGURES:
        values = [line[name] for line in folds]
        assert summary["mean"][name] == pytest.approx(statistics.fmean(values), rel=1e-12)
        assert summary["deviation"][name] == pytest.approx(statistics.stdev(values), rel=1e-9)
    again = _objects(capsys, "cross-validate", "n.h5", "--folds", "4", "--epochs", "1", "--seed", "7")
    other = _objects(capsys, "cross-validate", "n.h5", "--folds", "4", "--epochs", "1", "--seed", "8")
    assert again[:-1] == folds
    assert other[0] != folds[0]


def test_settings_count_and_no_rule_of_stopping_looks_at_what_is_held_back(capsys: pytest.CaptureFixture[str]) -> None:
    rules = ("--set", "stop_iterations=17", "--set", "early_stopping=restore", "--set", "learning_rate=0")
    *folds, _ = _objects(capsys, "cross-validate", "n.h5", "--folds", "2", *rules)
    assert [line["epochs"] for line in folds] == [0, 0]
    assert len({line["train_loss"] for line in folds}) == 2  # other samples, and the same weights that never moved
    project, data = _loaded(0)
    untrained = initial_state(project.graph, project.training).parameters
    answers = Predictor(project.graph, "float32").predict(untrained, data.training.inputs)
    right = np.mean(answers.argmax(axis=1) == data.training.labels)
    shares = [line["accuracy"] * line["samples"] for line in folds]
    assert sum(shares) / len(data.training) == pytest.approx(right, rel=1e-12)


def test_the_table_has_a_row_per_fold_and_the_means(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["cross-validate", "n.h5", "--folds", "3", "--epochs", "1"]) == 0
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == ["fold", "1", "2", "3", "mean", "±"]
    assert "fold 3 of 3: 100%" in err


def test_ctrl_c_shows_the_folds_that_are_done_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_steps, made = Session.steps, iter(range(10**6))

    def steps(session: Session, _limit: int) -> int:
        if next(made) == 200:  # in the second fold: an epoch of each has 97 steps or 96
            signal.raise_signal(signal.SIGINT)
        return make_steps(session, 1)

    handler, before = signal.getsignal(signal.SIGINT), Path("n.h5").read_bytes()
    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(Session, "steps", steps)
        assert main(["cross-validate", "n.h5", "--folds", "3", "--epochs", "2"]) == 130
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == ["fold", "1", "Stopped"]
    assert out.endswith("Stopped in fold 2 of 3; nothing was saved\n")
    assert signal.getsignal(signal.SIGINT) is handler
    assert list(Path().iterdir()) == [Path("n.h5")] and Path("n.h5").read_bytes() == before


def test_a_fold_that_diverges_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--layers", "64,8,10", "--activation", "linear", "--learning-rate", "1e5", "wild.h5"]) == 0
    assert main(["cross-validate", "wild.h5", "--folds", "3"]) == 1
    *_, last = capsys.readouterr().err.splitlines()
    assert last.startswith("layerloom: Fold 1: The ")


def test_an_evaluation_has_the_figures_of_plain_counting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "n.h5", "--epochs", "3"]) == 0
    project, data = _loaded(10)
    assert project.state is not None
    before = Path("n.h5").read_bytes()
    for part in ("training", "validation", "test"):
        (found,) = _objects(capsys, "evaluate", "n.h5", "--part", part, "--top", "2")
        samples = getattr(data, part)
        answers = Predictor(project.graph, "float32").predict(project.state.parameters, samples.inputs)
        guesses, labels = answers.argmax(axis=1).tolist(), samples.labels.tolist()
        count = len(labels)
        assert (found["part"], found["samples"]) == (part, count)
        assert found["accuracy"] == sum(map(int.__eq__, guesses, labels)) / count
        best = [set(np.argsort(row)[-2:].tolist()) for row in answers]
        assert found["top_k"] == {"k": 2, "accuracy": sum(map(set.__contains__, best, labels)) / count}
        pairs = list(zip(labels, guesses, strict=True))
        assert found["confusion"] == [[pairs.count((right, guess)) for guess in range(10)] for right in range(10)]
        for label, each in enumerate(found["classes"]):
            hits, named, there = pairs.count((label, label)), guesses.count(label), labels.count(label)
            assert (each["name"], each["samples"]) == (str(label), there)
            assert each["precision"] == (hits / named if named else None)
            assert each["recall"] == pytest.approx(hits / there)
            assert each["f1"] == pytest.approx(2 * hits / (named + there))
        errors = samples.targets.astype(float) - answers
        assert found["loss"] == pytest.approx(0.5 * (errors**2).sum(axis=1).mean(), rel=1e-5)
        assert found["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-6)
        assert found["rmse"] == pytest.approx(math.sqrt((errors**2).mean()), rel=1e-6)
        spread = ((samples.targets - samples.targets.mean(axis=0)) ** 2).sum(axis=0)
        assert found["r_squared"] == pytest.approx(np.mean(1 - (errors**2).sum(axis=0) / spread), rel=1e-5)
    assert Path("n.h5").read_bytes() == before


def test_an_evaluation_in_words_says_of_what_and_names_the_classes(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["evaluate", "n.h5"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("355 test samples of Digits 8 × 8, with the weights before any training\nloss ")
    assert "precision" in out and "right \\ guessed" in out
    assert main(["train", "n.h5", "--iterations", "5"]) == 0
    capsys.readouterr()
    assert main(["evaluate", "n.h5"]) == 0
    assert "after iteration 5\n" in capsys.readouterr().out


def test_a_part_without_samples_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    write_project(set_data_option(read_project(Path("n.h5")).project, "validation_percent", 0), Path("n.h5"))
    assert main(["evaluate", "n.h5", "--part", "validation"]) == 2
    assert "'Digits 8 × 8' has no validation samples. Choose another --part." in capsys.readouterr().err


def test_a_network_that_has_no_derivative_is_evaluated_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "n.h5", "--epochs", "3"]) == 0
    project = read_project(Path("n.h5")).project
    hidden = project.graph.nodes[1]
    write_project(set_option(project, hidden.id, "activation", "step"), Path("n.h5"))
    assert main(["train", "n.h5", "--epochs", "1"]) == 2
    assert "step" in capsys.readouterr().err.lower()
    (found,) = _objects(capsys, "evaluate", "n.h5")
    # The same by hand: 1 where z ≥ 0, then a sigmoid.
    project, data = _loaded(10)
    assert project.state is not None
    first, bias, last, last_bias = (array.astype(float) for array in project.state.parameters.values())
    rows, samples = data.test.inputs.reshape(len(data.test), -1), data.test
    fires = (rows @ first + bias >= 0.0).astype(float)
    answers = 1.0 / (1.0 + np.exp(-(fires @ last + last_bias)))
    assert found["accuracy"] == np.mean(answers.argmax(axis=1) == samples.labels)
    assert found["loss"] == pytest.approx(0.5 * ((samples.targets - answers) ** 2).sum(axis=1).mean(), rel=1e-5)
    assert found["iteration"] == project.state.position.iteration > 0

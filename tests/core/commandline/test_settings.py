"""``--set``: any setting of training by name, and runs that end by a rule of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.commandline.settings import configured, setting
from core.compiler.checks import check_graph
from core.errors import OptionError
from core.storage.reader import read_project
from core.training.config import TrainingConfig
from core.training.settings import TRAINING_OPTIONS
from designer.__main__ import main

NEW = ("new", "--layers", "64,8,10", "n.h5")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _sets(**values: object) -> list[str]:
    return [part for key, value in values.items() for part in ("--set", f"{key}={value}")]


def _last_line(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["train", "n.h5", "--json", *arguments]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


@pytest.mark.parametrize("option", TRAINING_OPTIONS, ids=[option.key for option in TRAINING_OPTIONS])
def test_every_setting_can_be_given_by_name(option: Any) -> None:
    config = configured(TrainingConfig(), [setting(f"{option.key}={option.initial}")])
    assert config.value(option.key) == option.initial


def test_settings_are_taken_one_after_the_other() -> None:
    typed = ("learning_rate=3", "optimizer=adam", "optimizer.beta1=0.5", "schedule=step", "schedule.every=4")
    config = configured(TrainingConfig(), [setting(text) for text in typed])
    assert (config.optimizer, config.learning_rate) == ("adam", 0.001)
    assert config.optimizer_options["beta1"] == 0.5
    assert config.schedule_options["every"] == 4


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("l3=1", "--set l3: there is no such setting. There are optimizer, "),
        ("batchsize=8", "--set batchsize: there is no such setting. Did you mean batch_size?"),
        ("Optimizer=adam", "--set Optimizer: there is no such setting. Did you mean optimizer?"),
        ("delta=1", "--set delta: there is no such setting. Did you mean loss.delta?"),
        (
            "optimizer.beta1=1",
            "--set optimizer.beta1: the optimizer is sgd, which has no settings of its own; 'beta1' belongs to adam, "
            "adamw, adamax, nadam. Put --set optimizer=adam before it.",
        ),
        (
            "optimizer.learning_rate=1",
            "--set optimizer.learning_rate: the optimizer is sgd, which has no settings of its own. Did you mean "
            "learning_rate?",
        ),
        ("schedule.gamma=1", "--set schedule.gamma: the schedule is constant, which has no settings of its own, "),
        ("optimizer.=1", "--set optimizer.: expected optimizer.KEY=VALUE; as it is set now, there is no such KEY."),
        ("epochs=1.5", "--set epochs: '1.5' is no whole number."),
        ("l2=much", "--set l2: 'much' is no number."),
        ("l2=-1", "--set l2: 'L2 λ' cannot be -1.0: expected a number from 0 to 1000."),
        ("mode=stochastic", "--set mode: 'Update' cannot be 'stochastic': expected one of mini_batch, "),
    ],
)
def test_a_wrong_setting_is_refused_in_words(typed: str, said: str) -> None:
    with pytest.raises(OptionError) as error:
        configured(TrainingConfig(), [setting(typed)])
    assert str(error.value).startswith(said)


@pytest.mark.parametrize("typed", ["l2", "=3", ""])
def test_what_is_no_setting_is_refused(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW[:-1], "--set", typed, "n.h5"]) == 2
    assert "expected KEY=VALUE, such as l2=0.0001" in capsys.readouterr().err


def test_new_and_train_keep_their_settings_in_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW[:-1], *_sets(schedule="cosine", order="given"), "n.h5"]) == 0
    _last_line(capsys, *_sets(clipping="norm"), "--iterations", "3", "--data", "builtin")
    training = read_project(Path("n.h5")).project.training
    assert (training.schedule, training.order, training.clipping) == ("cosine", "given", "norm")


def test_a_run_ends_by_its_own_rule_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW[:-1], *_sets(stop_iterations=17, epochs=4), "n.h5"]) == 0
    line = _last_line(capsys)
    assert (line["iteration"], line["stopped"]) == (17, "Iteration 17 is made.")
    line = _last_line(capsys, "--iterations", "20")
    assert (line["iteration"], line["stopped"]) == (37, None)
    assert main(["train", "n.h5", *_sets(stop_iterations=0)]) == 0
    assert "Ended: Epoch 4 is done.\n" in capsys.readouterr().out


def test_the_figures_of_a_run_that_went_back_are_those_of_the_weights_that_are_saved(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rules = _sets(early_stopping="restore", patience=1, minimum_change=0.02, learning_rate=2.0)
    assert main([*NEW[:-1], *rules, "n.h5"]) == 0
    line = _last_line(capsys)
    assert line["stopped"].startswith("No progress since epoch ")
    again = _last_line(capsys, "--epochs", "1", *_sets(learning_rate=0.0))
    for figure in ("train_loss", "validation_loss", "validation_accuracy", "test_loss", "test_accuracy"):
        assert again[figure] == pytest.approx(line[figure], rel=1e-6), figure
    assert f"whose loss of {line['validation_loss']:.4g} is the best." in line["stopped"]


@pytest.mark.parametrize(
    ("loss", "last", "targets"),
    [
        ("mae", "sigmoid", "binary"),
        ("huber", "sigmoid", "binary"),
        ("bce", "sigmoid", "binary"),
        ("cross_entropy", "softmax", "binary"),
        ("hinge", "linear", "signed"),
        ("multiclass_hinge", "linear", "binary"),
    ],
)
def test_a_project_of_every_loss_learns_the_digits(
    loss: str, last: str, targets: str, capsys: pytest.CaptureFixture[str]
) -> None:
    adam = ("--optimizer", "adam", "--learning-rate", "0.01")
    assert main(["new", "--layers", "64,20,10", "--loss", loss, *adam, "n.h5"]) == 0
    project = read_project(Path("n.h5")).project
    assert check_graph(project.graph) == ()
    assert (project.graph.nodes[-2].options["activation"], project.data.targets) == (last, targets)
    found = _last_line(capsys, "--epochs", "10")
    # What is 0 nine times in ten has the median 0: the absolute error is content with that.
    assert found["test_loss"] < 1.01 if loss == "mae" else found["test_accuracy"] > 0.93


def test_the_options_of_the_loss_and_of_the_data_can_be_given_by_name() -> None:
    wanted = _sets(loss="huber", **{"loss.delta": 0.25, "loss.over_samples": "sum", "data.class_weights": "given"})
    assert main([*NEW, *wanted, *_sets(**{"data.class_weight_values": "1, 2.5", "data.validation_percent": 20})]) == 0
    project = read_project(Path("n.h5")).project
    options = project.graph.nodes[-1].options
    assert (options["loss"], options["delta"], options["over_samples"]) == ("huber", 0.25, "sum")
    assert (project.data.class_weights, project.data.class_weight_values) == ("given", (1.0, 2.5))
    assert project.data.validation_percent == 20


def test_the_loss_may_be_set_as_training_begins(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW, "--learning-rate", "0.1"]) == 0
    half = _last_line(capsys, "--epochs", "1", "--out", "a.h5", *_sets(learning_rate=0))
    whole = _last_line(capsys, "--epochs", "1", "--out", "b.h5", *_sets(learning_rate=0, **{"loss.factor": "one"}))
    assert whole["test_loss"] == pytest.approx(2 * half["test_loss"], rel=1e-6)
    assert read_project(Path("b.h5")).project.graph.nodes[-1].options["factor"] == "one"


@pytest.mark.parametrize(
    ("setting_", "fault"),
    [
        ("loss=hing", "--set loss: 'Loss' cannot be 'hing'"),
        ("loss.delta=1", "which has factor, over_outputs, over_samples; 'delta' belongs to huber. Put --set loss="),
        ("loss.factor=2", "'Factor' cannot be '2'"),
        ("data.targets=1", "'Targets' cannot be '1'"),
        ("data.class_weight_values=1,x", "--set data.class_weight_values: 'x' is"),
        ("data.shape=3", "--set data.shape: data have no such setting; they have scaling, validation_percent, "),
        ("data=3", "--set data: expected data.KEY=VALUE with one of the keys scaling, "),
        ("loss.=huber", "--set loss.: expected loss.KEY=VALUE with one of the keys factor, "),
    ],
)
def test_a_wrong_setting_of_loss_or_data_is_refused(
    setting_: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*NEW, "--set", setting_]) == 2
    assert fault in capsys.readouterr().err
    assert not Path("n.h5").exists()


def test_data_that_do_not_fit_the_loss_end_the_training_before_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW, "--loss", "cross_entropy", *_sets(**{"data.targets": "signed"})]) == 0
    assert main(["train", "n.h5"]) == 2
    assert "'Cross-entropy' expects them from 0 to 1: with others it has no lowest value" in capsys.readouterr().err

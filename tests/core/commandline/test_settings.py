"""``--set``: any setting of training by name, and runs that end by a rule of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.commandline.settings import configured, setting
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
        ("l3=1", "--set l3: there is no such setting; known are optimizer, "),
        ("optimizer.beta1=1", "--set optimizer.beta1: there is no such setting; known are none."),
        ("epochs=1.5", "--set epochs: '1.5' is no whole number."),
        ("l2=much", "--set l2: 'much' is no number."),
        ("l2=-1", "'L2 λ' cannot be -1.0: expected a number from 0 to 1000."),
        ("mode=stochastic", "'Update' cannot be 'stochastic': expected one of mini_batch, "),
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

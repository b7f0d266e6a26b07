"""``layerloom trace``: the sheet is of the iteration that training would have made; the project stays as it is."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from core.data.sources import load_prepared
from core.storage.reader import read_project
from core.training.session import Session
from designer.__main__ import main


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "--layers", "64,4,10", "--seed", "3", "n.h5"]) == 0


def _trace(*arguments: str) -> list[dict[str, str]]:
    assert main(["trace", "n.h5", *arguments, "--out", "sheet.csv"]) == 0
    with Path("sheet.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _session() -> Session:
    project = read_project(Path("n.h5")).project
    data = load_prepared(project.data, project.training.dtype)
    return Session(project.graph, project.training, data, project.state)


def _biases(rows: list[dict[str, str]], layer: str) -> np.ndarray:
    found = [
        row["value"]
        for row in rows
        if (row["quantity"], row["layer"], row["parameter"]) == ("new_parameter", layer, "bias")
    ]
    return np.array(found, dtype=np.float32)


def _bias_of(session: Session, units: int) -> np.ndarray:
    (bias,) = (
        values for key, values in session.state().parameters.items() if key[1] == "bias" and len(values) == units
    )
    return bias


def test_the_iteration_is_the_next_one_of_the_project_which_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("n.h5").read_bytes()
    rows = _trace()
    session = _session()
    session.step()
    (key,) = (
        key for key in session.parameters.specs if key[1] == "bias" and session.parameters.specs[key].shape == (4,)
    )
    np.testing.assert_array_equal(_biases(rows, "Dense 4"), session.state().parameters[key])
    assert Path("n.h5").read_bytes() == before
    assert sorted(path.name for path in Path().iterdir()) == ["n.h5", "sheet.csv"]
    assert "Iteration 1, on 10 samples, written to sheet.csv" in capsys.readouterr().out
    assert {row["sample"] for row in rows} == {"", *map(str, range(1, 11))}


def test_a_later_iteration_is_the_one_that_training_reaches() -> None:
    rows = _trace("--iteration", "25")
    session = _session()
    for _ in range(25):
        session.step()
    (key,) = (
        key for key in session.parameters.specs if key[1] == "bias" and session.parameters.specs[key].shape == (10,)
    )
    np.testing.assert_array_equal(_biases(rows, "Dense 10"), session.state().parameters[key])


def test_one_sample_alone(capsys: pytest.CaptureFixture[str]) -> None:
    rows = _trace("--sample", "7")
    inputs = [row["value"] for row in rows if row["quantity"] == "output" and row["layer"].startswith("Input")]
    pixels = np.array(inputs, dtype=np.float32)
    np.testing.assert_array_equal(pixels, _session().data.training.inputs[6].reshape(-1))
    assert "on 1 sample," in capsys.readouterr().out


def test_the_notation_and_the_digits_are_those_asked_for() -> None:
    assert main(["trace", "n.h5", "--sample", "1", "--notation", "upv", "--digits", "8", "--out", "s.html"]) == 0
    page = Path("s.html").read_text(encoding="utf-8")
    assert "002 UPV" in page and "<mi>θ</mi>" in page and "<mi>w</mi>" not in page
    assert main(["trace", "n.h5", "--sample", "1", "--out", "s.tex"]) == 0
    assert "000 UNIR" in Path("s.tex").read_text(encoding="utf-8")


def test_what_is_left_out_is_said_and_can_be_had(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "n.h5", "--sample", "1", "--out", "s.tex"]) == 0
    assert "numbers are left out; --all writes them too" in capsys.readouterr().out
    assert main(["trace", "n.h5", "--sample", "1", "--all", "--out", "s.tex"]) == 0
    assert "left out" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "s.pdf"], "'s.pdf' is no sheet that can be written: use .html, .tex or .csv."),
        (["--notation", "abc", "--out", "s.csv"], "There is no notation 'abc'. Known are UNIR"),
        (["--sample", "99999", "--out", "s.csv"], "There is no sample 99,999: the training part has"),
        (["--sample", "0", "--out", "s.csv"], "is not between 1 and"),
        (["--sample", "1", "--batch", "--out", "s.csv"], "not allowed with argument"),
        (["--out", "nowhere/s.csv"], "there is no folder 'nowhere'"),
        ([], "--out"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_writes_nothing(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", "n.h5", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["n.h5"]


def test_an_iteration_that_is_over_cannot_be_traced(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "n.h5", "--iterations", "5"]) == 0
    assert main(["trace", "n.h5", "--iteration", "3", "--out", "s.csv"]) == 2
    assert "Iteration 3 is over: the project stands at iteration 5" in capsys.readouterr().err

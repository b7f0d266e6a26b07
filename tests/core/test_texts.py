"""Numbers in texts that a user reads."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.commandline.output import loss_text
from core.errors import NonFiniteError
from core.texts import text
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.graph.networks import chain
from tests.core.training.prepared import data_of, samples_of

WRITTEN = [(math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "NaN")]


@pytest.mark.parametrize(("value", "written"), WRITTEN)
@pytest.mark.parametrize("kind", [float, np.float64, np.float32])
def test_what_is_not_finite_is_written_in_one_way_whatever_the_format(
    kind: type, value: float, written: str
) -> None:
    for template in ("{x}", "{x:g}", "{x:.4g}", "{x:+.2f}"):
        assert str(text(f"a loss of {template}.", x=kind(value))) == f"a loss of {written}."


def test_everything_else_is_written_as_python_does() -> None:
    values = {"n": 12_345, "huge": 10**400, "x": 0.125, "word": "inf", "flag": True, "single": np.float32(0.5)}
    template = "{{{n:,}}} {huge} {x:g} {word} {flag} {single} {x:>8.2f}"
    assert str(text(template, **values)) == template.format(**values)


@pytest.mark.parametrize(("value", "written"), [(np.inf, "∞"), (np.nan, "NaN")])
def test_the_error_of_a_loss_writes_it_as_the_window_does(value: float, written: str) -> None:
    targets = np.eye(3)[np.arange(10) % 3]
    targets[:, 0] = value
    config = TrainingConfig(batch_size=2, order="given", dtype="float64")
    session = Session(chain(5, 6, 3, last="linear"), config, data_of(samples_of(np.ones((10, 5)), targets)))
    with pytest.raises(NonFiniteError, match=f"^The loss became {written} at iteration 1 "):
        session.step()


def test_the_command_line_writes_an_infinite_loss_so_too() -> None:
    assert [loss_text(value) for value in (math.inf, -math.inf, math.nan, 0.021312)] == ["∞", "−∞", "–", "0.02131"]

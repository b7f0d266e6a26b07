"""The training configuration as a value: complete, checked, and the same in every list of its fields."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from core.errors import OptionError
from core.numerics.optimizers import OPTIMIZERS
from core.training.config import TRAINING_OPTIONS, TrainingConfig


def test_the_defaults_of_options_and_fields_are_the_same() -> None:
    config = TrainingConfig()
    assert {option.key: option.initial for option in TRAINING_OPTIONS} == {
        field.name: getattr(config, field.name)
        for field in dataclasses.fields(config)
        if field.name not in ("optimizer_options", "schedule_options")
    }
    assert all(config.value(option.key) == option.initial for option in TRAINING_OPTIONS)


def test_options_of_the_optimiser_are_completed() -> None:
    config = TrainingConfig(optimizer="adam", optimizer_options={"beta1": 0.5})
    assert dict(config.optimizer_options) == {"beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8}


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("batch_size", 0, "'Batch' cannot be 0: expected a whole number from 1 to 1,000,000."),
        ("batch_size", 10.0, "'Batch' cannot be 10.0: expected a whole number from 1 to 1,000,000."),
        ("batch_size", True, "'Batch' cannot be True: expected a whole number from 1 to 1,000,000."),
        ("learning_rate", -0.1, "'Rate η' cannot be -0.1: expected a number from 0 to 1e+06."),
        ("learning_rate", float("inf"), "'Rate η' cannot be inf: expected a number from 0 to 1e+06."),
        ("learning_rate", "fast", "'Rate η' cannot be 'fast': expected a number from 0 to 1e+06."),
        ("order", True, "'Order' cannot be True: expected one of random, given, curriculum."),
        ("dtype", "float16", "'Numbers' cannot be 'float16': expected one of float32, float64."),
        ("optimizer", "sdg", f"'Optimiser' cannot be 'sdg': expected one of {', '.join(OPTIMIZERS.keys)}."),
        ("optimizer_options", {"beta": 1}, "Unknown option 'beta'. Known options: none."),
    ],
)
def test_an_impossible_value_is_refused_in_words(field: str, value: Any, text: str) -> None:
    with pytest.raises(OptionError) as error:
        TrainingConfig(**{field: value})
    assert str(error.value) == text


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(OptionError, match=r"^Unknown training option 'optimizer_options'. Known options: optimizer, "):
        TrainingConfig().value("optimizer_options")

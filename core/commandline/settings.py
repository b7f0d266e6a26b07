"""``--set KEY=VALUE``: every setting of training by the name that files have for it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from core.commandline.arguments import real_number, shortened, whole_number
from core.errors import OptionError
from core.options import FlagOption, IntegerOption, Option, OptionValue, RealOption
from core.training.config import TrainingConfig
from core.training.settings import CHOICES_WITH_OPTIONS, TRAINING_OPTIONS, own_options

Setting = tuple[str, str]
"""(key, what was typed): the key of a training option, or ``optimizer.<key>`` or ``schedule.<key>``."""


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the argument."""
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        dest="settings",
        type=setting,
        action="append",
        default=[],
        help="any setting of training, such as l2=0.0001, schedule=cosine or optimizer.beta1=0.8; may be repeated "
        "(KEY may be: " + ", ".join(option.key for option in TRAINING_OPTIONS) + ")",
    )


def setting(text: str) -> Setting:
    """Return the two sides of "key=value"."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise argparse.ArgumentTypeError(f"'{shortened(text)}' is no setting: expected KEY=VALUE, such as l2=0.0001")
    return key.strip(), value.strip()


def configured(config: TrainingConfig, settings: Iterable[Setting]) -> TrainingConfig:
    """Return the configuration with these settings, one after the other; raises OptionError."""
    for key, typed in settings:
        choice, _, own = key.partition(".")
        try:
            if choice in CHOICES_WITH_OPTIONS and own:
                declared = own_options(choice, str(config.value(choice)))
                config = config.with_choice_option(choice, own, _value(declared, own, typed))
            else:
                config = config.with_value(key, _value(TRAINING_OPTIONS, key, typed))
        except argparse.ArgumentTypeError as error:
            raise OptionError("--set {key}: {fault}.", key=key, fault=str(error)) from error
    return config


def _value(declared: tuple[Option, ...], key: str, typed: str) -> OptionValue:
    """Return what was typed as a value of the option `key`; its range is for the option to check."""
    match next((option for option in declared if option.key == key), None):
        case IntegerOption():
            return whole_number(typed)
        case RealOption():
            return real_number(typed)
        case FlagOption():
            if typed.lower() not in ("true", "false"):
                raise argparse.ArgumentTypeError(f"'{shortened(typed)}' is neither true nor false")
            return typed.lower() == "true"
        case None:
            known = ", ".join(option.key for option in declared) or "none"
            raise argparse.ArgumentTypeError(f"there is no such setting; known are {known}")
    return typed

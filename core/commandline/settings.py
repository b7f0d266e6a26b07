"""``--set KEY=VALUE``: every setting of training, of the loss and of the data by the name that files have for it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace

from core.commandline.arguments import real_number, shortened, whole_number
from core.compiler.structure import outputs_of
from core.data.reference import DATA_OPTIONS
from core.errors import OptionError
from core.layers.output_layer import OutputLayer
from core.options import FlagOption, IntegerOption, NumbersOption, Option, OptionValue, RealOption
from core.project.edits import set_data_option, set_option
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.settings import CHOICES_WITH_OPTIONS, TRAINING_OPTIONS, own_options

Setting = tuple[str, str]
"""(key, what was typed): the key of a training option, ``optimizer.<key>`` or ``schedule.<key>``, ``loss`` or
``loss.<key>``, ``data.<key>``."""


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the argument."""
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        dest="settings",
        type=setting,
        action="append",
        default=[],
        help="any setting of training, of the loss and of the data, such as l2=0.0001, schedule=cosine, "
        "optimizer.beta1=0.8, loss=huber, loss.delta=0.5 or data.targets=signed; may be repeated (KEY may be: "
        + ", ".join(option.key for option in TRAINING_OPTIONS)
        + ", loss, loss.KEY with "
        + ", ".join(option.key for option in OutputLayer.options[1:])
        + ", data.KEY with "
        + ", ".join(option.key for option in DATA_OPTIONS)
        + ")",
    )


def setting(text: str) -> Setting:
    """Return the two sides of "key=value"."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise argparse.ArgumentTypeError(f"'{shortened(text)}' is no setting: expected KEY=VALUE, such as l2=0.0001")
    return key.strip(), value.strip()


def set_up(project: Project, settings: Iterable[Setting]) -> Project:
    """Return the project with these settings of training, loss and data, one after the other.

    Raises OptionError, and DataError for a loss where there is not exactly one Output.
    """
    for key, typed in settings:
        scope, _, own = key.partition(".")
        if scope == "loss":
            project = _with_loss_option(project, key, own or "loss", typed)
        elif scope == "data" and own:
            project = set_data_option(project, own, _checked(DATA_OPTIONS, key, own, typed))
        else:
            project = replace(project, training=configured(project.training, [(key, typed)]))
    return project


def _with_loss_option(project: Project, key: str, own: str, typed: str) -> Project:
    outputs = outputs_of(project.graph)
    if len(outputs) != 1:
        raise OptionError("--set {key}: the network has no Output of its own, which holds the loss.", key=key)
    declared = OutputLayer.options
    if own != "loss":
        declared = tuple(option for option in declared[1:] if option.matters(outputs[0].options))
    return set_option(project, outputs[0].id, own, _checked(declared, key, own, typed))


def _checked(declared: tuple[Option, ...], key: str, own: str, typed: str) -> OptionValue:
    try:
        return _value(declared, own, typed)
    except argparse.ArgumentTypeError as error:
        raise OptionError("--set {key}: {fault}.", key=key, fault=str(error)) from error


def configured(config: TrainingConfig, settings: Iterable[Setting]) -> TrainingConfig:
    """Return the configuration with these settings, one after the other; raises OptionError."""
    for key, typed in settings:
        choice, _, own = key.partition(".")
        if choice in CHOICES_WITH_OPTIONS and own:
            declared = own_options(choice, str(config.value(choice)))
            config = config.with_choice_option(choice, own, _checked(declared, key, own, typed))
        else:
            config = config.with_value(key, _checked(TRAINING_OPTIONS, key, key, typed))
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
        case NumbersOption():
            return tuple(real_number(part) for part in typed.replace(",", " ").split())
        case None:
            known = ", ".join(option.key for option in declared) or "none"
            raise argparse.ArgumentTypeError(f"there is no such setting; known are {known}")
    return typed

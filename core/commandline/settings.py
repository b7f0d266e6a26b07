"""``--set KEY=VALUE``: every setting of training, of the loss and of the data by the name that files have for it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from core.commandline.arguments import real_number, shortened, whole_number
from core.commandline.unknown_settings import missing_part, unknown_data_setting, unknown_own_setting, unknown_setting
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
    """Return the project with these settings of training, loss and data, one after the other; raises OptionError."""
    for key, typed in settings:
        scope, _, own = key.partition(".")
        with _named(key):
            if scope == "loss":
                project = _with_loss_option(project, key, own, typed)
            elif scope == "data":
                project = set_data_option(project, own, _data_value(own, typed))
            else:
                project = replace(project, training=_with_training_option(project.training, key, typed))
    return project


def configured(config: TrainingConfig, settings: Iterable[Setting]) -> TrainingConfig:
    """Return the configuration with these settings of training, one after the other; raises OptionError."""
    for key, typed in settings:
        with _named(key):
            config = _with_training_option(config, key, typed)
    return config


@contextmanager
def _named(key: str) -> Iterator[None]:
    """Let an error begin with the setting that it is about."""
    try:
        yield
    except OptionError as error:
        raise OptionError("--set {key}: {fault}", key=key, fault=error.text) from error


def _with_loss_option(project: Project, key: str, own: str, typed: str) -> Project:
    outputs = outputs_of(project.graph)
    if len(outputs) != 1:
        raise OptionError(
            "the loss is an option of the Output layer, of which the network has {count}; expected one. Open the "
            "project in the window to mend that.",
            count=len(outputs) or "none",
        )
    choice, *others = OutputLayer.options
    if key == choice.key:
        return set_option(project, outputs[0].id, key, _value(choice, typed))
    declared = [option for option in others if option.matters(outputs[0].options)]
    if not own:
        raise missing_part(choice.key, declared)
    option = _found(declared, own)
    if option is None:
        raise unknown_own_setting(choice.key, str(outputs[0].options[choice.key]), own, declared)
    return set_option(project, outputs[0].id, own, _value(option, typed))


def _data_value(own: str, typed: str) -> OptionValue:
    if not own:
        raise missing_part("data", DATA_OPTIONS)
    option = _found(DATA_OPTIONS, own)
    if option is None:
        raise unknown_data_setting()
    return _value(option, typed)


def _with_training_option(config: TrainingConfig, key: str, typed: str) -> TrainingConfig:
    choice, point, own = key.partition(".")
    if point and choice in CHOICES_WITH_OPTIONS:
        chosen = str(config.value(choice))
        declared = own_options(choice, chosen)
        if not own:
            raise missing_part(choice, declared)
        option = _found(declared, own)
        if option is None:
            raise unknown_own_setting(choice, chosen, own, declared)
        return config.with_choice_option(choice, own, _value(option, typed))
    option = _found(TRAINING_OPTIONS, key)
    if option is None:
        raise unknown_setting(key)
    return config.with_value(key, _value(option, typed))


def _found(declared: Sequence[Option], key: str) -> Option | None:
    return next((option for option in declared if option.key == key), None)


def _value(option: Option, typed: str) -> OptionValue:
    """Return what was typed as a value of an option; its range is for the option to check."""
    try:
        match option:
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
    except argparse.ArgumentTypeError as error:
        raise OptionError("{fault}.", fault=str(error)) from error
    return typed

"""The options of every layer that ends in an activation function: which one, and its constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.numerics.activations import ACTIVATIONS, Activation
from core.options import Choice, ChoiceOption, Option, OptionValue

KEY = "activation"


def activation_options(label: str, default: str) -> tuple[Option, ...]:
    """Return the choice of the function, followed by the constants of all functions that have some."""
    choice = ChoiceOption(
        key=KEY,
        label=label,
        default=default,
        choices=tuple(Choice(a.key, a.label, a.formula) for a in ACTIVATIONS),
        help="The function g applied to z.",
    )
    constants = [replace(option, only_with=(KEY, (a.key,))) for a in ACTIVATIONS for option in a.options]
    return (choice, *constants)


def chosen_activation(options: Mapping[str, OptionValue]) -> Activation:
    """Return the function that is set, with its constants."""
    return ACTIVATIONS[str(options[KEY])].configured(options)

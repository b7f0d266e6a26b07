"""The options of a layer that ends in a loss: which one, and its own options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.numerics.losses import LOSSES, Loss
from core.options import Choice, ChoiceOption, Option, OptionValue

KEY = "loss"


def loss_options() -> tuple[Option, ...]:
    """Return the choice of the loss, followed by the options of all losses, each once.

    What several losses share is declared once for them all.
    """
    choice = ChoiceOption(
        key=KEY,
        label="Loss",
        default="squared_error",
        choices=tuple(Choice(loss.key, loss.label, loss.written) for loss in LOSSES),
        help="How far the answer is from the target.",
    )
    own: dict[Option, list[str]] = {}
    for loss in LOSSES:
        for option in loss.options:
            own.setdefault(option, []).append(loss.key)
    # What belongs to one loss alone stands first, what every loss has last.
    found = sorted(own.items(), key=lambda item: len(item[1]))
    return (choice, *(replace(option, only_with=_only_with(keys)) for option, keys in found))


def _only_with(losses: list[str]) -> tuple[str, tuple[str, ...]] | None:
    return None if len(losses) == len(LOSSES) else (KEY, tuple(losses))


def chosen_loss(options: Mapping[str, OptionValue]) -> Loss:
    """Return the loss that is set, with its options."""
    return LOSSES[str(options[KEY])].configured(options)

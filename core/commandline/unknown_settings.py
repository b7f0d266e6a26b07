"""What is said of a ``--set`` whose key there is not: what there is instead, and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from core.data.reference import DATA_OPTIONS
from core.errors import OptionError
from core.layers.output_layer import OutputLayer
from core.options import Option
from core.texts import phrase
from core.training.settings import CHOICES_WITH_OPTIONS, TRAINING_OPTIONS

MOST_MEANT = 3


def unknown_setting(key: str) -> OptionError:
    """Return the error of a key that is no setting at all."""
    meant = _meant(key)
    if meant:
        return OptionError("there is no such setting. Did you mean {meant}?", meant=_listed(meant, " or "))
    return OptionError(
        "there is no such setting. There are {known}.",
        known=", ".join((*(option.key for option in TRAINING_OPTIONS), "loss", "loss.KEY", "data.KEY")),
    )


def unknown_own_setting(choice: str, chosen: str, own: str, declared: Sequence[Option]) -> OptionError:
    """Return the error of an option that the chosen optimiser, schedule or loss does not have.

    Parameters
    ----------
    choice, chosen : what is chosen and its key, such as "optimizer" and "sgd".
    own : key of the option that was typed.
    declared : options that `chosen` has.
    """
    known = _listed([option.key for option in declared]) if declared else "no settings of its own"
    has = phrase("the {choice} is {chosen}, which has {known}", choice=choice, chosen=chosen, known=known)
    owners = list(_owners(choice, own))
    if owners:
        return OptionError(
            "{has}; '{own}' belongs to {owners}. Put --set {choice}={first} before it.",
            has=has,
            own=own,
            owners=_listed(owners),
            choice=choice,
            first=owners[0],
        )
    meant = get_close_matches(own, [option.key for option in declared], 1) or _meant(f"{choice}.{own}")
    if meant:
        return OptionError("{has}. Did you mean {meant}?", has=has, meant=_listed(meant, " or "))
    return OptionError("{has}, and no {choice} has '{own}'.", has=has, choice=choice, own=own)


def unknown_data_setting() -> OptionError:
    """Return the error of a setting that data do not have."""
    known = _listed([option.key for option in DATA_OPTIONS])
    return OptionError("data have no such setting; they have {known}.", known=known)


def missing_part(scope: str, declared: Sequence[Option]) -> OptionError:
    """Return the error of a key that stops at its point, or before it: "data", "optimizer."."""
    if not declared:
        return OptionError("expected {scope}.KEY=VALUE; as it is set now, there is no such KEY.", scope=scope)
    known = _listed([option.key for option in declared])
    return OptionError("expected {scope}.KEY=VALUE with one of the keys {known}.", scope=scope, known=known)


def _owners(choice: str, own: str) -> Iterator[str]:
    """Yield the optimisers, schedules or losses that have an option."""
    if choice == "loss":
        for option in OutputLayer.options:
            if option.key == own and option.only_with is not None:
                yield from option.only_with[1]
        return
    yield from (entry.key for entry in CHOICES_WITH_OPTIONS[choice] if own in {option.key for option in entry.options})


def _meant(key: str) -> list[str]:
    """Return the settings that are spelt nearly like this, or are called so behind their point."""
    names = list(_all_settings())
    typed = key.lower()
    own = typed.rpartition(".")[2]
    same = [name for name in names if own == name.rpartition(".")[2]]
    return (same or get_close_matches(typed, names, MOST_MEANT, 0.75))[:MOST_MEANT]


def _all_settings() -> Iterator[str]:
    yield from (option.key for option in TRAINING_OPTIONS)
    yield "loss"
    yield from (f"loss.{option.key}" for option in OutputLayer.options[1:])
    yield from (f"data.{option.key}" for option in DATA_OPTIONS)
    for choice, entries in CHOICES_WITH_OPTIONS.items():
        yield from dict.fromkeys(f"{choice}.{option.key}" for entry in entries for option in entry.options)


def _listed(keys: Sequence[str], last: str = ", ") -> str:
    return last.join((", ".join(keys[:-1]), keys[-1])) if len(keys) > 1 else keys[0]

"""Notation profiles: how a course document writes the quantities of backpropagation. Each is a file of data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from core.errors import LayerloomError
from core.formulas.quantities import Kind
from core.texts import Text, text

FOLDER = "notations"
KEYS = ("unir", "intro", "upv", "uba", "ugr", "nielsen")
"""The profiles, in the order in which they are offered."""

SHARED = "shared"
"""The file with the symbols that the profiles have in common."""

LETTER_ROLES = ("unit", "source", "next", "sample", "layer")


class NotationError(LayerloomError):
    """A notation profile that cannot be used, or that there is none of."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of the document.

    Attributes
    ----------
    where : what one looks at when it is met: a kind, "kind.place", "activation.key", "loss.key" or "layer.key".
    sentence : what the document says, and what is right.
    """

    where: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class Notation:
    """How one document writes.

    Attributes
    ----------
    key, label, document : name in files and commands, short name on screen, what it stands for.
    letters : the letters for a unit, a unit of the layer before, one of the layer behind, a sample, a layer.
    first_layer : the number of the input layer: 0 where it is not counted, else 1.
    weight_order : ``to_from`` for w_{jk} from k to j, ``from_to`` for w_{ij} from i to j.
    separator : what stands between two indices, such as "" or ",".
    homogeneous : whether the bias is the weight 0 of an input that is always 1.
    negated : the kinds whose numbers have the opposite sign.
    inline_upstream : whether δ is written in one formula, without a step for ∂C/∂a.
    inline_gradient : whether an update is written with δ and the input instead of the gradient.
    ranges : whether sums tell from where to where they run.
    assign : the sign between a new weight and its formula: = or ←.
    decimals : how many the document prints.
    activation : name of the activation function.
    sample : how a sample is named, such as "x_{n}".
    order : by kind, the order in which the factors of its formula stand.
    symbols : templates by kind; see ``core.tracing.writing.symbols``.
    constants, slots, auxiliaries, internals, parameters : the same by the engine's name.
    matrix : formulas of whole layers by stage.
    code : the same as lines of code.
    slips : what the document gets wrong.
    """

    key: str
    label: str
    document: str
    letters: Mapping[str, str]
    first_layer: int
    weight_order: str
    separator: str
    homogeneous: bool
    negated: frozenset[Kind]
    inline_upstream: bool
    inline_gradient: bool
    ranges: bool
    assign: str
    decimals: int
    activation: str
    sample: str
    order: Mapping[Kind, tuple[str, ...]]
    symbols: Mapping[str, str]
    constants: Mapping[str, str]
    slots: Mapping[str, str]
    auxiliaries: Mapping[str, str]
    internals: Mapping[str, str]
    parameters: Mapping[str, str]
    matrix: Mapping[str, str]
    code: Mapping[str, str]
    slips: tuple[Slip, ...]

    def sign(self, kind: Kind) -> float:
        """Return what a number of the engine is multiplied by to be shown: 1 or −1."""
        return -1.0 if kind in self.negated else 1.0


def notation(key: str) -> Notation:
    """Return a profile by its key, in capitals or not; raises NotationError for one that there is none of."""
    wanted = key.lower()
    if wanted not in KEYS:
        raise NotationError(
            "There is no notation '{key}'. Known are {known}.", key=key, known=", ".join(map(str.upper, KEYS))
        )
    return notations()[wanted]


@cache
def notations() -> Mapping[str, Notation]:
    """Return all profiles by key."""
    shared = _content(SHARED)
    return MappingProxyType({key: read_notation(key, _content(key), shared) for key in KEYS})


def _content(key: str) -> dict[str, Any]:
    path = resources.files("resources") / FOLDER / f"{key}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_notation(key: str, content: Mapping[str, Any], shared: Mapping[str, Any]) -> Notation:
    """Return a profile from the content of its file; raises NotationError that says what is wrong with it."""
    reader = _Reader(key, content)
    symbols = reader.texts("symbols")
    missing = [kind.value for kind in Kind if kind.value not in symbols and kind.value not in _NAMED]
    if missing:
        raise NotationError("Notation '{key}' has no symbol for {kinds}.", key=key, kinds=", ".join(missing))
    tables = {name: MappingProxyType({**shared[name], **reader.texts(name, optional=True)}) for name in _TABLES}
    made = Notation(
        key=key,
        label=reader.word("label"),
        document=reader.word("document"),
        letters=reader.letters(),
        first_layer=reader.number("first_layer"),
        weight_order=reader.word("weight_order", ("to_from", "from_to")),
        separator=reader.word("separator"),
        homogeneous=reader.flag("homogeneous"),
        negated=frozenset(Kind(word) for word in reader.words("negated")),
        inline_upstream=reader.flag("inline_upstream"),
        inline_gradient=reader.flag("inline_gradient"),
        ranges=reader.flag("ranges"),
        assign=reader.word("assign", ("=", "←")),
        decimals=reader.number("decimals"),
        activation=reader.word("activation"),
        sample=reader.word("sample"),
        order=reader.order(),
        symbols=symbols,
        matrix=reader.texts("matrix", optional=True),
        code=reader.texts("code", optional=True),
        slips=reader.slips(),
        **tables,
    )
    reader.refuse_unknown()
    return made


_TABLES = ("constants", "slots", "auxiliaries", "internals", "parameters")
_NAMED = frozenset({"internal", "slot", "new_slot", "auxiliary", "parameter"})
"""The kinds whose symbols have tables of their own, by the engine's name."""


class _Reader:
    """Takes values out of a profile's file and says what is wrong with them."""

    def __init__(self, key: str, content: Mapping[str, Any]) -> None:
        self._key, self._content, self._asked = key, content, set(_TABLES)

    def _value(self, name: str, kind: type, default: Any = None) -> Any:
        self._asked.add(name)
        value = self._content.get(name, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise NotationError(
                "Notation '{key}': '{name}' is {found}; expected {expected}.",
                key=self._key,
                name=name,
                found="missing" if value is None else repr(value),
                expected=_EXPECTED[kind],
            )
        return value

    def word(self, name: str, allowed: tuple[str, ...] = ()) -> str:
        value: str = self._value(name, str)
        if allowed and value not in allowed:
            raise NotationError(
                "Notation '{key}': '{name}' is '{found}'; expected {expected}.",
                key=self._key,
                name=name,
                found=value,
                expected=" or ".join(allowed),
            )
        return value

    def number(self, name: str) -> int:
        value: int = self._value(name, int)
        return value

    def flag(self, name: str) -> bool:
        value: bool = self._value(name, bool)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(self._value(name, list, []))

    def texts(self, name: str, *, optional: bool = False) -> Mapping[str, str]:
        return MappingProxyType(dict(self._value(name, dict, {} if optional else None)))

    def letters(self) -> Mapping[str, str]:
        found = self.texts("letters")
        if set(found) != set(LETTER_ROLES) or found["unit"] in (found["source"], found["next"]):
            raise NotationError(
                "Notation '{key}': 'letters' needs a letter for each of {roles}; that of a unit must be its own.",
                key=self._key,
                roles=", ".join(LETTER_ROLES),
            )
        return found

    def order(self) -> Mapping[Kind, tuple[str, ...]]:
        return MappingProxyType({Kind(kind): tuple(words) for kind, words in self.texts("order").items()})

    def slips(self) -> tuple[Slip, ...]:
        return tuple(Slip(entry["where"], text(entry["sentence"])) for entry in self._value("slips", list, []))

    def refuse_unknown(self) -> None:
        unknown = sorted(set(self._content) - self._asked)
        if unknown:
            raise NotationError(
                "Notation '{key}' has unknown entries: {names}.", key=self._key, names=", ".join(unknown)
            )


_EXPECTED = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}

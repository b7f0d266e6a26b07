"""The templates of a notation: which one a quantity is written by, and what stands in it.

A template is a base with a subscript and a superscript, ``δ_{unit}^{layer}``, or a fraction ``∂{loss}/∂{parameter}``.
Between the braces stand words with a space between them:

``unit``    the unit's indices
``place``   where in a parameter: ``to from`` of a kernel in the notation's order, else its indices
``layer``   number or name of the layer; for a kernel of several incoming links with that of the layer it comes from
``sample``  the sample, or the letter for any; with a question mark only where several samples meet
anything else stands for itself.

In the base, ``{layer}`` is replaced by the layer, and ``{parameter}`` by the base of the parameter's own symbol.
A ``(sample?)`` behind it names the sample in brackets where several meet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.formulas.quantities import Kind, Quantity
from core.tracing.notation import Notation
from core.tracing.writing.boxes import Leaf, Scripts

_SYMBOL = re.compile(
    r"(?P<base>(?:[^_^({]|\{\w+\})+)(?:_\{(?P<below>[^}]*)\})?(?:\^\{(?P<above>[^}]*)\})?(?:\((?P<argument>sample\?)\))?"
)
_FRACTION = re.compile(r"(?P<minus>−?)∂\{(?P<top>\w+)\}/∂\{(?P<bottom>\w+)\}")
_OF_PLACE = frozenset({"unit", "place", "layer", "to", "from", "sample?"})


@dataclass(frozen=True, slots=True)
class SymbolParts:
    """A symbol that is no fraction: its base, the words below and above, and whether it names the sample behind."""

    base: str
    below: str | None
    above: str | None
    has_argument: bool


@dataclass(frozen=True, slots=True)
class FractionParts:
    """A derivative: the kinds whose symbols stand above and below, and whether a minus stands before."""

    top: Kind
    bottom: Kind
    negative: bool


def symbol_parts(template: str) -> SymbolParts:
    """Take a template apart that is no fraction."""
    found = _SYMBOL.fullmatch(template)
    assert found is not None, template
    return SymbolParts(found["base"], found["below"], found["above"], found["argument"] is not None)


def fraction_parts(template: str) -> FractionParts | None:
    """Take a fraction apart; None for a template that is none."""
    found = _FRACTION.fullmatch(template)
    return None if found is None else FractionParts(Kind(found["top"]), Kind(found["bottom"]), bool(found["minus"]))


def template_of(notation: Notation, quantity: Quantity) -> str:
    """Return the template of a quantity; one of a name that the notation does not know is written by that name."""
    kind, name = quantity.kind, quantity.stem
    match kind:
        case Kind.PARAMETER:
            return notation.parameters.get(name) or _by_name(name, "unit")
        case Kind.INTERNAL:
            return notation.internals.get(name) or _by_name(name, "sample? unit")
        case Kind.SLOT | Kind.NEW_SLOT:
            return notation.slots.get(quantity.slot) or _by_name(quantity.slot, "place")
        case Kind.AUXILIARY:
            return notation.auxiliaries.get(quantity.slot) or _by_name(quantity.slot, "place")
        case Kind.NEW_PARAMETER if kind.value not in notation.symbols:
            return template_of(notation, quantity.of(Kind.PARAMETER))
    return notation.symbols[kind.value]


def heading(notation: Notation, quantity: Quantity) -> str:
    """Return how all numbers of a stage are called in a line of text, without the indices of one: δ, ∂C/∂w, γ′.

    What belongs to a parameter and does not name it, such as a clipped gradient ḡ, has its letter in brackets: ḡ(γ).
    """
    template = template_of(notation, quantity)
    if fraction := fraction_parts(template):
        top, bottom = (heading(notation, quantity.of(kind)) for kind in (fraction.top, fraction.bottom))
        return f"{'−' if fraction.negative else ''}∂{top}/∂{bottom}"
    base, (below, above) = symbol_parts(template).base, _words_of_all(template, notation)
    if "place" in (symbol_parts(template).below or ""):
        parameter = quantity.of(Kind.PARAMETER)
        if "{parameter}" not in base:
            return f"{base}({heading(notation, parameter)})"
        own = template_of(notation, parameter)
        base, below = base.replace("{parameter}", symbol_parts(own).base), _words_of_all(own, notation)[0]
    base = base.replace("{layer}", "")
    return Scripts(Leaf(base, base), *(Leaf(text, text) if text else None for text in (below, above))).plain()


def input_letter(notation: Notation) -> str:
    """Return the letter of what is put in: that of outputs where the document has none of its own."""
    return symbol_parts(notation.symbols.get("input") or notation.symbols["output"]).base


def _words_of_all(template: str, notation: Notation) -> tuple[str, str]:
    """Return what stands below and above all numbers of a kind: no indices, and a letter for any sample."""
    parts = symbol_parts(template)
    kept = (
        [word for word in (words or "").split() if word not in _OF_PLACE] for words in (parts.below, parts.above)
    )
    below, above = ("".join(notation.letters["sample"] if word == "sample" else word for word in own) for own in kept)
    return below, above


def _by_name(name: str, below: str) -> str:
    return f"{name.replace('_', ' ') or 'x'}_{{{below}}}^{{layer}}"

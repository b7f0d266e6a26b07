"""The symbol of a quantity, from the template of a notation; see ``templates``."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.formulas.parameter_names import BIAS, KERNEL
from core.formulas.quantities import Constant, Kind, Kronecker, Place, Quantity
from core.layers.input_layer import InputLayer
from core.tracing.explaining import PER_PARAMETER
from core.tracing.notation import Notation
from core.tracing.trace import Trace
from core.tracing.writing.boxes import Box, Fence, Flow, Fraction, Leaf, Row, Scripts, spaced, words
from core.tracing.writing.places import LayerLabels, Letters, index_box
from core.tracing.writing.signs import letters
from core.tracing.writing.templates import fraction_parts, symbol_parts, template_of

_FLOWS = {
    Flow.FORWARD: (
        Kind.OUTPUT, Kind.PRE_ACTIVATION, Kind.INTERNAL, Kind.TARGET, Kind.SAMPLE_LOSS, Kind.LOSS,
    ),
    Flow.NEUTRAL: (Kind.PARAMETER, Kind.NEW_PARAMETER, Kind.SLOT, Kind.NEW_SLOT, Kind.AUXILIARY),
}  # fmt: skip
_FLOW_OF = {kind: flow for flow, kinds in _FLOWS.items() for kind in kinds}


def flow_of(kind: Kind) -> Flow:
    """Return which way numbers of a kind flow."""
    return _FLOW_OF.get(kind, Flow.BACKWARD)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a symbol is written in.

    Attributes
    ----------
    letters : what stands for the engine's letters.
    own : in a general formula the layer that it is for; empty where layers have their numbers.
    samples : whether several samples meet, so that each has to be named.
    """

    letters: Letters
    own: str = ""
    samples: bool = False


class Symbols:
    """Writes the symbols of one iteration in one notation."""

    def __init__(self, trace: Trace, notation: Notation) -> None:
        self.labels = LayerLabels(trace, notation)
        self._trace, self._notation = trace, notation
        # Where the layer is part of the name, as in y1, there is no letter for it.
        self._layers_are_scripts = "{layer}" not in notation.symbols["output"].partition("_")[0]

    def of(self, quantity: Quantity, scope: Scope) -> Box:
        """Return the symbol of a quantity."""
        return self._from_template(self._template(quantity, scope), quantity, scope)

    def constant(self, constant: Constant, scope: Scope) -> Box:
        """Return the symbol of a constant, such as η; one that the notation does not know has its name."""
        template = self._notation.constants.get(constant.key)
        if template is None:
            return words(constant.key.replace("_", " "))
        if template.startswith("1/"):
            return Fraction(Leaf("1", "1"), letters(template[2:]))
        symbol = symbol_parts(template)
        base = letters(symbol.base)
        return base if symbol.below is None else Scripts(base, letters(symbol.below))

    def kronecker(self, kronecker: Kronecker, scope: Scope) -> Box:
        """Return 1 where two indices are equal, else 0, as Kronecker wrote it."""
        below = _joined([index_box(i, scope.letters) for i in (kronecker.left, kronecker.right)], "")
        return Scripts(letters("δ"), below)

    def place(self, place: Place, scope: Scope) -> Box:
        """Return an index as a number that counts from 0."""
        if isinstance(place.index, int):
            return Leaf(str(place.index), str(place.index))
        return Fence(Row((index_box(place.index, scope.letters), spaced("−", "-"), Leaf("1", "1"))))

    def _template(self, quantity: Quantity, scope: Scope) -> str:
        if quantity.kind is Kind.OUTPUT and "input" in self._notation.symbols:
            node = self._trace.graph.node(quantity.node)
            # In a general formula the input is the output of the layer before.
            if node.kind == InputLayer.key and not (scope.own and self._layers_are_scripts):
                return self._notation.symbols["input"]
        return template_of(self._notation, quantity)

    def _from_template(self, template: str, quantity: Quantity, scope: Scope) -> Box:
        if fraction := fraction_parts(template):
            top = self.of(Quantity(fraction.top, self._trace.output_id, sample=quantity.sample), scope)
            bottom = self.of(quantity.of(fraction.bottom), scope)
            box: Box = Fraction(Row((letters("∂"), top)), Row((letters("∂"), bottom)))
            return Row((Leaf("{-}", "−"), box)) if fraction.negative else box
        symbol = symbol_parts(template)
        name, words_above = symbol.base, symbol.above
        if "{layer}" in name and not self.labels.numbered:
            # A name does not go with letters as a number does in z1.
            name, words_above = name.replace("{layer}", ""), f"{words_above or ''} layer"
        below, above = (self._script(part, quantity, scope, name) for part in (symbol.below, words_above))
        base = self._base(name, quantity, scope)
        box = base if below is None and above is None else Scripts(base, below, above)
        if symbol.has_argument and scope.samples and quantity.sample is not None:
            return Row((box, Fence(Scripts(letters("x"), index_box(quantity.sample, scope.letters)))))
        return box

    def _base(self, text: str, quantity: Quantity, scope: Scope) -> Box:
        if "{layer}" in text:
            text = text.replace("{layer}", self._layer(quantity, replace(scope, own="")).plain())
        if "{parameter}" in text:
            own = symbol_parts(template_of(self._notation, quantity.of(Kind.PARAMETER))).base
            name = own if self.labels.numbered else own.replace("{layer}", "")
            return self._base(text.replace("{parameter}", name), quantity, scope)
        return letters(text)

    def _script(self, text: str | None, quantity: Quantity, scope: Scope, base: str) -> Box | None:
        boxes: list[Box] = []
        is_layer = False
        for word in (text or "").split():
            match word:
                case "layer":
                    boxes.append(self._layer(quantity, scope))
                    is_layer = True
                case "unit":
                    boxes += [index_box(index, scope.letters) for index in quantity.unit]
                case "place":
                    boxes += self._place(quantity, scope, named="{parameter}" in base)
                case "to" | "from":
                    boxes += self._end_of_weight(quantity, word, scope)
                case "sample" | "sample?":
                    if word == "sample" or (scope.samples and quantity.sample is not None):
                        boxes.append(self._sample(quantity, scope))
                case _:
                    boxes.append(Leaf(word, word) if len(word) > 1 else letters(word))
        return _joined(boxes, "," if is_layer else self._notation.separator) if boxes else None

    def _place(self, quantity: Quantity, scope: Scope, *, named: bool) -> list[Box]:
        """Return the indices of a parameter, behind its letter where the symbol does not have that itself."""
        own = symbol_parts(template_of(self._notation, quantity.of(Kind.PARAMETER)))
        box = self._script(own.below, quantity.of(Kind.PARAMETER), scope, own.base)
        boxes = [] if box is None else [box]
        # Two parameters of one layer must not have one symbol for what belongs to each of them.
        if not named and quantity.stem not in (KERNEL, BIAS):
            boxes.insert(0, letters(own.base))
        return boxes

    def _end_of_weight(self, quantity: Quantity, word: str, scope: Scope) -> list[Box]:
        if len(quantity.unit) != 2:
            return [index_box(index, scope.letters) for index in quantity.unit] if word == "to" else []
        return [index_box(quantity.unit[1 if word == "to" else 0], scope.letters)]

    def _layer(self, quantity: Quantity, scope: Scope) -> Box:
        label = self._label(quantity.node, scope)
        link = quantity.link_id
        if quantity.kind in PER_PARAMETER and link and len(self._trace.graph.links_into(quantity.node)) > 1:
            return _joined([label, self._label(self._trace.graph.link(link).source, scope)], ",")
        return label

    def _label(self, node_id: str, scope: Scope) -> Box:
        if node_id not in self._trace.layers:
            node_id = self._trace.last
        return self.labels.seen_from(scope.own, node_id) if scope.own else self.labels.of(node_id)

    def _sample(self, quantity: Quantity, scope: Scope) -> Box:
        """Return the name of a sample; of the only one that there is, the letter for any."""
        before, _, rest = self._notation.sample.partition("{n}")
        if scope.samples and quantity.sample is not None:
            index = index_box(quantity.sample, scope.letters)
        elif before.endswith("_"):
            return letters(before[:-1])
        else:
            index = letters(self._notation.letters["sample"])
        if before.endswith("_"):
            return Scripts(letters(before[:-1]), index)
        return Row((Leaf(before, before), index, Leaf(rest, rest))) if before or rest else index


def _joined(boxes: list[Box], separator: str) -> Box:
    """Return indices side by side, with a comma where they could be read as one number."""
    if len(boxes) == 1:
        return boxes[0]
    if any(len(box.plain()) > 1 for box in boxes):
        separator = separator or ","
    parts: list[Box] = [boxes[0]]
    for box in boxes[1:]:
        parts += [Leaf(separator or "\\,", separator), box]
    return Row(tuple(parts))

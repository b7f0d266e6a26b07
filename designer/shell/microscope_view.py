"""Shows on the canvas where the microscope is: what is worked out so far, and the wires of the term at hand."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from core.data.sample_numbers import sample_number
from core.formulas.parameter_names import BIAS, kernel_of
from core.formulas.parts import quantities_in
from core.formulas.quantities import Kind, Quantity
from core.layers.input_layer import InputLayer
from core.tracing.cursor import Grain
from core.tracing.notation import Notation
from core.tracing.stages import Direction as Way
from core.tracing.trace import Trace
from core.tracing.writing import heading, input_letter
from designer.canvas.units.neuron_view import NeuronView
from designer.canvas.units.numbers import Direction, Highlight, Letters, NetworkNumbers, UnitNumbers
from designer.microscope.notations import NotationChoice
from designer.microscope.service import MicroscopeService
from designer.numbers import whole

OPENED_AT_ONCE = 12
"""Networks of so many layers are opened into their units when the microscope begins."""


class MicroscopeView(QObject):
    """Hands the canvas the numbers of the iteration and what to light up; a click on the canvas explains a number."""

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        neurons: NeuronView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._microscope, self._notations, self._neurons = microscope, notations, neurons
        self._open_before: tuple[str, ...] = ()
        microscope.opened.connect(self._begin)
        microscope.closed.connect(self._end)
        microscope.moved.connect(self._show)
        notations.changed.connect(self._show)
        neurons.unit_activated.connect(self._explain_unit)
        neurons.edge_activated.connect(self._explain_edge)
        neurons.bias_activated.connect(self._explain_bias)

    def _begin(self) -> None:
        layers = tuple(self._microscope.trace.layers)
        self._open_before = self._neurons.open_layers.ids
        if len(layers) <= OPENED_AT_ONCE:
            self._neurons.open_layers.show_only(layers, detailed=True)

    def _end(self) -> None:
        self._neurons.highlight(None)
        self._neurons.show_numbers(None)
        self._neurons.open_layers.show_only(self._open_before)

    def _show(self) -> None:
        microscope = self._microscope
        if not microscope.is_open:
            return
        notation = self._notations.current
        self._neurons.show_step(numbers_at(microscope, notation), highlight_at(microscope, notation))

    def _explain_unit(self, node_id: str, unit: int) -> None:
        """Explain what was worked out last of a unit."""
        microscope = self._microscope
        if not microscope.is_open:
            return
        walk, known = microscope.place.walk, None
        for number, stage in enumerate(walk.stages):
            own = stage.node == node_id and stage.kind in (Kind.OUTPUT, Kind.PRE_ACTIVATION, Kind.UPSTREAM, Kind.DELTA)
            if own and unit < walk.known_units(microscope.place.position, number):
                known = stage.quantity_at(unit, walk.sample)
        if known is not None:
            microscope.place.explain(known)

    def _explain_edge(self, node_id: str, link_id: str, source_unit: int, unit: int) -> None:
        self._explain_parameter(node_id, kernel_of(link_id), (source_unit, unit))

    def _explain_bias(self, node_id: str, unit: int) -> None:
        self._explain_parameter(node_id, BIAS, (unit,))

    def _explain_parameter(self, node_id: str, name: str, unit: tuple[int, ...]) -> None:
        """Explain the newest number that belongs to a weight."""
        microscope = self._microscope
        if not microscope.is_open or (node_id, name) not in microscope.trace.old:
            return
        if microscope.trace.old[node_id, name].ndim != len(unit):
            return
        found = Quantity(Kind.PARAMETER, node_id, name, unit)
        for kind in (Kind.GRADIENT, Kind.NEW_PARAMETER):
            position = microscope.place.walk.at(found.of(kind))
            if position is not None and position <= microscope.place.position:
                found = found.of(kind)
        microscope.place.explain(found)


def numbers_at(microscope: MicroscopeService, notation: Notation) -> NetworkNumbers:
    """Return what is known of the sample at the place where we are, as the notation calls and signs it.

    NaN stands for what is still to come.
    """
    trace, walk = microscope.trace, microscope.place.walk
    known = {
        (stage.kind, stage.node, stage.quantity.name): walk.known_units(microscope.place.position, number)
        for number, stage in enumerate(walk.stages)
    }
    text = microscope.tr("iteration {iteration}, sample {sample}")
    return NetworkNumbers(
        layers={node_id: _layer(trace, node_id, walk.sample, known, notation) for node_id in trace.layers},
        caption=text.format(iteration=whole(trace.iteration), sample=sample_number(walk.sample)),
        target=trace.target[walk.sample],
        loss=_loss(microscope),
        letters=letters_of(notation),
    )


def letters_of(notation: Notation) -> Letters:
    """Return how a notation calls the numbers of a unit."""

    def called(kind: Kind, name: str = "") -> str:
        return heading(notation, Quantity(kind, name=name))

    return Letters(
        x=input_letter(notation),
        z=called(Kind.PRE_ACTIVATION),
        a=called(Kind.OUTPUT),
        g=notation.activation,
        delta=called(Kind.DELTA),
        back=called(Kind.UPSTREAM),
        target=called(Kind.TARGET),
        weight=called(Kind.PARAMETER, "kernel"),
        bias=called(Kind.PARAMETER, "bias"),
        weight_gradient=called(Kind.GRADIENT, "kernel"),
        bias_gradient=called(Kind.GRADIENT, "bias"),
    )


def _loss(microscope: MicroscopeService) -> float:
    """Return C of the batch, or that of the sample while it is all that is known; NaN before."""
    walk, position = microscope.place.walk, microscope.place.position
    made = {stage.kind: stage for stage in walk.stages[: position.stage + 1]}
    stage = made.get(Kind.LOSS) or made.get(Kind.SAMPLE_LOSS)
    return math.nan if stage is None else microscope.explainer.number(stage.quantity_at(0, walk.sample))


def highlight_at(microscope: MicroscopeService, notation: Notation) -> Highlight | None:
    """Return what the step at hand works out, and from what."""
    walk, position = microscope.place.walk, microscope.place.position
    stage, quantity = walk.stage(position), walk.quantity(position)
    if stage.kind in (Kind.SAMPLE_LOSS, Kind.LOSS) or stage.node not in microscope.trace.layers:
        return None
    if len(stage.quantity.name) and stage.kind is not Kind.INTERNAL:
        return _weight(quantity)
    backward = stage.direction is Way.BACKWARD
    if backward and stage.kind is Kind.DELTA:
        quantity = quantity.of(Kind.UPSTREAM)
    direction = Direction.BACKWARD if backward else Direction.FORWARD
    parts = _parts_at(microscope, quantity)
    sources, links, bias = _sources(parts, backward)
    words = ""
    if backward and stage.kind is Kind.UPSTREAM and stage.node == microscope.trace.last:
        # What the loss sends back comes through the wire of the Output card.
        links = [link.id for link in microscope.trace.graph.links_from(stage.node)]
        words = microscope.tr("{symbol} flows back").format(symbol=heading(notation, quantity))
    elif sources:
        flowing, text = Kind.OUTPUT, microscope.tr("{symbol} flows forward")
        if backward:
            flowing, text = Kind.DELTA, microscope.tr("{symbol} flows back")
        symbol = heading(notation, Quantity(flowing))
        if not backward and any(microscope.trace.graph.node(part.node).kind == InputLayer.key for part in parts):
            symbol = letters_of(notation).x
        words = text.format(symbol=symbol)
    return Highlight(
        layer_id=stage.node,
        unit=position.unit if stage.kind is not Kind.INTERNAL else None,
        source_units=sources,
        direction=direction,
        link_id=links[0] if len(links) == 1 else "",
        bias=bias,
        words=words,
    )


def _layer(
    trace: Trace, node_id: str, sample: int, known: dict[tuple[Kind, str, str], int], notation: Notation
) -> UnitNumbers:
    def part(kind: Kind) -> NDArray[np.floating] | None:
        if not trace.keeps(quantity := Quantity(kind, node_id, sample=sample)):
            return None
        values = trace.values_of(quantity).reshape(-1).astype(np.float64) * notation.sign(kind)
        # z of a layer that weighs nothing is what arrives: it is known as soon as its output is.
        count = known.get((kind, node_id, ""), known.get((Kind.OUTPUT, node_id, ""), 0))
        values[count:] = math.nan
        return values

    parameters, gradients = {}, {}
    for key, old in trace.old.items():
        if key[0] == node_id:
            parameters[key[1]] = _mixed(trace.new[key], old, known.get((Kind.NEW_PARAMETER, *key), 0))
            made = known.get((Kind.GRADIENT, *key), 0)
            gradients[key[1]] = _mixed(trace.gradients[key], np.full(old.shape, math.nan), made)
    return UnitNumbers(
        a=part(Kind.OUTPUT),
        z=part(Kind.PRE_ACTIVATION),
        delta=part(Kind.DELTA),
        back=part(Kind.UPSTREAM),
        parameters=parameters,
        gradients=gradients,
        target=_target(trace, node_id, sample),
    )


def _target(trace: Trace, node_id: str, sample: int) -> NDArray[np.floating] | None:
    """Return the wanted answer, in the layer that gives it."""
    target = trace.target[sample].reshape(-1)
    fits = node_id == trace.last and target.size == trace.layers[node_id].value[sample].size
    return target if fits else None


def _mixed(new: NDArray[np.floating], old: NDArray[np.floating], count: int) -> NDArray[np.floating]:
    """Return an array whose first `count` numbers are new and the others old."""
    if count == 0 or count >= new.size:
        return new if count else old
    values = np.array(old, dtype=np.float64).reshape(-1)
    values[:count] = new.reshape(-1)[:count]
    return values.reshape(old.shape)


def _weight(quantity: Quantity) -> Highlight:
    """Return the edge of one weight, or of one bias."""
    *sources, unit = (int(index) for index in quantity.unit)
    link = quantity.link_id
    if not link or len(sources) != 1:
        return Highlight(quantity.node, unit, (), Direction.BACKWARD, link, bias=quantity.name == BIAS, flows=False)
    return Highlight(quantity.node, unit, tuple(sources), Direction.FORWARD, link, flows=False)


def _parts_at(microscope: MicroscopeService, quantity: Quantity) -> list[Quantity]:
    """Return the numbers of the term at hand, or of the whole formula at a coarser grain."""
    explainer = microscope.explainer
    if microscope.place.grain is not Grain.TERM:
        terms = explainer.terms(quantity)
    elif explainer.term_count(quantity):
        terms = (explainer.term(quantity, microscope.place.position.term),)
    else:
        terms = ()
    return [part for term in terms for part in quantities_in(term)]


def _sources(parts: list[Quantity], backward: bool) -> tuple[tuple[int, ...] | None, list[str], bool]:
    """Return the units at the other end, the links that lead there, and whether a bias takes part."""
    weights = [part for part in parts if part.kind is Kind.PARAMETER and len(part.unit) == 2]
    links = list(dict.fromkeys(weight.link_id for weight in weights))
    bias = any(part.kind is Kind.PARAMETER and part.name == BIAS for part in parts)
    if weights:
        return tuple(int(weight.unit[1 if backward else 0]) for weight in weights), links, bias
    if bias:
        return (), [], True
    return None, [], False

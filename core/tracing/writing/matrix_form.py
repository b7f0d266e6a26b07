"""Formulas of whole layers, where a notation has them: z^l = W^l a^{l−1} + b^l."""

from __future__ import annotations

from collections.abc import Iterator

from core.formulas.quantities import Kind, Quantity
from core.layers.catalog import LAYERS
from core.layers.dense import Dense
from core.numerics.optimizers.descent import Sgd
from core.tracing.explaining import Explainer
from core.tracing.notation import Notation
from core.tracing.writing.boxes import Box, Flow
from core.tracing.writing.signs import line
from core.tracing.writing.symbols import Symbols, flow_of

_BASES = {
    Kind.OUTPUT: "output",
    Kind.PRE_ACTIVATION: "pre_activation",
    Kind.DELTA: "delta",
    Kind.TARGET: "target",
    Kind.LOSS: "loss",
}


class MatrixForms:
    """Finds the formula of a layer as a whole."""

    def __init__(self, explainer: Explainer, notation: Notation, symbols: Symbols) -> None:
        self._explainer, self._trace, self._notation = explainer, explainer.trace, notation
        self._symbols = symbols
        self._flows = dict(_flows(notation))

    def box(self, quantity: Quantity) -> Box | None:
        """Return the formula of the quantity's stage, or None where there is none or the layers do not fit it."""
        template = self._notation.matrix.get(self.stage(quantity), "")
        if not template or not self._fits(quantity):
            return None
        return line(template, lambda letter: self._flows.get(letter, Flow.NEUTRAL))

    def code(self, quantity: Quantity) -> str | None:
        """Return the line of code of the quantity's stage."""
        template = self._notation.code.get(self.stage(quantity).removesuffix("_mean"), "")
        if not template or not self._fits(quantity):
            return None
        labels, trace = self._symbols.labels, self._trace
        own = labels.of(quantity.node).plain() if quantity.node in trace.layers else labels.of(trace.last).plain()
        number = int(own)
        source = "x" if number - 1 == self._notation.first_layer else f"y{number - 1}"
        return str(template).format(layer=number, source=source, behind=number + 1)

    def stage(self, quantity: Quantity) -> str:
        """Return the name of a stage: the kind, and for some whether it is that of the output layer or a bias."""
        kind = quantity.kind
        if kind in (Kind.DELTA, Kind.UPSTREAM):
            fused = "fused_" if self._trace.fused and kind is Kind.DELTA else ""
            return f"{fused}output_{kind.value}" if quantity.node == self._trace.last else f"hidden_{kind.value}"
        if kind is Kind.GRADIENT:
            several = "" if self._trace.batch_size == 1 else "_sum" if self._trace.sample_scale == 1.0 else "_mean"
            return f"gradient_{quantity.stem}{several}"
        if kind is Kind.NEW_PARAMETER:
            return f"new_parameter_{quantity.stem}"
        return str(kind.value)

    def whereabouts(self, quantity: Quantity) -> Iterator[str]:
        """Yield the names under which slips of a document are met at a quantity."""
        stage, trace = self.stage(quantity), self._trace
        yield quantity.kind.value
        yield stage
        if quantity.node == trace.last:
            yield f"last_{quantity.kind.value}"
        if quantity.node not in trace.layers:
            yield f"{quantity.kind.value}.{trace.graph.node(quantity.node).options.get('loss', '')}"
            return
        if quantity.kind is Kind.GRADIENT:
            yield f"gradient_{quantity.stem}"
        node = trace.graph.node(quantity.node)
        yield f"layer.{node.kind}"
        yield f"{quantity.kind.value}.{node.kind}"
        activation = LAYERS[node.kind].activation(node.options)
        if activation is not None:
            yield f"{quantity.kind.value}.{activation.key}"
            yield f"{stage}.{activation.key}"
        if quantity.kind is Kind.PRE_ACTIVATION and len(trace.graph.links_into(node.id)) > 1:
            yield "several_inputs"
        yield f"mode.{trace.config.mode}" if quantity.kind is Kind.NEW_PARAMETER else ""

    def _fits(self, quantity: Quantity) -> bool:
        """Return whether the layers around a quantity are dense ones in a row, as the formulas assume."""
        trace, labels = self._trace, self._symbols.labels
        if quantity.node not in trace.layers:
            return True
        if not labels.numbered or (quantity.kind is Kind.NEW_PARAMETER and not self._descends(quantity)):
            return False
        if quantity.kind is Kind.OUTPUT:
            node = trace.graph.node(quantity.node)
            activation = LAYERS[node.kind].activation(node.options)
            return activation is not None and activation.elementwise
        if quantity.kind in (Kind.DELTA, Kind.UPSTREAM):
            return self._fits_behind(quantity)
        links = trace.graph.links_into(quantity.node)
        return (
            trace.graph.node(quantity.node).kind == Dense.key
            and len(links) == 1
            and labels.are_neighbours(links[0].source, quantity.node)
        )

    def _descends(self, quantity: Quantity) -> bool:
        """Return whether an update takes off η times the gradient and nothing else, as the formulas say."""
        trace = self._trace
        penalised = any(trace.penalty_factors.get((quantity.node, quantity.name), (0.0, 0.0)))
        return trace.config.optimizer == Sgd.key and not (penalised or trace.has_clipping) and trace.share == 1.0

    def _fits_behind(self, quantity: Quantity) -> bool:
        trace, node_id = self._trace, quantity.node
        node = trace.graph.node(node_id)
        activation = LAYERS[node.kind].activation(node.options)
        if quantity.kind is Kind.DELTA and (activation is None or not activation.elementwise) and not trace.fused:
            return False
        if node_id == trace.last:
            return True
        consumers = self._explainer.consumers(node_id)
        return (
            len(consumers) == 1
            and trace.graph.node(consumers[0].target).kind == Dense.key
            and self._symbols.labels.are_neighbours(node_id, consumers[0].target)
        )


def _flows(notation: Notation) -> Iterator[tuple[str, Flow]]:
    """Yield for the letters of a notation which way their numbers flow."""
    for kind, name in _BASES.items():
        base = notation.symbols.get(name, "").partition("_")[0]
        if len(base) == 1:
            yield base, flow_of(kind)
    yield "x", Flow.FORWARD

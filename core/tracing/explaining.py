"""Where each number of an iteration comes from: the formula of any of them, in letters or with its own indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.formulas.evaluation import evaluate
from core.formulas.expressions import Expression, Path, Sum
from core.formulas.many import Letters, ManyNumbers
from core.formulas.quantities import Index, Kind, Quantity, Unit
from core.formulas.summands import count_summands, summand, summands, values_of_summands
from core.graph.model import Link, Node
from core.layers.catalog import LAYERS
from core.layers.computing_layer import ComputingLayer, TrainedLayer
from core.layers.formula_context import FormulaContext, Source
from core.numerics.activations import Activation
from core.tracing.batch_loss import LossFormulas, sample_of
from core.tracing.trace import Trace, UnknownQuantityError
from core.tracing.updating import UpdateFormulas

LETTERS = ("j", "u", "v")
"""The letters of a unit in a general formula."""

WEIGHT_LETTERS = ("k", "j")
"""The letters of a weight: from k to j."""

FILTER_LETTERS = ("p", "q", "c", "f")
"""The letters of a weight of a filter: row, column, channel and filter."""


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Where a number comes from.

    Attributes
    ----------
    quantity : the number.
    value : what the iteration came to.
    formula : with the indices of this number; None for what is given: a sample, a weight, a random draw.
    general_quantity, general : the same in letters.
    """

    quantity: Quantity
    value: float
    formula: Expression | None
    general_quantity: Quantity
    general: Expression | None


class Explainer:
    """Writes the formulas of one iteration; nothing is worked out before it is asked for."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.numbers: ManyNumbers = _Numbers(self)
        self._terms: dict[Quantity, tuple[Expression, ...]] = {}
        self._loss = LossFormulas(trace)
        self._updates = UpdateFormulas(trace)
        self._rules: Mapping[Kind, Callable[[Quantity], Expression | None]] = {
            Kind.OUTPUT: self._output,
            Kind.PRE_ACTIVATION: self._pre_activation,
            Kind.INTERNAL: self._internal,
            Kind.SAMPLE_LOSS: self._loss.of_sample,
            Kind.LOSS: self._loss.of_batch,
            Kind.UPSTREAM: self._upstream,
            Kind.DELTA: self._delta,
            Kind.GRADIENT: self._gradient,
            Kind.PENALISED_GRADIENT: self._updates.penalised,
            Kind.GRADIENT_NORM: self._updates.norm_formula,
            Kind.CLIPPED_GRADIENT: self._updates.clipped,
            Kind.NEW_SLOT: self._updates.made,
            Kind.AUXILIARY: self._updates.made,
            Kind.NEW_PARAMETER: self._updates.made,
        }

    def explain(self, quantity: Quantity) -> Explanation:
        """Return where a number comes from."""
        general = self.in_letters(quantity)
        return Explanation(
            quantity, self.number(quantity), self.formula(quantity), general, self.formula(general)
        )

    def formula(self, quantity: Quantity) -> Expression | None:
        """Return the formula of a number, or None for one that is given."""
        rule = self._rules.get(quantity.kind)
        return None if rule is None else rule(quantity)

    def equations(self, weight: Quantity) -> tuple[Quantity, ...]:
        """Return what the optimiser works out for a weight, in order; the new weight comes last."""
        return tuple(self._updates.steps(weight))

    def terms(self, quantity: Quantity) -> tuple[Expression, ...]:
        """Return the terms that a number is the sum of, those of inner sums one by one; empty for one that is given.

        Those of the last few numbers are kept: a walk from term to term asks for the same ones again and again.
        """
        known = self._terms.get(quantity)
        if known is None:
            formula = self.formula(quantity)
            known = () if formula is None else summands(formula)
            if len(self._terms) >= KEPT:
                self._terms.clear()
            self._terms[quantity] = known
        return known

    def term_count(self, quantity: Quantity) -> int:
        """Return how many terms there are; none of them is written for that."""
        formula = self.formula(quantity)
        return 0 if formula is None else count_summands(formula)

    def term(self, quantity: Quantity, number: int) -> Expression:
        """Return one of the terms of a number that has some, counted from 0; of too high a number the last one."""
        formula = self.formula(quantity)
        assert formula is not None, quantity
        return summand(formula, min(number, count_summands(formula) - 1))

    def term_values(self, quantity: Quantity) -> tuple[float, ...]:
        """Return what the terms come to, in order."""
        formula = self.formula(quantity)
        return () if formula is None else tuple(values_of_summands(formula, self.numbers))

    def number(self, quantity: Quantity) -> float:
        """Return a number of the iteration; one that the engine does not keep is worked out."""
        try:
            return self.trace.number(quantity)
        except UnknownQuantityError:
            formula = self.formula(quantity)
            if formula is None:
                raise
            return self.work_out(formula)

    def work_out(self, formula: Expression) -> float:
        """Return the value of a formula with the numbers of the iteration, in double precision."""
        return evaluate(formula, self.numbers)

    def in_letters(self, quantity: Quantity) -> Quantity:
        """Return the quantity with letters for its indices."""
        count, letters = len(quantity.unit), {2: WEIGHT_LETTERS, 4: FILTER_LETTERS}
        own = letters.get(count, LETTERS) if quantity.kind in PER_PARAMETER else LETTERS
        return replace(quantity, unit=tuple(own[:count]))

    def context(self, node_id: str, sample: Index) -> FormulaContext:
        """Return the names of the numbers of one sample around a layer."""
        graph, shapes = self.trace.graph, self.trace.shapes
        node, shape = graph.node(node_id), shapes[node_id]
        assert shape.inputs is not None and shape.output is not None
        links = graph.links_into(node_id)
        return FormulaContext(
            node=node,
            sources=tuple(
                Source(link.id, link.source, port.shape) for link, port in zip(links, shape.inputs, strict=True)
            ),
            shape=shape.output,
            has_activation=self._activation(node) is not None,
            samples=self.trace.batch_size,
            sample=sample,
        )

    def before_clipping(self, weight: Quantity) -> Quantity:
        """Return the gradient of a weight that clipping starts from."""
        return self._updates.before_clipping(weight)

    def clipping_norm(self, weight: Quantity) -> float | None:
        """Return the norm that the rule of clipping looks at, or None for one that looks at each element."""
        norm = self._updates.norm(weight)
        return None if norm is None else self.number(norm)

    def consumers(self, node_id: str) -> tuple[Link, ...]:
        """Return the links through which a gradient comes back to a layer, without that of the Output layer."""
        graph, trace = self.trace.graph, self.trace
        return tuple(
            link
            for link in graph.links_from(node_id)
            if link.target in trace.layers and trace.layers[link.target].upstream is not None
        )

    def _activation(self, node: Node) -> Activation | None:
        return LAYERS[node.kind].activation(node.options)

    def _computing(self, node_id: str) -> ComputingLayer:
        kind = LAYERS[self.trace.graph.node(node_id).kind]
        assert isinstance(kind, ComputingLayer)
        return kind

    def _of(self, quantity: Quantity) -> FormulaContext:
        return self.context(quantity.node, sample_of(quantity))

    def _output(self, quantity: Quantity) -> Expression | None:
        node = self.trace.graph.node(quantity.node)
        if not isinstance(kind := LAYERS[node.kind], ComputingLayer):
            return None
        context, activation = self._of(quantity), self._activation(node)
        if activation is None:
            return kind.forward_formula(context, quantity.unit)
        return activation.forward_formula(context.z, quantity.unit, context.shape)

    def _pre_activation(self, quantity: Quantity) -> Expression:
        return self._computing(quantity.node).forward_formula(self._of(quantity), quantity.unit)

    def _internal(self, quantity: Quantity) -> Expression | None:
        if quantity.node == self.trace.output_id:
            return None
        return self._computing(quantity.node).internal_formula(self._of(quantity), quantity.name, quantity.unit)

    def _upstream(self, quantity: Quantity) -> Expression:
        if quantity.node == self.trace.last:
            return self._loss.slope(quantity)
        paths: list[Expression] = []
        for link in self.consumers(quantity.node):
            consumer = self.context(link.target, sample_of(quantity))
            port = [source.link_id for source in consumer.sources].index(link.id)
            kind = self._computing(link.target)
            paths.append(Path(link.id, kind.backward_formula(consumer, port, quantity.unit)))
        if len(paths) == 1:
            only = paths[0]
            assert isinstance(only, Path)
            return only.inner
        return Sum(tuple(paths))

    def _delta(self, quantity: Quantity) -> Expression:
        trace, context = self.trace, self._of(quantity)
        activation = self._activation(context.node)
        assert activation is not None
        if trace.fused and quantity.node == trace.last:
            return self._loss.fused_slope(quantity)

        def upstream(unit: Unit) -> Quantity:
            return Quantity(Kind.UPSTREAM, quantity.node, unit=unit, sample=context.sample)

        return activation.backward_formula(context.z, context.a, upstream, quantity.unit, context.shape)

    def _gradient(self, quantity: Quantity) -> Expression:
        kind = LAYERS[self.trace.graph.node(quantity.node).kind]
        assert isinstance(kind, TrainedLayer)
        return self._loss.over_samples(
            lambda n: kind.gradient_formula(self.context(quantity.node, n), quantity.name, quantity.unit)
        )


class _Numbers(ManyNumbers):
    """The numbers of an iteration for formulas that are worked out."""

    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer

    def __call__(self, quantity: Quantity) -> float:
        return self._explainer.number(quantity)

    def many(self, quantity: Quantity, letters: Letters) -> NDArray[np.float64] | None:
        return self._explainer.trace.numbers(quantity, letters)


KEPT = 64
"""So many numbers have their terms kept."""

PER_PARAMETER = frozenset(
    {
        Kind.PARAMETER,
        Kind.GRADIENT,
        Kind.PENALISED_GRADIENT,
        Kind.CLIPPED_GRADIENT,
        Kind.SLOT,
        Kind.NEW_SLOT,
        Kind.AUXILIARY,
        Kind.NEW_PARAMETER,
    }
)
"""The kinds that every weight and bias has one of."""

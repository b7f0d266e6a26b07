"""Layers that work something out, and say how: all but those where samples enter and the loss is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from core.formulas.expressions import Expression
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.formula_context import FormulaContext
from core.layers.layer_type import InputPort, LayerType, ParameterSpec


class ComputingLayer(LayerType):
    """A kind of layer whose numbers have formulas; `unit` may be letters, for the general formula."""

    @abstractmethod
    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        """Return how z of a unit is worked out, or its output in a layer without activation function."""

    @abstractmethod
    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        """Return what this layer gives to ∂C/∂x of a `unit` of its input number `port`; see FormulaContext.delta."""

    def internal_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression | None:
        """Return how a number of ``Op.internals`` is worked out, or None for one that is drawn at random."""
        return None


class TrainedLayer(ComputingLayer):
    """A kind of layer with parameters."""

    @abstractmethod
    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        """Return the arrays that such a layer trains, in the order of the flat vector."""

    @abstractmethod
    def gradient_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        """Return ∂C/∂θ of one sample's own loss, for the number at `unit` of the parameter `name`."""

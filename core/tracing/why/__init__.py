"""Why a number of an iteration is what it is, in words that are worked out from the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from core.formulas.quantities import Kind, Quantity
from core.texts import Text
from core.tracing.explaining import Explainer
from core.tracing.notation import Notation
from core.tracing.why.backward import why_delta, why_gradient, why_upstream
from core.tracing.why.forward import why_loss, why_output, why_pre_activation
from core.tracing.why.update import why_clipped, why_new_parameter, why_penalised

Rule = Callable[[Explainer, Quantity], Iterator[Text]]
NotationRule = Callable[[Explainer, Quantity, Notation], Iterator[Text]]

_RULES: Mapping[Kind, Rule] = MappingProxyType(
    {
        Kind.PRE_ACTIVATION: why_pre_activation,
        Kind.SAMPLE_LOSS: why_loss,
        Kind.LOSS: why_loss,
        Kind.GRADIENT: why_gradient,
        Kind.PENALISED_GRADIENT: why_penalised,
        Kind.CLIPPED_GRADIENT: why_clipped,
        Kind.NEW_PARAMETER: why_new_parameter,
    }
)

_NOTATION_RULES: Mapping[Kind, NotationRule] = MappingProxyType(
    {Kind.OUTPUT: why_output, Kind.UPSTREAM: why_upstream, Kind.DELTA: why_delta}
)
"""Those that tell a sign, which some documents turn round, or name the activation function or its argument."""


def why(explainer: Explainer, quantity: Quantity, notation: Notation) -> tuple[Text, ...]:
    """Return sentences on a number as `notation` writes it, the most telling first; empty where there is none."""
    with_notation = _NOTATION_RULES.get(quantity.kind)
    if with_notation is not None:
        return tuple(with_notation(explainer, quantity, notation))
    rule = _RULES.get(quantity.kind)
    return () if rule is None else tuple(rule(explainer, quantity))

"""Backpropagation against numeric derivatives, on the batch of a traced iteration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import ParameterKey, Parameters
from core.formulas.quantities import Kind, Quantity
from core.layers.catalog import LAYERS
from core.tracing.trace import Trace

STEP = 1e-5
"""h, for weights of about 1; larger weights are moved by as much in proportion."""

AGREES = 1e-6
"""Relative error up to which the two derivatives count as equal."""

KINK = 0.01
"""Left and right derivative that differ by more than this share belong to a kink."""

_NOISE = "noise"


@dataclass(frozen=True, slots=True)
class WeightCheck:
    """The derivative of the loss by one weight, worked out in two ways, both in double precision.

    Attributes
    ----------
    weight : the weight or bias.
    step : h.
    analytic : by backpropagation.
    numeric : the central difference (C(w + h) − C(w − h)) / 2h.
    left, right : the one-sided differences.
    kink : z of a unit that crosses a kink of its activation within ±h, or None where none is known.
    noise : how exact the numeric derivative can be: C is known to about 16 digits.
    """

    weight: Quantity
    step: float
    analytic: float
    numeric: float
    left: float
    right: float
    kink: Quantity | None
    noise: float

    @property
    def error(self) -> float:
        """Relative error: |analytic − numeric| over the larger of the two; 0 where both are 0."""
        scale = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / scale if scale else 0.0

    @property
    def provable_error(self) -> float:
        """The relative error; 0 where the difference is no more than what rounding does to the numeric derivative."""
        return 0.0 if abs(self.analytic - self.numeric) <= self.noise else self.error

    @property
    def at_kink(self) -> bool:
        """Whether the loss has no derivative here: its left and its right one differ."""
        scale = max(abs(self.left), abs(self.right))
        return abs(self.right - self.left) > max(KINK * scale, 100.0 * self.noise)

    @property
    def agrees(self) -> bool:
        """Whether the two derivatives are equal as far as can be told."""
        return self.provable_error <= AGREES


@dataclass(frozen=True, slots=True, eq=False)
class NetworkCheck:
    """The check of every weight.

    Attributes
    ----------
    errors : relative error of each, in the shapes of the parameters; what rounding alone may cause is kept below
        a tenth of AGREES.
    kinks : whether the loss has a kink there, likewise.
    worst : the weight with the largest error among those without a kink; None where there is none.
    """

    errors: Mapping[ParameterKey, NDArray[np.float64]]
    kinks: Mapping[ParameterKey, NDArray[np.bool_]]
    worst: WeightCheck | None


class GradientChecker:
    """Checks weights one by one, in double precision, with the samples and the random draws of the iteration.

    Noise is drawn anew in double precision from the same place of its stream; masks come out the same.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._parameters = Parameters(trace.graph, "float64")
        self._parameters.adopt(self._parameters.values, trace.old)
        self._generator = np.random.default_rng(0)
        weighted = bool((trace.sample_weights != 1.0).any())
        self._plan = compile_plan(
            trace.graph,
            self._parameters,
            trace.batch_size,
            training=True,
            generator=self._generator,
            weighted=weighted,
        )
        self._fill()
        self._values = self._parameters.views(self._parameters.values)
        self._loss = self._forward()
        for call in self._plan.backward:
            call()
        gradients = self._parameters.views(self._parameters.gradients)
        self._gradients = {key: gradients[key].copy() for key in trace.trained}
        self._kinks = self._layers_with_kinks()

    def check(self, weight: Quantity) -> WeightCheck:
        """Return the check of a weight; `weight` is any number that belongs to it, such as its gradient."""
        key, place = (weight.node, weight.name), tuple(map(int, weight.unit))
        values = self._values[key]
        start = float(values[place])
        step = STEP * max(1.0, abs(start))
        try:
            values[place] = start + step
            right, right_sides = self._forward(), self._sides()
            values[place] = start - step
            left, left_sides = self._forward(), self._sides()
        finally:
            values[place] = start
        return WeightCheck(
            weight=weight.of(Kind.PARAMETER),
            step=step,
            analytic=float(self._gradients[key][place]),
            numeric=(right - left) / (2.0 * step),
            left=(self._loss - left) / step,
            right=(right - self._loss) / step,
            kink=self._crossing(left_sides, right_sides),
            noise=8.0 * np.finfo(np.float64).eps * max(abs(self._loss), 1e-3) / step,
        )

    @property
    def count(self) -> int:
        """How many weights `check_all` goes through."""
        return sum(gradient.size for gradient in self._gradients.values())

    def check_all(self) -> Iterator[NetworkCheck]:
        """Check every weight; yields what is known after each, so that the caller can show progress or stop."""
        errors = {key: np.zeros(gradient.shape) for key, gradient in self._gradients.items()}
        kinks = {key: np.zeros(gradient.shape, dtype=bool) for key, gradient in self._gradients.items()}
        worst: WeightCheck | None = None
        for key, gradient in self._gradients.items():
            for place in np.ndindex(gradient.shape):
                found = self.check(Quantity(Kind.PARAMETER, *key, place))
                lost = found.provable_error == 0.0
                errors[key][place] = min(found.error, AGREES / 10.0) if lost else found.error
                kinks[key][place] = found.at_kink
                if not found.at_kink and (worst is None or _rank(found) > _rank(worst)):
                    worst = found
                yield NetworkCheck(MappingProxyType(errors), MappingProxyType(kinks), worst)

    @np.errstate(all="ignore")
    def _forward(self) -> float:
        state = self._trace.random_states.get(_NOISE)
        if state is not None:
            self._generator.bit_generator.state = dict(state)
        self._parameters.adopt_buffers(self._trace.buffers)
        for call in self._plan.forward:
            call()
        return self._plan.loss()

    def _fill(self) -> None:
        trace, plan = self._trace, self._plan
        inputs = next(iter(trace.layers.values())).value
        np.copyto(plan.input, inputs.reshape(trace.batch_size, -1))
        np.copyto(plan.target, trace.target)
        if plan.weights is not None:
            np.copyto(plan.weights, trace.sample_weights)

    def _layers_with_kinks(self) -> Mapping[str, tuple[float, ...]]:
        found: dict[str, tuple[float, ...]] = {}
        for node_id, tensor in self._plan.tensors.items():
            node = self._trace.graph.node(node_id)
            activation = LAYERS[node.kind].activation(node.options)
            if activation is not None and activation.kinks and tensor.pre_activation is not None:
                found[node_id] = activation.kinks
        return found

    def _sides(self) -> Mapping[str, list[NDArray[np.float64]]]:
        """Return on which side of each kink every z lies: −1, 0, 1."""
        sides: dict[str, list[NDArray[np.float64]]] = {}
        for node_id, kinks in self._kinks.items():
            z = self._plan.tensors[node_id].pre_activation
            assert z is not None
            sides[node_id] = [np.sign(z - kink) for kink in kinks]
        return sides

    def _crossing(
        self, left: Mapping[str, list[NDArray[np.float64]]], right: Mapping[str, list[NDArray[np.float64]]]
    ) -> Quantity | None:
        for node_id in left:
            for one, other in zip(left[node_id], right[node_id], strict=True):
                places = np.argwhere(one != other)
                if len(places):
                    sample, *unit = (int(number) for number in places[0])
                    return Quantity(Kind.PRE_ACTIVATION, node_id, unit=tuple(unit), sample=sample)
        return None


def _rank(check: WeightCheck) -> tuple[float, float]:
    """Return by what the worst is found: errors that rounding cannot explain first."""
    return check.provable_error, check.error

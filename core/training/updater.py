"""From gradients to new weights: penalty, clipping, learning rate and optimiser of one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import ParameterKey, Parameters
from core.compiler.structure import loss_of
from core.graph.model import Graph
from core.layers.layer_type import FREEZE
from core.layers.penalty_options import penalty_of
from core.loops.surroundings import binding
from core.numerics.clipping import CLIPPINGS
from core.numerics.optimizers import OPTIMIZERS, Rate, UpdateContext
from core.numerics.penalties import bind_penalty
from core.numerics.schedules import SCHEDULES, warm_up_factor
from core.training.config import TrainingConfig
from core.training.state import UPDATES, Arrays, TrainedState


class Updater:
    """Holds what an update needs besides the gradients.

    Attributes
    ----------
    base : the learning rate η that schedule and warm-up multiply.
    penalise : adds the gradient of the penalties to the gradients and returns their value; None without any.
    clip : changes the gradients by their ‖g‖²; None without clipping.
    penalty_factors : λ₁ and λ₂ of each parameter that has a penalty.
    update : makes the update.
    paced : whether the learning rate must be set anew before each update.
    """

    def __init__(
        self,
        graph: Graph,
        parameters: Parameters,
        config: TrainingConfig,
        samples: int,
        counters: Mapping[str, float],
    ) -> None:
        self._parameters, self._config = parameters, config
        self._optimizer = OPTIMIZERS[config.optimizer]
        self.base = config.learning_rate
        self.rate = Rate(0.0)
        self._slots = {name: np.zeros_like(parameters.values) for name in self._optimizer.slot_names}
        # 002's incremental algorithm: each sample makes its part of the batch's step, which is 1/N of its gradient's
        # where the loss is a mean over the N samples, and all of it where it is their sum.
        divides = config.mode == "incremental" and loss_of(graph).is_mean
        self._share = 1.0 / samples if divides else 1.0
        self.schedule = SCHEDULES[config.schedule].bind(config.schedule_options, config.epochs, counters)
        self.paced = self.schedule.varies or config.warm_up > 0
        values, gradients = parameters.views(parameters.values), parameters.views(parameters.gradients)
        trained = [key for key in parameters.specs if not graph.node(key[0]).options.get(FREEZE.key, False)]
        self._kernels = [key for key in trained if parameters.specs[key].role == "kernel"]
        factors = {key: penalty_of(graph.node(key[0]).options, config.l1, config.l2) for key in self._kernels}
        self.penalty_factors: Mapping[ParameterKey, tuple[float, float]] = MappingProxyType(
            {key: found for key, found in factors.items() if any(found)}
        )
        self.penalise = bind_penalty([(values[key], gradients[key], *factors[key]) for key in self._kernels])
        self.clip = CLIPPINGS[config.clipping].bind(
            parameters.gradients[: parameters.trained], [gradients[key] for key in trained], config.clip_limit
        )
        self._compiled, self._threads = False, 1
        self.update: Callable[[], object]
        self._notes: list[Callable[[str], object]] = []
        self._bind()

    def use_compiled_loops(self, threads: int) -> None:
        """Make the updates with compiled loops for so many threads from now on, where that is possible."""
        self._compiled, self._threads = True, threads
        self._bind()

    def listen(self, note: Callable[[str], object]) -> None:
        """Have `note` called on the way of each update from now on.

        It is told what the vector of gradients holds at that moment: "gradient", then "penalised", then "clipped"; and
        that the parameters are "updated". Of steps that this run does not have it is not told.
        """
        penalise, clip = self.penalise, self.clip

        def noted_penalise() -> float:
            note("gradient")
            return penalise() if penalise is not None else 0.0

        def noted_clip(square: float) -> None:
            note("penalised")
            if clip is not None:
                clip(square)

        self.penalise = None if penalise is None else noted_penalise
        self.clip = None if clip is None else noted_clip
        self.update = _noted(self.update, note)
        self._notes.append(note)

    def adopt(self, state: TrainedState) -> None:
        """Go on with the optimiser's vectors and count of a state."""
        self.rate.updates = int(state.counters.get(UPDATES, 0))
        for name, vector in self._slots.items():
            self._parameters.adopt(vector, state.slots.get(name, {}))

    def begin_anew(self) -> None:
        """Forget what the optimiser has gathered: the weights are other ones."""
        self.rate.updates = 0
        for vector in self._slots.values():
            vector[:] = 0.0
        self._bind()

    def rate_at(self, iteration: int, time: float) -> float:
        """Return the learning rate of the update after `iteration` others, at a time in epochs."""
        return self.base * warm_up_factor(self._config.warm_up, iteration) * self.schedule.factor(time)

    def set_rate(self, iteration: int, time: float) -> None:
        """Use the learning rate of that moment from now on."""
        self.rate.value = self.rate_at(iteration, time) * self._share

    @property
    def share(self) -> float:
        """The factor before the learning rate: 002's 1/N in the incremental mode under a mean loss, else 1."""
        return self._share

    @property
    def vectors(self) -> Mapping[str, NDArray[Any]]:
        """The optimiser's vectors themselves, (size,), by slot name."""
        return self._slots

    def slots(self) -> Mapping[str, Arrays]:
        """Return read-only copies of the optimiser's vectors."""
        return {name: self._parameters.copies(vector) for name, vector in self._slots.items()}

    def counters(self) -> dict[str, float]:
        """Return what optimiser and schedule must remember as single numbers."""
        return {UPDATES: float(self.rate.updates), **self.schedule.counters()}

    def _bind(self) -> None:
        parameters, trained = self._parameters, slice(0, self._parameters.trained)
        values: Mapping[ParameterKey, NDArray[Any]] = parameters.views(parameters.values)
        context = UpdateContext(
            values=parameters.values[trained],
            gradients=parameters.gradients[trained],
            slots={name: vector[trained] for name, vector in self._slots.items()},
            rate=self.rate,
            options=self._config.optimizer_options,
            kernels=tuple(values[key] for key in self._kernels),
        )
        with binding(compiled=self._compiled, threads=self._threads):
            update: Callable[[], object] = self._optimizer.bind(context)
        for note in self._notes:
            update = _noted(update, note)
        self.update = update


def _noted(update: Callable[[], object], note: Callable[[str], object]) -> Callable[[], object]:
    def noted_update() -> None:
        note("clipped")
        update()
        note("updated")

    return noted_update

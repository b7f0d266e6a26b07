"""A training session: one network, one data set, one iteration at a time, deterministic and single-threaded."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.data.batches import batches_per_epoch, epoch_order
from core.data.dataset import PreparedData, Samples
from core.errors import NonFiniteError
from core.graph.model import Graph
from core.layers.layer_type import FREEZE
from core.numerics.optimizers import OPTIMIZERS, Rate, UpdateContext
from core.training.conditions import limit_blas_threads, run_conditions
from core.training.config import TrainingConfig
from core.training.data_fit import require_fit
from core.training.evaluation import Evaluation, Evaluator
from core.training.history import History
from core.training.recorder import Recorder, layer_statistics
from core.training.state import Arrays, Position, TrainedState

STREAMS = {"shuffle": 1, "noise": 2}
"""Random streams of a run by name, with the number that sets each apart; 0 is that of the initial weights."""


def _nothing() -> None:
    """Do nothing between two blocks of an evaluation."""


class Session:
    """Trains a network on prepared data.

    A session that starts from a state goes on bit for bit where that state was taken: the same numbers come out as
    without the interruption (same machine, versions and thread count).

    Parameters
    ----------
    graph, config, data : what to train, how, and on what.
    state : where to go on. Parameters whose layer and shape still exist carry over, the others start from the seed;
        the optimiser's state carries over if the optimiser is the same; order and position if the data are.

    Raises
    ------
    NotTrainableError : the network has an error.
    DataError : the data do not fit the network.
    """

    def __init__(
        self,
        graph: Graph,
        config: TrainingConfig,
        data: PreparedData,
        state: TrainedState | None = None,
    ) -> None:
        limit_blas_threads()
        self.graph, self.config, self.data = graph, config, data
        self.between_blocks: Callable[[], object] = _nothing
        self._parameters = Parameters(graph, config.dtype)
        self._parameters.initialise(config.seed)
        self._generators = _generators(config.seed)
        count = len(data.training)
        self._full_size = max(1, min(config.batch_size, count))
        self._plans: dict[int, Plan] = {}
        self._plan = self._plan_for(self._full_size)
        require_fit(self._plan, data)
        self.batches = batches_per_epoch(count, config.batch_size)
        self._inputs = data.training.inputs.reshape(count, -1)
        self._targets, self._labels = data.training.targets, data.training.labels
        self._evaluator = Evaluator(graph, self._parameters)
        self._edited_by_hand = False
        self._last_loss = math.nan
        self._validation_seconds = 0.0
        self._rows = np.empty(0, dtype=np.int64)
        self._restore(state)
        self._bind_update(state)

    def _restore(self, state: TrainedState | None) -> None:
        position = Position() if state is None else state.position
        self.iteration, self.epoch = position.iteration, position.epoch
        self._sample, self._order = 0, np.empty(0, dtype=np.int64)
        same_data = False
        if state is not None:
            self._parameters.adopt(self._parameters.values, state.parameters)
            self._parameters.adopt_buffers(state.buffers)
            self._edited_by_hand = state.edited_by_hand
            same_data = state.data_fingerprint == self.data.fingerprint
            for name, generator in self._generators.items():
                if name in state.generators:
                    generator.bit_generator.state = dict(state.generators[name])
        if same_data and 0 < position.sample < len(position.order) == len(self.data.training):
            self._sample, self._order = position.sample, position.order
        before = TrainedState({}, {}, "", "", {}) if state is None else state
        self._recorder = Recorder(
            self.batches,
            self._full_size,
            self._plan.output.shape[1],
            self.config.dtype,
            before.history,
            before.pending,
        )

    def _bind_update(self, state: TrainedState | None) -> None:
        config, optimizer = self.config, OPTIMIZERS[self.config.optimizer]
        self._rate = Rate(config.learning_rate)
        self._slots = {name: np.zeros_like(self._parameters.values) for name in optimizer.slot_names}
        if state is not None and state.optimizer == config.optimizer:
            self._rate.updates = int(state.counters.get("updates", 0))
            for name, vector in self._slots.items():
                self._parameters.adopt(vector, state.slots.get(name, {}))
        trained = slice(0, self._parameters.trained)
        self._update = optimizer.bind(
            UpdateContext(
                values=self._parameters.values[trained],
                gradients=self._parameters.gradients[trained],
                slots={name: vector[trained] for name, vector in self._slots.items()},
                rate=self._rate,
                options=config.optimizer_options,
                kernels=self._trained_kernels(),
            )
        )

    def _trained_kernels(self) -> tuple[NDArray[Any], ...]:
        """Return the weights that train, without the biases."""
        views, specs = self._parameters.views(self._parameters.values), self._parameters.specs
        return tuple(
            view
            for key, view in views.items()
            if specs[key].role == "kernel" and not self.graph.node(key[0]).options.get(FREEZE.key, False)
        )

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next step."""
        return self._rate.value

    def set_learning_rate(self, value: float) -> None:
        """Use another learning rate from the next step on; raises OptionError for one out of range."""
        self.config = replace(self.config, learning_rate=value)
        self._rate.value = self.config.learning_rate

    @property
    def batch(self) -> int:
        """Iterations made in the current epoch."""
        return math.ceil(self._sample / self.config.batch_size)

    @property
    def at_epoch_start(self) -> bool:
        """Whether the next iteration begins an epoch."""
        return self._sample == 0

    @property
    def history(self) -> History:
        """The record so far."""
        return self._recorder.history()

    @property
    def last_loss(self) -> float:
        """Mean loss of the last batch, before its update; NaN before the first."""
        return self._last_loss

    @property
    def validation_seconds(self) -> float:
        """Wall time spent on evaluations between epochs, which is no part of a step."""
        return self._validation_seconds

    @property
    def samples(self) -> NDArray[np.int64]:
        """Row numbers of the last batch in the training part."""
        return self._rows

    @property
    def plan(self) -> Plan:
        """The plan of the last batch: its arrays hold what that batch computed."""
        return self._plan

    @property
    def parameters(self) -> Parameters:
        """The vectors that train."""
        return self._parameters

    @np.errstate(all="ignore")
    def step(self) -> float:
        """Make one iteration and return the mean loss of its batch, before the update.

        Raises NonFiniteError where that loss is infinite or NaN, or the gradients are too large for their dtype; no
        parameter has changed then, and all of them are finite.
        """
        plan = self._load_batch()
        for call in plan.forward:
            call()
        loss = plan.loss()
        if not math.isfinite(loss):
            raise NonFiniteError(
                "The loss became {loss} at iteration {iteration} (epoch {epoch}). The weights are those before "
                "that step. A smaller learning rate than {rate:g} usually helps.",
                loss=loss,
                **self._place(),
            )
        for call in plan.backward:
            call()
        # A finite loss can have gradients that overflow. Where even their square does not, no update within the
        # limits of the learning rate can overflow.
        gradients = self._parameters.gradients
        if not math.isfinite(np.dot(gradients, gradients)):
            raise NonFiniteError(
                "The gradients became too large at iteration {iteration} (epoch {epoch}), where the loss is {loss:g}. "
                "The weights are those before that step. A smaller learning rate than {rate:g} usually helps.",
                loss=loss,
                **self._place(),
            )
        self._rate.updates += 1
        self._update()
        self._advance(plan, loss)
        return loss

    def _place(self) -> dict[str, float]:
        return {"iteration": self.iteration + 1, "epoch": self.epoch + 1, "rate": self._rate.value}

    def _load_batch(self) -> Plan:
        """Copy the samples of the next batch into the plan of its size."""
        if self._sample == 0:
            self._order = epoch_order(self._generators["shuffle"] if self.config.shuffle else None, len(self._inputs))
            self._order.flags.writeable = False
        rows = self._order[self._sample : self._sample + self._full_size]
        plan = self._plan if len(rows) == self._plan.batch_size else self._plan_for(len(rows))
        self._plan, self._rows = plan, rows
        # mode="clip" skips numpy's buffering for the check of indices, which are a permutation anyway.
        self._inputs.take(rows, 0, plan.input, "clip")
        self._targets.take(rows, 0, plan.target, "clip")
        return plan

    def _plan_for(self, size: int) -> Plan:
        plan = self._plans.get(size)
        if plan is None:
            plan = compile_plan(
                self.graph, self._parameters, size, training=True, generator=self._generators["noise"]
            )
            self._plans[size] = plan
        return plan

    def _advance(self, plan: Plan, loss: float) -> None:
        self._last_loss = loss
        self.iteration += 1
        self._recorder.add(loss, plan.output, self._labels[self._rows])
        self._sample += len(self._rows)
        if self.iteration % self._recorder.interval == 0:
            self._recorder.close_interval(self.iteration, layer_statistics(plan, self._parameters))
        if self._sample >= len(self._order):
            self._sample = 0
            self.epoch += 1
            self._validate()

    def _validate(self) -> None:
        """Evaluate the validation part at the end of an epoch, but not more often than rows are recorded."""
        due = self._recorder.last_validation < 0
        due = due or self.iteration - self._recorder.last_validation >= self._recorder.interval
        if due and len(self.data.validation):
            started = time.perf_counter()
            self._recorder.add_validation(self.iteration, self.evaluate(self.data.validation))
            self._validation_seconds += time.perf_counter() - started

    @np.errstate(all="ignore")
    def evaluate(self, samples: Samples) -> Evaluation:
        """Return loss and accuracy over `samples` with the parameters as they are."""
        return self._evaluator.evaluate(samples, self.between_blocks)

    def state(self) -> TrainedState:
        """Return all that is needed to go on from here, as an immutable copy."""
        return TrainedState(
            parameters=self._parameters.copies(self._parameters.values),
            slots={name: self._parameters.copies(vector) for name, vector in self._slots.items()},
            optimizer=self.config.optimizer,
            dtype=self.config.dtype,
            generators=_generator_states(self._generators),
            buffers=self._parameters.buffer_copies(),
            counters=MappingProxyType({"updates": float(self._rate.updates)}),
            position=Position(self.iteration, self.epoch, self._sample, self._order),
            pending=self._recorder.pending(),
            history=self.history,
            data_fingerprint=self.data.fingerprint,
            edited_by_hand=self._edited_by_hand,
            run_conditions=run_conditions(),
        )


def initial_state(graph: Graph, config: TrainingConfig) -> TrainedState:
    """Return the untrained state that the seed gives."""
    parameters = Parameters(graph, config.dtype)
    parameters.initialise(config.seed)
    optimizer = OPTIMIZERS[config.optimizer]
    zeros = np.zeros_like(parameters.values)
    slots: Mapping[str, Arrays] = {name: parameters.copies(zeros) for name in optimizer.slot_names}
    return TrainedState(
        parameters=parameters.copies(parameters.values),
        slots=slots,
        optimizer=config.optimizer,
        dtype=config.dtype,
        generators=_generator_states(_generators(config.seed)),
        buffers=parameters.buffer_copies(),
        run_conditions=run_conditions(),
    )


def _generators(seed: int) -> Mapping[str, np.random.Generator]:
    """Return the random streams of a run, each independent of the others."""
    return {
        name: np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(stream,))))
        for name, stream in STREAMS.items()
    }


def _generator_states(generators: Mapping[str, np.random.Generator]) -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType(
        {name: MappingProxyType(dict(generator.bit_generator.state)) for name, generator in generators.items()}
    )

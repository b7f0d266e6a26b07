"""A training session: one network, one data set, one iteration at a time, deterministic and single-threaded."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.compiler.products import largest_product
from core.compiler.structure import network_number
from core.data.dataset import PreparedData, Samples
from core.errors import NonFiniteError
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.loops.small_products import shares_well
from core.numerics.optimizers import OPTIMIZERS
from core.texts import Text
from core.training.blas_threads import threads_for, threads_worth, use_threads
from core.training.bursts import Bursts
from core.training.conditions import run_conditions
from core.training.config import TrainingConfig
from core.training.data_fit import require_fit
from core.training.divergence import gradient_error, loss_error
from core.training.evaluation import Evaluation, Evaluator, Report
from core.training.feed import Feed
from core.training.history import History
from core.training.layer_figures import LayerFigures
from core.training.passes import Passes
from core.training.recorder import Recorder
from core.training.state import NOTHING, Position, TrainedState
from core.training.streams import GeneratorStates, new_generators, restore, states_of
from core.training.target_fit import require_targets
from core.training.updater import Updater
from core.training.watch import Watch, remembered


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
    compiled : whether steps may be made by compiled loops, where that is possible.

    Attributes
    ----------
    iteration : updates made so far.
    last_loss, last_penalty : mean loss of a sample of the last batch, before its update (NaN before the first), and the
        penalty on the weights of that moment, which is no part of it. Where the loss is a sum over the samples, both
        are divided by their number.
    plan : the plan of the last batch: its arrays hold what that batch computed.
    parameters : the vectors that train.
    threads : of the matrix products by a BLAS; the bits depend on them.
    sharing : threads that share compiled loops, which changes no bit.
    validation_seconds : wall time spent on evaluations between epochs, and on compiling loops at the first step, which
        is no part of a step.
    between_blocks : called now and then during an evaluation.

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
        *,
        compiled: bool = True,
    ) -> None:
        self.graph, self.config, self.data = graph, config, data
        self.between_blocks: Callable[[], object] = _nothing
        self.last_loss, self.last_penalty, self.validation_seconds = math.nan, 0.0, 0.0
        self.parameters = Parameters(graph, config.dtype)
        self.parameters.initialise(config.seed)
        self._generators = new_generators(config.seed)
        # Loops are compiled by the first step: a window that only shows what it has opened does not wait for them.
        self._may_compile = compiled
        weighted = data.training.weights is not None
        self._passes = Passes(graph, self.parameters, self._generators["noise"], weighted=weighted)
        self._largest_product = largest_product(graph, config.rows_per_update(len(data.training)))
        self.threads = self._blas_threads = threads_for(self._largest_product)
        self.sharing = threads_worth(self._largest_product)
        self.plan = self._passes.plan_for(config.rows_per_update(len(data.training)))
        require_fit(self.plan, data)
        require_targets(graph, data)
        self._evaluator = Evaluator(graph, self.parameters)
        noisy = any(LAYERS[node.kind].draws_at_random for node in graph.nodes)
        self._bursts: Bursts | None = None
        self._feed = Feed(data.training, config, self._generators, self._row_losses, noisy=noisy)
        self._restore(NOTHING if state is None else state)

    def _restore(self, state: TrainedState) -> None:
        parameters, config = self.parameters, self.config
        same_data = state.data_fingerprint == self.data.fingerprint
        parameters.adopt(parameters.values, state.parameters)
        parameters.adopt_buffers(state.buffers)
        restore(self._generators, state.generators)
        self.iteration = self._begun_at = state.position.iteration
        self._feed.restore(state.position, same_data)
        self._edited_by_hand, self._conditions = state.edited_by_hand, state.run_conditions or run_conditions()
        # What other data or another network came to is nothing to compare with.
        network = network_number(self.graph)
        counters = remembered(state, parameters, network) if same_data else {}
        self._updater = Updater(self.graph, parameters, config, self._feed.count, counters)
        if state.optimizer == config.optimizer:
            self._updater.adopt(state)
        self._updater.set_rate(self.iteration, self._feed.time)
        self._watch = Watch(config, parameters, self._updater, counters, state.best, network)
        width, figures = self.plan.output.shape[1], LayerFigures(self.graph, parameters)
        samples = self.data.training
        self._recorder = Recorder(self.batches, self._feed.batch_size, width, config.dtype, samples, state, figures)

    @property
    def epoch(self) -> int:
        """Epochs finished so far."""
        return self._feed.epoch

    @property
    def batches(self) -> int:
        """Iterations per epoch."""
        return self._feed.batches

    @property
    def batch(self) -> int:
        """Iterations made in the current epoch."""
        return self._feed.batch

    @property
    def at_epoch_start(self) -> bool:
        """Whether the next iteration begins an epoch."""
        return self._feed.sample == 0

    @property
    def samples(self) -> NDArray[np.int64]:
        """Row numbers of the last batch in the training part."""
        return self._feed.rows

    @property
    def history(self) -> History:
        """The record so far."""
        return self._recorder.history()

    @property
    def learning_rate(self) -> float:
        """The learning rate in force at the next step; 002's 1/N of the incremental mode is no part of it."""
        return self._updater.rate_at(self.iteration, self._feed.time)

    @property
    def updater(self) -> Updater:
        """What makes the updates."""
        return self._updater

    @property
    def random_states(self) -> GeneratorStates:
        """Where each random stream is, by name."""
        return states_of(self._generators)

    def choose(self, rows: NDArray[np.int64]) -> None:
        """Let the next iteration use these rows of the training part, out of turn; the order goes on after it."""
        self._feed.chosen = rows

    def set_learning_rate(self, value: float) -> None:
        """Use another learning rate η from the next step on, which the schedule then multiplies.

        Raises OptionError for one out of range.
        """
        self.config = replace(self.config, learning_rate=value)
        self._updater.base = self.config.learning_rate
        self._updater.set_rate(self.iteration, self._feed.time)

    @property
    def stop_reason(self) -> Text | None:
        """Why the run that was begun has ended by itself, or None."""
        return self._watch.stopping.reason

    def begin_run(self, *, rules: bool = True, lengths: bool = True) -> None:
        """Let the rules of stopping end the steps that follow; without this they never do.

        Parameters
        ----------
        rules : whether the run ends by itself at all.
        lengths : whether the limits of epochs and iterations count. A run that is at a limit already may be as long
            again.
        """
        self._watch.stopping.begin(self.epoch, self.iteration, rules, lengths)

    @np.errstate(all="ignore")
    def step(self) -> float:
        """Make one iteration and return the mean loss of its samples, before the update and without penalties.

        Raises NonFiniteError where that loss is infinite or NaN, or the gradients are too large for their dtype; no
        parameter and no running statistic has changed then, all are finite, and the random streams are where they were.
        """
        feed, updater, passes = self._feed, self._updater, self._passes
        if self._may_compile and not passes.compiled:
            self._use_compiled_loops()
        plan = self.plan = feed.choose(self.plan, passes.plan_for)
        use_threads(self._blas_threads)
        forward_and_back = passes.over(plan, feed)
        loss, square = forward_and_back(feed.rows)
        if not math.isfinite(loss):
            raise self._refused(loss_error(self.graph, plan, **self._place(loss)))
        if updater.penalise is not None:
            self.last_penalty = updater.penalise() * plan.per_sample
            square = forward_and_back.square()
        # A finite loss can have gradients that overflow. Where even their square does not, no update within the
        # limits of the learning rate can overflow.
        if not math.isfinite(square + self.last_penalty):
            raise self._refused(gradient_error(self.graph, self.parameters, **self._place(loss)))
        if self.iteration + 1 == self._recorder.next_layer_row:
            self._recorder.look_ahead()
        for call in plan.settle:
            call()
        if updater.clip is not None:
            updater.clip(square)
        if updater.paced:
            updater.set_rate(self.iteration, feed.time)
        updater.rate.updates += 1
        updater.update()
        loss *= plan.per_sample
        self._advance(plan, loss, square)
        return loss

    def steps(self, limit: int) -> int:
        """Make some iterations, at least one and at most `limit`, and return how many.

        The numbers are those of as many calls of ``step``. Small networks make several by one call, without the
        interpreter, for about a millisecond; where something must be decided or recorded they go by themselves. Raises
        what ``step`` raises.
        """
        losses = self._burst(limit)
        if not losses:
            self.step()
            return 1
        self.last_loss = losses[-1]
        self.iteration += len(losses)
        return len(losses)

    def _burst(self, limit: int) -> Sequence[float]:
        passes, watch, feed = self._passes, self._watch, self._feed
        if not passes.compiled or watch.active or watch.stopping.times:
            return ()
        bursts = self._bursts
        if bursts is None or bursts.update is not self._updater.update:
            plan = passes.plan_for(feed.batch_size)
            bursts = self._bursts = Bursts(plan, passes.over(plan, feed), feed, self._updater, self._recorder)
        use_threads(self._blas_threads)
        losses = bursts.make(self.iteration, limit)
        if losses:
            self.plan = bursts.plan
        return losses

    def _refused(self, error: NonFiniteError) -> NonFiniteError:
        """Take the batch back, so that the step can be tried again on the same samples and noise."""
        self._feed.take_back()
        return error

    def _place(self, loss: float) -> dict[str, float]:
        return {
            "loss": loss,
            "iteration": self.iteration + 1,
            "epoch": self.epoch + 1,
            "batch": self.batch + 1,
            "rate": self.learning_rate,
        }

    def _use_compiled_loops(self) -> None:
        started, size = time.perf_counter(), self.plan.batch_size
        del self.plan
        # Loops that share their work need the cores that a BLAS with threads would take.
        if not shares_well(self._largest_product):
            self.sharing = 1
        self._blas_threads = 1 if self.sharing > 1 else self.threads
        self._passes.use_compiled_loops(self.sharing)
        self.plan = self._passes.plan_for(size)
        self._updater.use_compiled_loops(self.sharing)
        self._recorder.use_compiled_loops()
        self.validation_seconds += time.perf_counter() - started

    def _advance(self, plan: Plan, loss: float, gradient_square: float) -> None:
        recorder, feed, watch = self._recorder, self._feed, self._watch
        self.last_loss = loss
        self.iteration += 1
        if self._updater.penalise is not None:
            recorder.add_penalty(self.last_penalty, plan.batch_size)
        recorder.add(self.iteration, loss, plan, feed.rows)
        if watch.active:
            watch.add(loss, plan.batch_size, gradient_square)
        if feed.advance():
            watch.end_epoch(self.epoch, self._validate())
            self._updater.set_rate(self.iteration, feed.time)
        if watch.stopping.times:
            watch.stopping.after_step(self.iteration)

    def _validate(self) -> float | None:
        """Return the loss on the validation part; None where it is not evaluated.

        It is recorded no more often than rows are, and evaluated at each epoch where it is watched.
        """
        due = self._recorder.validation_due(self.iteration)
        if not len(self.data.validation) or not (due or self._watch.needs_loss):
            return None
        started = time.perf_counter()
        result = self.evaluate(self.data.validation)
        self.validation_seconds += time.perf_counter() - started
        if due:
            self._recorder.add_validation(self.iteration, result)
        return result.loss

    @np.errstate(all="ignore")
    def evaluate(self, samples: Samples) -> Evaluation:
        """Return loss and accuracy over `samples` with the parameters as they are."""
        use_threads(self.threads)
        return self._evaluator.evaluate(samples, self.between_blocks)

    @np.errstate(all="ignore")
    def report(self, samples: Samples) -> Report:
        """Return the answers to `samples`, and whatever figure of them is asked for."""
        use_threads(self.threads)
        return self._evaluator.report(samples, self.between_blocks)

    def _row_losses(self) -> NDArray[np.float64]:
        use_threads(self.threads)
        return self._evaluator.row_losses(self.data.training, self.between_blocks)

    def state(self) -> TrainedState:
        """Return all that is needed to go on from here, as an immutable copy."""
        feed, counters = self._feed, self._updater.counters() | self._watch.counters()
        return TrainedState(
            parameters=self.parameters.copies(self.parameters.values),
            slots=self._updater.slots(),
            optimizer=self.config.optimizer,
            dtype=self.config.dtype,
            generators=states_of(self._generators),
            buffers=self.parameters.buffer_copies(),
            best=self._watch.best,
            counters=MappingProxyType(counters),
            position=Position(self.iteration, feed.epoch, feed.sample, feed.order),
            pending=self._recorder.pending(),
            history=self.history,
            data_fingerprint=self.data.fingerprint,
            edited_by_hand=self._edited_by_hand,
            run_conditions=run_conditions(self.threads) if self.iteration > self._begun_at else self._conditions,
        )


def initial_state(graph: Graph, config: TrainingConfig) -> TrainedState:
    """Return the untrained state that the seed gives."""
    parameters = Parameters(graph, config.dtype)
    parameters.initialise(config.seed)
    zeros = np.zeros_like(parameters.values)
    return TrainedState(
        parameters=parameters.copies(parameters.values),
        slots={name: parameters.copies(zeros) for name in OPTIMIZERS[config.optimizer].slot_names},
        optimizer=config.optimizer,
        dtype=config.dtype,
        generators=states_of(new_generators(config.seed)),
        buffers=parameters.buffer_copies(),
        run_conditions=run_conditions(),
    )

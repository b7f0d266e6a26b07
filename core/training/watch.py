"""Watches what the epochs of a run come to, for the schedule and the rules of stopping."""

from __future__ import annotations

from types import MappingProxyType

from core.compiler.parameters import Parameters
from core.training.config import TrainingConfig
from core.training.state import Arrays, Counters, TrainedState
from core.training.stopping import BEST_LOSS, EpochFigures, Stopping, without_progress
from core.training.updater import Updater

NETWORK = "network"
"""Name of the counter that tells whose losses are remembered; see ``core.compiler.structure.network_number``."""


def remembered(state: TrainedState, parameters: Parameters, network: int) -> Counters:
    """Return what a state remembers of its losses, or nothing where those were another network's.

    Another loss, or another function of a layer, leaves all parameters as they are, and yet no loss is comparable.
    """
    same = state.is_of(parameters) and state.counters.get(NETWORK, network) == network
    return state.counters if same else {}


class Watch:
    """Collects the figures of an epoch and acts on them at its end.

    Parameters
    ----------
    counters, best : what a state remembers, of the network with the number `network`.

    Attributes
    ----------
    stopping : the rules by which the run ends.
    active : whether the batches of an epoch must be added; without it they need not.
    needs_loss : whether the loss of each epoch is compared with earlier ones.
    best : parameters and buffers of the best epoch, where the run may go back to them.
    """

    def __init__(
        self,
        config: TrainingConfig,
        parameters: Parameters,
        updater: Updater,
        counters: Counters,
        best: Arrays,
        network: int,
    ) -> None:
        self._parameters, self._updater, self._network = parameters, updater, network
        if config.early_stopping == "restore" and BEST_LOSS in counters and not best:
            # The rule was another one when that loss was reached, so its weights were not kept: nothing to go back to.
            counters = without_progress(counters)
        self._figures, self.stopping = EpochFigures(counters), Stopping(config, counters)
        self.needs_loss = self.stopping.watches_progress or updater.schedule.watches
        self.active = self.stopping.watches or updater.schedule.watches
        self.best: Arrays = best if counters and self.stopping.restores else MappingProxyType({})
        self.add = self._figures.add

    def end_epoch(self, epoch: int, validation_loss: float | None) -> None:
        """Let the schedule and the rules of stopping look at the epoch that has ended.

        Parameters
        ----------
        epoch : its number, from 1.
        validation_loss : the loss that is to fall; without one it is the mean training loss of the epoch.
        """
        stopping, updater = self.stopping, self._updater
        if self.active:
            watched = self._figures.loss if validation_loss is None else validation_loss
            updater.schedule.observe(watched)
            if stopping.observe(epoch, self._figures, watched) and stopping.restores:
                self._keep_as_best()
            if stopping.restores_now:
                self._parameters.adopt(self._parameters.values, self.best)
                self._parameters.adopt_buffers(self.best)
                updater.begin_anew()
            self._figures.begin()
        stopping.after_epoch(epoch)

    def counters(self) -> dict[str, float]:
        """Return what must be remembered to go on."""
        found = self._figures.counters() | self.stopping.counters()
        return found | {NETWORK: float(self._network)} if self.active else found

    def _keep_as_best(self) -> None:
        parameters = self._parameters
        self.best = MappingProxyType({**parameters.copies(parameters.values), **parameters.buffer_copies()})

"""When a run ends by itself: limits of its length, and what its epochs have reached."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from core.numerics.improvement import Improvement
from core.texts import Text, text
from core.training.config import TrainingConfig

_PROGRESS = "early"
BEST_LOSS = f"{_PROGRESS}.best"
"""Name of the counter of the best loss so far."""


def without_progress(counters: Mapping[str, float]) -> Mapping[str, float]:
    """Return the counters without what is remembered of the progress of a run."""
    return {name: value for name, value in counters.items() if not name.startswith(f"{_PROGRESS}.")}


class EpochFigures:
    """What the batches of the current epoch came to: their mean loss and the largest norm of their gradients."""

    def __init__(self, counters: Mapping[str, float]) -> None:
        self._loss_sum = counters.get("epoch.loss_sum", 0.0)
        self._samples = int(counters.get("epoch.samples", 0))
        self._largest_square = counters.get("epoch.largest_square", 0.0)

    def add(self, loss: float, samples: int, gradient_square: float) -> None:
        """Take in a batch: its mean loss, its size, and ‖∇C‖² of all parameters."""
        self._loss_sum += loss * samples
        self._samples += samples
        self._largest_square = max(self._largest_square, gradient_square)

    @property
    def loss(self) -> float:
        """Mean loss of the samples."""
        return self._loss_sum / self._samples if self._samples else math.nan

    @property
    def gradient_norm(self) -> float:
        """Largest norm of the gradient of a batch."""
        return math.sqrt(self._largest_square) if self._samples else math.nan

    def begin(self) -> None:
        """Begin an epoch."""
        self._loss_sum, self._samples, self._largest_square = 0.0, 0, 0.0

    def counters(self) -> dict[str, float]:
        """Return what must be remembered to go on in the middle of an epoch."""
        if not self._samples:
            return {}
        return {
            "epoch.loss_sum": self._loss_sum,
            "epoch.samples": float(self._samples),
            "epoch.largest_square": self._largest_square,
        }


class Stopping:
    """The rules by which a run ends.

    Attributes
    ----------
    reason : why the run ended, or None while it may go on.
    watches : whether the figures of each epoch are needed.
    watches_progress : whether the loss of each epoch is compared with the best one.
    times : whether the clock or the iterations are to be looked at after each step.
    restores, restores_now : whether a run that makes no progress goes back to its best weights, and whether it has
        just come to that.
    best_epoch : number of epochs after which the loss was best.
    """

    def __init__(self, config: TrainingConfig, counters: Mapping[str, float]) -> None:
        self._config = config
        self.reason: Text | None = None
        self.watches_progress = config.early_stopping != "off"
        self.watches = self.watches_progress or config.stop_loss > 0 or config.stop_gradient > 0
        self.times = config.stop_iterations > 0 or config.stop_seconds > 0
        self.restores = config.early_stopping == "restore"
        self.restores_now = False
        self._improvement = Improvement(config.minimum_change, counters, _PROGRESS)
        self.best_epoch = int(counters.get(f"{_PROGRESS}.epoch", 0))
        self._ends = False
        self._last_epoch, self._last_iteration, self._last_second = math.inf, math.inf, math.inf

    def begin(self, epoch: int, iteration: int, rules: bool, lengths: bool) -> None:
        """Begin a run here. One that is as long as it may be goes on for as long again.

        Parameters
        ----------
        rules : whether it ends by itself at all; single steps do not.
        lengths : whether the limits of epochs and iterations count.
        """
        config = self._config
        self.reason, self._ends = None, rules
        self._last_epoch, self._last_iteration, self._last_second = math.inf, math.inf, math.inf
        if not rules:
            return
        if self.exhausted:
            self._improvement.wait_anew()
        if lengths:
            self._last_epoch = config.epochs if epoch < config.epochs else epoch + config.epochs
            if limit := config.stop_iterations:
                self._last_iteration = limit if iteration < limit else iteration + limit
        if config.stop_seconds:
            self._last_second = time.perf_counter() + config.stop_seconds

    def after_step(self, iteration: int) -> None:
        """Look at iterations and clock."""
        if self.reason is not None:
            return
        if iteration >= self._last_iteration:
            self.reason = text("Iteration {count} is made.", count=f"{iteration:,}")
        elif time.perf_counter() >= self._last_second:
            self.reason = text("The time of {seconds} s is over.", seconds=f"{self._config.stop_seconds:g}")

    def after_epoch(self, epoch: int) -> None:
        """Look at the number of epochs."""
        if self.reason is None and epoch >= self._last_epoch:
            self.reason = text("Epoch {count} is done.", count=f"{epoch:,}")

    def observe(self, epoch: int, figures: EpochFigures, watched: float) -> bool:
        """Take in an epoch: its figures, and the loss that is to fall; returns whether that is the best so far."""
        config = self._config
        self.restores_now = False
        improved = self.watches_progress and self._improvement.observe(watched)
        if improved:
            self.best_epoch = epoch
        if self.reason is not None or not self._ends:
            return improved
        if figures.loss < config.stop_loss:
            self.reason = text(
                "The mean loss of epoch {epoch}, {loss}, is below {limit}.",
                epoch=epoch,
                loss=f"{figures.loss:.4g}",
                limit=f"{config.stop_loss:g}",
            )
        elif figures.gradient_norm < config.stop_gradient:
            self.reason = text(
                "No gradient in epoch {epoch} was longer than {norm}, which is below {limit}.",
                epoch=epoch,
                norm=f"{figures.gradient_norm:.4g}",
                limit=f"{config.stop_gradient:g}",
            )
        elif self.exhausted:
            self.reason, self.restores_now = self._no_progress(), self.restores
        return improved

    @property
    def exhausted(self) -> bool:
        """Whether there was no improvement for as long as it is waited for."""
        return self.watches_progress and self._improvement.waited >= self._config.patience

    def _no_progress(self) -> Text:
        best, loss = self.best_epoch, self._improvement.best
        if self.restores:
            return text(
                "No progress since epoch {best}, whose loss of {loss:.4g} is the best. The weights are those after it.",
                best=best,
                loss=loss,
            )
        return text("No progress since epoch {best}, whose loss of {loss:.4g} is the best.", best=best, loss=loss)

    def counters(self) -> dict[str, float]:
        """Return what must be remembered to go on."""
        if not self.watches_progress:
            return {}
        return {f"{_PROGRESS}.epoch": float(self.best_epoch), **self._improvement.counters()}

"""Everything that a run is configured by, as declared options: the one truth for forms, command line and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.numerics.clipping import CLIPPINGS
from core.numerics.optimizers import OPTIMIZERS, Optimizer
from core.numerics.schedules import SCHEDULES, Schedule
from core.options import Choice, ChoiceOption, IntegerOption, Option, RealOption
from core.registry import Registry
from core.training.moment_settings import MOMENT_OPTIONS

NEVER = "0: never."


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options that belong together, with the heading that a form gives them."""

    title: str
    options: tuple[Option, ...]


_DESCENT = OptionGroup(
    "Descent",
    (
        ChoiceOption(
            key="optimizer",
            label="Optimiser",
            default="sgd",
            choices=tuple(Choice(o.key, o.label, o.formula) for o in OPTIMIZERS),
            help="The rule that turns gradients into changes of the weights. Another one brings its usual rate.",
        ),
        RealOption(
            key="learning_rate",
            label="Rate η",
            default=0.5,
            minimum=0.0,
            maximum=1e6,
            logarithmic=True,
            help="Learning rate: the length of a step. A change applies at the next step.",
        ),
        ChoiceOption(
            key="schedule",
            label="Schedule",
            default="constant",
            choices=tuple(Choice(s.key, s.label, s.formula) for s in SCHEDULES),
            help="How the learning rate changes as training goes on. Another η scales all that follows.",
        ),
        IntegerOption(
            key="warm_up",
            label="Warm-up",
            default=0,
            minimum=0,
            maximum=1_000_000_000,
            help="Iterations during which the learning rate rises evenly from 0; it multiplies the schedule.",
        ),
    ),
)

_SAMPLES = OptionGroup(
    "Samples",
    (
        ChoiceOption(
            key="mode",
            label="Update",
            default="mini_batch",
            choices=(
                Choice("mini_batch", "Mini-batch", "after each batch, with the mean of its gradients"),
                Choice("batch", "Batch", "once per epoch, with the mean of all N gradients"),
                Choice("incremental", "Incremental", "after each sample, with 1/N of its gradient's step"),
                Choice("online", "On-line", "after each sample, with the whole step of its gradient"),
            ),
            help="When the weights change, and by how much: four different algorithms.",
        ),
        IntegerOption(
            key="batch_size",
            label="Batch",
            default=10,
            minimum=1,
            maximum=1_000_000,
            help="Samples per iteration. The rest at the end of an epoch makes a smaller batch.",
            only_with=("mode", ("mini_batch",)),
        ),
        IntegerOption(
            key="epochs",
            label="Epochs",
            default=30,
            minimum=1,
            maximum=1_000_000,
            help="The run stops after so many passes over the training samples.",
        ),
        ChoiceOption(
            key="order",
            label="Order",
            default="random",
            choices=(
                Choice("random", "Random", "drawn anew for each epoch, without replacement"),
                Choice("given", "As given", "the same in every epoch"),
                Choice("curriculum", "Easy first", "by the loss of each sample when the epoch begins"),
            ),
            help="The order of the samples in an epoch. Each is used once.",
        ),
        RealOption(
            key="input_noise",
            label="Noise",
            default=0.0,
            minimum=0.0,
            maximum=1e3,
            logarithmic=True,
            help="Standard deviation of the normal noise that is added to each input value while training.",
        ),
    ),
)

_REMEDIES = OptionGroup(
    "Remedies",
    (
        RealOption(
            key="l2",
            label="L2 λ",
            default=0.0,
            minimum=0.0,
            maximum=1e3,
            logarithmic=True,
            help="Adds λ/2 Σθ² over all weights to the loss; not the biases, nor layers with a penalty of their own.",
        ),
        RealOption(
            key="l1",
            label="L1 λ",
            default=0.0,
            minimum=0.0,
            maximum=1e3,
            logarithmic=True,
            help="Adds λ Σ|θ| over all weights to the loss; not the biases, nor layers with a penalty of their own.",
        ),
        ChoiceOption(
            key="clipping",
            label="Clipping",
            default="none",
            choices=tuple(Choice(c.key, c.label, c.formula) for c in CLIPPINGS),
            help="What is done to a large gradient, that of the penalties included, before the update.",
        ),
        RealOption(
            key="clip_limit",
            label="Limit c",
            default=1.0,
            minimum=1e-6,
            maximum=1e6,
            logarithmic=True,
            help="Largest size of an element or of a norm, or the norm that is always reached.",
            only_with=("clipping", tuple(c.key for c in CLIPPINGS if c.key != "none")),
        ),
    ),
)

_STOPPING = OptionGroup(
    "Stopping",
    (
        ChoiceOption(
            key="early_stopping",
            label="No progress",
            default="off",
            choices=(
                Choice("off", "Go on", "train for all epochs"),
                Choice("stop", "Stop", "and keep the weights as they are then"),
                Choice("restore", "Stop, take the best", "and go back to the weights of the best epoch"),
            ),
            help="What to do when the validation loss, or without validation samples the training loss, "
            "does not fall any more.",
        ),
        IntegerOption(
            key="patience",
            label="Patience",
            default=10,
            minimum=1,
            maximum=1_000_000,
            help="Epochs without improvement after which the run stops.",
            only_with=("early_stopping", ("stop", "restore")),
        ),
        RealOption(
            key="minimum_change",
            label="Least change",
            default=0.0,
            minimum=0.0,
            maximum=1e6,
            logarithmic=True,
            help="A loss that is lower by no more than this is no improvement.",
            only_with=("early_stopping", ("stop", "restore")),
        ),
        RealOption(
            key="stop_loss",
            label="Loss below",
            default=0.0,
            minimum=0.0,
            maximum=1e9,
            logarithmic=True,
            help=f"The run stops when the mean training loss of an epoch is below this. {NEVER}",
        ),
        RealOption(
            key="stop_gradient",
            label="‖∇C‖ below",
            default=0.0,
            minimum=0.0,
            maximum=1e9,
            logarithmic=True,
            help=f"The run stops when no batch of an epoch had a gradient with a norm of this or more. {NEVER}",
        ),
        IntegerOption(
            key="stop_iterations",
            label="Iterations",
            default=0,
            minimum=0,
            maximum=1_000_000_000,
            help=f"The run stops after so many iterations. {NEVER}",
        ),
        RealOption(
            key="stop_seconds",
            label="Time (s)",
            default=0.0,
            minimum=0.0,
            maximum=1e9,
            logarithmic=True,
            help=f"The run stops after so many seconds. {NEVER}",
        ),
    ),
)

_NUMBERS = OptionGroup(
    "Numbers",
    (
        IntegerOption(
            key="seed",
            label="Seed",
            default=1,
            minimum=0,
            maximum=2**31 - 1,
            help="Fixes the initial weights and everything that is drawn at random: one seed, one result.",
        ),
        ChoiceOption(
            key="dtype",
            label="Numbers",
            default="float32",
            choices=(
                Choice("float32", "float32", "about 7 digits, fast"),
                Choice("float64", "float64", "about 16 digits, for checks by hand"),
            ),
            help="Precision of weights and arithmetic.",
        ),
    ),
)

_TIME_TRAVEL = OptionGroup("Time travel", MOMENT_OPTIONS)

TRAINING_GROUPS: tuple[OptionGroup, ...] = (_DESCENT, _SAMPLES, _REMEDIES, _STOPPING, _NUMBERS, _TIME_TRAVEL)
"""All options in the order of a form, by heading."""

TRAINING_OPTIONS: tuple[Option, ...] = tuple(option for group in TRAINING_GROUPS for option in group.options)
"""One for every field of TrainingConfig, but those that hold the options of a choice."""

CHOICES_WITH_OPTIONS: Mapping[str, Registry[Optimizer] | Registry[Schedule]] = MappingProxyType(
    {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}
)
"""Options whose choices have options of their own; these are in the field ``<key>_options``."""


def own_options(key: str, choice: str) -> tuple[Option, ...]:
    """Return the options of a choice of the option `key`, such as those of the optimiser ``adam``."""
    return CHOICES_WITH_OPTIONS[key][choice].options

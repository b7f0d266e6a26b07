"""The options of every layer with kernels: whether their weights have a penalty of their own."""

from __future__ import annotations

from collections.abc import Mapping

from core.options import Choice, ChoiceOption, Option, OptionValue, RealOption

KEY, OWN = "penalty", "own"

PENALTY_OPTIONS: tuple[Option, ...] = (
    ChoiceOption(
        key=KEY,
        label="Penalty",
        default="training",
        choices=(
            Choice("training", "As in training", "the L1 and L2 of the training settings"),
            Choice(OWN, "Its own", "L1 and L2 of this layer instead of those of the training settings"),
        ),
        help="The penalty on the weights of this layer, but not on its biases. Its own with 0 and 0 is none.",
    ),
    RealOption(
        key="l2",
        label="L2 λ",
        default=0.0,
        minimum=0.0,
        maximum=1e3,
        logarithmic=True,
        help="Adds λ/2 Σθ² over the weights of this layer to the loss.",
        only_with=(KEY, (OWN,)),
    ),
    RealOption(
        key="l1",
        label="L1 λ",
        default=0.0,
        minimum=0.0,
        maximum=1e3,
        logarithmic=True,
        help="Adds λ Σ|θ| over the weights of this layer to the loss.",
        only_with=(KEY, (OWN,)),
    ),
)


def penalty_of(options: Mapping[str, OptionValue], l1: float, l2: float) -> tuple[float, float]:
    """Return (λ₁, λ₂) of a layer's kernels, where those of the training settings are `l1` and `l2`."""
    if options.get(KEY) != OWN:
        return l1, l2
    return float(options["l1"]), float(options["l2"])  # type: ignore[arg-type]

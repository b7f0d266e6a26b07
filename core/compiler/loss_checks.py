"""Whether the loss fits the function before it: found before training, with the ways out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from core.compiler.problems import Fix, Problem, SetOption, Severity
from core.compiler.shapes import LayerShape
from core.compiler.structure import loss_of
from core.graph.model import Graph, Node
from core.layers.activation_options import KEY as ACTIVATION
from core.layers.catalog import LAYERS
from core.layers.loss_options import KEY as LOSS
from core.numerics.activations import ACTIVATIONS, Activation
from core.numerics.losses import LOSSES, Loss
from core.texts import Text, text

PROBABILITIES = LOSSES["cross_entropy"]
"""The loss of a distribution over classes, which functions over a whole row are made for."""

_EVERYWHERE = np.linspace(-50.0, 50.0, 1001)[np.newaxis, :]


class End(NamedTuple):
    """The end of a network: the last layer, the Output, its loss, and the width of the answer (0 where unknown)."""

    last: Node
    output: Node
    loss: Loss
    width: int

    @property
    def activation(self) -> Activation | None:
        """The function that the answer comes from, or None."""
        return LAYERS[self.last.kind].activation(self.last.options)


def end_of(graph: Graph, output: Node, shapes: Mapping[str, LayerShape]) -> End:
    """Return the end of a network with one Output that has an input."""
    last = graph.node(graph.links_into(output.id)[0].source)
    shape = shapes[last.id].output
    return End(last, output, loss_of(graph), math.prod(shape) if shape is not None else 0)


def lowest_value(activation: Activation | None) -> float:
    """Return the lowest value that a function gives, −∞ where it goes far below 0 or there is no function."""
    if activation is None:
        return -math.inf
    lowest = float(activation.value(_EVERYWHERE).min())
    return lowest if lowest > -10.0 else -math.inf


def use_activation(end: End, key: str) -> tuple[Fix, ...]:
    """Return the way out by another function of the last layer, where it has that option."""
    if not any(option.key == ACTIVATION for option in LAYERS[end.last.kind].options):
        return ()
    name = ACTIVATIONS[key].short_label
    return (SetOption(text("Use {function}", function=name), end.last.id, ACTIVATION, key),)


def use_loss(end: End, key: str) -> tuple[Fix, ...]:
    """Return the way out by another loss."""
    return (SetOption(text("Use {loss}", loss=LOSSES[key].label.lower()), end.output.id, LOSS, key),)


def check_loss(end: End, names: Mapping[str, str]) -> list[Problem]:
    """Return the warnings of a loss that does not fit the function before it, the gravest one only."""
    for check in (_one_of_one, _no_distribution, _no_probabilities, _share_of_one, _distribution_without_its_loss):
        problem = check(end, names[end.last.id])
        if problem is not None:
            return [problem]
    return []


def _warning(end: End, code: str, title: Text, message: Text, fixes: tuple[Fix, ...]) -> Problem:
    return Problem(Severity.WARNING, code, title, message, end.output.id, fixes)


def _one_of_one(end: End, name: str) -> Problem | None:
    """Classes are told apart by several outputs; one alone is right whatever it says."""
    instead = {"cross_entropy": "binary_cross_entropy", "multiclass_hinge": "hinge"}.get(end.loss.key)
    if end.width != 1 or instead is None:
        return None
    message = text(
        "'{name}' gives a single output, but the loss is '{loss}', which compares the outputs of several classes: "
        "nothing is learnt of the class whose target is 0. '{instead}' fits one output.",
        name=name,
        loss=end.loss.label,
        instead=LOSSES[instead].label,
    )
    return _warning(end, "one_output", text("One output only"), message, use_loss(end, instead))


def _no_distribution(end: End, name: str) -> Problem | None:
    activation = end.activation
    if end.loss.goes_with != "softmax" or (activation is not None and activation.key in end.loss.fuses_with):
        return None
    message = text(
        "Cross-entropy expects a distribution, but '{name}' does not end in softmax: its values need not sum to 1.",
        name=name,
    )
    if lowest_value(activation) < 0.0:
        message = text(
            "Cross-entropy expects a distribution, but '{name}' does not end in softmax: its values can be negative, "
            "and they have no logarithm.",
            name=name,
        )
    fixes = use_activation(end, "softmax")
    return _warning(end, "cross_entropy_without_softmax", text("No softmax"), message, fixes)


def _no_probabilities(end: End, name: str) -> Problem | None:
    activation = end.activation
    if end.loss.goes_with != "sigmoid" or (activation is not None and activation.key in end.loss.fuses_with):
        return None
    if activation is not None and activation.key == "softmax" and end.width != 1:
        message = text(
            "'{name}' ends in softmax, whose outputs are one distribution, but binary cross-entropy takes each output "
            "by itself. Cross-entropy fits softmax.",
            name=name,
        )
        fixes = use_loss(end, PROBABILITIES.key)
    else:
        message = text(
            "Binary cross-entropy expects values from 0 to 1, but '{name}' does not end in sigmoid: other values have "
            "no logarithm.",
            name=name,
        )
        fixes = use_activation(end, "sigmoid")
    return _warning(end, "binary_cross_entropy_without_sigmoid", text("No sigmoid"), message, fixes)


def _share_of_one(end: End, name: str) -> Problem | None:
    """The share of a single output in the sum of all is 1, whatever its z."""
    activation = end.activation
    if end.width != 1 or activation is None or activation.key not in PROBABILITIES.fuses_with:
        return None
    message = text(
        "'{name}' ends in {function}, but gives a single output: that is {value} whatever arrives, and nothing is "
        "learnt. Sigmoid fits one output.",
        name=name,
        function=activation.short_label,
        value=f"{float(activation.value(np.zeros((1, 1)))[0, 0]):g}",
    )
    return _warning(end, "softmax_of_one", text("Always the same"), message, use_activation(end, "sigmoid"))


def _distribution_without_its_loss(end: End, name: str) -> Problem | None:
    activation = end.activation
    if activation is None or end.loss.fuses_with or activation.key not in PROBABILITIES.fuses_with:
        return None
    message = text(
        "'{name}' ends in {function}, but the loss is '{loss}': learning is slow where the network is surely wrong. "
        "Cross-entropy fits {function}.",
        name=name,
        function=activation.short_label,
        loss=end.loss.label,
    )
    title = text("Softmax without cross-entropy")
    return _warning(end, "softmax_without_cross_entropy", title, message, use_loss(end, PROBABILITIES.key))

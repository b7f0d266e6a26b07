"""Projects to start from: drawn, configured and ready to train on data that come with the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.data.reference import DataReference
from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES
from core.project.edits import add_link, append_layer
from core.project.model import Project
from core.registry import Registry
from core.training.config import TrainingConfig

DIGITS = DataReference(source="digits_28")
"""Real handwritten digits, enlarged to 28 × 28, that come with the program."""


@dataclass(frozen=True, slots=True)
class Template:
    """A project to start from; `build` makes it anew."""

    key: str
    label: str
    description: str
    build: Callable[[], Project]


def layered_project(
    widths: Sequence[int],
    *,
    activation: str,
    loss: str,
    initializer: str,
    training: TrainingConfig,
    data: DataReference,
) -> Project:
    """Return a network of dense layers in a row: Input, one Dense per further width, Output.

    Every dense layer takes the activation, but for the last one where the loss goes with an activation of its own
    (cross-entropy with softmax).
    Raises OptionError or UnknownKeyError for a value that cannot be.
    """
    last = LOSSES[loss].goes_with or ACTIVATIONS[activation].key
    project = Project(training=training, data=data)
    project = append_layer(project, "input", {"shape": (widths[0],)})
    for place, units in enumerate(widths[1:], start=1):
        own = last if place == len(widths) - 1 else ACTIVATIONS[activation].key
        options = {"units": units, "activation": own, "initializer": initializer}
        project = append_layer(project, "dense", options)
    return append_layer(project, "output", {"loss": loss})


def _digit_reader() -> Project:
    return layered_project(
        (784, 15, 10),
        activation="sigmoid",
        loss="squared_error",
        initializer="glorot_normal",
        # Slow enough to be watched: half the digits after 5 epochs, 94 % after 60, 97 % at the end, some seconds later.
        training=TrainingConfig(learning_rate=0.05, batch_size=10, epochs=500),
        data=DIGITS,
    )


def _skip_links() -> Project:
    """The digit reader, whose last dense layer also reads the input, through a kernel of its own."""
    project = _digit_reader()
    first, _, last, _ = project.graph.nodes
    return add_link(project, first.id, last.id)


def _residual() -> Project:
    """Four blocks f(s) + s between two dense layers: without the links past the blocks it learns next to nothing.

    Six layers of sigmoid units in a row stay at one digit of ten, with the same data, rate and seed.
    """
    project = Project(
        # 94 % after 20 epochs, 97 % at the end.
        training=TrainingConfig(learning_rate=0.02, batch_size=10, epochs=100),
        data=DIGITS,
    )
    project = append_layer(project, "input", {"shape": (784,)})
    project = append_layer(project, "dense", {"units": 32})
    for _ in range(4):
        block = project.graph.nodes[-1].id
        project = append_layer(project, "dense", {"units": 32})
        project = append_layer(project, "add")
        project = add_link(project, block, project.graph.nodes[-1].id)
    project = append_layer(project, "dense", {"units": 10, "activation": "softmax"})
    return append_layer(project, "output", {"loss": "cross_entropy"})


def _lenet_5() -> Project:
    """LeNet-5 with tanh and mean pooling: two convolutions of 6 and 16 filters, then 120-84-10.

    The input of 28 × 28 is padded to the 32 × 32 of Y. LeCun et al., "Gradient-based learning applied to document
    recognition", 1998; its third layer is a dense one here, and its last gives probabilities: 61,706 parameters.
    """
    project = Project(
        # 98 % after 5 epochs, 99 % after 20.
        training=TrainingConfig(learning_rate=0.1, batch_size=10, epochs=60),
        data=DIGITS,
    )
    project = append_layer(project, "input", {"shape": (28, 28)})
    for filters, padding in ((6, "same"), (16, "valid")):
        options = {"filters": filters, "kernel": (5, 5), "padding": padding, "activation": "tanh"}
        project = append_layer(project, "convolution", options)
        project = append_layer(project, "mean_pooling")
    project = append_layer(project, "flatten")
    for units in (120, 84):
        project = append_layer(project, "dense", {"units": units, "activation": "tanh"})
    project = append_layer(project, "dense", {"units": 10, "activation": "softmax"})
    return append_layer(project, "output", {"loss": "cross_entropy"})


def _xor() -> Project:
    """The smallest network that learns what no single neuron can, to be worked through by hand."""
    return layered_project(
        (2, 3, 1),
        activation="sigmoid",
        loss="squared_error",
        initializer="normal",
        # Right after some 500 epochs of the four samples, in most cases.
        training=TrainingConfig(
            learning_rate=0.5, optimizer="sgd", mode="online", order="given", epochs=5_000, dtype="float64"
        ),
        data=DataReference(source="xor", validation_percent=0, single_output=True),
    )


TEMPLATES: Registry[Template] = Registry(
    "template",
    (
        Template("empty", "Empty network", "A blank canvas.", Project),
        Template(
            "digit_reader",
            "Digit reader",
            "784-15-10 with sigmoid units, the network of the lectures: it learns handwritten digits.",
            _digit_reader,
        ),
        Template(
            "xor",
            "XOR by hand",
            "2-3-1 on the four samples of the exclusive or: every number fits on one page.",
            _xor,
        ),
        Template(
            "skip_links",
            "Direct links",
            "The digit reader with a link from the input straight to the output layer.",
            _skip_links,
        ),
        Template(
            "residual",
            "Residual network",
            "Six layers with links past four of them: without those links it hardly learns.",
            _residual,
        ),
        Template(
            "lenet_5",
            "Convolution, LeNet-5",
            "Two convolutions with mean pooling, then 120-84-10: it reads 99 of 100 digits.",
            _lenet_5,
        ),
    ),
)

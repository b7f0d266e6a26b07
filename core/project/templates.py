"""Projects to start from: drawn, configured and ready to train on data that come with the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.data.reference import DataReference
from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES
from core.project.edits import add_link, add_node, default_position
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
    project = _appended(project, "input", {"shape": (widths[0],)})
    for place, units in enumerate(widths[1:], start=1):
        own = last if place == len(widths) - 1 else ACTIVATIONS[activation].key
        options = {"units": units, "activation": own, "initializer": initializer}
        project = _appended(project, "dense", options)
    return _appended(project, "output", {"loss": loss})


def _appended(project: Project, kind: str, options: dict[str, object]) -> Project:
    """Add a layer right of the last one, linked to it."""
    before = project.graph.nodes[-1:]
    project = add_node(project, kind, default_position(project), options)
    return add_link(project, before[0].id, project.graph.nodes[-1].id) if before else project


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
    ),
)

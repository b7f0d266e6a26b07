"""Every error the engine raises on purpose: each says what was found, what was expected and what to do."""

from __future__ import annotations

from typing import Any

from core.texts import Text


class LayerloomError(Exception):
    """Base of all errors meant for the user.

    The message is kept as a template and its values (``error.text``), so the designer can translate it;
    ``str(error)`` is the English sentence.
    """

    def __init__(self, template: str, /, **values: Any) -> None:
        self.text = Text(template, values)
        super().__init__(str(self.text))


class UnknownKeyError(LayerloomError):
    """A name that is not in one of our closed tables (layer kinds, activations, optimisers, …)."""


class OptionError(LayerloomError):
    """An option's value is of the wrong kind or out of its declared range."""


class GraphError(LayerloomError):
    """An edit that the network must refuse; shown at the pointer."""


class SelfLinkError(GraphError):
    """A link from a layer to itself."""


class CycleError(GraphError):
    """A link that would close a cycle."""


class DuplicateLinkError(GraphError):
    """A second link between the same two layers."""


class ArityError(GraphError):
    """A link into a layer that takes no further input, or out of one that has no output."""


class ShapeError(LayerloomError):
    """The shapes that reach a layer do not fit it."""


class NotTrainableError(LayerloomError):
    """The network cannot be compiled for training; the text is the first problem found."""


class DataError(LayerloomError):
    """A data set that cannot be read or does not fit the network."""


class NonFiniteError(LayerloomError):
    """The loss stopped being a finite number; the parameters are those before the update."""


class ProjectFileError(LayerloomError):
    """A project file that cannot be read or written."""


class CancelledError(LayerloomError):
    """The user cancelled a long piece of work."""

"""Problems of a network as values: what is wrong, where, why, and the ways out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from core.options import OptionValue
from core.texts import Text


class Severity(Enum):
    """An error keeps the network from running; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class SetOption:
    """Way out: set an option of a layer."""

    label: Text
    node_id: str
    key: str
    value: OptionValue


@dataclass(frozen=True, slots=True)
class DeleteLayer:
    """Way out: delete a layer."""

    label: Text
    node_id: str


@dataclass(frozen=True, slots=True)
class InsertOnLink:
    """Way out: lead a wire through a layer that is not connected."""

    label: Text
    node_id: str
    link_id: str


@dataclass(frozen=True, slots=True)
class AddLink:
    """Way out: link two layers."""

    label: Text
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class SetDataOption:
    """Way out: set how the data are prepared."""

    label: Text
    key: str
    value: OptionValue


@dataclass(frozen=True, slots=True)
class ChooseData:
    """Way out: let the user choose data."""

    label: Text


Fix: TypeAlias = SetOption | DeleteLayer | InsertOnLink | AddLink | SetDataOption | ChooseData


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    Attributes
    ----------
    code : stable key, such as ``not_connected``.
    title : two or three words for the head of a tip.
    text : what was found, what was expected, what to do; one or two sentences.
    node_id : the layer it concerns, or empty for the whole project.
    fixes : ways out that one click can take, best first.
    """

    severity: Severity
    code: str
    title: Text
    text: Text
    node_id: str = ""
    fixes: tuple[Fix, ...] = ()

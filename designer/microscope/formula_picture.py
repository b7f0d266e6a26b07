"""Formulas as pictures: a line of mathematics in the theme's colours, with a box for every part of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from core.tracing.writing import Flow, Written
from core.tracing.writing.boxes import Box, Target
from designer.microscope.typesetting import Setting, set_box
from designer.theme import Theme


@dataclass(frozen=True, slots=True)
class Hit:
    """A part of a picture that is told apart.

    Attributes
    ----------
    rect : where it is, in pixels from the picture's top left corner.
    target : where a click on it leads, if anywhere.
    term : which term of the formula it is, as the cursor counts them; None for no term.
    """

    rect: QRectF
    target: Target | None
    term: int | None


@dataclass(frozen=True, slots=True)
class FormulaPicture:
    """A line that is set and coloured.

    Attributes
    ----------
    setting : what is painted, around the line that the letters stand on.
    colours : by the flow of a number.
    hits : the parts that lead somewhere or are terms, outer ones first.
    """

    setting: Setting
    colours: tuple[tuple[Flow, str], ...]
    hits: tuple[Hit, ...]

    @property
    def width(self) -> float:
        """In pixels."""
        return self.setting.width

    @property
    def height(self) -> float:
        """In pixels."""
        return self.setting.height

    def paint(self, painter: QPainter) -> None:
        """Paint the line with its top left corner at the painter's origin."""
        painter.save()
        painter.translate(0.0, self.setting.ascent)
        self.setting.paint(painter, dict(self.colours))
        painter.restore()


def picture_of(written: Written, theme: Theme, size: float = 20.0) -> FormulaPicture:
    """Return a line in the colours of a theme, with type `size` pixels high.

    Forward numbers, backward ones and the rest have colours of their own.
    """
    setting = setting_of(written.box, size)
    hits = tuple(Hit(mark.rect.translated(0.0, setting.ascent), mark.target, mark.term) for mark in setting.marks)
    return FormulaPicture(setting, _colours(theme), hits)


@lru_cache(maxsize=1024)
def setting_of(box: Box, size: float) -> Setting:
    """Return a box set in type `size` pixels high."""
    return set_box(box, size)


def _colours(theme: Theme) -> tuple[tuple[Flow, str], ...]:
    return ((Flow.FORWARD, theme.forward), (Flow.BACKWARD, theme.backward), (Flow.NEUTRAL, theme.text))

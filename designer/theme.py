"""Colours, type and space of the window: the design tokens, dark and light, and the service that switches them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette

from core.layers.layer_type import Family

Stops: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """The tokens of one theme; colours are "#RRGGBB".

    Attributes
    ----------
    diverging : signed quantities (w, δ, gradients) at −1, −½, 0, +½, +1.
    sequential : magnitudes (activation) from 0 to 1.
    forward, backward : colour of z, a, g and of δ, gradients, g′.
    training_curve, validation_curve : the latter is drawn dashed.
    """

    name: str
    window: str
    panel: str
    raised: str
    card: str
    field: str
    canvas: str
    canvas_dots: str
    separator: str
    border: str
    text: str
    text_second: str
    text_third: str
    accent: str
    accent_fill: str
    accent_text: str
    accent_ground: str
    good: str
    warning: str
    error: str
    cursor_term: str
    cursor_border: str
    forward: str
    backward: str
    training_curve: str
    validation_curve: str
    wire: str
    diverging: Stops
    sequential: Stops
    families: Mapping[Family, str]

    @property
    def dark(self) -> bool:
        """Whether this is a dark theme."""
        return self.name == "dark"


DARK = Theme(
    name="dark",
    window="#16181D",
    panel="#1C1F25",
    raised="#23272F",
    card="#20242B",
    field="#12141A",
    canvas="#121419",
    canvas_dots="#1E2129",
    separator="#2C313A",
    border="#3A404B",
    text="#E7EAEF",
    text_second="#A9B1BD",
    text_third="#8A93A1",
    accent="#8B7CFF",
    accent_fill="#6D5CE8",
    accent_text="#FFFFFF",
    accent_ground="#2B2850",
    good="#5FBF86",
    warning="#F2C94C",
    error="#FF6B78",
    cursor_term="#4A4215",
    cursor_border="#D9B93C",
    forward="#7BD88F",
    backward="#F58AE0",
    training_curve="#DDE2EA",
    validation_curve="#4FC1D0",
    wire="#9AA7B8",
    diverging=("#7CC0FF", "#2E73B8", "#171A20", "#B8651C", "#FFB061"),
    sequential=("#171C22", "#1C4A4C", "#2F8A7C", "#86CDAE", "#F2F8D6"),
    families={
        Family.INPUT_OUTPUT: "#9AA7B8",
        Family.WEIGHTS: "#5FBF86",
        Family.ACTIVATION: "#B9C75E",
        Family.REGULARISE: "#E08AAE",
        Family.MERGE: "#C9B27C",
        Family.IMAGES: "#CF8B72",
    },
)

LIGHT = Theme(
    name="light",
    window="#ECEEF1",
    panel="#F8F9FA",
    raised="#EEF0F3",
    card="#FFFFFF",
    field="#FFFFFF",
    canvas="#F3F4F6",
    canvas_dots="#E4E7EB",
    separator="#DADDE3",
    border="#C3C8D0",
    text="#1B1F27",
    text_second="#505968",
    text_third="#646E7D",
    accent="#5A48DB",
    accent_fill="#5A48DB",
    accent_text="#FFFFFF",
    accent_ground="#E9E6FC",
    good="#1A7545",
    warning="#8A6100",
    error="#C4283B",
    cursor_term="#FFF0B3",
    cursor_border="#D9B93C",
    forward="#23793A",
    backward="#AE1F92",
    training_curve="#2B313C",
    validation_curve="#0A7080",
    wire="#5B6878",
    diverging=("#0B4A8F", "#6AA5DB", "#F6F6F4", "#EE9F58", "#A34600"),
    sequential=("#F4F6F2", "#BCDDCD", "#62AF9F", "#1F7376", "#0C3847"),
    families={
        Family.INPUT_OUTPUT: "#5B6878",
        Family.WEIGHTS: "#1A7545",
        Family.ACTIVATION: "#626F12",
        Family.REGULARISE: "#B0386F",
        Family.MERGE: "#7D6524",
        Family.IMAGES: "#9A4B2E",
    },
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


class ThemeService(QObject):
    """The theme in force. Views read ``current`` when they paint and repaint on ``changed``."""

    changed = Signal()

    def __init__(self, name: str = "dark", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current = THEMES[name]

    @property
    def current(self) -> Theme:
        """The tokens in force."""
        return self._current

    def use(self, name: str) -> None:
        """Switch to the theme called `name` ("dark" or "light")."""
        if name != self._current.name:
            self._current = THEMES[name]
            self.changed.emit()


def colour_table(stops: Stops, size: int = 256) -> NDArray[np.uint8]:
    """Return a (size, 3) table of colours with the `stops` at equal distances, straight between them."""
    colours = [QColor(stop) for stop in stops]
    corners = np.array([(c.red(), c.green(), c.blue()) for c in colours], dtype=np.float64)
    places = np.linspace(0.0, len(stops) - 1.0, size)
    columns = [np.interp(places, np.arange(len(stops)), corners[:, i]) for i in range(3)]
    return np.rint(np.stack(columns, axis=1)).astype(np.uint8)


def shares(values: NDArray[np.floating], end: float) -> NDArray[np.float64]:
    """Return values as shares of `end`, from −1 to 1; NaN stays NaN.

    What lies beyond the end, also an infinite value, is ±1; where there is no scale (0) all others are 0.
    """
    sizes = np.asarray(values, dtype=np.float64)
    if not end > 0.0:
        return np.where(np.isfinite(sizes), 0.0, np.clip(sizes, -1.0, 1.0))
    # Clipped before it is divided: a share of a tiny or huge end would be beyond the largest number.
    end = min(float(end), sys.float_info.max)
    return np.clip(sizes, -end, end) / end


def diverging_colours(theme: Theme, values: NDArray[np.floating], end: float) -> NDArray[np.uint8]:
    """Return (…, 3) colours of signed values; −end and +end get the ends of the scale, 0 its middle."""
    table = colour_table(theme.diverging, 255)
    return table[np.rint((np.nan_to_num(shares(values, end)) + 1.0) * 127.0).astype(int)]


def sequential_colours(theme: Theme, values: NDArray[np.floating], end: float = 1.0) -> NDArray[np.uint8]:
    """Return (…, 3) colours of magnitudes from 0 to `end`."""
    table = colour_table(theme.sequential, 256)
    return table[np.rint(np.clip(np.nan_to_num(shares(values, end)), 0.0, 1.0) * 255.0).astype(int)]


def mixed(front: str, ground: str, share: float) -> QColor:
    """Return the opaque colour of `front` laid over `ground` with opacity `share`."""
    a, b, rest = QColor(front), QColor(ground), 1.0 - share
    return QColor.fromRgbF(
        share * a.redF() + rest * b.redF(),
        share * a.greenF() + rest * b.greenF(),
        share * a.blueF() + rest * b.blueF(),
    )


def theme_of(palette: QPalette) -> Theme:
    """Return the theme a widget is shown in, from its palette: for widgets that know no service."""
    # Of all grounds only that of tooltips is never replaced by the style sheet's background of a widget.
    return DARK if palette.color(QPalette.ColorRole.ToolTipBase).lightness() < 128 else LIGHT

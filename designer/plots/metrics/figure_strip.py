"""Loss, accuracy and the other figures of all classes together, in one line."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.training.part_figures import TOP, PartFigures
from designer.fonts import CAPTION, TEXT
from designer.numbers import measure, percent
from designer.plots.text_paint import paint_text, width_of
from designer.theme import ThemeService

HEIGHT, GAP = 30, 14.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is called, its value, and what it is."""

    name: str
    value: str
    meaning: str

    @property
    def width(self) -> float:
        """How wide it is painted."""
        return max(width_of(self.name, CAPTION), width_of(self.value, TEXT, 600)) + 1.0


class FigureStrip(QWidget):
    """Figures side by side; those that do not fit are left out from the right, and told by the tooltip.

    Where there is height for it they go on in a second line.
    """

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._figures: tuple[Figure, ...] = ()
        self._may_wrap = False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What is shown, as far as it fits."""
        return self._figures

    def show_figures(self, figures: PartFigures | None) -> None:
        """Show other figures; the caller repaints."""
        self._figures = () if figures is None else self._written(figures)
        self.setAccessibleName(", ".join(f"{figure.name} {figure.value}" for figure in self._figures))
        self._fit()

    def set_may_wrap(self, may_wrap: bool) -> None:
        """Say whether there is height for a second line."""
        self._may_wrap = may_wrap
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Take a second line where one is too short."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Whatever there is."""
        return QSize(80, HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Tell what the figure under the pointer is, or, behind the last, those that do not fit."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        for rect, figure in self._places():
            top, bottom = rect.adjusted(0.0, 1.0, 0.0, -17.0), rect.adjusted(0.0, 13.0, 0.0, 0.0)
            paint_text(painter, top, figure.name, theme.text_third, CAPTION)
            paint_text(painter, bottom, figure.value, theme.text, TEXT, weight=600)

    def _written(self, figures: PartFigures) -> tuple[Figure, ...]:
        shown = [
            Figure(self.tr("Accuracy"), percent(figures.accuracy, 2), self.tr("Share of the samples read rightly")),
            Figure(self.tr("Loss"), measure(figures.loss), self.tr("Mean loss of a sample, without penalties")),
        ]
        if figures.top is not None:
            tip = self.tr("Share of the samples whose class is among the {k} largest outputs").format(k=TOP)
            shown.append(Figure(self.tr("Top {k}").format(k=TOP), percent(figures.top, 2), tip))
        if figures.of_distance:
            shown += [
                Figure("MAE", measure(figures.mean_absolute_error), self.tr("Mean of |y − a| over all outputs")),
                Figure("RMSE", measure(figures.root_mean_squared_error), self.tr("Root of the mean of (y − a)²")),
                Figure("R²", measure(figures.r_squared), self.tr("1 − Σ(y − a)² / Σ(y − ȳ)², mean of the outputs")),
            ]
        return tuple(shown)

    def _places(self) -> list[tuple[QRectF, Figure]]:
        """Return where the figures that fit are painted."""
        left, top, places = 0.0, 0.0, []
        for figure in self._figures:
            if left and left + figure.width > self.width():
                left, top = 0.0, top + HEIGHT
            if top + HEIGHT > (2 if self._may_wrap else 1) * HEIGHT:
                break
            places.append((QRectF(left, top, figure.width, HEIGHT), figure))
            left += figure.width + GAP
        return places

    def _fit(self) -> None:
        places = self._places()
        self.setFixedHeight(round(places[-1][0].bottom()) if places else HEIGHT)
        self.update()

    def _tip(self, point: QPointF) -> str:
        places = self._places()
        for rect, figure in places:
            if rect.adjusted(0.0, 0.0, GAP, 0.0).contains(point):
                return f"{figure.name} {figure.value}\n{figure.meaning}"
        return "\n".join(f"{figure.name} {figure.value}" for figure in self._figures[len(places) :])

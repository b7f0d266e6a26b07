"""The controls of opened layers: what edges show and how many, and which sample is looked at."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QWidget

from designer.canvas.units.edges import Measure
from designer.canvas.units.neuron_view import NeuronView
from designer.numbers import whole
from designer.run.shown_sample import SampleChoice, SamplePart
from designer.theme import ThemeService
from designer.widgets.icon_button import IconButton
from designer.widgets.segmented import SegmentedControl
from designer.widgets.slider_field import QuietSlider

HEIGHT = 32
SLIDER_WIDTH, SHORTEST_SLIDER = 92, 40


class EdgeBar(QWidget):
    """Stands at the top of the canvas while a layer is open, in one row or, where there is no room, in two."""

    def __init__(self, neurons: NeuronView, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._neurons, self._theme = neurons, theme
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(8, 4, 8, 4)
        self._rows.setSpacing(6)
        self.previous = IconButton("chevron-left", self.tr("Sample before"), 22)
        self.next = IconButton("chevron-right", self.tr("Next sample"), 22)
        self._caption = QLabel()
        self._caption.setProperty("level", "second")
        self._caption.setToolTip(
            self.tr("Worked out with the weights in view. The Deltas panel shows δ as it was before the last update.")
        )
        self.part = SegmentedControl(
            [("batch", self.tr("batch")), ("mean", self.tr("mean")), ("test", self.tr("test"))]
        )
        self.part.setToolTip(
            self.tr("Show a sample of the last batch, the mean over that batch, or a sample of the test part")
        )
        self.measure = SegmentedControl(
            [("weight", self.tr("weight w")), ("contribution", self.tr("w · a")), ("gradient", self.tr("gradient"))]
        )
        self.measure.setToolTip(
            self.tr("Colour and width of edges: the weight, what it adds to z for this sample, or ∂C/∂w")
        )
        self.strongest = QuietSlider(Qt.Orientation.Horizontal)
        self.strongest.setFixedWidth(SLIDER_WIDTH)
        self.strongest.setToolTip(self.tr("Show only the strongest edges of each link"))
        self.strongest.setAccessibleName(self.tr("Strongest edges"))
        self._count = QLabel()
        self._count.setProperty("level", "second")
        self._halves = (
            _row(self.previous, self._caption, self.next, self.part),
            _row(self.measure, self.strongest, self._count),
        )
        for half in self._halves:
            self._rows.addLayout(half)
        self._connect(theme)
        self.hide()

    def follow(self) -> None:
        """Say what is shown now."""
        self._show_edges()
        self._show_sample()

    def fit_in(self, width: int) -> None:
        """Take the room that is needed, in two rows if one would be wider than this."""
        # Qt tells a layout of changes inside it, but not the layouts within that one.
        for layout in (*self._halves, self._rows):
            layout.invalidate()
        self.strongest.setFixedWidth(SLIDER_WIDTH)
        for direction in (QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom):
            if self._rows.direction() is not direction:
                self._rows.setDirection(direction)
            size = self._rows.totalSizeHint()
            if size.width() <= width:
                break
        # Wider than the canvas it would be cut off at its end: there the slider gets shorter.
        spare = max(0, size.width() - width)
        self.strongest.setFixedWidth(max(SHORTEST_SLIDER, SLIDER_WIDTH - spare))
        self._halves[1].invalidate()
        size = self._rows.totalSizeHint()
        if size != self.size():
            self.resize(size)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.separator), 1.0))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)

    def _connect(self, theme: ThemeService) -> None:
        theme.changed.connect(self.update)
        self.previous.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self.part.changed.connect(self._choose_part)
        self.measure.changed.connect(lambda _key: self._ask())
        self.strongest.valueChanged.connect(lambda _value: self._ask())

    def _show_edges(self) -> None:
        known = [item.edges for item in self._neurons.view.link_items() if item.edges is not None]
        weighted = [edges for edges in known if edges.weighted]
        shown, total = sum(map(len, weighted)), sum(edges.total for edges in weighted)
        blocked = self.strongest.blockSignals(True)
        self.strongest.setRange(1, max((edges.total for edges in weighted), default=1))
        strongest = self._neurons.view.wish.strongest
        self.strongest.setValue(self.strongest.maximum() if strongest is None else strongest)
        self.strongest.blockSignals(blocked)
        for widget in (self.measure, self.strongest, self._count):
            widget.setVisible(total > 0)
        self._put(self._count, self.tr("{shown} of {total}").format(shown=whole(shown), total=whole(total)))

    def _show_sample(self) -> None:
        choice, given = self._neurons.sample.choice, self._neurons.given
        moment = self._neurons.view.numbers.moment
        words = [self._neurons.caption or self.tr("no values yet"), *([moment] if moment else [])]
        self._put(self._caption, " · ".join(words))
        letters = self._neurons.view.numbers.letters
        self.measure.button("weight").setText(self.tr("weight {w}").format(w=letters.weight))
        self.measure.button("contribution").setText(f"{letters.weight} · {letters.a}")
        self.measure.setMinimumWidth(self.measure.sizeHint().width())
        self.part.set_current({SamplePart.MEAN: "mean", SamplePart.TEST: "test"}.get(choice.part, "batch"))
        # Numbers that were handed in are of one sample, which is chosen elsewhere.
        self.part.setVisible(not given)
        for button in (self.previous, self.next):
            button.setVisible(not given and choice.part is not SamplePart.MEAN)

    @staticmethod
    def _put(label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)

    def _step(self, step: int) -> None:
        choice = self._neurons.sample.choice
        self._neurons.sample.choose(SampleChoice(choice.part, max(0, choice.number + step)))

    def _choose_part(self, key: str) -> None:
        self._neurons.sample.choose(SampleChoice(SamplePart(key)))

    def _ask(self) -> None:
        most = self.strongest.value()
        self._neurons.view.show_edges(Measure(self.measure.current), None if most == self.strongest.maximum() else most)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row

"""The toolbar of the microscope: where we are, in which notation, and the ways out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.data.sample_numbers import sample_number
from core.formulas.quantities import Kind, Quantity
from core.tracing.notation import Notation
from core.tracing.writing import heading
from designer.actions import ActionTable
from designer.microscope.notations import NotationChoice
from designer.microscope.service import MicroscopeService
from designer.microscope.stage_strip import box_title, stage_colour
from designer.numbers import NOTHING, general, whole
from designer.theme import ThemeService
from designer.translation import layer_names
from designer.widgets.action_button import ActionButton
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.segmented import SegmentedControl

HEIGHT = 48


class MicroscopeBar(QWidget):
    """Stands where the toolbar of the run stands otherwise."""

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        actions: ActionTable,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._microscope, self._notations, self._theme = microscope, notations, theme
        self.setObjectName("run_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._roomy_from = 0
        self._fields = {
            "iteration": Field(self.tr("Iteration"), 72),
            "sample": Field(self.tr("Sample"), 60),
            "stage": Field(self.tr("Stage"), 120),
            "unit": Field(self.tr("Unit"), 84),
            "term": Field(self.tr("Term"), 72),
            "loss": Field(self.tr("Loss"), 80),
            "rate": Field(self.tr("Rate"), 48),
        }
        self.notation = SegmentedControl([(n.key, n.label) for n in notations.all])
        for known in notations.all:
            self.notation.button(known.key).setToolTip(_tip(known))
        self.notation.set_current(notations.current.key)
        self.notation.changed.connect(notations.choose)
        self._lay_out(actions)
        microscope.moved.connect(self._follow)
        notations.changed.connect(self._follow)
        theme.changed.connect(self._follow)

    def texts(self) -> dict[str, str]:
        """Return what the fields show, by name."""
        return {name: field.text for name, field in self._fields.items()}

    def _lay_out(self, actions: ActionTable) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(12)
        leave, leave_icon = _button(actions, "microscope.open", "close")
        row.addWidget(leave)
        row.addWidget(leave_icon)
        row.addWidget(_line())
        for name, field in self._fields.items():
            if name == "loss":
                row.addWidget(_line())
            row.addWidget(field)
        row.addStretch(1)
        label = QLabel(self.tr("Notation"))
        label.setProperty("level", "second")
        row.addWidget(label)
        self.notation.setMinimumWidth(self.notation.sizeHint().width())
        row.addWidget(self.notation)
        row.addWidget(_line())
        sheet, sheet_icon = _button(actions, "microscope.sheet", "file")
        row.addWidget(sheet)
        row.addWidget(sheet_icon)
        self._when_roomy, self._when_narrow = (leave, sheet, label), (leave_icon, sheet_icon)
        self._fit_in(1 << 20)
        self._roomy_from = row.minimumSize().width()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._fit_in(event.size().width())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The bar never keeps a window from being made narrower: it gives up words first."""
        return QSize(0, HEIGHT)

    def _fit_in(self, width: int) -> None:
        """Show buttons with their words where there is room, else with their icons only."""
        roomy = width >= self._roomy_from
        for widget in self._when_roomy:
            widget.setVisible(roomy)
        for widget in self._when_narrow:
            widget.setVisible(not roomy)

    def _follow(self) -> None:
        microscope = self._microscope
        if not microscope.is_open:
            return
        trace, place = microscope.trace, microscope.place
        walk, position, stage = place.walk, place.position, place.stage
        fields, names = self._fields, layer_names(trace.graph)
        iteration = whole(trace.iteration) if microscope.number >= 0 else self.tr("trial")
        fields["iteration"].show_text(iteration)
        fields["sample"].show_text(_of(sample_number(walk.sample), trace.batch_size))
        title = box_title(stage, names).partition(" · ")[2] or names.get(stage.node, "")
        colour = stage_colour(stage, self._theme.current)
        fields["stage"].show_text(f"{heading(self._notations.current, stage.quantity)} · {title}", colour)
        fields["unit"].show_text(_of(position.unit + 1, stage.units))
        terms = walk.terms(position.stage, position.unit)
        fields["term"].show_text(_of(position.term + 1, terms))
        known = any(s.kind is Kind.LOSS for s in walk.stages[: position.stage + 1])
        fields["loss"].show_text(general(trace.loss, 6) if known else NOTHING)
        fields["rate"].show_text(general(trace.rate, 6))
        notation = self._notations.current
        fields["loss"].show_label(self.tr("Loss {symbol}").format(symbol=heading(notation, Quantity(Kind.LOSS))))
        fields["rate"].show_label(self.tr("Rate {symbol}").format(symbol=notation.constants["learning_rate"]))


class Field(QWidget):
    """A label over a value."""

    def __init__(self, label: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(width)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._head = head = QLabel(label)
        head.setProperty("level", "second")
        self._value = ElidedLabel(NOTHING)
        self._value.setProperty("level", "strong")
        self._value.setAccessibleName(label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(1)
        column.addWidget(head)
        column.addWidget(self._value)

    @property
    def text(self) -> str:
        """The value."""
        return self._value.text()

    def show_label(self, label: str) -> None:
        """Say otherwise what the value is."""
        self._head.setText(label)
        self._value.setAccessibleName(label)

    def show_text(self, text: str, colour: str = "") -> None:
        """Show another value, in a colour of its own."""
        self._value.setText(text)
        self._value.setStyleSheet(f"color: {colour};" if colour else "")


def _button(actions: ActionTable, key: str, icon: str) -> tuple[ActionButton, ActionButton]:
    """Return the button of an action with its words, and the one without."""
    both = ActionButton(actions[key], icon), ActionButton(actions[key], icon, icon_only=True)
    for button in both:
        button.setFixedHeight(32)
    return both


def _of(number: int, count: int) -> str:
    return f"{whole(number)} / {whole(count)}"


def _tip(notation: Notation) -> str:
    return notation.document


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("upright", True)
    line.setFixedSize(1, 24)
    return line

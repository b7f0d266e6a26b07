"""Setting one weight or bias by hand, in place."""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from core.errors import LayerloomError
from core.project.weights import set_weight
from designer.canvas.tools.gesture import Stage
from designer.canvas.units.edges import place_in_parameter
from designer.canvas.units.hit import place_of
from designer.canvas.units.neuron_view import NeuronView
from designer.canvas.units.numbers import EdgeTarget
from designer.run.controller import RunController
from designer.translation import shown
from designer.widgets.number_field import format_number

WIDTH, HEIGHT = 96, 24


class Kernels(Protocol):
    """Shows the numbers of the kernel between two channels."""

    def open(self, target: EdgeTarget) -> bool:
        """Show the kernel that an edge stands for; returns whether it stands for one."""

    def place_of(self, target: EdgeTarget) -> QRect | None:
        """Return where a number of the kernel stands, on the canvas."""

    def setFocus(self) -> None:  # noqa: N802 (Qt's name)
        """Take the keyboard."""


class WeightField(QLineEdit):
    """The field itself; says that it was left."""

    def __init__(self, owner: WeightEditor) -> None:
        super().__init__(owner.canvas)
        self._owner = owner
        self.resize(WIDTH, HEIGHT)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape:
            self._owner.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._owner.commit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._owner.cancel(keep_focus=True)


class WeightEditor(QObject):
    """Opens a field at an edge; Enter applies it as one step of undo, Escape leaves everything as it was.

    Attributes
    ----------
    kernels : shows the numbers of small kernels, or None where nobody does.

    Signals
    -------
    changed() : the field was opened or closed.
    """

    changed = Signal()

    def __init__(self, stage: Stage, neurons: NeuronView, run: RunController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._neurons, self._run = stage, neurons, run
        self.canvas = stage.note.canvas
        self._target: EdgeTarget | None = None
        self.kernels: Kernels | None = None
        self.field = WeightField(self)
        self.field.textEdited.connect(lambda _text: self._mark(""))
        stage.view.moved.connect(self._place)
        stage.document.changed.connect(lambda _delta: self.cancel())

    @property
    def target(self) -> EdgeTarget | None:
        """The edge whose number is being typed, or None."""
        return self._target

    def open(self, target: EdgeTarget, pointer: QPoint | None = None) -> bool:
        """Let the number of an edge be typed, or first chosen in its kernel; returns whether it is a number.

        Numbers that were handed in are those of a step that has been made: that is said at the `pointer`, a place on
        the canvas, or beside the number.
        """
        found, place = self._number(target), self._place_of(target)
        if found is None and target.tap is None and self.kernels is not None:
            return self.kernels.open(target)
        if found is None or place is None:
            return False
        if self._neurons.given:
            text = self.tr("These are the numbers of a recorded step. Leave the microscope to set them.")
            self._stage.note.tell(text, place if pointer is None else pointer)
            return True
        self._target = target
        self.field.setText(format_number(found[2]))
        self._mark("")
        self.field.setAccessibleName(self._name(target))
        self._place()
        self.field.show()
        self.field.raise_()
        self.field.setFocus()
        self.field.selectAll()
        self.changed.emit()
        return True

    def cancel(self, *, keep_focus: bool = False) -> None:
        """Leave everything as it was."""
        if self._target is None:
            return
        home = self.kernels if self._target.tap is not None and self.kernels is not None else self._stage.view
        self._target = None
        self._stage.note.dismiss()
        self.field.hide()
        if not keep_focus:
            home.setFocus()
        self.changed.emit()

    def commit(self) -> None:
        """Set the number that was typed; says at the field why not."""
        target = self._target
        found = self._number(target) if target is not None else None
        if target is None or found is None:
            self.cancel()
            return
        value = parsed(self.field.text())
        if value is None:
            wrong = self.tr("'{text}' is not a finite number. Type one such as 0.25 or −1.5e−3.")
            self._mark(wrong.format(text=self.field.text().strip()))
            return
        name, index, _ = found
        project, key = self._stage.document.project, (target.node_id, name)
        try:
            set_weight(project, key, index, value)
        except LayerloomError as error:
            self._mark(shown(error))
            return
        text = self.tr("Set weight") if target.link_id else self.tr("Set bias")
        self.cancel()
        document = self._stage.document
        # A run that is going on would write over it: it stops first, and what it has reached counts.
        self._run.when_stopped(lambda: document.apply(text, set_weight, key, index, value))

    def _number(self, target: EdgeTarget) -> tuple[str, tuple[int, ...], float] | None:
        """Return parameter, place and value of an edge; None where it has none."""
        view = self._neurons.view
        anatomy, numbers = view.opened.anatomy(target.node_id), view.layer_numbers(target.node_id)
        if anatomy is None:
            return None
        incoming = next((known for known in anatomy.incoming if known.link_id == target.link_id), None)
        if target.link_id and incoming is None:
            return None
        found = place_in_parameter(anatomy, incoming, target, numbers.parameters)
        # The shortest decimals that mean this number in its own precision: 0.1, not 0.10000000149011612.
        return None if found is None else (*found, float(str(numbers.parameters[found[0]][found[1]])))

    def _name(self, target: EdgeTarget) -> str:
        return self.tr("Weight") if target.link_id else self.tr("Bias")

    def _place_of(self, target: EdgeTarget) -> QPoint | None:
        """Return where a number stands, on the canvas; None where it is not in sight."""
        if target.tap is not None:
            cell = self.kernels.place_of(target) if self.kernels is not None else None
            return cell.center() if cell is not None else None
        place = place_of(self._neurons.view, target)
        return self._stage.on_screen(place.center()) if place is not None else None

    def _place(self) -> None:
        middle, room = self._place_of(self._target) if self._target is not None else None, self._stage.view.geometry()
        if middle is None:
            return
        x = max(room.left(), min(middle.x() - WIDTH // 2, room.right() - WIDTH))
        y = max(room.top(), min(middle.y() - HEIGHT // 2, room.bottom() - HEIGHT))
        self.field.move(QPoint(x, y))

    def _mark(self, error: str) -> None:
        """Show the field as good, or why what was typed cannot be."""
        if (self.field.property("invalid") is True) != bool(error):
            self.field.setProperty("invalid", bool(error))
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
        if error:
            below = self.field.geometry().bottomLeft() - QPoint(14, 12)
            self._stage.note.show_refusal(error, below)
        else:
            self._stage.note.dismiss()


def parsed(text: str) -> float | None:
    """Return the number that was typed, also with a true minus sign; None where it is none, or not finite."""
    try:
        value = float(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None

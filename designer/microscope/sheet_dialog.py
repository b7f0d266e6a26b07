"""The question what stands on a solved sheet."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from designer.microscope.notations import DIGITS, NotationChoice
from designer.numbers import whole
from designer.widgets.choice_box import ChoiceBox
from designer.widgets.segmented import SegmentedControl

BATCH, SAMPLE = "batch", "sample"


@dataclass(frozen=True, slots=True)
class SheetWish:
    """What a sheet is to hold.

    Attributes
    ----------
    alone : the sample at hand by itself, in place of the whole batch.
    notation : key of the notation.
    digits : decimals; 0 for all.
    everything : whether nothing is left out.
    """

    alone: bool
    notation: str
    digits: int
    everything: bool


class SheetDialog(QDialog):
    """Asks for the samples, notation, digits and length; the file is asked for next.

    Parameters
    ----------
    iteration : its number, as it is shown.
    sample, batch : the sample at hand, from 1, and how many there are.
    """

    def __init__(
        self, iteration: str, sample: int, batch: int, notations: NotationChoice, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Solved sheet"))
        every = self.tr("all {count} samples").format(count=whole(batch)) if batch > 1 else self.tr("its sample")
        one = self.tr("sample {number} alone").format(number=sample)
        self.samples = SegmentedControl([(BATCH, every), *([(SAMPLE, one)] if batch > 1 else [])])
        self.notation = ChoiceBox([(known.key, known.label) for known in notations.all])
        self.notation.set_current(notations.current.key)
        self.notation.setAccessibleName(self.tr("Notation"))
        labels = {4: "4", 8: "8", 0: self.tr("all")}
        self.digits = SegmentedControl([(str(count), labels[count]) for count in DIGITS])
        self.digits.set_current(str(notations.digits))
        self.everything = QCheckBox(self.tr("Leave nothing out, however long the sheet becomes"))
        self._lay_out(self.tr("Iteration {number}, on").format(number=iteration))

    @property
    def wish(self) -> SheetWish:
        """What was chosen."""
        alone, digits = self.samples.current == SAMPLE, int(self.digits.current)
        return SheetWish(alone, self.notation.current, digits, self.everything.isChecked())

    def _lay_out(self, what: str) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        rows = ((what, self.samples), (self.tr("Notation"), self.notation), (self.tr("Digits"), self.digits))
        for row, (label, widget) in enumerate(rows):
            form.addWidget(QLabel(label), row, 0)
            form.addWidget(widget, row, 1)
        hint = QLabel(self.tr("A web page (.html), a LaTeX article (.tex), or every number as a table (.csv)."))
        hint.setProperty("level", "second")
        hint.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Save).setText(self.tr("Save as…"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.everything)
        column.addWidget(hint)
        column.addWidget(buttons)

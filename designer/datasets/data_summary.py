"""What the loaded data are: name, shape, division, classes, preparation."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.data.reference import DataReference
from designer.datasets.class_chart import ClassChart
from designer.datasets.split_bar import SplitBar
from designer.numbers import whole
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_button import IconButton


class DataSummary(QWidget):
    """Name and shape, a bar of the three parts, a bar per class, one line of what was done to the values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Not Fixed: in a narrow panel the split and the preparation take more lines than the hint knows of.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._name = DataName()
        self._name.setProperty("level", "strong")
        self._shape = QLabel()
        self._shape.setProperty("level", "second")
        self.choose_button = IconButton("chevron-down", self.tr("Choose data…"), 22)
        self._name.clicked.connect(self.choose_button.click)
        self.split = SplitBar()
        self.classes = ClassChart()
        self._preparation = QLabel()
        self._preparation.setProperty("level", "caption")
        self._preparation.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._name)
        head.addWidget(self.choose_button)
        head.addStretch(1)
        head.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.split)
        column.addWidget(self.classes)
        column.addWidget(self._preparation)

    @property
    def text(self) -> str:
        """All that is said in words."""
        return "\n".join((self._name.text(), self._shape.text(), *self.split.texts, self._preparation.text()))

    def set_name(self, name: str, width: int, targets: int, classes: int, note: str) -> None:
        """Show the name, values and targets per sample, and classes; `note` says where the data come from."""
        self._name.setText(name)
        how = self.tr("Click to choose other data.")
        self._name.setToolTip(f"{note}\n{how}".strip())
        self._shape.setText(f"{whole(width)} → {whole(targets)}")
        text = self.tr("{width} values per sample, {classes} classes")
        if targets == 1:
            text = self.tr("{width} values per sample, {classes} classes coded as one output")
        self._shape.setToolTip(text.format(width=whole(width), classes=whole(classes)))

    def set_preparation(self, divisor: float, reference: DataReference, order: str) -> None:
        """Say exactly what is done to the data on their way into training."""
        scaled = f"x / {divisor:g}" if divisor != 1.0 else self.tr("x as it is")
        orders = {
            "random": self.tr("shuffled each epoch"),
            "given": self.tr("always in the same order"),
            "curriculum": self.tr("easy samples first"),
        }
        signs = "−1/+1" if reference.targets == "signed" else "0/1"
        coded = self.tr("one-hot") if reference.targets == "binary" else self.tr("one-hot {signs}").format(signs=signs)
        if reference.single_output:
            coded = self.tr("one output {signs}").format(signs=signs)
        weighted = {
            "none": (),
            "balanced": (self.tr("classes balanced"),),
            "given": (self.tr("classes weighted"),),
        }[reference.class_weights]
        self._preparation.setText(" · ".join((scaled, coded, *weighted, orders[order])))


class DataName(ElidedLabel):
    """The name of the data; a click asks for others.

    Signals
    -------
    clicked() : the name was clicked.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

"""Projects and mouse and keyboard work that several tests need."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QSlider, QStyle, QStyleOptionSlider

from core.data.reference import DataReference
from core.project import edits
from core.project.model import Project


def digit_network(skip: bool = False, source: str = "digits_28") -> Project:
    """Return 784-15-10 on the built-in digits: n1 Input, n2 Dense 15, n3 Dense 10, n4 Output."""
    project = Project()
    for index, (kind, options) in enumerate(
        (("input", {"shape": (28, 28)}), ("dense", {"units": 15}), ("dense", {"units": 10}), ("output", {}))
    ):
        project = edits.add_node(project, kind, (250.0 * index, 0.0), options)
    ids = [node.id for node in project.graph.nodes]
    for start, end in pairwise(ids):
        project = edits.add_link(project, start, end)
    if skip:
        project = edits.add_link(project, ids[0], ids[2])
    return edits.set_data(project, DataReference(source))


def type_into(field: QLineEdit, text: str) -> None:
    """Replace what stands in a field and press Enter."""
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def drag_slider(slider: QSlider, share: float, steps: int = 5) -> None:
    """Drag the knob to `share` of the way with the mouse."""
    # A layout that is still waiting would move the knob away under the hand.
    QApplication.processEvents()
    start, end = knob(slider), QPoint(round(slider.width() * share), slider.height() // 2)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, steps + 1):
        QTest.mouseMove(slider, start + (end - start) * (step / steps))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=end)


def knob(slider: QSlider) -> QPoint:
    """Return the middle of the knob."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(control, option, part, slider).center()

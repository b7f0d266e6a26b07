"""The button of a way out of a problem."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from core.compiler.problems import DeleteLayer, Fix
from designer.translation import shown


class FixButton(QPushButton):
    """Offers one way out; what destroys something is offered more quietly, wherever the problem is told."""

    def __init__(self, fix: Fix, parent: QWidget | None = None) -> None:
        super().__init__(shown(fix.label), parent)
        self.setProperty("flat", isinstance(fix, DeleteLayer))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

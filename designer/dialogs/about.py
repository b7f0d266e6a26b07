"""What this program is, and what it stands on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

import core
from designer.widgets.line import horizontal_line
from designer.widgets.logo import Logo

LIBRARIES = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("pyqtgraph", "MIT"),
    ("numpy", "BSD-3-Clause"),
    ("h5py", "BSD-3-Clause"),
    ("threadpoolctl", "BSD-3-Clause"),
    ("tqdm", "MPL-2.0, MIT"),
)


class AboutDialog(QDialog):
    """Name, version, licence, libraries."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Layerloom"))
        self.setFixedWidth(420)
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 24, 24, 16)
        page.setSpacing(12)
        page.addLayout(self._head())
        about = QLabel(
            self.tr(
                "Draw a feed-forward network, train it on real data, and see inside every number of "
                "backpropagation. Works offline: no account, nothing is sent."
            )
        )
        about.setWordWrap(True)
        page.addWidget(about)
        page.addWidget(horizontal_line())
        page.addLayout(self._libraries())
        note = QLabel(
            self.tr(
                "Layerloom is free software under the MIT licence. The typeface is Inter (SIL Open Font License 1.1); "
                "the built-in digits are from the UCI Machine Learning Repository (CC BY 4.0)."
            )
        )
        note.setProperty("level", "third")
        note.setWordWrap(True)
        page.addWidget(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        page.addWidget(buttons)

    def _head(self) -> QHBoxLayout:
        name = QLabel("Layerloom")
        name.setProperty("level", "title")
        number = QLabel(self.tr("Version {version}, MIT licence").format(version=core.__version__))
        number.setProperty("level", "second")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(name)
        words.addWidget(number)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Logo(44))
        head.addLayout(words)
        head.addStretch()
        return head

    @staticmethod
    def _libraries() -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        rows = [("Python", platform.python_version(), "PSF-2.0"), ("Qt", qVersion(), "LGPL-3.0")]
        rows += [(name, _version(name), licence) for name, licence in LIBRARIES]
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                label = QLabel(text)
                label.setProperty("level", "second")
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(label, row, column)
        return grid


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"

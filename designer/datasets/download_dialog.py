"""Asks before MNIST is fetched from the network."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from core.data.mnist import DOWNLOAD_BYTES, MIRRORS, mnist_folder


class DownloadDialog(QDialog):
    """Says what would be fetched, from where and to where; nothing is sent before it is accepted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Download MNIST"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(self.tr("Download MNIST? {size} MB").format(size=megabytes(DOWNLOAD_BYTES)))
        title.setProperty("level", "section")
        hosts = [urlsplit(mirror).hostname or mirror for mirror in MIRRORS]
        text = QLabel(
            self.tr(
                "Four files with 70,000 handwritten digits are fetched from\n{hosts}\n"
                "and kept in\n{folder}\n\n"
                "Nothing about you or your project is sent. Contents are checked by their SHA-256. "
                "You can stop at any time; a stopped download goes on where it was."
            ).format(hosts=self.tr("\nor ").join(hosts), folder=mnist_folder())
        )
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setMinimumWidth(380)
        self.accept_button = QPushButton(self.tr("Download"))
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)
        self.refuse_button = QPushButton(self.tr("Not now"))
        buttons = QDialogButtonBox()
        buttons.addButton(self.refuse_button, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(text)
        column.addWidget(buttons)


def megabytes(count: float) -> str:
    """Return bytes in MB with one decimal."""
    return f"{count / 1e6:.1f}"

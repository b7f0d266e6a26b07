"""The menus, and between them the name of the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from designer.action_table import MENUS
from designer.actions import ActionTable, translated
from designer.fonts import ui_font
from designer.theme import theme_of

SEPARATOR = ""


class MenuBar(QMenuBar):
    """Menus of actions; the document's name stands in the middle where there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._modified = "", False
        self.setFixedHeight(28)

    def set_title(self, title: str, modified: bool) -> None:
        """Show the document's name, with a dot where it is not saved."""
        self._title, self._modified = title, modified
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        super().paintEvent(event)
        if self.isNativeMenuBar():
            return
        theme, font = theme_of(self.palette()), ui_font(12, 600)
        metrics = QFontMetricsF(font)
        visible = [action for action in self.actions() if action.isVisible()]
        used = self.actionGeometry(visible[-1]).right() + 16.0 if visible else 0.0
        width = metrics.horizontalAdvance(self._title)
        left = max(used, (self.width() - width) / 2.0)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideMiddle, self.width() - left - 32.0)
        painter.drawText(QRectF(left, 0, width + 2, self.height() - 1), Qt.AlignmentFlag.AlignVCenter, title)
        if self._modified:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.text_third))
            end = left + metrics.horizontalAdvance(title)
            painter.drawEllipse(QRectF(end + 8.0, self.height() / 2 - 3.5, 6.0, 6.0))


def menu_contents(
    layer_keys: Sequence[str],
    data_keys: Sequence[str],
    panel_keys: Sequence[str],
    own_menus: Mapping[str, QMenu],
) -> Mapping[str, Sequence[str | QMenu]]:
    """Return what stands in each menu, in order: keys of actions, separators, and menus of their own."""
    return {
        "file": [
            *("file.new", "file.open", own_menus["recent"], "file.start_page", SEPARATOR),
            *("file.save", "file.save_as", SEPARATOR, "file.quit"),
        ],
        "edit": [
            *("edit.undo", "edit.redo", SEPARATOR, "edit.duplicate", "edit.delete", SEPARATOR),
            *("edit.select_all", "edit.select_none"),
        ],
        "view": [
            *("view.zoom_in", "view.zoom_out", "view.zoom_reset", "view.fit", SEPARATOR),
            *(own_menus["theme"], "view.switch_theme", SEPARATOR, "view.full_screen"),
        ],
        "layer": [*layer_keys, SEPARATOR, "layer.find", "layer.open", "layer.link", "layer.rename", "layer.tidy"],
        "data": [*data_keys],
        "train": [
            *("train.run", "train.step_iteration", "train.step_epoch", SEPARATOR),
            *("train.rewind", "train.new_weights", SEPARATOR),
            *("train.earlier", "train.later", "train.back_to_now", "train.branch"),
        ],
        "microscope": [
            *("microscope.open", "microscope.keep", SEPARATOR, "microscope.forward", "microscope.back"),
            *("microscope.forward_coarser", "microscope.back_coarser"),
            *("microscope.forward_coarsest", "microscope.back_coarsest"),
            *("microscope.start", "microscope.play", SEPARATOR, "microscope.earlier", "microscope.later"),
            *(SEPARATOR, "microscope.check", "microscope.sheet"),
        ],
        "panels": [*panel_keys, SEPARATOR, "panels.fold", "panels.reset"],
        "help": ["help.shortcuts", "help.about"],
    }


def fill_menus(
    bar: MenuBar,
    actions: ActionTable,
    contents: Mapping[str, Sequence[str | QMenu]],
) -> dict[str, QMenu]:
    """Add the menus to the bar and return them by key.

    Parameters
    ----------
    contents : by menu, keys of actions in order, ``SEPARATOR``, or a menu of its own.
    """
    menus: dict[str, QMenu] = {}
    for key, title in MENUS:
        menu = bar.addMenu(translated(title))
        menu.setToolTipsVisible(True)
        for entry in contents[key]:
            if isinstance(entry, QMenu):
                menu.addMenu(entry)
            elif entry == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(actions[entry])
        menus[key] = menu
    return menus

"""The canvas with the panels docked around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QVBoxLayout, QWidget

from designer.shell.dock_head import DockHead

LEFT_WIDTH, RIGHT_WIDTH = 216, 288
STATE_VERSION = 1

Area = Qt.DockWidgetArea


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """A panel that is shown in a dock.

    Attributes
    ----------
    key : object name of the dock; places are kept under it.
    title, subtitle : of its head.
    area : where it stands at the first start.
    trailing : widget at the right of its head, or None.
    leading : widget of the panel that its head shows in place of title and subtitle, or None.
    share : of the width or height that the panels of an area divide among themselves at the first start.
    behind : key of the panel with which it shares a place at the first start, as a tab behind it.
    mode : in which mode of the workbench it belongs; empty for the usual one.
    width : in pixels at the first start, where the usual one is too narrow.
    short_title : stands for the title in a head that has no room for it.
    """

    key: str
    title: str
    area: Area
    widget: QWidget
    subtitle: str = ""
    trailing: QWidget | None = None
    leading: QWidget | None = None
    share: int = 3
    behind: str = ""
    mode: str = ""
    width: int = 0
    short_title: str = ""


class Workbench(QMainWindow):
    """Docks that can be moved, tabbed, floated and closed, around the canvas.

    Signals
    -------
    folded_changed(bool) : whether the lower panels are folded away.
    """

    folded_changed = Signal(bool)

    def __init__(self, canvas: QWidget, panels: Sequence[PanelSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName("workbench")
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Area.BottomDockWidgetArea)
        self.setCentralWidget(canvas)
        self._panels = tuple(panels)
        self._mode = ""
        self._places: dict[str, QByteArray] = {}
        self._docks: dict[str, QDockWidget] = {}
        self._heads: dict[str, DockHead] = {}
        self._folded: tuple[str, ...] = ()
        self._widths: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._sizes_due = True
        self._heads_due = QTimer(self, singleShot=True, interval=0)
        self._heads_due.timeout.connect(self._update_heads)
        for panel in panels:
            self._add(panel)
            if panel.mode:
                self.addDockWidget(panel.area, self._docks[panel.key])
                self._docks[panel.key].hide()
        self._place_all()

    @property
    def docks(self) -> Mapping[str, QDockWidget]:
        """The docks of the usual mode by key, in the order of the Panels menu."""
        return {panel.key: self._docks[panel.key] for panel in self._panels if not panel.mode}

    @property
    def mode(self) -> str:
        """The mode in force; empty for the usual one."""
        return self._mode

    def enter(self, mode: str) -> None:
        """Show the panels of a mode in place of the others, where they were when it was left."""
        if mode == self._mode:
            return
        self._places[self._mode] = self.save_places()
        self._folded, self._mode = (), mode
        self.setUpdatesEnabled(False)
        try:
            if not self.restore_places(self._places.get(mode, QByteArray())):
                for dock in self._docks.values():
                    dock.hide()
                self._place_all()
        finally:
            self.setUpdatesEnabled(True)

    def save_places_of(self, mode: str) -> QByteArray:
        """Return where the panels of a mode are, or were when it was left."""
        return self.save_places() if mode == self._mode else self._places.get(mode, QByteArray())

    def keep_places(self, mode: str, places: QByteArray) -> None:
        """Bring the panels of a mode to these places when it is entered."""
        self._places[mode] = places

    def head(self, key: str) -> DockHead:
        """Return the head of a dock."""
        return self._heads[key]

    def show_panel(self, key: str) -> None:
        """Open a panel and bring it to the front."""
        self.set_folded(False)
        self._docks[key].show()
        self._docks[key].raise_()

    def focus_panel(self, key: str) -> None:
        """Give a panel the keyboard."""
        panel = next(panel.widget for panel in self._panels if panel.key == key)
        for widget in (panel, *panel.findChildren(QWidget)):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(panel):
                widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def set_count(self, key: str, count: int) -> None:
        """Show a number beside the title of a panel, such as how many problems there are; 0 for none."""
        self._counts[key] = count
        self._update_heads()

    @property
    def folded(self) -> bool:
        """Whether the lower panels are folded away."""
        return bool(self._folded)

    def set_folded(self, folded: bool) -> None:
        """Close the panels at the bottom, or open again those that were."""
        if folded == self.folded:
            return
        if folded:
            at_bottom = [
                key
                for key, dock in self._docks.items()
                if not dock.isHidden()
                and not dock.isFloating()
                and self.dockWidgetArea(dock) == Area.BottomDockWidgetArea
            ]
            self._folded = tuple(at_bottom)
            in_front = [key for key in at_bottom if not self._docks[key].visibleRegion().isEmpty()]
            self._widths = {key: self._docks[key].width() for key in in_front}
            for key in at_bottom:
                self._docks[key].hide()
        else:
            opened, self._folded = self._folded, ()
            for key in opened:
                self._docks[key].show()
            # Qt gives widths only to docks that are laid out already.
            QTimer.singleShot(0, self, self._widen_unfolded)
        self.folded_changed.emit(self.folded)

    def reset(self) -> None:
        """Put every panel back where it was at the first start."""
        self._folded = ()
        for dock in self._docks.values():
            if dock.isHidden() and dock not in self._own():
                continue
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self._place_all()
        self.folded_changed.emit(False)

    def save_places(self) -> QByteArray:
        """Return where every panel is; folded panels count as open."""
        folded = self.folded
        if folded:
            self.set_folded(False)
        places = self.saveState(STATE_VERSION)
        if folded:
            self.set_folded(True)
        return places

    def restore_places(self, places: QByteArray) -> bool:
        """Bring every panel back to where it was; returns whether `places` could be used."""
        restored = not places.isEmpty() and self.restoreState(places, STATE_VERSION)
        self._sizes_due = self._sizes_due and not restored
        self._heads_due.start()
        return restored

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        super().showEvent(event)
        if self._sizes_due:
            # Only now the window has its size, and with it the docks their shares.
            self._sizes_due = False
            QTimer.singleShot(0, self, self._size_all)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The room in which every panel shows what it has."""
        return QSize(1440, 800)

    def _add(self, panel: PanelSpec) -> None:
        dock = QDockWidget(panel.title, self)
        dock.setObjectName(panel.key)
        head = DockHead(dock, panel.subtitle, panel.trailing, panel.leading, panel.short_title)
        head.chosen.connect(self._raise)
        dock.setTitleBarWidget(head)
        # After the head: Tab comes to what joins the window last at the end.
        dock.setWidget(_framed(panel.widget))
        # Behind another tab it must not take the keyboard.
        dock.visibilityChanged.connect(head.setEnabled)
        dock.visibilityChanged.connect(self._heads_due.start)
        # Behind another tab Qt only moves a dock out of sight; a hidden panel costs the run nothing.
        dock.visibilityChanged.connect(panel.widget.setVisible)
        dock.dockLocationChanged.connect(self._heads_due.start)
        dock.topLevelChanged.connect(self._heads_due.start)
        self._docks[panel.key], self._heads[panel.key] = dock, head

    def _own(self) -> list[QDockWidget]:
        return [self._docks[panel.key] for panel in self._panels if panel.mode == self._mode]

    def _place_all(self) -> None:
        for panel in self._panels:
            if panel.mode != self._mode:
                continue
            dock = self._docks[panel.key]
            self.addDockWidget(panel.area, dock)
            if panel.behind:
                self.tabifyDockWidget(self._docks[panel.behind], dock)
            dock.show()
        for panel in self._panels:
            if panel.behind and panel.mode == self._mode:
                self._docks[panel.behind].raise_()
        self._size_all()
        self._heads_due.start()

    def _size_all(self) -> None:
        sides = [(a, w) for a, w in ((Area.LeftDockWidgetArea, LEFT_WIDTH), (Area.RightDockWidgetArea, RIGHT_WIDTH))]
        for area, usual in sides:
            docks = self._at(area)
            width = max([usual, *(p.width for p in self._panels if self._docks[p.key] in docks)])
            self.resizeDocks(docks, [width] * len(docks), Qt.Orientation.Horizontal)
            heights = [max(1, dock.widget().sizeHint().height()) for dock in docks]
            self.resizeDocks(docks, heights, Qt.Orientation.Vertical)
        bottom = self._at(Area.BottomDockWidgetArea)
        if not bottom:
            return
        height = max(200, round(0.315 * self.height()))
        self.resizeDocks(bottom, [height] * len(bottom), Qt.Orientation.Vertical)
        shares = [p.share for p in self._panels if self._docks[p.key] in bottom]
        room, total = self.width() - len(bottom) + 1, sum(shares)
        edges = [room * sum(shares[:count]) // total for count in range(len(shares) + 1)]
        widths = [right - left for left, right in pairwise(edges)]
        self.resizeDocks(bottom, widths, Qt.Orientation.Horizontal)

    def _at(self, area: Area) -> list[QDockWidget]:
        return [self._docks[p.key] for p in self._panels if p.area == area and not p.behind and p.mode == self._mode]

    def _widen_unfolded(self) -> None:
        docks = [self._docks[key] for key in self._widths]
        self.resizeDocks(docks, list(self._widths.values()), Qt.Orientation.Horizontal)

    def _raise(self, dock: QDockWidget) -> None:
        dock.raise_()
        self._heads_due.start()

    def _update_heads(self) -> None:
        for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for key, dock in self._docks.items():
            others = set(self.tabifiedDockWidgets(dock)) if not dock.isFloating() else set()
            together = [d for d in self._docks.values() if (d is dock or d in others) and not d.isHidden()]
            self._heads[key].show_together(together if others else ())
            self._heads[key].show_counts({self._docks[of]: count for of, count in self._counts.items()})


def _framed(panel: QWidget) -> QWidget:
    """Return a frame for the panel: a dock whose own widget is hidden would shrink to its head."""
    frame = QWidget()
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(panel)
    return frame

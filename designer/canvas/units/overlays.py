"""What floats over the canvas while layers are open: the card of a unit, the controls, the key, and the field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, QTimer
from PySide6.QtWidgets import QWidget

from designer.canvas.pointer import Pointer
from designer.canvas.tools.gesture import Stage
from designer.canvas.units.beside import place_beside
from designer.canvas.units.edge_bar import EdgeBar
from designer.canvas.units.facts import facts_of
from designer.canvas.units.hit import place_of
from designer.canvas.units.hover_card import SHADOW, HoverCard
from designer.canvas.units.kernel_grid import KernelGrid
from designer.canvas.units.legend import Legend
from designer.canvas.units.lines_in_sight import crosses, lines_in_sight
from designer.canvas.units.neuron_view import NeuronView
from designer.canvas.units.weight_editor import WeightEditor
from designer.theme import ThemeService

EDGE, ROW = 12, 36
READABLE_MS = 150


class UnitOverlays(QObject):
    """Shows and places them."""

    def __init__(
        self,
        stage: Stage,
        neurons: NeuronView,
        pointer: Pointer,
        editor: WeightEditor,
        theme: ThemeService,
        below: tuple[QWidget, QWidget],
        parent: QWidget,
    ) -> None:
        """`below` is what stands at the left and at the right of the lower edge of the canvas."""
        super().__init__(parent)
        self._stage, self._neurons, self._pointer, self._editor = stage, neurons, pointer, editor
        self.card = HoverCard(theme, parent)
        self.bar = EdgeBar(neurons, theme, parent)
        self.legend = Legend(neurons.view, theme, parent)
        self.kernel = KernelGrid(neurons, editor, theme, parent)
        self.kernel.opened.connect(self._place_kernel)
        self.kernel.closed.connect(self._show_card)
        self._taken: Sequence[QRect] = ()
        self._below = below
        neurons.view.changed.connect(self._follow)
        # While a network trains, numbers in words that change faster than this cannot be read.
        self._soon = QTimer(self, singleShot=True, interval=READABLE_MS)
        self._soon.timeout.connect(self._follow)
        neurons.view.numbers_followed.connect(self._follow_soon)
        stage.view.moved.connect(self._follow_view)
        pointer.pressed.connect(self.card.hide)
        editor.changed.connect(self._show_card)

    def place(self, taken: Sequence[QRect]) -> None:
        """Lay bar and key out; `taken` is what else stands along the upper edge of the canvas."""
        self._taken = taken
        room = self._stage.view.geometry()
        open_ = bool(self._neurons.view.ends)
        self.bar.setVisible(open_)
        self.bar.fit_in(room.width() - 2 * EDGE)
        size = self.bar.size()
        right = min((rect.left() for rect in taken if rect.left() > room.width() // 2), default=room.right())
        left = max((rect.right() for rect in taken if rect.left() <= room.width() // 2), default=room.left())
        x, y = right - EDGE - size.width(), EDGE - 4
        if x < left + EDGE:
            x, y = room.right() + 1 - EDGE - size.width(), EDGE + ROW - 6
        self.bar.move(max(room.left() + EDGE, x), y)
        self._stage.view.keep_clear(y + size.height() if open_ else 0)
        self._place_legend()

    def _place_legend(self) -> None:
        """Put the key into a lower corner in which it covers nothing; else it lies flat, between what stands below."""
        legend, room = self.legend, self._stage.view.geometry()
        self.legend.setVisible(bool(self._neurons.view.ends) and bool(legend.scales))
        if legend.isHidden():
            return
        left, right = self._below
        top = (right if right.isVisible() else left).geometry().top()
        places = (
            QPoint(EDGE, left.geometry().top() - 8 - legend.box.height()),
            QPoint(room.right() + 1 - EDGE - legend.box.width(), top - 8 - legend.box.height()),
        )
        free = next((place for place in places if self._is_free(QRect(place, legend.box), room)), None)
        if free is not None:
            legend.lie_flat(None)
            legend.move(free)
            return
        start = left.geometry().right() + 1 + EDGE
        end = right.geometry().left() if right.isVisible() else room.right() + 1
        legend.setVisible(legend.lie_flat(end - EDGE - start))
        legend.move(start, left.geometry().bottom() + 1 - legend.height())

    def _is_free(self, key: QRect, room: QRect) -> bool:
        """Whether no card, wire or edge lies under the key, nor what stands along the upper edge."""
        upper = [*self._taken, self.bar.geometry()]
        if not room.contains(key) or any(key.intersects(rect) for rect in (*self._boxes(), *upper)):
            return False
        view = self._stage.view
        inside = view.mapToScene(key.translated(-view.pos())).boundingRect()
        return not crosses(lines_in_sight(self._stage.scene, self._neurons.view), inside)

    def _boxes(self) -> list[QRect]:
        boxes = self._stage.scene.boxes.values()
        return [self._on_panel(QRectF(box.left, box.top, box.width, box.height)) for box in boxes]

    def _place_kernel(self) -> None:
        """Put the numbers of a kernel beside where it was looked at, below the controls."""
        part = self._neurons.view.emphasis.chosen
        place = place_of(self._neurons.view, part) if part is not None else None
        room = self._clear_room()
        beside = QRect(room.center(), QSize(1, 1)) if place is None else self._on_panel(place)
        self.kernel.move(place_beside(self.kernel.size(), beside, room, self._boxes(), EDGE).topLeft())
        self.card.hide()

    def _clear_room(self) -> QRect:
        """Return the canvas below the controls: what explains a unit must not cover how that is chosen."""
        room = self._stage.view.geometry().adjusted(4, 4, -4, -4)
        room.setTop(max(room.top(), self.bar.geometry().bottom() - SHADOW + 4))
        return room

    def _follow_view(self) -> None:
        self._place_legend()
        self._show_card()

    def _follow_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _follow(self) -> None:
        self.bar.follow()
        self.place(self._taken)
        self._show_card()

    def _show_card(self) -> None:
        """Show the card of the unit or edge that is brought forward, unless something is going on there."""
        part = self._neurons.view.emphasis.front()
        busy = self._pointer.gesture is not None or self._editor.target is not None or self.kernel.isVisible()
        settable = not self._neurons.given
        facts = facts_of(self._neurons.view, part, settable=settable) if part is not None and not busy else None
        place = place_of(self._neurons.view, part) if part is not None and facts is not None else None
        if facts is None or place is None:
            self.card.hide()
            return
        beside = self._on_panel(place)
        if self._stage.view.geometry().adjusted(4, 4, -4, -4).intersects(beside):
            key = [] if self.legend.isHidden() else [self.legend.geometry()]
            self.card.show_facts(facts, beside, self._clear_room(), [*self._boxes(), *key])
        else:
            self.card.hide()

    def _on_panel(self, rect: QRectF) -> QRect:
        view = self._stage.view
        corners = view.mapFromScene(rect.topLeft()), view.mapFromScene(rect.bottomRight())
        return QRect(*corners).translated(view.pos())

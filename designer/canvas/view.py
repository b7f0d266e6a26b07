"""The view of the scene: dotted ground, zoom, pan. What the mouse does to cards and wires is up to the tools."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QPixmapCache,
    QPolygonF,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from designer.canvas.geometry import Box
from designer.canvas.scene import CanvasScene
from designer.theme import ThemeService

SMALLEST, LARGEST = 0.1, 4.0
ZOOM_STEP = 1.25
DOT_STEP = 24.0
FIT_ASIDE, FIT_ABOVE = 20.0, 48.0
"""Room left around the network that is fitted into the view; above and below, buttons float over the canvas."""

CLEARANCE = 10.0
"""Room left below what is to be kept clear of."""

READABLE = 0.6
"""Zoom from which small print can be read."""

ROOM_AROUND = 4000.0
CACHE_KILOBYTES = 65_536


class LiveViewport(QWidget):
    """A viewport whose ``repaint`` paints only what changes while a network trains."""

    def __init__(self) -> None:
        super().__init__()
        self.live_region = QRegion()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def repaint(self) -> None:  # type: ignore[override]
        """Paint the live region at once."""
        if not self.live_region.isEmpty():
            super().repaint(self.live_region)


class CanvasView(QGraphicsView):
    """Shows the scene.

    Signals
    -------
    moved() : zoom, place or size of what is seen changed.
    zoomed(QPoint) : the user zoomed, around a point of the viewport.

    Attributes
    ----------
    handlers : who answers an event, by its type; those that return True keep it from the view.
    tab : moves the keyboard to the next (1) or previous (−1) card; returns whether there was one.
    """

    moved = Signal()
    zoomed = Signal(QPoint)

    def __init__(self, scene: CanvasScene, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._scene, self._theme = scene, theme
        # What is brought into sight again when the size changes; None for what the user placed by hand.
        self._aim: Callable[[], None] | None = self._fit
        self._clear = 0
        self.tab: Callable[[int], bool] | None = None
        self.handlers: dict[QEvent.Type, Callable[[QEvent], bool]] = {}
        self.live_viewport = LiveViewport()
        self.setViewport(self.live_viewport)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Network"))
        # Cards are cached as pixmaps; with Qt's 10 MB a large network would push itself out of the cache.
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE_KILOBYTES))
        theme.changed.connect(self.viewport().update)
        scene.arranged.connect(self._follow)
        self._follow()

    @property
    def zoom(self) -> float:
        """Scale; 1 is 100 %."""
        return self.transform().m11()

    @property
    def seen(self) -> QRectF:
        """The part of the scene in sight."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def set_zoom(self, zoom: float, around: QPoint | None = None) -> None:
        """Zoom; the point `around` of the viewport (its middle if None) stays where it is."""
        self._aim = None
        self._set_zoom(zoom, around)
        self.zoomed.emit(self.viewport().rect().center() if around is None else around)

    def fit(self) -> None:
        """Bring the whole network into sight, not larger than 100 %."""
        self._aim = self._fit
        self._fit()

    def keep_clear(self, height: int) -> None:
        """Fit the network below so many pixels, on which something else stands."""
        if height != self._clear:
            self._clear = height
            self._aim_again()

    def pan(self, dx: float, dy: float) -> None:
        """Move what is seen by so many pixels."""
        self._aim = None
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - round(dx))
        down.setValue(down.value() - round(dy))

    def centre_on(self, point: QPointF) -> None:
        """Bring a point of the scene into the middle."""
        self._aim = None
        self.centerOn(point)

    def show_box(self, box: Box) -> None:
        """Bring a card into sight if it is not, with as little motion as possible."""
        wanted = box.grown(24.0)
        rect = QRectF(wanted.left, wanted.top, wanted.width, wanted.height)
        if not self.seen.contains(rect):
            self._aim = None
            self.ensureVisible(rect, 0, 0)

    def show_around(self, box: Box, others: Iterable[Box]) -> None:
        """Bring a box into sight as a whole, with others around it as far as it then is large enough to be read."""
        wanted = _united([box, *others])
        seen = self.seen
        if seen.contains(QRectF(wanted.left, wanted.top, wanted.width, wanted.height)) and self.zoom >= READABLE:
            return
        across, down = self._room()
        self.show_whole(wanted if min(across / wanted.width, down / wanted.height) >= READABLE else box)

    def show_whole(self, box: Box) -> None:
        """Bring a box into sight as a whole, in the middle and not larger than 100 %."""
        self._aim = partial(self._show_whole, box)
        self._show_whole(box)

    def show_tip(self, text: str, at: QPoint) -> None:
        """Show a tooltip at a place of the screen; an empty one hides it."""
        QToolTip.showText(at, text, self.viewport())

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter.fillRect(rect, QColor(theme.canvas))
        step = DOT_STEP
        while step * self.zoom < 14.0:
            step *= 2
        left, top = math.floor(rect.left() / step), math.floor(rect.top() / step)
        columns = math.ceil(rect.right() / step) - left + 1
        rows = math.ceil(rect.bottom() / step) - top + 1
        pen = QPen(QColor(theme.canvas_dots), 1.5)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawPoints(_dots(left, top, columns, rows, step))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.zoom * 1.0015 ** event.angleDelta().y(), event.position().toPoint())
        elif not event.pixelDelta().isNull():
            self.pan(event.pixelDelta().x(), event.pixelDelta().y())
        else:
            dx, dy = event.angleDelta().x() / 2, event.angleDelta().y() / 2
            if modifiers & Qt.KeyboardModifier.ShiftModifier and dx == 0:
                dx, dy = dy, 0.0
            self.pan(dx, dy)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        handler = self.handlers.get(event.type())
        if handler is not None and handler(event):
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(self.zoom * (1.0 + event.value()), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        handler = self.handlers.get(QEvent.Type.KeyPress)
        if handler is not None and handler(event):
            event.accept()
        else:
            # QGraphicsView would scroll with the arrow keys; what is not ours goes to the window.
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        handler = self.handlers.get(QEvent.Type.KeyRelease)
        if handler is None or not handler(event):
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        handler = self.handlers.get(QEvent.Type.FocusOut)
        if handler is not None:
            handler(event)
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: N802, A002 (Qt's names)
        """Go to the next card first; past the last one to the next widget."""
        if self.tab is not None and self.tab(1 if next else -1):
            return True
        return super().focusNextPrevChild(next)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._aim_again()
        self.moved.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 (Qt's name)
        super().scrollContentsBy(dx, dy)
        self.moved.emit()

    def _set_zoom(self, zoom: float, around: QPoint | None = None) -> None:
        zoom = min(max(zoom, SMALLEST), LARGEST)
        if abs(zoom - 1.0) < 0.02:
            zoom = 1.0
        anchor = self.viewport().rect().center() if around is None else around
        before = self.mapToScene(anchor)
        transform = self.transform()
        transform.reset()
        transform.scale(zoom, zoom)
        self.setTransform(transform)
        offset = self.mapFromScene(before) - anchor
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + offset.x())
        down.setValue(down.value() + offset.y())
        self.moved.emit()

    def _aim_again(self) -> None:
        if self._aim is not None:
            self._aim()

    def _show_whole(self, box: Box) -> None:
        across, down = self._room()
        self._set_zoom(min(1.0, max(across, 1.0) / box.width, max(down, 1.0) / box.height))
        self._centre_in_room(QPointF(*box.centre))

    def _fit(self) -> None:
        box, (across, down) = self._network(), self._room()
        if box is None or across < FIT_ASIDE or down < FIT_ASIDE:
            return
        self._set_zoom(min(1.0, across / box.width(), down / box.height()))
        self._centre_in_room(box.center())

    @property
    def _above(self) -> float:
        """How much room is left above what is fitted into the view."""
        return max(FIT_ABOVE, self._clear + CLEARANCE)

    def _room(self) -> tuple[float, float]:
        """Return width and height that something fitted into the view may have, in pixels."""
        return self.viewport().width() - 2 * FIT_ASIDE, self.viewport().height() - self._above - FIT_ABOVE

    def _centre_in_room(self, point: QPointF) -> None:
        self.centerOn(point - QPointF(0.0, 0.5 * (self._above - FIT_ABOVE) / self.zoom))

    def _network(self) -> QRectF | None:
        """Return the room of all cards and wires, or None for an empty canvas."""
        rect = QRectF()
        for box in self._scene.boxes.values():
            rect = rect.united(QRectF(box.left, box.top, box.width, box.height))
        for points in self._scene.routes.values():
            for x, y in points:
                rect = rect.united(QRectF(x - 1.0, y - 10.0, 2.0, 20.0))
        return None if rect.isEmpty() else rect

    def _follow(self) -> None:
        # What the user places by hand stays where it is when the window changes its size.
        self._aim = None
        network = self._network() or QRectF(-76.0, -52.0, 152.0, 104.0)
        spare = 0.5 * ROOM_AROUND
        if not self.sceneRect().contains(network.adjusted(-spare, -spare, spare, spare)):
            self.setSceneRect(network.adjusted(-ROOM_AROUND, -ROOM_AROUND, ROOM_AROUND, ROOM_AROUND))
        self.moved.emit()


@lru_cache(maxsize=64)
def _dots(left: int, top: int, columns: int, rows: int, step: float) -> QPolygonF:
    """Return the dots of a part of the ground; the same parts are painted again and again while a network trains."""
    xs = [(left + i) * step for i in range(columns)]
    ys = [(top + j) * step for j in range(rows)]
    return QPolygonF([QPointF(x, y) for y in ys for x in xs])


def _united(boxes: Sequence[Box]) -> Box:
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    return Box(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)

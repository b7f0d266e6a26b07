"""A small picture of the whole network, with the part in sight framed; a click or drag goes there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from designer.canvas.scene import CanvasScene
from designer.canvas.view import CanvasView
from designer.theme import ThemeService, mixed

SIZE = QSize(168, 92)
PADDING = 8.0
SMALL_CANVAS = 420
"""On a canvas narrower than this the map would be in the way."""


class Minimap(QWidget):
    """Can be seen only while a part of the network is out of sight.

    Signals
    -------
    centre_requested(QPointF) : this place of the scene is wanted in the middle.
    """

    centre_requested = Signal(QPointF)

    def __init__(self, view: CanvasView, scene: CanvasScene, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._view, self._scene, self._theme = view, scene, theme
        self._picture: QPixmap | None = None
        self.setFixedSize(SIZE)
        self.setAccessibleName(self.tr("Map of the network"))
        self.setToolTip(self.tr("Click or drag to move what is seen"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        view.moved.connect(self._follow_view)
        scene.arranged.connect(self._forget_picture)
        theme.changed.connect(self._forget_picture)
        self._follow_view()

    def _network(self) -> QRectF:
        rect = QRectF()
        for box in self._scene.boxes.values():
            rect = rect.united(QRectF(box.left, box.top, box.width, box.height))
        return rect

    def _shown_part(self) -> QRectF:
        """Return the part of the scene that the map shows: all cards, and what is in sight as far as it is near."""
        network = self._network()
        near = network.adjusted(-network.width(), -network.height(), network.width(), network.height())
        return network.united(self._view.seen.intersected(near))

    def _scale(self) -> tuple[float, QPointF]:
        """Return pixels per scene pixel, and where the scene's origin lies on the map."""
        part, room = self._shown_part(), QRectF(self.rect()).adjusted(PADDING, PADDING, -PADDING, -PADDING)
        scale = min(room.width() / max(part.width(), 1.0), room.height() / max(part.height(), 1.0))
        centre = room.center() - part.center() * scale
        return scale, centre

    def _follow_view(self) -> None:
        network, parent = self._network(), self.parentWidget()
        wanted = (
            not network.isEmpty()
            and not self._view.seen.contains(network)
            and parent is not None
            and parent.width() >= SMALL_CANVAS
        )
        self.setVisible(wanted)
        if wanted:
            self._forget_picture()

    def _forget_picture(self) -> None:
        self._picture = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        self._go_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def _go_to(self, at: QPointF) -> None:
        scale, origin = self._scale()
        self.centre_requested.emit((at - origin) / scale)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        if self._picture is None:
            self._picture = self._painted()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)

    def _painted(self) -> QPixmap:
        theme, ratio = self._theme.current, self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.separator), 1.0))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        scale, origin = self._scale()
        painter.setPen(QPen(mixed(theme.wire, theme.panel, 0.6), 1.0))
        for points in self._scene.routes.values():
            painter.drawPolyline(QPolygonF([QPointF(x, y) * scale + origin for x, y in points]))
        painter.setPen(Qt.PenStyle.NoPen)
        for id_, box in self._scene.boxes.items():
            family = self._scene.card(id_).content.family
            painter.setBrush(mixed(theme.families[family], theme.panel, 0.8))
            corner = QPointF(box.left, box.top) * scale + origin
            painter.drawRoundedRect(
                QRectF(corner.x(), corner.y(), max(2.0, box.width * scale), max(2.0, box.height * scale)), 1.5, 1.5
            )
        seen = self._view.seen
        frame = QRectF(seen.topLeft() * scale + origin, seen.size() * scale)
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame.intersected(QRectF(self.rect()).adjusted(3, 3, -3, -3)), 2.0, 2.0)
        painter.end()
        return picture

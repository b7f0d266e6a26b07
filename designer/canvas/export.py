"""The network as a picture in a file: the same cards and wires, without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from core.compiler.shapes import infer_shapes
from core.errors import LayerloomError
from core.project import edits
from core.project.model import Project
from designer.canvas.card_content import CardContent, WireContent, card_content, skip_links, wire_contents
from designer.canvas.card_painter import CardState, paint_card
from designer.canvas.geometry import Box
from designer.canvas.labels import LabelPlace, label_places
from designer.canvas.wire_painter import (
    WireState,
    label_rect,
    label_size,
    paint_label,
    paint_wire,
    wire_path,
)
from designer.canvas.wiring import RouteMemory, WirePlan, plan_wires
from designer.theme import THEMES, Theme
from designer.translation import layer_names

MARGIN = 32.0
PNG_SCALE = 2.0
SVG_DOTS_PER_INCH = 96
LARGEST_SIDE = 16_384
"""Pixels; a picture that would be larger is drawn smaller."""


def export_image(project: Project, path: Path, theme: str) -> None:
    """Write a picture of the network; the ending of `path` says whether as PNG or SVG.

    Parameters
    ----------
    theme : name of the colours, "dark" or "light".

    Raises GraphError for an empty network, LayerloomError for another ending or where the file cannot be written.
    """
    edits.require_layers(project)
    if QGuiApplication.instance() is None:
        _keep.append(QGuiApplication([]))
    drawing = _Drawing(project, THEMES[theme])
    match path.suffix.lower():
        case ".png":
            written = drawing.image(PNG_SCALE).save(str(path))
        case ".svg":
            written = drawing.write_svg(path)
        case _:
            raise LayerloomError("'{path}' is no picture that can be written: use .png or .svg.", path=path)
    if not written:
        raise LayerloomError("'{path}' cannot be written.", path=path)


# The application must live as long as fonts and pictures are used.
_keep: list[QGuiApplication] = []


class _Drawing:
    """A network laid out, ready to be painted anywhere."""

    def __init__(self, project: Project, theme: Theme) -> None:
        graph, self._theme = project.graph, theme
        names, shapes, skips = layer_names(graph), infer_shapes(graph), skip_links(graph)
        self._boxes = {node.id: Box(*project.layout.get(node.id, (0.0, 0.0))) for node in graph.nodes}
        self._plan: WirePlan = plan_wires(graph, self._boxes, RouteMemory())
        self._cards: dict[str, CardContent] = {}
        for node in graph.nodes:
            links = sorted(graph.links_into(node.id), key=lambda link: link.id in skips)
            content = card_content(node, names[node.id], shapes.get(node.id), links)
            # A still picture has no values to show: a card without units shows its drawing instead.
            self._cards[node.id] = replace(content, units=0)
        self._wires: dict[str, WireContent] = wire_contents(graph, shapes, skips)
        sizes = {id_: size for id_, wire in self._wires.items() if (size := label_size(wire)) is not None}
        self._labels: dict[str, LabelPlace] = label_places(
            self._plan.routes, {link.id: link.source for link in graph.links}, sizes, self._boxes.values()
        )

    def bounds(self) -> QRectF:
        """Return the room of all cards, wires and labels, with a margin."""
        rect = QRectF()
        for box in self._boxes.values():
            rect = rect.united(QRectF(box.left, box.top, box.width, box.height))
        for points in self._plan.routes.values():
            for x, y in points:
                rect = rect.united(QRectF(x - 1.0, y - 1.0, 2.0, 2.0))
        for id_, place in self._labels.items():
            rect = rect.united(label_rect(self._wires[id_], place))
        return rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def image(self, scale: float) -> QImage:
        """Return the picture with `scale` pixels per scene pixel, or fewer where it would be too large."""
        bounds = self.bounds()
        scale = min(scale, LARGEST_SIDE / max(bounds.width(), bounds.height()))
        size = QSize(round(bounds.width() * scale), round(bounds.height() * scale)).expandedTo(QSize(1, 1))
        image = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.scale(scale, scale)
        painter.translate(-bounds.topLeft())
        self.paint(painter, bounds)
        painter.end()
        return image

    def write_svg(self, path: Path) -> bool:
        """Write the picture as lines; returns whether that was possible."""
        bounds = self.bounds()
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setResolution(SVG_DOTS_PER_INCH)
        generator.setSize(QSize(round(bounds.width()), round(bounds.height())))
        generator.setViewBox(QRectF(0.0, 0.0, bounds.width(), bounds.height()))
        generator.setTitle("Layerloom")
        painter = QPainter()
        if not painter.begin(generator):
            return False
        painter.translate(-bounds.topLeft())
        self.paint(painter, bounds)
        return painter.end()

    def paint(self, painter: QPainter, bounds: QRectF) -> None:
        """Paint ground, wires and cards in scene pixels."""
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(bounds, QColor(theme.canvas))
        for id_, points in self._plan.routes.items():
            paint_wire(painter, wire_path(points), points, self._wires[id_].width, WireState(), theme)
        for id_, place in self._labels.items():
            paint_label(painter, self._wires[id_], place, WireState(), theme)
        for id_, content in self._cards.items():
            ports, box = self._plan.ports[id_], self._boxes[id_]
            heights = tuple(ports.taken.values())
            state = CardState(ports=heights, free=None if heights else ports.free)
            painter.save()
            painter.translate(box.left, box.top)
            paint_card(painter, content, state, theme)
            painter.restore()

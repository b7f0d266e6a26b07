"""What the tooltips of the canvas say."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF

from core.data.sample_numbers import sample_number
from core.layers.catalog import LAYERS
from designer.canvas.card_content import Body, CardContent
from designer.canvas.card_painter import RIGHT
from designer.canvas.live_area import CELLS_X, FIRST_ROW_Y, ROW_HEIGHT, SECOND_ROW_Y
from designer.canvas.live_values import (
    MOST_CELLS,
    LiveValues,
    activation_end,
    cells,
    delta_end,
    group_bounds,
)
from designer.canvas.scene import CanvasScene
from designer.canvas.targets import CardTarget, PortTarget, Side, Target, WireTarget
from designer.numbers import measure, whole
from designer.translation import label

translate = QCoreApplication.translate

HEAD_HEIGHT = 30.0


def hover_text(scene: CanvasScene, live: LiveValues, target: Target | None, at: QPointF) -> str:
    """Return what the tooltip at a point of the scene says, or nothing."""
    match target:
        case WireTarget(link_id=link_id):
            return _wire_text(scene, link_id)
        case PortTarget():
            return _port_text(target)
        case CardTarget(node_id=node_id, badge=False):
            card = scene.card(node_id)
            if card.mapFromScene(at).y() < HEAD_HEIGHT:
                kind = LAYERS[scene.ground.graph.node(node_id).kind]
                return f"{card.content.name}\n{label(kind.description)}"
            return _card_text(node_id, card.content, live, card.mapFromScene(at))
    return ""


def _wire_text(scene: CanvasScene, link_id: str) -> str:
    link = scene.ground.graph.link(link_id)
    source, target = scene.card(link.source).content.name, scene.card(link.target).content.name
    content = scene.wire(link_id).content
    lines = [f"{source} → {target}"]
    if content.width:
        lines.append(translate("Canvas", "{count} values per sample").format(count=whole(content.width)))
    if content.caption:
        lines.append(content.caption)
    return "\n".join(lines)


def _port_text(port: PortTarget) -> str:
    if port.link_id:
        return translate("Canvas", "Drag to lead this wire elsewhere")
    if port.side is Side.OUTPUT:
        return translate("Canvas", "Drag to the input of another layer to link them")
    return translate("Canvas", "Drag to the output of another layer to link them")


def _card_text(node_id: str, content: CardContent, live: LiveValues, at: QPointF) -> str:
    if content.body is Body.SAMPLE and at.y() >= FIRST_ROW_Y:
        sample = live.sample()
        if sample is None:
            return ""
        text = translate("Canvas", "First sample of the batch: number {number} of the training part")
        return text.format(number=whole(sample_number(sample.row)))
    if content.body is Body.LOSS:
        return translate("Canvas", "Loss of the batch that the Input shows a sample of, before its update")
    first = FIRST_ROW_Y <= at.y() <= FIRST_ROW_Y + ROW_HEIGHT
    second = SECOND_ROW_Y <= at.y() <= SECOND_ROW_Y + ROW_HEIGHT
    if content.units > 0 and CELLS_X <= at.x() <= RIGHT and (first or second):
        return _cell_text(node_id, content.units, live, (at.x() - CELLS_X) / (RIGHT - CELLS_X), first)
    return ""


def _cell_text(node_id: str, units: int, live: LiveValues, share: float, first: bool) -> str:
    """Return the text for a cell, at this share of the strip: number of the unit, a and δ, and the scale."""
    a, delta = live.activations(node_id, units), live.deltas(node_id, units)
    if a is None:
        return translate("Canvas", "a and δ of every unit, once it has been trained")
    cell = min(int(share * min(units, MOST_CELLS)), min(units, MOST_CELLS) - 1)
    low, high = group_bounds(units, cell)
    names = {"unit": whole(low + 1), "last": whole(high)}
    unit = (
        translate("Canvas", "unit {unit}")
        if high == low + 1
        else translate("Canvas", "units {unit} to {last}: the value largest in size")
    )
    lines = [unit.format(**names), f"a {measure(float(cells(a)[cell]))}"]
    if delta is not None:
        lines[-1] += f"   δ {measure(float(cells(delta)[cell]))}"
    ends = activation_end(a) if first else delta_end(delta) if delta is not None else 0.0
    scale = translate("Canvas", "first sample of the batch · colours to ±{end}")
    lines.append(scale.format(end=measure(ends)))
    return "\n".join(lines)

"""What a card says about its layer, and a wire about its data: values made from the project."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QCoreApplication

from core.compiler.problems import Severity
from core.compiler.shapes import LayerShape
from core.graph.model import Graph, Link, Node
from core.graph.topology import topological_order
from core.layers.catalog import LAYERS
from core.layers.layer_type import Family, ParameterSpec, format_shape
from core.layers.output_layer import OutputLayer
from core.options import OptionValue
from designer.canvas.live_values import shows_sign
from designer.icons import icon_names
from designer.numbers import whole
from designer.translation import shown

translate = QCoreApplication.translate


class Body(Enum):
    """What the middle of a card shows while a run goes on."""

    SAMPLE = "sample"
    VALUES = "values"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class CardContent:
    """All that is written on a card.

    Attributes
    ----------
    summary : the option that says most, at the right of the name; `glyph`: an icon that says the same, or empty.
    units : width of the output, or 0 where it is not known.
    lower_left : second colour; lower_right : the same in longer and shorter words, the longest that fits is shown.
    signed : whether the output can be negative, so that its strip has the diverging scale.
    has_input, has_output : which ports there are.
    """

    name: str
    summary: str
    glyph: str
    family: Family
    icon: str
    body: Body
    units: int
    lower_left: str
    lower_right: tuple[str, ...]
    signed: bool = False
    has_input: bool = True
    has_output: bool = True


@dataclass(frozen=True, slots=True)
class WireContent:
    """All that is written on a wire.

    Attributes
    ----------
    width : values per sample, or 0 where it is not known.
    label : on the pill, empty for none.
    caption : below the pill, for wires that pass layers by; empty for none.
    """

    width: int
    label: str
    caption: str = ""


def card_content(node: Node, name: str, shape: LayerShape | None, links: Sequence[Link] = ()) -> CardContent:
    """Return what the card of a layer says.

    Parameters
    ----------
    shape : what is known of it.
    links : its incoming links, those that pass no layer by first.
    """
    kind = LAYERS[node.kind]
    body = _body(node.kind)
    output = shape.output if shape is not None else None
    lower_right: tuple[str, ...]
    if isinstance(kind, OutputLayer):
        loss = kind.loss(node.options)
        lower_left, lower_right = loss.written, (translate("Card", "batch mean"), translate("Card", "mean"))
        if not loss.is_mean:
            lower_right = (translate("Card", "batch sum"), translate("Card", "sum"))
    else:
        lower_left = f"→ {format_shape(output)}" if output is not None else translate("Card", "shape unknown")
        lower_right = _parameters(shape.parameters if shape is not None else (), links)
    return CardContent(
        name=name,
        summary=shown(kind.summary(node.options)),
        glyph=_glyph(node),
        family=kind.family,
        icon=kind.icon,
        body=body,
        units=math.prod(output) if output is not None else 0,
        lower_left=lower_left,
        lower_right=lower_right,
        signed=body is Body.VALUES and shows_sign(kind, node.options),
        has_input=kind.maximum_inputs != 0,
        has_output=kind.has_output,
    )


def ghost_content(kind_key: str, options: Mapping[str, OptionValue]) -> CardContent:
    """Return what the card of a layer will say that is being dragged in."""
    node = Node("", kind_key, options)
    content = card_content(node, shown(LAYERS[kind_key].title(options)), None)
    if content.body is Body.LOSS:
        return content
    return replace(content, lower_left="", lower_right=())


def wire_contents(graph: Graph, shapes: Mapping[str, LayerShape], skips: frozenset[str]) -> dict[str, WireContent]:
    """Return what every wire says, by link; `skips` are those that pass a layer by."""
    return {link.id: _wire_content(link, shapes, link.id in skips) for link in graph.links}


def skip_links(graph: Graph) -> frozenset[str]:
    """Return the links that pass a layer by: there is a longer way between the same two layers."""
    depth = dict.fromkeys((node.id for node in graph.nodes), 0)
    for id_ in topological_order(list(depth), graph.successors):
        for following in graph.successors(id_):
            depth[following] = max(depth[following], depth[id_] + 1)
    return frozenset(link.id for link in graph.links if depth[link.target] - depth[link.source] > 1)


def worst(severities: Sequence[Severity]) -> Severity | None:
    """Return the gravest of some severities, or None for none."""
    return min(severities, key=lambda severity: severity is Severity.WARNING, default=None)


def _wire_content(link: Link, shapes: Mapping[str, LayerShape], skips: bool) -> WireContent:
    source, target = shapes.get(link.source), shapes.get(link.target)
    output = source.output if source is not None else None
    caption = ""
    if skips:
        caption = translate("Card", "skip link")
        kernel = _kernel(target.parameters if target is not None else (), link.id)
        if kernel is not None:
            inputs, units = kernel.shape
            own = translate("Card", "own kernel {units} × {inputs}")
            caption += " · " + own.format(units=whole(units), inputs=whole(inputs))
    if output is None:
        return WireContent(0, "", caption)
    width = math.prod(output)
    return WireContent(width, whole(width), caption)


def _parameters(specs: Sequence[ParameterSpec], links: Sequence[Link]) -> tuple[str, ...]:
    """Return the count of parameters, first as a sum over the links ("160 + 7,840 par.") where there are several."""
    total = sum(spec.size for spec in specs)
    if total == 0:
        return ()
    pattern = translate("Card", "{count} par.")
    words = [pattern.format(count=whole(total)), whole(total)]
    kernels = [kernel.size for link in links if (kernel := _kernel(specs, link.id)) is not None]
    if len(kernels) > 1:
        kernels[0] += total - sum(kernels)
        words.insert(0, pattern.format(count=" + ".join(map(whole, kernels))))
    return tuple(words)


def _kernel(specs: Sequence[ParameterSpec], link_id: str) -> ParameterSpec | None:
    return next((spec for spec in specs if spec.link_id == link_id), None)


def _glyph(node: Node) -> str:
    activation = LAYERS[node.kind].activation(node.options)
    name = f"activation-{activation.key}" if activation is not None else ""
    return name if name in icon_names() else ""


def _body(kind_key: str) -> Body:
    kind = LAYERS[kind_key]
    if not kind.has_output:
        return Body.LOSS
    return Body.SAMPLE if kind.maximum_inputs == 0 else Body.VALUES

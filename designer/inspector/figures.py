"""What the inspector says of layers, wires and the network in numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from core.compiler.shapes import LayerShape
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.layers.layer_type import ParameterSpec, format_shape
from designer.numbers import whole
from designer.translation import label


def shape_line(shape: LayerShape) -> str:
    """Return what arrives and what leaves, such as "784 + 15 → 10"; says so where it is not known."""
    if shape.output is None:
        return QCoreApplication.translate("Figures", "shape unknown")
    arriving = " + ".join(format_shape(port.shape) for port in shape.inputs or ())
    leaving = format_shape(shape.output)
    return f"{arriving} → {leaving}" if arriving else f"→ {leaving}"


def parameter_sum(parameters: Sequence[ParameterSpec]) -> tuple[str, str]:
    """Return the parameters as a sum and its value: ("15 × 784 + 15", "11,775"); kernels as units × inputs."""
    terms = [" × ".join(whole(size) for size in reversed(spec.shape)) for spec in parameters]
    return " + ".join(terms), whole(sum(spec.size for spec in parameters))


def role(graph: Graph, node_id: str, parameters: Sequence[ParameterSpec]) -> str:
    """Return what a layer is to the network, such as "hidden layer" or "output layer"."""
    kind = LAYERS[graph.node(node_id).kind]
    if kind.maximum_inputs == 0:
        return QCoreApplication.translate("Figures", "the samples")
    if not kind.has_output:
        return QCoreApplication.translate("Figures", "the loss")
    if not graph.links_into(node_id) and not graph.links_from(node_id):
        return QCoreApplication.translate("Figures", "not connected")
    ends = any(not LAYERS[graph.node(after).kind].has_output for after in graph.successors(node_id))
    trains = bool(parameters)
    if trains:
        last = QCoreApplication.translate("Figures", "output layer")
        return last if ends else QCoreApplication.translate("Figures", "hidden layer")
    return label(kind.family.value).lower()


def memory(count: int) -> str:
    """Return a number of bytes in the largest unit that leaves at least 1."""
    units = ("B", "kB", "MB", "GB")
    step = min(int(math.log(count, 1000)) if count > 0 else 0, len(units) - 1)
    scaled = count / 1000.0**step
    return f"{scaled:.0f} {units[step]}" if step == 0 or scaled >= 99.5 else f"{scaled:.1f} {units[step]}"

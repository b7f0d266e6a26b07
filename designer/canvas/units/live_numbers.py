"""The numbers of a snapshot for the sample that is looked at: all of one moment, so that they multiply out.

A snapshot's own z, a and δ are those of the last batch before its update, its weights those after it. Here the sample
is carried through the network as it stands, so w · a adds up to z, and δ to what the next layers send back.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QCoreApplication

from core.compiler.predictor import Predictor
from core.compiler.structure import inputs_of, outputs_of
from core.data.dataset import PreparedData
from core.data.sample_numbers import sample_number
from core.errors import LayerloomError
from core.graph.model import Graph
from core.training.probe import Look, Probe
from core.training.snapshot import Snapshot
from designer.canvas.units.numbers import NOTHING_KNOWN, Array, NetworkNumbers, UnitNumbers
from designer.numbers import whole
from designer.run.shown_sample import SampleChoice, SamplePart, ShownSamples, samples_for

translate = QCoreApplication.translate

MAP_SIDE = 24
"""Places along each side of a response map."""


class LiveNumbers:
    """Turns snapshots into the numbers of units; keeps what it compiled for as long as the network stays the same."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._dtype = ""
        self._probe: Probe | None = None
        self._predictor: Predictor | None = None
        self._known: tuple[object, ...] = ()
        self._numbers = NOTHING_KNOWN
        self._maps: Mapping[str, Array] = {}
        self._maps_of: Snapshot | None = None

    def numbers(self, snapshot: Snapshot | None, data: PreparedData | None, choice: SampleChoice) -> NetworkNumbers:
        """Return the numbers of a snapshot for the chosen sample; nothing where there is no snapshot."""
        known = (snapshot, data, choice)
        if not self._known or any(a is not b for a, b in zip(known, self._known, strict=True)):
            self._known, self._numbers = known, self._work_out(snapshot, data, choice)
        return self._numbers

    def response_maps(self, snapshot: Snapshot | None, data: PreparedData | None) -> Mapping[str, Array]:
        """Return a of every unit over the plane of two inputs, (MAP_SIDE, MAP_SIDE, units), by layer.

        The first input grows to the right, the second one upwards, over the range of the training samples.
        """
        if snapshot is None or data is None or not self._compile(snapshot) or self._predictor is None:
            return {}
        if snapshot is not self._maps_of:
            self._maps, self._maps_of = self._respond(snapshot, data), snapshot
        return self._maps

    def _work_out(self, snapshot: Snapshot | None, data: PreparedData | None, choice: SampleChoice) -> NetworkNumbers:
        if snapshot is None:
            return NOTHING_KNOWN
        parameters = _by_layer(snapshot.parameters)
        shown = samples_for(choice, data, snapshot.samples)
        weights_only = NetworkNumbers({id_: UnitNumbers(parameters=own) for id_, own in parameters.items()})
        if shown is None or data is None or not self._compile(snapshot) or self._probe is None:
            return weights_only
        try:
            inputs, targets = shown.samples.inputs[shown.rows], shown.samples.targets[shown.rows]
            look = self._probe.look(snapshot.parameters, snapshot.buffers, inputs, targets)
        except (LayerloomError, ValueError):
            # The data are of another form than the network that still trains.
            return weights_only
        return _numbers_of(snapshot, look, parameters, caption_of(shown, data))

    def _compile(self, snapshot: Snapshot) -> bool:
        dtype = next((str(array.dtype) for array in snapshot.parameters.values()), "float32")
        if snapshot.graph is not self._graph or dtype != self._dtype:
            self._graph, self._dtype = snapshot.graph, dtype
            self._probe, self._predictor = None, None
            try:
                self._probe, self._predictor = Probe(snapshot.graph, dtype), Predictor(snapshot.graph, dtype)
            except LayerloomError:
                return False
        return self._probe is not None

    def _respond(self, snapshot: Snapshot, data: PreparedData) -> Mapping[str, Array]:
        points = plane(data)
        if points is None or self._predictor is None:
            return {}
        try:
            found = self._predictor.activations(snapshot.parameters, points.astype(self._dtype), snapshot.buffers)
        except (LayerloomError, ValueError):
            return {}
        return {id_: a.reshape(MAP_SIDE, MAP_SIDE, -1) for id_, a in found.items()}


def plane(data: PreparedData) -> Array | None:
    """Return points over the range of samples with two values, (MAP_SIDE², 2), row by row from the top; else None."""
    if int(np.prod(data.sample_shape)) != 2 or not len(data.training):
        return None
    inputs = data.training.inputs.reshape(-1, 2)
    low, high = inputs.min(axis=0).astype(float), inputs.max(axis=0).astype(float)
    margin = np.where(high > low, 0.1 * (high - low), 1.0)
    low, high = low - margin, high + margin
    across = np.linspace(low[0], high[0], MAP_SIDE)
    up = np.linspace(high[1], low[1], MAP_SIDE)
    return np.stack([np.tile(across, MAP_SIDE), np.repeat(up, MAP_SIDE)], axis=1)


def caption_of(shown: ShownSamples, data: PreparedData) -> str:
    """Return what the numbers are of, in words."""
    if shown.part is SamplePart.MEAN:
        return translate("Units", "mean of {count} samples").format(count=whole(len(shown.rows)))
    row = int(shown.rows[0])
    number = int(shown.samples.labels[row])
    name = data.classes[number] if 0 <= number < len(data.classes) else str(number)
    if shown.part is SamplePart.TEST:
        text = translate("Units", "test sample {number} · label {label}")
    else:
        text = translate("Units", "sample {number} · label {label}")
    return text.format(number=whole(sample_number(row)), label=name)


def moment_of(snapshot: Snapshot) -> str:
    """Say that the numbers are those of the weights in view; the Deltas panel has those before the last update."""
    text = translate("Units", "after iteration {number}")
    return text.format(number=whole(snapshot.iteration)) if snapshot.iteration else ""


def _numbers_of(
    snapshot: Snapshot, look: Look, parameters: Mapping[str, Mapping[str, Array]], caption: str
) -> NetworkNumbers:
    graph = snapshot.graph
    gradients = _by_layer(look.gradients)
    layers = {
        id_: UnitNumbers(
            a=_mean(values.a),
            z=_mean(values.z),
            delta=_mean(values.delta),
            back=_mean(look.output_gradients.get(id_)),
            parameters=parameters.get(id_, {}),
            gradients=gradients.get(id_, {}),
        )
        for id_, values in look.layers.items()
    }
    target = _mean(look.targets)
    for node in outputs_of(graph):
        # Where the answer is compared there are the wanted values.
        layers[node.id] = UnitNumbers(a=target)
    for node in inputs_of(graph):
        # Samples are given: what would make them better is not asked.
        layers[node.id] = UnitNumbers(a=layers[node.id].a)
    return NetworkNumbers(MappingProxyType(layers), caption, moment_of(snapshot), target)


def _mean(array: Array | None) -> Array | None:
    """Return the (width,) mean of a (samples, width) array; the one sample itself where there is one."""
    if array is None:
        return None
    with np.errstate(all="ignore"):
        return array[0] if len(array) == 1 else array.mean(axis=0)


def _by_layer(arrays: Mapping[tuple[str, str], Array]) -> dict[str, dict[str, Array]]:
    found: dict[str, dict[str, Array]] = {}
    for (node_id, name), array in arrays.items():
        found.setdefault(node_id, {})[name] = array
    return found

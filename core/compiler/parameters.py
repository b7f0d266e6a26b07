"""All trained numbers of a network as one flat vector, with named views into it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.compiler.shapes import infer_shapes
from core.compiler.structure import active_order
from core.graph.model import Graph
from core.layers.layer_type import FREEZE, ParameterSpec
from core.numerics.initializers import INITIALIZERS

Array: TypeAlias = NDArray[Any]
ParameterKey: TypeAlias = tuple[str, str]
"""(identity of the layer, name of the parameter), such as ("n2", "kernel.l3")."""

WEIGHT_STREAM = 0
"""Number of the random stream of the initial weights; other purposes have streams of their own."""


class Parameters:
    """One vector of values, one of gradients, and views of them in the shapes of the layers.

    Attributes
    ----------
    values, gradients : (size,) vectors; every view is a part of them.
    specs : what each parameter is, by key, in topological order of the layers.
    trained : length of the part of the vectors that trains; the parameters of frozen layers lie behind it.
    buffers : arrays that layers keep without training them, by key.
    """

    def __init__(self, graph: Graph, dtype: str) -> None:
        shapes = infer_shapes(graph)
        self.specs: Mapping[ParameterKey, ParameterSpec] = MappingProxyType(
            {
                (node_id, spec.name): spec
                for node_id in active_order(graph)
                for spec in shapes[node_id].parameters
            }
        )
        frozen = {key: bool(graph.node(key[0]).options.get(FREEZE.key, False)) for key in self.specs}
        self._starts: dict[ParameterKey, int] = {}
        size = 0
        for key in sorted(self.specs, key=lambda key: frozen[key]):
            self._starts[key] = size
            size += self.specs[key].size
        self.trained = sum(spec.size for key, spec in self.specs.items() if not frozen[key])
        self.values = np.zeros(size, dtype=dtype)
        self.gradients = np.zeros(size, dtype=dtype)
        self.buffers: Mapping[ParameterKey, Array] = MappingProxyType(
            {
                (node_id, spec.name): np.full(spec.shape, spec.start, dtype=dtype)
                for node_id in active_order(graph)
                for spec in shapes[node_id].buffers
            }
        )

    def views(self, vector: Array) -> dict[ParameterKey, Array]:
        """Return the parts of a flat vector in the parameters' shapes, by key."""
        return {
            key: vector[self._starts[key] : self._starts[key] + spec.size].reshape(spec.shape)
            for key, spec in self.specs.items()
        }

    def initialise(self, seed: int) -> None:
        """Draw the initial values from the seed's stream for weights.

        They are drawn in float64 in topological order, so float32 and float64 networks start from the same numbers.
        """
        generator = np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(WEIGHT_STREAM,)))
        )
        for key, view in self.views(self.values).items():
            spec = self.specs[key]
            if spec.start is not None:
                view[...] = spec.start
            else:
                draw = INITIALIZERS[spec.initializer].draw
                view[...] = draw(generator, spec.shape, spec.fan_in, spec.fan_out)

    def adopt(self, vector: Array, arrays: Mapping[ParameterKey, Array]) -> None:
        """Copy into a flat vector those of `arrays` whose key and shape this network has.

        A float64 that is too large for float32 becomes infinite: a step then says that the loss is not finite.
        """
        with np.errstate(over="ignore"):
            for key, view in self.views(vector).items():
                if key in arrays and arrays[key].shape == view.shape:
                    view[...] = arrays[key]

    def adopt_buffers(self, arrays: Mapping[ParameterKey, Array]) -> None:
        """Copy into the buffers those of `arrays` whose key and shape this network has."""
        with np.errstate(over="ignore"):
            for key, buffer in self.buffers.items():
                if key in arrays and arrays[key].shape == buffer.shape:
                    buffer[...] = arrays[key]

    def buffer_copies(self) -> Mapping[ParameterKey, Array]:
        """Return read-only copies of the buffers, by key."""
        copies = {key: buffer.copy() for key, buffer in self.buffers.items()}
        for copy in copies.values():
            copy.flags.writeable = False
        return MappingProxyType(copies)

    def copies(self, vector: Array) -> Mapping[ParameterKey, Array]:
        """Return read-only copies of the parts of a flat vector, by key; they share one new block of memory."""
        copy = vector.copy()
        copy.flags.writeable = False
        return MappingProxyType(self.views(copy))

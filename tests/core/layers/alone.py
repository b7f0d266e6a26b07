"""One layer by itself: bound to arrays of the test's own, run forward and backward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.graph.model import Node
from core.layers.binding import BindContext, BoundInput, Tensor
from core.layers.catalog import LAYERS
from core.layers.image_memory import zeros_batch_last
from core.layers.layer_type import InputPort, LayerType
from core.loops.surroundings import binding
from core.options import Shape, complete

Array = NDArray[Any]
BEFORE = 7.0
"""What another consumer wrote into the gradient of an input."""


def node_of(kind: str, name: str = "k", **options: Any) -> tuple[LayerType, Node]:
    return LAYERS[kind], Node("k", kind, complete(LAYERS[kind].options, options), name)


def ports_of(*shapes: Shape) -> list[InputPort]:
    return [InputPort(f"l{number}", f"Source {number}", shape) for number, shape in enumerate(shapes)]


class Alone:
    """A layer over inputs of these shapes.

    Parameters
    ----------
    batch_last : which inputs lie batch last; none where it is empty.
    accumulate : whether another consumer wrote the inputs' gradients before.
    compiled : whether loops are compiled, where they can be.
    """

    def __init__(
        self,
        kind: str,
        *shapes: Shape,
        batch: int = 3,
        dtype: str = "float64",
        training: bool = True,
        batch_last: Sequence[bool] = (),
        accumulate: bool = False,
        compiled: bool = False,
        seed: int = 1,
        **options: Any,
    ) -> None:
        layer, node = node_of(kind, **options)
        ports, self.generator = ports_of(*shapes), np.random.default_rng(seed)
        last = [*batch_last, *[False] * len(shapes)][: len(shapes)]
        assert layer.reads_any_order or not any(last)
        self.shape = layer.output_shape(node, ports)
        self.inputs = [self._tensor(*pair, batch, dtype) for pair in zip(shapes, last, strict=True)]
        self.output = self._tensor(self.shape, layer.batch_last(last), batch, dtype)
        if layer.activation(node.options) is not None:
            extra = self._tensor(self.shape, layer.batch_last(last), batch, dtype)
            self.output.pre_activation, self.output.pre_gradient = extra.value, extra.gradient
        for tensor in self.inputs:
            assert tensor.gradient is not None
            tensor.gradient.fill(BEFORE if accumulate else np.nan)
        self.values = {
            spec.name: self.generator.normal(size=spec.shape).astype(dtype) for spec in layer.parameters(node, ports)
        }
        self.gradients = {name: np.full_like(value, np.nan) for name, value in self.values.items()}
        self.buffers = {spec.name: np.full(spec.shape, spec.start, dtype) for spec in layer.buffers(node, ports)}
        frozen = bool(node.options.get("frozen"))
        self._before = BEFORE if accumulate else 0.0
        with binding(compiled=compiled):
            self._op = layer.bind(
                node,
                BindContext(
                    batch_size=batch,
                    inputs=tuple(
                        BoundInput(port.link_id, tensor, accumulate)
                        for port, tensor in zip(ports, self.inputs, strict=True)
                    ),
                    output=self.output,
                    parameters={
                        name: (value, self.gradients[name] if training and not frozen else None)
                        for name, value in self.values.items()
                    },
                    buffers=self.buffers,
                    generator=self.generator if training else None,
                    fused=False,
                    training=training,
                    dtype=np.dtype(dtype),
                ),
            )

    def _tensor(self, shape: Shape, batch_last: bool, batch: int, dtype: str) -> Tensor:
        def zeros() -> Array:
            if batch_last:
                return zeros_batch_last(batch, shape, np.dtype(dtype))
            return np.zeros((batch, *shape), dtype)

        return Tensor(zeros(), zeros())

    def forward(self, *inputs: Any) -> Array:
        """Return a copy of the output for these inputs, each (batch, *shape)."""
        for tensor, values in zip(self.inputs, inputs, strict=True):
            tensor.value[...] = values
        for call in self._op.forward:
            call()
        return np.array(self.output.value, order="C")

    def backward(self, gradient: Any) -> list[Array]:
        """Return ∂C/∂x of every input for this ∂C/∂a, without what another consumer wrote before."""
        assert self.output.gradient is not None
        self.output.gradient[...] = gradient
        for call in (*self._op.backward, *self._op.settle):
            call()
        np.testing.assert_array_equal(self.output.gradient, gradient, "∂C/∂a was changed")
        return [np.array(tensor.gradient, order="C") - self._before for tensor in self.inputs]

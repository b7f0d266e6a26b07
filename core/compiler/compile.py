"""From a graph to a plan: order, shapes, arrays, and who writes and who adds to each gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from core.compiler.checks import require_runnable
from core.compiler.gradients import layers_with_gradients
from core.compiler.memory_order import batch_last_layers, contiguous_reading, zeros
from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.compiler.shapes import LayerShape, infer_shapes
from core.compiler.structure import active_order, inputs_of, loss_of, outputs_of
from core.graph.model import Graph, Node
from core.layers.binding import BindContext, BoundInput, Call, Op, Tensor, as_matrix
from core.layers.catalog import LAYERS
from core.layers.layer_type import FREEZE
from core.loops.loop import chained
from core.loops.surroundings import binding
from core.numerics.losses import LossArrays


def compile_plan(
    graph: Graph,
    parameters: Parameters,
    batch_size: int,
    *,
    training: bool,
    generator: np.random.Generator | None = None,
    weighted: bool = False,
    compiled: bool = False,
    threads: int = 1,
) -> Plan:
    """Compile a network for one batch size.

    Parameters
    ----------
    parameters : the vectors that the plan reads and whose gradients it writes; may be shared by several plans.
    training : whether a backward pass is wanted.
    generator : the random stream of layers that draw at random; only for training.
    weighted : whether each sample has a weight in the loss.
    compiled : whether its loops are to be compiled, where that is possible; the first time takes seconds.
    threads : which may work on one compiled loop.

    Raises
    ------
    NotTrainableError : the network has an error; the message is the first one.
    """
    require_runnable(graph, training=training)
    with binding(compiled=compiled, threads=threads):
        return _Compilation(graph, parameters, batch_size, training, generator, weighted).plan()


class _Compilation:
    """The state of one compilation; used once."""

    def __init__(
        self,
        graph: Graph,
        parameters: Parameters,
        batch_size: int,
        training: bool,
        generator: np.random.Generator | None,
        weighted: bool,
    ) -> None:
        self._generator, self._weighted = generator, weighted
        self._graph, self._parameters = graph, parameters
        self._batch_size, self._training = batch_size, training
        self._dtype: np.dtype[Any] = parameters.values.dtype
        self._shapes = infer_shapes(graph)
        self._order = active_order(graph)
        self._batch_last = batch_last_layers(graph, self._order)
        self._writer = self._first_to_write()
        self._arrays, self._buffers = self._arrays_by_node(), self._buffers_by_node()
        (self._output,) = outputs_of(graph)
        (last,) = graph.links_into(self._output.id)
        self._last, self._loss = last.source, loss_of(graph)
        self._fused = self._is_fused()
        self._wants = layers_with_gradients(graph, self._shapes)
        self._tensors: dict[str, Tensor] = {}
        self._answer: Tensor

    def plan(self) -> Plan:
        for node_id in self._order:
            if node_id != self._output.id:
                self._tensors[node_id] = self._tensor(node_id)
        ops = {id_: self._bind(id_) for id_ in self._order}
        answer = as_matrix(self._answer.value)
        arrays = self._loss_arrays(answer)
        backward = [self._loss.bind_gradient(arrays, self._loss_target(arrays))] if self._training else []
        for node_id in reversed(self._order):
            backward += ops[node_id].backward
        (source,) = inputs_of(self._graph)
        return Plan(
            batch_size=self._batch_size,
            input=as_matrix(self._tensors[source.id].value),
            target=arrays.target,
            weights=arrays.weights,
            output=answer,
            forward=chained([call for op in ops.values() for call in op.forward]),
            loss=self._loss.bind_value(arrays),
            per_sample=self._loss.per_sample(self._batch_size),
            loss_arrays=arrays,
            backward=chained(backward),
            tensors=MappingProxyType(self._tensors),
            internals=MappingProxyType(
                {(node_id, name): array for node_id, op in ops.items() for name, array in op.internals.items()}
            ),
            settle=tuple(call for op in ops.values() for call in op.settle) if self._training else (),
        )

    def _is_fused(self) -> bool:
        """Whether the loss and the activation before it are one operation on logits."""
        return fused_layer(self._graph, self._shapes) == self._last

    def _tensor(self, node_id: str) -> Tensor:
        node, shape = self._graph.node(node_id), self._shapes[node_id].output
        assert shape is not None
        allocate = partial(zeros, self._batch_size, shape, self._dtype, batch_last=node_id in self._batch_last)
        has_activation = LAYERS[node.kind].activation(node.options) is not None
        wanted = self._training and node_id in self._wants
        return Tensor(
            value=allocate(),
            gradient=allocate() if wanted else None,
            pre_activation=allocate() if has_activation else None,
            pre_gradient=allocate() if has_activation and wanted else None,
        )

    def _bind(self, node_id: str) -> Op:
        """Bind a layer; inputs in an order of memory that it cannot read are copied before and handed back after."""
        node = self._graph.node(node_id)
        kind, inputs = LAYERS[node.kind], []
        before: list[Call] = []
        after: list[Call] = []
        for bound, batch_last in self._bound_inputs(node):
            if batch_last and not kind.reads_any_order:
                bound, fill, back = contiguous_reading(bound)
                before.append(fill)
                after += back
            inputs.append(bound)
        if node_id == self._output.id:
            self._answer = inputs[0].tensor
            return Op(tuple(before), tuple(after))
        op = kind.bind(node, self._context(node_id, tuple(inputs)))
        return replace(op, forward=(*before, *op.forward), backward=(*op.backward, *after)) if before else op

    def _context(self, node_id: str, inputs: tuple[BoundInput, ...]) -> BindContext:
        return BindContext(
            batch_size=self._batch_size,
            inputs=inputs,
            output=self._tensors[node_id],
            parameters=self._arrays[node_id],
            buffers=self._buffers[node_id],
            generator=self._generator,
            fused=self._fused and node_id == self._last,
            training=self._training,
            dtype=self._dtype,
        )

    def _bound_inputs(self, node: Node) -> list[tuple[BoundInput, bool]]:
        """Return the inputs of a layer, each with whether it lies batch last."""
        return [
            (
                BoundInput(link.id, self._tensors[link.source], self._writer[link.source] != node.id),
                link.source in self._batch_last,
            )
            for link in self._graph.links_into(node.id)
        ]

    def _first_to_write(self) -> Mapping[str, str]:
        """Return, by layer, the consumer that writes its gradient; all others add to it.

        The consumer that comes last in forward order is the first in backward order.
        """
        return {link.source: node_id for node_id in self._order for link in self._graph.links_into(node_id)}

    def _arrays_by_node(self) -> Mapping[str, Mapping[str, tuple[Any, Any]]]:
        values = self._parameters.views(self._parameters.values)
        gradients = self._parameters.views(self._parameters.gradients)
        arrays: dict[str, dict[str, tuple[Any, Any]]] = {node_id: {} for node_id in self._order}
        for (node_id, name), value in values.items():
            trains = self._training and not self._graph.node(node_id).options.get(FREEZE.key, False)
            arrays[node_id][name] = (value, gradients[node_id, name] if trains else None)
        return arrays

    def _buffers_by_node(self) -> Mapping[str, Mapping[str, Any]]:
        buffers: dict[str, dict[str, Any]] = {node_id: {} for node_id in self._order}
        for (node_id, name), array in self._parameters.buffers.items():
            buffers[node_id][name] = array
        return buffers

    def _loss_arrays(self, answer: Any) -> LossArrays:
        node, tensor = self._graph.node(self._last), self._answer
        activation = LAYERS[node.kind].activation(node.options)
        logits = tensor.pre_activation if self._fused else None
        return LossArrays(
            answer=answer,
            target=np.zeros_like(answer),
            weights=np.ones(self._batch_size, dtype=self._dtype) if self._weighted else None,
            activation="" if activation is None else activation.key,
            logits=None if logits is None else as_matrix(logits),
        )

    def _loss_target(self, arrays: LossArrays) -> Any:
        """Return where the gradient of the loss goes: to the logits where the loss reads them."""
        tensor = self._answer
        wanted = tensor.gradient if arrays.logits is None else tensor.pre_gradient
        return np.empty_like(arrays.answer) if wanted is None else as_matrix(wanted)


def fused_layer(graph: Graph, shapes: Mapping[str, LayerShape]) -> str | None:
    """Return the layer whose activation is one operation with the loss, so that its ∂C/∂a is never worked out; or None.

    Nothing else that takes part in the run can read that activation: it would close a cycle. Softmax over the rows of
    an image is no softmax over all of its values, so only vectors fuse.
    """
    (output,) = outputs_of(graph)
    (last,) = graph.links_into(output.id)
    node, shape = graph.node(last.source), shapes[last.source].output
    activation = LAYERS[node.kind].activation(node.options)
    fits = activation is not None and activation.key in loss_of(graph).fuses_with
    return last.source if fits and shape is not None and len(shape) == 1 else None


def parameter_bytes(graph: Graph, dtype: str) -> int:
    """Return the memory of the parameters and their gradients."""
    shapes = infer_shapes(graph)
    numbers = sum(shape.parameter_count for shape in shapes.values())
    return 2 * numbers * np.dtype(dtype).itemsize


def plan_bytes(graph: Graph, batch_size: int, dtype: str) -> int:
    """Return about how much memory the arrays of a training plan take: outputs, z, their gradients and scratch."""
    shapes, order = infer_shapes(graph), active_order(graph)
    wanted, batch_last = layers_with_gradients(graph, shapes), batch_last_layers(graph, order)
    numbers = 0
    for node_id in order:
        node, shape = graph.node(node_id), shapes[node_id]
        kind = LAYERS[node.kind]
        if shape.inputs is None or shape.output is None:
            continue
        arrays = (2 if kind.activation(node.options) is not None else 1) * (2 if node_id in wanted else 1)
        numbers += arrays * batch_size * math.prod(shape.output)
        numbers += kind.scratch(node, shape.inputs, batch_size)
        for link, port in zip(graph.links_into(node_id), shape.inputs, strict=True):
            if link.source in batch_last and not kind.reads_any_order:
                numbers += (2 if link.source in wanted else 1) * batch_size * port.width
    return numbers * np.dtype(dtype).itemsize

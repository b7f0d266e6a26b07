"""Makes iterations with a session and writes down all their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.compiler.plan import Plan
from core.compiler.shapes import infer_shapes
from core.compiler.structure import loss_of, outputs_of
from core.layers.layer_type import FREEZE
from core.tracing.trace import Array, Trace, TracedLayer
from core.training.session import Session
from core.training.state import Arrays


class IterationRecorder:
    """Traces what a session does: each iteration is a step of the session itself, and the numbers are copies.

    Parameters
    ----------
    session : it is told to make the iterations; nothing else should step it meanwhile.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._shapes = infer_shapes(session.graph)
        (output,) = outputs_of(session.graph)
        (link,) = session.graph.links_into(output.id)
        self._last = link.source
        specs = session.parameters.specs
        self._trained = tuple(key for key in specs if not session.graph.node(key[0]).options.get(FREEZE.key, False))
        self._vectors: dict[str, Arrays] = {}
        self._losses_of: Plan | None = None
        self._new: Arrays = MappingProxyType({})
        self._new_slots: Mapping[str, Arrays] = MappingProxyType({})
        self._update = 0
        session.updater.listen(self._note)

    def next(self) -> Trace:
        """Make the iteration whose turn it is and return all its numbers.

        Raises NonFiniteError as ``Session.step`` does.
        """
        session, updater = self.session, self.session.updater
        self._vectors.clear()
        old, slots = self._copies(session.parameters.values), self._slots()
        rate, random_states, buffers = session.learning_rate, session.random_states, session.parameters.buffer_copies()
        session.step()
        raw = next(iter(self._vectors.values()))
        return Trace(
            graph=session.graph,
            config=session.config,
            shapes=self._shapes,
            rows=session.samples.copy(),
            random_states=random_states,
            buffers=buffers,
            target=_copy(session.plan.target),
            sample_weights=_weights(session.plan),
            sample_losses=self._sample_losses(session.plan),
            sample_scale=1.0 / session.plan.sample_factor,
            fused=session.plan.loss_arrays.logits is not None,
            last=self._last,
            iteration=session.iteration,
            loss=session.last_loss / session.plan.per_sample,
            penalty=session.last_penalty / session.plan.per_sample,
            layers=_layers(session.plan),
            internals=MappingProxyType({key: _copy(array) for key, array in session.plan.internals.items()}),
            old=old,
            new=self._new,
            gradients=self._vectors.get("gradient", raw),
            penalised=self._vectors.get("penalised", self._vectors["clipped"] if "gradient" in self._vectors else raw),
            clipped=self._vectors["clipped"],
            slots=slots,
            new_slots=self._new_slots,
            trained=self._trained,
            penalty_factors=updater.penalty_factors,
            rate=rate,
            share=updater.share,
            update=self._update,
        )

    def on_samples(self, rows: NDArray[np.int64]) -> Trace:
        """Make an iteration on these rows of the training part instead, and return all its numbers.

        It changes the session as any other iteration does, but the order of the samples goes on where it was.
        """
        self.session.choose(rows)
        return self.next()

    def _sample_losses(self, plan: Plan) -> Array:
        if self._losses_of is not plan:
            losses = np.empty(plan.batch_size, dtype=plan.output.dtype)
            self._losses_of, self._losses = plan, losses
            self._work_out_losses = loss_of(self.session.graph).bind_rows(plan.loss_arrays, losses)
        self._work_out_losses()
        return _copy(self._losses)

    def _note(self, moment: str) -> None:
        if moment == "updated":
            # Early stopping may bring better weights back before the step is over.
            self._new, self._new_slots = self._copies(self.session.parameters.values), self._slots()
            self._update = self.session.updater.rate.updates
        else:
            self._vectors[moment] = self._copies(self.session.parameters.gradients)

    def _copies(self, vector: Array) -> Arrays:
        return self.session.parameters.copies(vector)

    def _slots(self) -> Mapping[str, Arrays]:
        return {name: self._copies(vector) for name, vector in self.session.updater.vectors.items()}


def _layers(plan: Plan) -> Mapping[str, TracedLayer]:
    return MappingProxyType(
        {
            node_id: TracedLayer(
                value=_copy(tensor.value),
                pre_activation=_copy_of(tensor.pre_activation),
                upstream=_copy_of(tensor.gradient),
                delta=_copy_of(tensor.pre_gradient),
            )
            for node_id, tensor in plan.tensors.items()
        }
    )


def _weights(plan: Plan) -> Array:
    return np.ones(plan.batch_size) if plan.weights is None else _copy(plan.weights)


def _copy(array: Array) -> Array:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _copy_of(array: Array | None) -> Array | None:
    return None if array is None else _copy(array)

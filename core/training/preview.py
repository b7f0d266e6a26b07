"""What the next step from a state would compute, without making it: a picture of any moment of a training."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import count

from core.compiler.shapes import infer_shapes
from core.data.batches import batches_per_epoch
from core.data.dataset import PreparedData
from core.errors import NonFiniteError
from core.graph.model import Graph
from core.loops.library import is_loaded
from core.training.config import TrainingConfig
from core.training.history import History
from core.training.observer import layer_values
from core.training.session import Session, initial_state
from core.training.snapshot import SHOWN_ROWS, RunPhase, Snapshot
from core.training.state import TrainedState

_serials = count(1)


def preview(graph: Graph, config: TrainingConfig, data: PreparedData, state: TrainedState | None) -> Snapshot:
    """Return a picture of a state (None: the initial one of the seed) with what its next step would compute.

    The step is made by a session of its own, which is then forgotten: loss, z, a and δ are those of the step that
    follows, with the same samples and the same draws of dropout and noise; weights, record and position are those of
    the state. Once loops are compiled, or where they never are, they are the same to the bit. Of more than SHOWN_ROWS
    rows only the first take part; where an epoch is to begin with the easy samples, which to find takes a pass over
    all of them, they are taken as given. Values that are not finite are shown as they are.

    Raises
    ------
    NotTrainableError : the network has an error.
    DataError : the data do not fit the network.
    """
    state = initial_state(graph, config) if state is None else state
    samples = len(data.training)
    batch_size = config.rows_per_update(samples)
    # Neither evaluations nor the record are wanted, and the record would be copied.
    bare = replace(state, history=History())
    session = Session(graph, _shortened(config, samples), _alone(data), bare, compiled=is_loaded())
    before = session.state()
    own = state.is_of(session.parameters) and state.dtype == config.dtype
    rate, position = session.learning_rate, before.position
    try:
        loss = session.step()
    except NonFiniteError:
        # No weight has changed, and the arrays hold what went wrong.
        loss = math.nan
    losses = state.history.training.get("loss")
    return Snapshot(
        serial=next(_serials),
        phase=RunPhase.PAUSED,
        graph=graph,
        iteration=position.iteration,
        epoch=position.epoch,
        epochs=config.epochs,
        batch=math.ceil(position.sample / batch_size),
        batches=batches_per_epoch(samples, batch_size),
        loss=float(losses[-1]) if losses is not None and len(losses) else math.nan,
        batch_loss=loss,
        penalty=session.last_penalty,
        learning_rate=rate,
        microseconds_per_step=math.nan,
        history=state.history,
        parameters=state.parameters if own else before.parameters,
        buffers=before.buffers,
        layers=layer_values(session.plan),
        samples=session.samples[:SHOWN_ROWS],
    )


def work_of_preview(graph: Graph, config: TrainingConfig, samples: int) -> int:
    """Return about how many multiplications a preview takes, forward and back, with the setting up of its session."""
    shapes = infer_shapes(graph).values()
    rows = min(config.rows_per_update(samples), SHOWN_ROWS)
    return sum(3 * rows * shape.multiply_adds + 10 * shape.parameter_count for shape in shapes)


def _shortened(config: TrainingConfig, samples: int) -> TrainingConfig:
    """Return a configuration whose next step takes no more rows than are shown, and no pass over all samples."""
    if config.rows_per_update(samples) > SHOWN_ROWS:
        config = replace(config, mode="mini_batch", batch_size=SHOWN_ROWS)
    if config.order == "curriculum":
        config = replace(config, order="given")
    return config


def _alone(data: PreparedData) -> PreparedData:
    """Return the data without the samples on which the end of an epoch is evaluated."""
    return replace(data, validation=data.validation.part(slice(0)))

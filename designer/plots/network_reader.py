"""The network of a snapshot, asked for its answers on any samples; and which of the test samples it gets wrong."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.predictor import Predictor
from core.compiler.shapes import infer_shapes
from core.compiler.structure import inputs_of
from core.data.dataset import PreparedData
from core.errors import LayerloomError
from core.graph.model import Graph
from core.numerics.metrics import guessed_classes
from core.texts import Text, text
from core.training.snapshot import Snapshot

Array = NDArray[Any]

BLOCK = 8
"""Samples are read in multiples of this, so that few sizes of batch have to be compiled."""

SURVEY_SIZE = 1_000
"""So many test samples are looked at for wrong answers."""

SURVEY_WORK = 3_000_000
"""Multiplications of one turn of the survey while a run waits for it: about a third of a millisecond."""


class NetworkReader:
    """Reads samples with the parameters of the newest snapshot.

    Attributes
    ----------
    problem : why nothing can be read, or None.
    """

    def __init__(self) -> None:
        self.problem: Text | None = None
        self._graph: Graph | None = None
        self._dtype = ""
        self._predictor: Predictor | None = None
        self._snapshot: Snapshot | None = None
        self._work = 1

    @property
    def ready(self) -> bool:
        """Whether there is a network that can be asked."""
        return self._predictor is not None and self.problem is None

    @property
    def work_per_sample(self) -> int:
        """Multiplications that reading one sample costs."""
        return self._work

    def show(self, snapshot: Snapshot | None, data: PreparedData | None) -> None:
        """Read with this snapshot's network from now on; `data` are what it should be able to read."""
        self._snapshot = snapshot
        if snapshot is None:
            self._graph, self._predictor, self.problem = None, None, None
            return
        dtype = next((str(array.dtype) for array in snapshot.parameters.values()), "float32")
        if snapshot.graph is not self._graph or dtype != self._dtype:
            self._graph, self._dtype, self._predictor = snapshot.graph, dtype, None
            try:
                self._predictor = Predictor(snapshot.graph, dtype)
                self._work = max(1, sum(shape.multiply_adds for shape in infer_shapes(snapshot.graph).values()))
            except LayerloomError as error:
                self.problem = error.text
                return
        self.problem = None if data is None else _misfit(snapshot.graph, data)

    def answers(self, inputs: Array) -> Array | None:
        """Return the (samples, width) answers for `inputs` (samples, *shape); None where nothing can be read."""
        if self._predictor is None or self._snapshot is None or self.problem is not None or not len(inputs):
            return None
        count = len(inputs)
        whole = -(-count // BLOCK) * BLOCK if count > 1 else 1
        padded = np.empty((whole, *inputs.shape[1:]), dtype=self._dtype)
        padded[:count], padded[count:] = inputs, 0.0
        try:
            return self._predictor.predict(self._snapshot.parameters, padded, self._snapshot.buffers)[:count]
        except LayerloomError as error:
            self.problem = error.text
            return None


class Survey:
    """Goes through the first test samples again and again and knows which of them are read wrongly.

    One turn is a small part of them, so that it can be made with every snapshot.
    """

    def __init__(self, data: PreparedData) -> None:
        self._inputs, self._labels = data.test.inputs[:SURVEY_SIZE], data.test.labels[:SURVEY_SIZE]
        self._found, self._threshold = np.zeros(len(self._labels), dtype=bool), data.test.threshold
        self._next = 0
        self.wrong: Array = self._found.copy()
        self.complete = False

    def __len__(self) -> int:
        return len(self._labels)

    def turn(self, reader: NetworkReader, everything: bool) -> bool:
        """Read some more samples, or all; returns whether `wrong` was just brought up to date."""
        start = 0 if everything else self._next
        count = len(self) if everything else max(2 * BLOCK, SURVEY_WORK // reader.work_per_sample // BLOCK * BLOCK)
        stop = min(start + count, len(self))
        answers = reader.answers(self._inputs[start:stop])
        if answers is None:
            return False
        self._found[start:stop] = guessed_classes(answers, self._threshold) != self._labels[start:stop]
        self._next = stop % len(self)
        if self._next:
            return False
        self.wrong, self.complete = self._found.copy(), True
        return True

    def order(self) -> Array:
        """Return the numbers of the samples, those read wrongly first; otherwise as in the data."""
        return np.argsort(~self.wrong, kind="stable")


def scores(answer: Array, threshold: float) -> Array:
    """Return how much one (width,) answer speaks for each class; a single output above the threshold for class 1."""
    return np.array([2.0 * threshold - answer[0], answer[0]]) if len(answer) == 1 else answer


def _misfit(graph: Graph, data: PreparedData) -> Text | None:
    """Return why a network cannot read these data, or None."""
    sources = inputs_of(graph)
    shape = sources[0].options["shape"] if len(sources) == 1 else ()
    assert isinstance(shape, tuple)
    takes, has = math.prod(shape), math.prod(data.sample_shape)
    if takes != has:
        return text(
            "The network takes {takes} values; a sample of '{name}' has {has}. Give the Input the shape of the data.",
            takes=takes,
            has=has,
            name=data.name,
        )
    return None

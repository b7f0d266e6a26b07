"""What a solved sheet says, whatever it is written in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.compiler.structure import loss_of
from core.data.sample_numbers import sample_number
from core.formulas.quantities import Kind, Quantity
from core.layers.input_layer import InputLayer
from core.layers.naming import display_names
from core.numerics.optimizers import OPTIMIZERS
from core.texts import Text, joined, phrase, text
from core.tracing.explaining import Explainer
from core.tracing.stages import Direction, Stage, stages_of
from core.tracing.writing import Writer, Written
from core.tracing.writing.boxes import EQUALS, Row
from core.tracing.writing.figures import full_text

MOST_ENTRIES = 24
"""So many numbers of one stage are worked out in full, unless all are wanted."""

MOST_SAMPLES = 4
"""So many samples of a batch are shown, unless all are wanted."""

MOST_GIVEN = 40
"""So many given numbers of a sample are listed, unless all are wanted: those that are not 0 where there are more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number and how it comes about.

    Attributes
    ----------
    left : its symbol.
    sides : formula, numbers put in, steps, result; each begins with its sign of equality.
    """

    left: Written
    sides: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """Numbers that are not worked out: one sample with its target, or the weights before the iteration.

    Attributes
    ----------
    title : which sample, in words, or that they are the weights.
    numbers : symbol and value.
    left_out : how many more there are.
    """

    title: Text
    numbers: tuple[Written, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Section:
    """One stage.

    Attributes
    ----------
    title : layer and what is worked out.
    direction : which way the numbers flow.
    formulas : for the layer as a whole, and in letters.
    slips : what the document gets wrong here.
    groups : the entries of each sample, with its name; one without a name where they are for all samples.
    left_out : how many numbers are not shown.
    """

    title: Text
    direction: Direction
    formulas: tuple[Written, ...]
    slips: tuple[Text, ...]
    groups: tuple[tuple[Text | None, tuple[Entry, ...]], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A solved iteration.

    Attributes
    ----------
    title : the name of the project.
    facts : what is fixed: network, loss, training, notation; label and value.
    given : the samples.
    sections : the stages in order.
    """

    title: str
    facts: tuple[tuple[Text, str], ...]
    given: tuple[Given, ...]
    sections: tuple[Section, ...]

    @property
    def left_out(self) -> int:
        """How many numbers are not shown."""
        return sum(section.left_out for section in self.sections) + sum(each.left_out for each in self.given)


def sheet_of(writer: Writer, title: str, *, everything: bool = False) -> Sheet:
    """Return the solved iteration of a writer.

    Parameters
    ----------
    title : stands on top.
    everything : whether nothing is left out, however long the sheet becomes.
    """
    explainer = writer.explainer
    names = display_names(explainer.trace.graph)
    batch = explainer.trace.batch_size
    samples = range(batch if everything else min(batch, MOST_SAMPLES))
    stages = [stage for stage in stages_of(explainer.trace) if not _is_input(explainer, stage)]
    most = None if everything else MOST_ENTRIES
    return Sheet(
        title,
        tuple(_facts(writer)),
        (
            *(_given(writer, sample, None if everything else MOST_GIVEN) for sample in samples),
            *_weights(writer, None if everything else MOST_GIVEN),
        ),
        tuple(_section(writer, stage, samples, most, names[stage.node]) for stage in stages),
    )


def _is_input(explainer: Explainer, stage: Stage) -> bool:
    return explainer.trace.graph.node(stage.node).kind == InputLayer.key


def _facts(writer: Writer) -> Iterator[tuple[Text, str]]:
    trace, notation = writer.explainer.trace, writer.notation
    names, config = display_names(trace.graph), trace.config
    yield text("Network"), joined(" → ", (names[node_id] for node_id in trace.layers))
    yield text("Loss"), loss_of(trace.graph).summary
    yield text("Optimiser"), phrase(OPTIMIZERS[config.optimizer].label)
    yield text("Learning rate"), full_text(float(f"{trace.rate:g}"))
    yield text("Samples in the batch"), str(trace.batch_size)
    yield text("Iteration"), f"{trace.iteration:,}"
    yield text("Notation"), notation.document


def _given(writer: Writer, sample: int, most: int | None) -> Given:
    explainer = writer.explainer
    stages = [stage for stage in stages_of(explainer.trace) if _is_input(explainer, stage)]
    values = [stage.quantity_at(unit, sample) for stage in stages for unit in range(stage.units)]
    width = explainer.trace.target.shape[1]
    targets = [Quantity(Kind.TARGET, explainer.trace.output_id, unit=(i,), sample=sample) for i in range(width)]
    shown = values
    if most is not None and len(values) > most:
        shown = [quantity for quantity in values if explainer.number(quantity) != 0.0][:most]
    numbers = tuple(writer.result(quantity).rounded for quantity in (*shown, *targets))
    return Given(_name_of(explainer, sample), numbers, len(values) - len(shown))


def _weights(writer: Writer, most: int | None) -> Iterator[Given]:
    """Yield the weights before the iteration; none of a large network, where a few would tell nothing."""
    old = writer.explainer.trace.old
    if most is not None and sum(array.size for array in old.values()) > most:
        return
    weights = [
        Quantity(Kind.PARAMETER, *key, unit=unit) for key, array in old.items() for unit in np.ndindex(array.shape)
    ]
    yield Given(text("Weights before the iteration"), tuple(writer.result(w).rounded for w in weights), 0)


def _name_of(explainer: Explainer, sample: int) -> Text:
    numbers = {"number": sample_number(sample), "row": sample_number(explainer.trace.rows[sample])}
    if explainer.trace.of_test:
        return text("Sample {number} of the batch, {row} of the test part", **numbers)
    return text("Sample {number} of the batch, {row} of the training part", **numbers)


def _section(writer: Writer, stage: Stage, samples: range, most: int | None, name: str) -> Section:
    explainer = writer.explainer
    chosen = samples if stage.each_sample else range(1)
    all_of_them = stage.units * (explainer.trace.batch_size if stage.each_sample else 1)
    units = range(stage.units if most is None else min(stage.units, max(1, most // len(chosen))))
    groups = tuple(
        (
            _name_of(explainer, sample) if stage.each_sample and explainer.trace.batch_size > 1 else None,
            tuple(entry for unit in units for entry in _entries(writer, stage.quantity_at(unit, sample))),
        )
        for sample in chosen
    )
    first = stage.quantity_at(0, 0)
    return Section(
        _title(writer, stage, name),
        stage.direction,
        tuple(line for line in (writer.matrix(first), writer.general(first)) if line is not None),
        writer.slips(first),
        groups,
        all_of_them - len(units) * len(chosen),
    )


def _entries(writer: Writer, quantity: Quantity) -> Iterator[Entry]:
    """Yield how a number comes about; of a new weight all that the optimiser works out for it."""
    steps: Sequence[Quantity] = (quantity,)
    if quantity.kind is Kind.NEW_PARAMETER:
        steps = writer.explainer.equations(quantity)
    for step in steps:
        yield _entry(writer, step)


def _entry(writer: Writer, quantity: Quantity) -> Entry:
    indexed, numbers = writer.indexed(quantity), writer.numbers(quantity)
    result = writer.result(quantity).rounded
    sides = [_right_of(line) for line in (indexed, numbers) if line is not None]
    sides += [*writer.steps(quantity), _right_of(result, EQUALS if sides else None)]
    kept = [side for place, side in enumerate(sides) if place == 0 or side.plain != sides[place - 1].plain]
    return Entry(_left_of(result), tuple(kept))


def _left_of(line: Written) -> Written:
    assert isinstance(line.box, Row)
    return Written(line.box.parts[0])


def _right_of(line: Written, sign: object = None) -> Written:
    """Return an equation without its left side; with another sign of equality where it goes on."""
    assert isinstance(line.box, Row)
    first, *rest = line.box.parts[1:]
    return Written(Row((first if sign is None else EQUALS, *rest)))


_TITLES = {
    Kind.INTERNAL: "{layer}: {name}",
    Kind.PRE_ACTIVATION: "{layer}: weighted sums",
    Kind.OUTPUT: "{layer}: outputs",
    Kind.SAMPLE_LOSS: "Loss of a sample",
    Kind.LOSS: "Loss of the batch",
    Kind.UPSTREAM: "{layer}: what comes back to the outputs",
    Kind.DELTA: "{layer}: δ",
    Kind.GRADIENT: "{layer}: gradient of {name}",
    Kind.PENALISED_GRADIENT: "{layer}: gradient of {name} with its penalty",
    Kind.CLIPPED_GRADIENT: "{layer}: gradient of {name}, clipped",
    Kind.NEW_PARAMETER: "{layer}: update of {name}",
}


def _title(writer: Writer, stage: Stage, layer: str) -> Text:
    name, link = stage.quantity.stem, stage.quantity.link_id
    graph = writer.explainer.trace.graph
    if link and len(graph.links_into(stage.node)) > 1:
        source = display_names(graph)[graph.link(link).source]
        name = f"{name} ({source})"
    return text(_TITLES[stage.kind], layer=layer, name=name.replace("_", " "))

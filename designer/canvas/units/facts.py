"""What is said of a unit or an edge: its numbers, and how they come about, multiplied out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QCoreApplication

from core.layers.catalog import LAYERS
from designer.canvas.units.anatomy import Anatomy, Incoming, Tie
from designer.canvas.units.edges import place_in_parameter
from designer.canvas.units.numbers import USUAL_LETTERS, EdgeTarget, UnitNumbers, UnitTarget, number_at, size_of
from designer.canvas.units.thumbs import weights_end, weights_picture
from designer.canvas.units.unit_view import UnitView
from designer.numbers import NOTHING, decimals, scientific, whole

translate = QCoreApplication.translate


class Tone(Enum):
    """Whether a number belongs to the way forward, the way back, or neither."""

    PLAIN = "plain"
    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is, and its number."""

    label: str
    value: str
    tone: Tone = Tone.PLAIN
    rule: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """All that is said of one unit or edge.

    Attributes
    ----------
    title, caption : what it is, and what its numbers are of.
    lines : from top to bottom; `note` below them, empty for none; `hint`: what can be done.
    picture : (rows, columns) of incoming weights or of the response to two inputs, or None; `end` of its scale;
        `signed`: whether that is the diverging one.
    """

    title: str
    caption: str
    lines: tuple[Fact, ...]
    note: str = ""
    hint: str = ""
    picture: np.ndarray | None = None
    end: float = 0.0
    signed: bool = True

    @property
    def text(self) -> str:
        """The same in words, for those who cannot see it."""
        lines = [f"{fact.label} {fact.value}" for fact in self.lines]
        return ". ".join(part for part in (self.title, self.caption, *lines, self.note) if part)


def facts_of(view: UnitView, part: UnitTarget | EdgeTarget, *, settable: bool = True) -> Facts | None:
    """Return what is said of a unit or an edge; None where it is no longer there.

    `settable`: whether other numbers can be typed in place of those that are shown.
    """
    anatomy = view.opened.anatomy(part.node_id)
    if anatomy is None or part.unit >= anatomy.units:
        return None
    if isinstance(part, UnitTarget):
        return _unit_facts(view, anatomy, part.unit, settable=settable)
    return _edge_facts(view, anatomy, part, settable=settable)


def exact(value: float) -> str:
    """Return a number with a sign and four decimals, or a power of ten where that would say nothing."""
    if value == 0.0 or 1e-3 <= abs(value) < 1e4:
        return decimals(value, 4, signed=True)
    return scientific(value, 3, signed=True)


def unit_name(anatomy: Anatomy, unit: int) -> str:
    """Return what a unit is called in its layer: its number, or its place in a picture."""
    if anatomy.picture is None:
        if anatomy.names:
            return translate("Units", "unit {name}").format(name=anatomy.names[unit])
        return translate("Units", "unit {number}").format(number=whole(unit + 1))
    place, channel = divmod(unit, anatomy.channels)
    row, column = divmod(place, anatomy.picture[1])
    words = translate("Units", "row {row}, column {column}").format(row=row + 1, column=column + 1)
    if anatomy.channels > 1:
        words = translate("Units", "channel {channel}, {place}").format(channel=channel + 1, place=words)
    return words


def _unit_facts(view: UnitView, anatomy: Anatomy, unit: int, *, settable: bool) -> Facts:
    numbers = view.layer_numbers(anatomy.node_id)
    a = number_at(numbers.a, unit)
    if anatomy.is_input:
        lines = [Fact(view.numbers.letters.x, exact(a), Tone.FORWARD)]
    elif anatomy.is_end:
        lines = _end_lines(view, anatomy, unit, a)
    else:
        lines = [*_forward_lines(view, anatomy, numbers, unit, a), *_backward_lines(view, anatomy, numbers, unit)]
    frame = view.ends[anatomy.node_id].frame if anatomy.node_id in view.ends else None
    picture, end, signed = None, 0.0, True
    response = view.response(anatomy.node_id)
    if frame is not None and frame.thumb:
        picture = weights_picture(view.opened, frame, anatomy.row_of(unit), numbers)
        end = weights_end(frame, numbers)
        if picture is None and response is not None:
            picture, end, signed = response[..., unit], max(1.0, size_of(response)), anatomy.signed
    note, hints = _largest_part(view, anatomy, unit), []
    if anatomy.bias and numbers.parameters and settable:
        hints.append(translate("Units", "Click to choose · Enter or double-click sets the bias"))
    if picture is not None and any(known.tie is Tie.FILTERS for known in anatomy.incoming):
        hints.append(translate("Units", "a click on its kernel shows the numbers"))
    title = f"{view.opened.names.get(anatomy.node_id, '')} · {unit_name(anatomy, unit)}"
    return Facts(title, view.numbers.caption, tuple(lines), note, " · ".join(hints), picture, end, signed)


def _forward_lines(view: UnitView, anatomy: Anatomy, numbers: UnitNumbers, unit: int, a: float) -> list[Fact]:
    node, letters = view.opened.around.graph.node(anatomy.node_id), view.numbers.letters
    activation, z = LAYERS[node.kind].activation(node.options), number_at(numbers.z, unit)
    lines = []
    place = place_in_parameter(anatomy, None, EdgeTarget(anatomy.node_id, "", -1, unit), numbers.parameters)
    if place is not None:
        words = translate("Units", "bias {b}").format(b=letters.bias)
        lines.append(Fact(words, exact(float(numbers.parameters[place[0]][place[1]]))))
    if numbers.z is not None and activation is not None:
        lines.append(Fact(letters.z, exact(z), Tone.FORWARD))
        lines.append(Fact(f"{letters.a} = {activation.short_label}({letters.z})", exact(a), Tone.FORWARD))
    else:
        lines.append(Fact(letters.a, exact(a), Tone.FORWARD))
    return lines


def _backward_lines(view: UnitView, anatomy: Anatomy, numbers: UnitNumbers, unit: int) -> list[Fact]:
    """Return ∂C/∂a, g′(z) and δ, which is their product."""
    node, letters = view.opened.around.graph.node(anatomy.node_id), view.numbers.letters
    activation, z = LAYERS[node.kind].activation(node.options), number_at(numbers.z, unit)
    lines = []
    if numbers.back is not None:
        sources = _consumers(view, anatomy)
        one = sources[0] if len(sources) == 1 and sources[0][1].tie is Tie.WEIGHTS else None
        label = letters.back if one is None else f"{letters.back} = Σ {letters.weight} {letters.delta}"
        lines.append(Fact(label, exact(number_at(numbers.back, unit)), Tone.BACKWARD, rule=True))
    if numbers.delta is None:
        return lines
    if activation is not None and activation.elementwise and numbers.back is not None and numbers.z is not None:
        slope = float(activation.derivative(np.array([[z]], dtype=np.float64))[0, 0])
        lines.append(Fact(f"{letters.g}′({letters.z})", exact(slope)))
    product = numbers.back is not None and activation is not None and activation.elementwise
    label = "δ = ∂C/∂z" if letters == USUAL_LETTERS else letters.delta
    if product:
        label = f"{letters.delta} = {letters.back} · {letters.g}′({letters.z})"
    lines.append(Fact(label, exact(number_at(numbers.delta, unit)), Tone.BACKWARD, rule=numbers.back is None))
    return lines


def _end_lines(view: UnitView, anatomy: Anatomy, unit: int, target: float) -> list[Fact]:
    answer, letters = np.nan, view.numbers.letters
    if anatomy.incoming:
        answer = number_at(view.layer_numbers(anatomy.incoming[0].source).a, unit)
    return [
        Fact(translate("Units", "target {y}").format(y=letters.target), exact(target)),
        Fact(translate("Units", "answer {a}").format(a=letters.a), exact(answer), Tone.FORWARD),
        Fact(f"{letters.a} − {letters.target}", exact(answer - target), Tone.BACKWARD),
    ]


def _edge_facts(view: UnitView, anatomy: Anatomy, part: EdgeTarget, *, settable: bool) -> Facts | None:
    numbers, letters = view.layer_numbers(anatomy.node_id), view.numbers.letters
    incoming = next((known for known in anatomy.incoming if known.link_id == part.link_id), None)
    names, own = view.opened.names, unit_name(anatomy, part.unit)
    if part.link_id and incoming is None:
        return None
    found = place_in_parameter(anatomy, incoming, part, numbers.parameters)
    if incoming is None:
        title = translate("Units", "bias of {layer} · {unit}").format(layer=names.get(anatomy.node_id, ""), unit=own)
    else:
        title = _edge_title(view, anatomy, incoming, part)
    lines: list[Fact] = []
    if found is not None:
        key, index = found
        weight = float(numbers.parameters[key][index])
        gradient = numbers.gradients.get(key)
        lines.append(Fact(letters.bias if incoming is None else letters.weight, exact(weight)))
        if incoming is not None:
            a = number_at(view.layer_numbers(incoming.source).a, part.source_unit)
            product = f"{letters.weight} · {letters.a}"
            lines += [Fact(letters.a, exact(a), Tone.FORWARD), Fact(product, exact(weight * a), Tone.FORWARD)]
        slope = letters.bias_gradient if incoming is None else letters.weight_gradient
        value = NOTHING if gradient is None else exact(float(gradient[index]))
        lines.append(Fact(slope, value, Tone.BACKWARD, rule=True))
    elif incoming is not None and incoming.tie is Tie.FILTERS:
        lines += _filter_lines(numbers, incoming, anatomy, part)
    hint = translate("Units", "Click, or Enter, to type another number") if found is not None and settable else ""
    if found is None and lines:
        hint = translate("Units", "Click, or Enter, to type a number of the kernel")
        hint = hint if settable else translate("Units", "Click, or Enter, for the numbers of the kernel")
    return Facts(title, view.numbers.caption, tuple(lines), "", hint)


def _edge_title(view: UnitView, anatomy: Anatomy, incoming: Incoming, part: EdgeTarget) -> str:
    names, source = view.opened.names, view.opened.anatomy(incoming.source)
    start = unit_name(source, part.source_unit) if source is not None else str(part.source_unit + 1)
    end = unit_name(anatomy, part.unit)
    if incoming.tie is Tie.FILTERS:
        channel = translate("Units", "channel {number}")
        start, end = (channel.format(number=number + 1) for number in (part.source_unit, part.unit))
    return f"{names.get(incoming.source, '')} · {start} → {names.get(anatomy.node_id, '')} · {end}"


def _filter_lines(numbers: UnitNumbers, incoming: Incoming, anatomy: Anatomy, part: EdgeTarget) -> list[Fact]:
    kernel = numbers.parameters.get(incoming.parameter)
    row = anatomy.row_of(part.unit)
    if kernel is None or part.source_unit >= kernel.shape[2] or row >= kernel.shape[3]:
        return []
    part_of_kernel = np.asarray(kernel[:, :, part.source_unit, row], dtype=np.float64)
    return [
        Fact("‖w‖", exact(float(np.linalg.norm(part_of_kernel)))),
        Fact("Σ w", exact(float(part_of_kernel.sum()))),
    ]


def _consumers(view: UnitView, anatomy: Anatomy) -> list[tuple[Anatomy, Incoming]]:
    """Return the layers that read this one, each with how it does."""
    found = []
    for link in view.opened.around.graph.links_from(anatomy.node_id):
        reader = view.opened.anatomy(link.target)
        for incoming in reader.incoming if reader is not None else ():
            if incoming.link_id == link.id and reader is not None and not reader.is_end:
                found.append((reader, incoming))
    return found


def _largest_part(view: UnitView, anatomy: Anatomy, unit: int) -> str:
    """Say where the largest part of δ comes from, where it is a sum over weights."""
    best: tuple[float, str] | None = None
    for reader, incoming in _consumers(view, anatomy):
        numbers = view.layer_numbers(reader.node_id)
        kernel, delta = numbers.parameters.get(incoming.parameter), numbers.delta
        if incoming.tie is not Tie.WEIGHTS or kernel is None or delta is None or kernel.shape[1] != len(delta):
            continue
        with np.errstate(all="ignore"):
            parts = np.asarray(kernel[unit], dtype=np.float64) * np.asarray(delta, dtype=np.float64)
        if not len(parts) or not np.isfinite(parts).all():
            continue
        place = int(np.abs(parts).argmax())
        if best is None or abs(parts[place]) > abs(best[0]):
            name = f"{view.opened.names.get(reader.node_id, '')} · {unit_name(reader, place)}"
            best = (float(parts[place]), name)
    if best is None or best[0] == 0.0:
        return ""
    text, letters = translate("Units", "Largest part of {sum}: {value} from {unit}."), view.numbers.letters
    return text.format(sum=f"Σ {letters.weight} {letters.delta}", value=exact(best[0]), unit=best[1])

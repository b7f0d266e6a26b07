"""Formulas as pictures: colours by flow and theme, boxes where the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from core.formulas.quantities import Kind, Quantity
from core.tracing.notation import notation
from core.tracing.writing import Flow, Rest, Writer
from designer.microscope.formula_picture import FormulaPicture, picture_of
from designer.theme import DARK, LIGHT, Theme
from tests.core.graph.networks import chain
from tests.core.tracing.course_examples import perceptron
from tests.core.tracing.traces import explained, of_unit
from tests.core.training.prepared import random_data

DELTA = of_unit(Kind.DELTA, "d1", 2)


@pytest.fixture
def writer(qtbot: QtBot) -> Writer:
    return Writer(perceptron(), notation("UPV"))


def _painted(picture: FormulaPicture, theme: Theme, scale: int = 4) -> QImage:
    image = QImage(int(picture.width * scale) + 1, int(picture.height * scale) + 1, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.panel))
    painter = QPainter(image)
    painter.scale(scale, scale)
    picture.paint(painter)
    painter.end()
    return image


def _colours_inside(image: QImage, picture: FormulaPicture, place: int, scale: int = 4) -> set[str]:
    rect = picture.hits[place].rect
    xs = np.arange(rect.left() * scale, rect.right() * scale)
    ys = np.arange(rect.top() * scale, rect.bottom() * scale)
    return {image.pixelColor(int(x), int(y)).name().upper() for x in xs for y in ys}


def test_every_number_of_a_line_has_a_box_in_reading_order(writer: Writer) -> None:
    line = writer.numbers(DELTA)
    assert line is not None
    picture = picture_of(line, LIGHT, 20.0)
    links = [hit for hit in picture.hits if hit.target is not None]
    assert [hit.target for hit in links] == list(line.links)
    # δ²₁ θ²₁₃, δ²₂ θ²₂₃, δ²₃ θ²₃₃ and g′(φ¹₃).
    assert len(links) == 7
    lefts = [hit.rect.left() for hit in links]
    assert lefts == sorted(lefts)
    for hit in picture.hits:
        assert hit.rect.width() > 4.0 and hit.rect.height() > 4.0
        assert hit.rect.left() >= 0.0 and hit.rect.right() <= picture.width
        assert hit.rect.top() >= 0.0 and hit.rect.bottom() <= picture.height


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_have_the_colour_of_their_flow_inside_their_boxes(writer: Writer, theme: Theme) -> None:
    line = writer.numbers(DELTA)
    assert line is not None
    picture = picture_of(line, theme, 20.0)
    image = _painted(picture, theme)
    wanted = {Flow.FORWARD: theme.forward, Flow.BACKWARD: theme.backward, Flow.NEUTRAL: theme.text}
    spans = [span for span in line.spans if span.target is not None or span.term is not None]
    for place, (hit, span) in enumerate(zip(picture.hits, spans, strict=True)):
        if hit.target is not None:
            assert wanted[span.flow] in _colours_inside(image, picture, place)


def test_a_term_has_a_box_around_its_numbers(qtbot: QtBot) -> None:
    writer = Writer(perceptron(), notation("UNIR"))
    line = writer.numbers(of_unit(Kind.PRE_ACTIVATION, "d2", 0))
    assert line is not None
    picture = picture_of(line, LIGHT)
    terms = [hit for hit in picture.hits if hit.term is not None]
    assert [hit.term for hit in terms] == [0, 1, 2, 3]
    for term in terms[:3]:
        inside = [hit for hit in picture.hits if hit.target is not None and term.rect.contains(hit.rect)]
        assert len(inside) == 2, "a weight and an activation"


def test_the_rest_of_a_folded_sum_can_be_clicked(qtbot: QtBot) -> None:
    writer = Writer(explained(chain(40, 3), random_data(4, 40, 3)), notation("UNIR"))
    line = writer.numbers(Quantity(Kind.PRE_ACTIVATION, "d1", unit=(0,), sample=0))
    assert line is not None
    picture = picture_of(line, LIGHT)
    (rest,) = (hit for hit in picture.hits if isinstance(hit.target, Rest))
    assert rest.rect.contains(QPointF(rest.rect.center()))
    assert rest.rect.left() > max(hit.rect.left() for hit in picture.hits if hit.term is not None and hit.term < 40)


def test_brackets_around_a_sum_do_not_grow_without_bound(qtbot: QtBot) -> None:
    # What is below a Σ alone made them hundreds of lines high.
    general = Writer(perceptron(), notation("UNIR")).general(DELTA)
    assert general is not None and "Σ" in general.plain
    assert picture_of(general, LIGHT, 20.0).height < 80.0

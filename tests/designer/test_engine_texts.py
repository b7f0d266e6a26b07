"""Translation tools find what the engine shows: whatever the window asks to have translated is in their listing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from core.errors import CycleError, OptionError
from core.graph.model import Node
from core.layers.catalog import LAYERS
from core.layers.naming import display_names
from core.options import complete
from core.project import edits
from core.project.templates import TEMPLATES
from core.tracing.notation import notations
from core.tracing.stages import stages_of
from designer.canvas.card_content import card_content, ghost_content
from designer.engine_texts import engine_texts, listing
from designer.translation import layer_names, shown
from tests.core.graph.networks import graph_of, row
from tests.designer.shell.conftest import OpenWindow, open_window  # noqa: F401 (a fixture)

PATIENCE_MS = 20_000


class Recorder(QTranslator):
    """Translates nothing and remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def translate(self, context: str, text: str, *_: Any) -> str:  # type: ignore[override]
        if context == "core":
            self.asked.add(text)
        return text

    def isEmpty(self) -> bool:  # noqa: N802 (Qt's name)
        return False


@pytest.fixture
def recorder(qapp: QCoreApplication) -> Iterator[Recorder]:
    found = Recorder()
    qapp.installTranslator(found)
    yield found
    qapp.removeTranslator(found)


def _missing(recorder: Recorder) -> set[str]:
    """What was asked for and is not listed, but for what holds no words besides its values."""
    worded = {asked for asked in recorder.asked if any(map(str.isalpha, re.sub(r"{.*?}", "", asked)))}
    return worded - set(engine_texts())


def test_all_that_start_page_palette_and_inspector_ask_for_is_listed(
    qtbot: QtBot, recorder: Recorder, open_window: OpenWindow  # noqa: F811
) -> None:
    window = open_window()
    window.start_template("digit_reader")
    document = window.services.document
    for kind in LAYERS:
        document.apply("Add", edits.add_node, kind.key, (0.0, 0.0))
        window.services.selection.select((document.project.graph.nodes[-1].id,))
        window.repaint()
    assert {kind.label for kind in LAYERS} <= recorder.asked
    assert {template.label for template in TEMPLATES} <= recorder.asked
    assert len(recorder.asked) > 100
    assert _missing(recorder) == set()


def test_all_that_the_microscope_asks_for_is_listed(
    qtbot: QtBot, recorder: Recorder, open_window: OpenWindow  # noqa: F811
) -> None:
    window = open_window()
    window.start_template("xor")
    qtbot.waitUntil(lambda: window.services.run.blocked_reason is None, timeout=PATIENCE_MS)
    window.actions_table["microscope.open"].trigger()
    microscope = window.microscope.microscope
    for key in notations():
        window.microscope.notations.choose(key)
        for stage in stages_of(microscope.trace):
            microscope.place.follow(stage.quantity_at(0, 0))
            window.repaint()
    slips = {slip.sentence.template for notation in notations().values() for slip in notation.slips}
    assert len(recorder.asked & slips) > 3
    assert _missing(recorder) == set()


def test_every_slip_of_every_document_is_listed() -> None:
    slips = {slip.sentence.template for notation in notations().values() for slip in notation.slips}
    assert len(slips) > 10 and slips <= set(engine_texts())


def test_the_listing_names_each_text_once_in_the_engines_context() -> None:
    calls = [line.value for line in ast.parse(listing()).body if isinstance(line, ast.Expr)]
    arguments = [[argument.value for argument in call.args] for call in calls]  # type: ignore[attr-defined]
    assert [context for context, _ in arguments] == ["core"] * len(engine_texts())
    assert [sentence for _, sentence in arguments] == list(engine_texts())


class Spanish(QTranslator):
    """A few words."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "Dense": "Densa",
        "Softmax": "Softmáx",
        "sigmoid": "sigmoide",
        "{window}, {count} filters": "{count} filtros de {window}",
        "Cannot link '{source}' to '{target}': it would close the cycle {cycle}.": (
            "'{source}' no se puede enlazar con '{target}': cerraría el ciclo {cycle}."
        ),
        "'{label}' cannot be {value}: expected {expected}.": "'{label}' no puede ser {value}: se esperaba {expected}.",
        "Units": "Unidades",
        "a whole number from {minimum} to {maximum}": "un entero de {minimum} a {maximum}",
    }

    def translate(self, context: str, text: str, *_: Any) -> str:  # type: ignore[override]
        return self.WORDS.get(text, text)

    def isEmpty(self) -> bool:  # noqa: N802 (Qt's name)
        return False


@pytest.fixture
def spanish(qapp: QCoreApplication) -> Iterator[None]:
    found = Spanish()
    qapp.installTranslator(found)
    yield
    qapp.removeTranslator(found)


@pytest.mark.usefixtures("spanish")
def test_names_that_the_program_gives_are_translated_and_those_of_the_user_are_not() -> None:
    graph = graph_of(
        row("x", "input", shape=(4,)),
        row("a", "dense", "x", units=15),
        row("b", "dense", "a", units=15),
        row("c", "dense", "b", units=3),
        row("out", "output", "c"),
    )
    for id_, name in {"a": "", "b": "", "c": "Dense {units}"}.items():
        graph = graph.with_node_replaced(replace(graph.node(id_), name=name))
    names = layer_names(graph)
    assert [names[id_] for id_ in "abc"] == ["Densa 15", "Densa 15 (2)", "Dense {units}"]
    assert list(display_names(graph).values())[1:3] == ["Dense 15", "Dense 15 (2)"]
    with pytest.raises(CycleError) as error:
        graph.with_link("b", "a", display_names(graph))
    assert shown(error.value) == (
        "'Densa 15 (2)' no se puede enlazar con 'Densa 15': cerraría el ciclo Densa 15 (2) → Densa 15 → Densa 15 (2)."
    )
    assert str(error.value).endswith("it would close the cycle Dense 15 (2) → Dense 15 → Dense 15 (2).")


@pytest.mark.usefixtures("spanish")
def test_cards_translate_name_and_summary() -> None:
    dense = Node("n1", "dense", complete(LAYERS["dense"].options, {"units": 15, "activation": "sigmoid"}))
    filters = Node("n2", "convolution", complete(LAYERS["convolution"].options, {"filters": 6, "kernel": (5, 5)}))
    assert card_content(dense, "", None).summary == "sigmoide"
    assert card_content(filters, "", None).summary == "6 filtros de 5 × 5"
    assert ghost_content("dense", dense.options).name == "Densa 15"
    softmax = complete(LAYERS["activation"].options, {"activation": "softmax"})
    assert ghost_content("activation", softmax).name == "Softmáx"


@pytest.mark.usefixtures("spanish")
def test_a_refused_option_is_told_with_label_and_expectation_translated() -> None:
    with pytest.raises(OptionError) as error:
        complete(LAYERS["dense"].options, {"units": 0})
    assert shown(error.value) == "'Unidades' no puede ser 0: se esperaba un entero de 1 a 100,000."

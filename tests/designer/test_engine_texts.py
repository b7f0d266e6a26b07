"""Translation tools find what the engine shows: whatever the window asks to have translated is in their listing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.project import edits
from core.project.templates import TEMPLATES
from core.tracing.notation import notations
from core.tracing.stages import stages_of
from designer.engine_texts import engine_texts, listing
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


def _missing(recorder: Recorder, graph: Graph) -> set[str]:
    """What was asked for and is not listed, but for names that are put together, such as "Dense 15"."""
    composed = {LAYERS[node.kind].title(node.options) for node in graph.nodes}
    composed |= {LAYERS[node.kind].summary(node.options) for node in graph.nodes}
    asked = {sentence for sentence in recorder.asked if any(map(str.isalpha, sentence))}
    return asked - composed - set(engine_texts())


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
    assert _missing(recorder, window.services.document.project.graph) == set()


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
    assert _missing(recorder, window.services.document.project.graph) == set()


def test_every_slip_of_every_document_is_listed() -> None:
    slips = {slip.sentence.template for notation in notations().values() for slip in notation.slips}
    assert len(slips) > 10 and slips <= set(engine_texts())


def test_the_listing_names_each_text_once_in_the_engines_context() -> None:
    calls = [line.value for line in ast.parse(listing()).body if isinstance(line, ast.Expr)]
    arguments = [[argument.value for argument in call.args] for call in calls]  # type: ignore[attr-defined]
    assert [context for context, _ in arguments] == ["core"] * len(engine_texts())
    assert [sentence for _, sentence in arguments] == list(engine_texts())

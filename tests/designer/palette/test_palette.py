from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QColor, QDrag, QFontMetricsF, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.layers.catalog import LAYERS
from core.layers.layer_type import Family
from core.options import complete
from core.project import edits
from core.project.model import Project
from designer.document import Document
from designer.drag import LAYER_MIME, dragged_layer
from designer.palette import entry_button
from designer.palette.entries import by_family, matching, palette_entries
from designer.palette.entry_button import NAME_LEFT, EntryButton, ghost
from designer.palette.palette_panel import PalettePanel
from designer.selection import Selection
from designer.shell.workbench import LEFT_WIDTH
from designer.theme import THEMES

ALL_LABELS = [label for kind in LAYERS for label in (kind.label, *(preset.label for preset in kind.presets))]


def button(palette: PalettePanel, label: str) -> EntryButton:
    return next(entry for entry in palette.buttons if entry.entry.label == label)


def kinds(document: Document) -> list[str]:
    return [node.kind for node in document.project.graph.nodes]


def test_every_kind_and_preset_of_the_catalogue_is_offered_once(palette: PalettePanel) -> None:
    assert sorted(entry.entry.label for entry in palette.buttons) == sorted(ALL_LABELS)


def test_every_name_can_be_read_in_a_palette_of_its_usual_width(palette: PalettePanel) -> None:
    palette.resize(LEFT_WIDTH, 400)
    QApplication.processEvents()
    for entry in palette.buttons:
        words = QFontMetricsF(entry.name_font()).horizontalAdvance(entry.entry.label)
        assert NAME_LEFT + words <= entry.width(), entry.entry.label


def test_families_come_in_their_order(palette: PalettePanel) -> None:
    families = [entry.entry.family for entry in palette.buttons]

    assert families == sorted(families, key=list(Family).index)


@pytest.mark.parametrize("entry", palette_entries(), ids=lambda entry: entry.label)
def test_the_options_of_each_entry_make_a_layer(entry: Any) -> None:
    project = edits.add_node(Project(), entry.kind, (0.0, 0.0), entry.options)

    node = project.graph.nodes[0]
    assert dict(node.options) == dict(complete(LAYERS[entry.kind].options, entry.options))


def test_softmax_is_an_activation_with_its_function_set(palette: PalettePanel, document: Document) -> None:
    QTest.mouseDClick(button(palette, "Softmax"), Qt.MouseButton.LeftButton)

    (node,) = document.project.graph.nodes
    assert (node.kind, node.options["activation"]) == ("activation", "softmax")


def test_a_double_click_adds_the_layer_and_selects_it(
    palette: PalettePanel, document: Document, selection: Selection
) -> None:
    QTest.mouseDClick(button(palette, "Dense"), Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button(palette, "Output"), Qt.MouseButton.LeftButton)

    assert kinds(document) == ["dense", "output"]
    first, second = document.project.graph.nodes
    assert selection.nodes == (second.id,)
    assert document.project.layout[second.id][0] > document.project.layout[first.id][0] + edits.CARD_WIDTH
    assert document.undo_stack.count() == 2


def test_a_single_click_adds_nothing(palette: PalettePanel, document: Document) -> None:
    QTest.mouseClick(button(palette, "Dense"), Qt.MouseButton.LeftButton)

    assert kinds(document) == []


def test_typing_narrows_the_entries_and_enter_adds_the_first(palette: PalettePanel, document: Document) -> None:
    palette.focus_search()
    QTest.keyClicks(palette.search, "DÉNS")
    assert [entry.entry.label for entry in palette.buttons] == ["Dense"]

    QTest.keyClick(palette.search, Qt.Key.Key_Return)

    assert kinds(document) == ["dense"]


def test_enter_in_an_empty_field_adds_nothing(palette: PalettePanel, document: Document) -> None:
    palette.focus_search()
    QTest.keyClick(palette.search, Qt.Key.Key_Return)

    assert kinds(document) == []


def test_nothing_found_is_said_and_escape_shows_all(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.focus_search()
    QTest.keyClicks(palette.search, "transformer")
    assert palette.buttons == ()
    assert "transformer" in palette.message

    QTest.keyClick(palette.search, Qt.Key.Key_Escape)

    assert len(palette.buttons) == len(ALL_LABELS)
    assert palette.message == ""


def test_a_name_counts_more_than_a_description() -> None:
    entries = palette_entries()

    # "Softmax" is in no other name; "network" is only in descriptions.
    assert [entry.label for entry in matching(entries, "softmax")] == ["Softmax"]
    assert "Input" in [entry.label for entry in matching(entries, "network")]
    assert matching(entries, "") == entries


def test_arrows_walk_through_rows_and_columns(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.focus_search()
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    walk = [focused(palette)]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)
        walk.append(focused(palette))

    groups = by_family(palette_entries())
    inputs = [entry.label for entry in groups[Family.INPUT_OUTPUT]]
    weights = [entry.label for entry in groups[Family.WEIGHTS]]
    activations = [entry.label for entry in groups[Family.ACTIVATION]]
    assert walk == [*inputs[:2], weights[1], activations[1], activations[0], weights[0]]


def test_up_from_the_first_row_leads_back_to_the_field(palette: PalettePanel) -> None:
    palette.focus_search()
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.buttons[0], Qt.Key.Key_Up)

    assert palette.search.hasFocus()


def test_enter_on_an_entry_adds_it(palette: PalettePanel, document: Document) -> None:
    entry = button(palette, "Activation")
    entry.setFocus()
    QTest.keyClick(entry, Qt.Key.Key_Return)

    assert kinds(document) == ["activation"]


def test_tab_stops_at_one_entry_only(palette: PalettePanel) -> None:
    stops = [entry for entry in palette.buttons if entry.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [palette.buttons[0]]

    palette.buttons[2].setFocus()

    stops = [entry for entry in palette.buttons if entry.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [palette.buttons[2]]


class RecordedDrag(QDrag):
    """A drag that ends where it begins; drawing into memory, Qt has no drop targets."""

    made: ClassVar[list[tuple[dict[str, Any], QPixmap]]] = []

    def exec(self, *_actions: Any) -> Qt.DropAction:  # type: ignore[override]
        data: QMimeData = self.mimeData()
        assert dragged_layer(data) is not None
        content = json.loads(bytes(data.data(LAYER_MIME).data()))
        RecordedDrag.made.append((content, QPixmap(self.pixmap())))
        return Qt.DropAction.CopyAction


@pytest.fixture
def drags(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], QPixmap]]:
    RecordedDrag.made = []
    monkeypatch.setattr(entry_button, "QDrag", RecordedDrag)
    return RecordedDrag.made


def test_pulling_an_entry_drags_its_kind_and_options(
    palette: PalettePanel, document: Document, drags: list[tuple[dict[str, Any], QPixmap]]
) -> None:
    entry = button(palette, "Softmax")
    middle = entry.rect().center()

    QTest.mousePress(entry, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(entry, middle + QPoint(3, 0))
    assert drags == [], "a hand that trembles drags nothing"
    QTest.mouseMove(entry, middle + QPoint(60, 20))
    QTest.mouseRelease(entry, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 20))

    ((content, picture),) = drags
    assert content == {"kind": "activation", "options": {"activation": "softmax"}}
    assert not picture.isNull()
    assert kinds(document) == [], "only the drop adds the layer"


@pytest.mark.parametrize("name", sorted(THEMES))
def test_the_ghost_has_the_colour_of_the_family_at_its_edge(palette: PalettePanel, name: str) -> None:
    theme = THEMES[name]
    for entry in palette_entries():
        image = ghost(entry, theme, 1.0).toImage()
        edge = image.pixelColor(3, image.height() // 2)
        wanted = QColor(theme.families[entry.family])
        assert max(abs(a - b) for a, b in zip(edge.getRgb()[:3], wanted.getRgb()[:3], strict=True)) <= 3  # type: ignore[index]


def test_every_entry_says_what_it_is_for(palette: PalettePanel) -> None:
    for entry in palette.buttons:
        assert entry.entry.description in entry.toolTip()
        assert entry.accessibleName() == entry.entry.label


def focused(palette: PalettePanel) -> str:
    widget = QApplication.focusWidget()
    assert isinstance(widget, EntryButton)
    return widget.entry.label

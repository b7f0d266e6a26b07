from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF

from core.compiler.shapes import infer_shapes
from core.graph.model import Node
from core.layers.catalog import LAYERS
from core.layers.naming import display_names
from core.options import complete
from core.project import edits
from core.project.model import Project
from designer.canvas.card_content import Body, CardContent, card_content, ghost_content, skip_links, wire_contents
from designer.canvas.hover_text import hover_text
from designer.canvas.targets import CardTarget
from designer.canvas.wire_painter import line_width
from designer.icons import icon_names
from designer.theme import DARK
from tests.designer.canvas.conftest import Hand, chain


def _contents(project: Project) -> list[CardContent]:
    graph = project.graph
    shapes, names, skips = infer_shapes(graph), display_names(graph), skip_links(graph)
    return [
        card_content(
            node,
            names[node.id],
            shapes[node.id],
            sorted(graph.links_into(node.id), key=lambda link: link.id in skips),
        )
        for node in graph.nodes
    ]


def test_cards_say_shape_and_parameters_as_the_course_counts_them() -> None:
    first, hidden, last, output = _contents(chain(784, 15, 10))
    assert (hidden.name, hidden.summary) == ("Dense 15", "sigmoid")
    assert (hidden.lower_left, hidden.lower_right[0]) == ("→ 15", "11,775 par.")
    assert last.lower_right[0] == "160 par."
    assert (first.body, hidden.body, output.body) == (Body.SAMPLE, Body.VALUES, Body.LOSS)
    assert not first.has_input and not output.has_output


def test_a_layer_with_a_skip_link_says_its_parameters_link_by_link() -> None:
    project = chain(784, 15, 10)
    ids = [node.id for node in project.graph.nodes]
    project = edits.add_link(project, ids[0], ids[2])
    last = _contents(project)[2]
    assert last.lower_right[:2] == ("160 + 7,840 par.", "8,000 par.")


def test_a_wire_that_passes_a_layer_by_is_called_a_skip_link_with_its_own_kernel() -> None:
    project = chain(784, 15, 10)
    ids = [node.id for node in project.graph.nodes]
    project = edits.add_link(project, ids[0], ids[2])
    contents = wire_contents(project.graph, infer_shapes(project.graph), skip_links(project.graph))
    labels = [(wire.label, wire.caption) for wire in contents.values()]
    assert labels == [("784", ""), ("15", ""), ("10", ""), ("784", "skip link · own kernel 10 × 784")]


def test_wires_grow_thicker_with_the_width_of_their_data_within_bounds() -> None:
    assert line_width(0) == line_width(1) == 1.5
    assert line_width(1) < line_width(15) < line_width(784) < line_width(1000) == line_width(10**6) == 2.5


@pytest.mark.parametrize("kind", [kind.key for kind in LAYERS])
def test_every_kind_of_layer_has_a_card_with_an_icon_and_a_colour(kind: str) -> None:
    content = ghost_content(kind, complete(LAYERS[kind].options, {}))
    assert content.name
    assert content.icon in icon_names()
    assert content.glyph in (*icon_names(), "")
    assert content.family in DARK.families


def test_layers_that_can_be_negative_get_the_diverging_scale() -> None:
    def signed(activation: str) -> bool:
        return ghost_content("dense", complete(LAYERS["dense"].options, {"activation": activation})).signed

    assert [signed(key) for key in ("sigmoid", "relu", "softmax")] == [False, False, False]
    assert [signed(key) for key in ("tanh", "linear")] == [True, True]


def test_a_name_that_is_cut_off_is_whole_in_the_tooltip(show: Callable[[Project], Hand]) -> None:
    project = chain(9, 8)
    project = edits.rename(project, project.graph.nodes[1].id, "The layer that everything depends on")
    hand = show(project)
    box = hand.scene.boxes[hand.ids[1]]
    text = hover_text(hand.scene, hand.panel.live, CardTarget(hand.ids[1]), QPointF(box.left + 60, box.top + 17))
    assert text.startswith("The layer that everything depends on\n")


def test_the_card_of_a_loss_says_how_it_is_put_together() -> None:
    options = complete(LAYERS["output"].options, {"loss": "huber", "over_outputs": "mean", "over_samples": "sum"})
    content = card_content(Node("o", "output", options), "Output", None)
    assert content.lower_left == "1/K Σ ½r² or δ(|r|−½δ)"
    assert content.lower_right == ("batch sum", "sum")
    usual = card_content(Node("o", "output", complete(LAYERS["output"].options, {})), "Output", None)
    assert (usual.summary, usual.lower_left, usual.lower_right[-1]) == ("Squared error, ½", "½‖y − a‖²", "mean")

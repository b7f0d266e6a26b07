"""Templates and the samples written from them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from core.compiler.checks import check_graph
from core.compiler.parameters import Parameters
from core.compiler.shapes import infer_shapes
from core.data.sources import load_prepared
from core.project.edits import add_link, delete
from core.project.templates import TEMPLATES, Template
from core.storage.reader import read_project
from core.training.session import Session
from samples import NAMES, sample_path

EPOCHS = {"xor": 3_000, "lenet_5": 5}
"""Epochs after which a template has learnt its data, where that takes more than 60, or less and each takes long."""

TRAINABLE = [template for template in TEMPLATES if template.key != "empty"]


@pytest.mark.parametrize("template", TRAINABLE, ids=lambda template: template.key)
def test_a_template_has_no_problem_and_learns_its_data_within_seconds(template: Template) -> None:
    project = template.build()
    assert check_graph(project.graph) == ()
    session = Session(project.graph, project.training, load_prepared(project.data, project.training.dtype))
    while session.epoch < EPOCHS.get(template.key, 60):
        session.step()
    assert session.evaluate(session.data.test).accuracy > 0.93


@pytest.mark.parametrize("template", TRAINABLE, ids=lambda template: template.key)
def test_the_cards_of_a_template_do_not_touch(template: Template) -> None:
    places = sorted(template.build().layout.values())
    assert len(places) == len(template.build().graph.nodes)
    assert all(right[0] - left[0] > 152 for left, right in pairwise(places))


def test_the_residual_network_learns_what_it_does_not_without_its_links() -> None:
    project = TEMPLATES["residual"].build()
    data, graph = load_prepared(project.data, project.training.dtype), project.graph
    plain = project
    for add in [node.id for node in graph.nodes if node.kind == "add"]:
        block = graph.links_into(add)[0].source
        (after,) = [node_id for node_id in graph.successors(add) if graph.node(node_id).kind == "dense"]
        plain = add_link(delete(plain, [add]), block, after)
    assert check_graph(plain.graph) == ()
    accuracies = []
    for network in (graph, plain.graph):
        session = Session(network, project.training, data)
        while session.epoch < 40:
            session.step()
        accuracies.append(session.evaluate(data.test).accuracy)
    assert accuracies[0] > 0.93 and accuracies[1] < 0.2


def test_lenet_5_has_the_layers_of_its_paper_but_for_two() -> None:
    """Counted by hand: maps of 28, 14, 10 and 5 pixels; 6·26 + 16·151 + 120·401 + 84·121 + 10·85 parameters."""
    graph = TEMPLATES["lenet_5"].build().graph
    shapes = infer_shapes(graph)
    maps = [shapes[node.id].output for node in graph.nodes if node.kind in ("convolution", "mean_pooling")]
    assert maps == [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16)]
    assert sum(spec.size for spec in Parameters(graph, "float32").specs.values()) == 61_706


def test_direct_links_have_a_kernel_of_their_own() -> None:
    project = TEMPLATES["skip_links"].build()
    session = Session(project.graph, project.training, load_prepared(project.data, "float32"))
    shapes = sorted(spec.shape for spec in session.parameters.specs.values() if spec.role == "kernel")
    assert shapes == [(15, 10), (784, 10), (784, 15)]


@pytest.mark.parametrize("key", NAMES)
def test_a_sample_is_what_its_template_builds(key: str) -> None:
    # Where this fails, a template has changed: run python -m samples.build.
    assert read_project(sample_path(key)).project == TEMPLATES[key].build()


def test_every_template_but_the_empty_one_has_a_sample() -> None:
    assert {template.key for template in TRAINABLE} == set(NAMES)

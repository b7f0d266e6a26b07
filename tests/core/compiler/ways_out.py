"""Taking a way out of a problem, as one click in the window does."""

from __future__ import annotations

from core.compiler.problems import AddLink, DeleteLayer, Fix, InsertOnLink, SetOption
from core.graph.model import Graph
from core.project import edits
from core.project.model import Project


def taken(graph: Graph, fix: Fix) -> Graph:
    """The network after a way out."""
    project = Project(graph)
    match fix:
        case SetOption():
            return edits.set_option(project, fix.node_id, fix.key, fix.value).graph
        case DeleteLayer():
            return edits.delete(project, [fix.node_id]).graph
        case InsertOnLink():
            return edits.insert_existing(project, fix.node_id, fix.link_id).graph
        case AddLink():
            return edits.add_link(project, fix.source, fix.target).graph
    raise AssertionError(f"{fix} does not change the network")

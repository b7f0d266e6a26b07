"""The names under which layers are shown: unique, stable, and made in linear time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.graph.model import Graph, Node
from core.layers.catalog import LAYERS
from core.layers.naming import display_names
from core.options import complete


def _named(*names: str) -> list[str]:
    """The shown names of Dense 15 layers with these names of the user's ("" for none)."""
    options = complete(LAYERS["dense"].options, {"units": 15})
    nodes = tuple(Node(f"n{number}", "dense", options, name) for number, name in enumerate(names))
    return list(display_names(Graph(nodes)).values())


def test_automatic_names_say_the_key_option_and_are_numbered_in_order_of_insertion() -> None:
    assert _named("", "", "") == ["Dense 15", "Dense 15 (2)", "Dense 15 (3)"]


def test_a_name_of_the_users_own_is_kept_and_the_later_one_gives_way() -> None:
    assert _named("Eyes", "", "Eyes") == ["Eyes", "Dense 15", "Eyes (2)"]
    assert _named("Dense 15 (2)", "", "", "") == ["Dense 15 (2)", "Dense 15", "Dense 15 (3)", "Dense 15 (4)"]
    assert _named("", "", "Dense 15 (2)") == ["Dense 15", "Dense 15 (2)", "Dense 15 (2) (2)"]


@given(st.lists(st.sampled_from(["", "a", "a (2)", "a (3)", "Dense 15", "Dense 15 (2)"]), max_size=12))
def test_no_two_layers_are_shown_under_one_name(names: list[str]) -> None:
    shown = _named(*names)
    assert len(set(shown)) == len(names)
    # Counting from 2 for each layer anew is the same rule, only slower.
    taken: set[str] = set()
    for name, found in zip(names, shown, strict=True):
        wanted = name or "Dense 15"
        numbers = (f"{wanted} ({number})" for number in range(2, 100))
        assert found == (wanted if wanted not in taken else next(n for n in numbers if n not in taken))
        taken.add(found)

"""Notation profiles are complete, say what they mean, and refuse what they do not know."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any

import pytest

from core.errors import LayerloomError
from core.formulas.quantities import Kind
from core.layers.catalog import LAYERS
from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES
from core.numerics.optimizers import OPTIMIZERS
from core.options import RealOption
from core.tracing.notation import KEYS, NotationError, notation, notations, read_notation
from core.tracing.writing.boxes import Flow
from core.tracing.writing.signs import line


def _content(key: str) -> dict[str, Any]:
    text = (resources.files("resources") / "notations" / f"{key}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def test_there_is_one_file_for_each_profile_and_one_that_they_share() -> None:
    files = {entry.name for entry in (resources.files("resources") / "notations").iterdir()}
    assert {name for name in files if name.endswith(".toml")} == {f"{key}.toml" for key in (*KEYS, "shared")}


@pytest.mark.parametrize("key", KEYS)
def test_every_kind_of_quantity_has_a_symbol(key: str) -> None:
    profile = notation(key)
    tables = {Kind.PARAMETER, Kind.INTERNAL, Kind.SLOT, Kind.NEW_SLOT, Kind.AUXILIARY}
    assert set(profile.symbols) >= {kind.value for kind in Kind if kind not in tables}
    assert {"kernel", "bias", "gamma", "beta", "slope"} <= set(profile.parameters)
    assert set(profile.slots) >= {name for optimizer in OPTIMIZERS for name in optimizer.slot_names}
    options = {option.key for optimizer in OPTIMIZERS for option in optimizer.options if isinstance(option, RealOption)}
    # The bounds of Rprop's steps are called by their names.
    assert set(profile.constants) >= options - {"smallest", "largest"}


@pytest.mark.parametrize("key", KEYS)
def test_what_the_file_says_is_what_the_profile_has(key: str) -> None:
    content, profile = _content(key), notation(key)
    for name in ("label", "document", "first_layer", "weight_order", "separator", "assign", "activation", "sample"):
        assert getattr(profile, name) == content[name]
    for name in ("homogeneous", "inline_upstream", "inline_gradient", "ranges", "decimals"):
        assert getattr(profile, name) == content[name]
    assert {kind.value for kind in profile.negated} == set(content["negated"])
    assert {kind.value: list(words) for kind, words in profile.order.items()} == content["order"]
    for table in ("letters", "symbols", "matrix", "code"):
        assert dict(getattr(profile, table)) == content.get(table, {})
    for table in ("constants", "slots", "auxiliaries", "internals", "parameters"):
        assert getattr(profile, table).items() >= content.get(table, {}).items()
    assert [(slip.where, str(slip.sentence)) for slip in profile.slips] == [
        (entry["where"], entry["sentence"]) for entry in content.get("slips", [])
    ]


@pytest.mark.parametrize("key", KEYS)
def test_every_slip_is_met_somewhere(key: str) -> None:
    kinds = {kind.value for kind in Kind}
    details = {
        *kinds,
        *(activation.key for activation in ACTIVATIONS),
        *(loss.key for loss in LOSSES),
        *LAYERS.keys,
        *("mini_batch", "batch", "incremental", "online"),
    }
    for slip in notation(key).slips:
        where, _, detail = slip.where.partition(".")
        stage = re.sub("^(last|hidden|output|fused_output)_", "", where)
        assert stage in kinds or where in ("layer", "mode", "several_inputs"), slip.where
        assert not detail or detail in details, slip.where
        assert str(slip.sentence).endswith(".")


@pytest.mark.parametrize("key", KEYS)
def test_formulas_of_layers_are_balanced(key: str) -> None:
    for template in notation(key).matrix.values():
        source = line(template, lambda _: Flow.NEUTRAL).latex(None)
        assert source.count("{") == source.count("}")
        assert source.count("(") == source.count(")")


def test_the_documents_differ_as_the_table_of_the_conventions_says() -> None:
    profiles = notations()
    assert {key for key in KEYS if profiles[key].negated} == {"upv"}
    assert {key for key in KEYS if profiles[key].homogeneous} == {"upv"}
    assert {key for key in KEYS if profiles[key].first_layer == 1} == {"intro", "nielsen"}
    assert {key for key in KEYS if profiles[key].weight_order == "from_to"} == {"ugr"}
    names = {key: profiles[key].activation for key in KEYS}
    assert names == {"unir": "σ", "intro": "φ", "upv": "g", "uba": "g", "ugr": "f", "nielsen": "σ"}
    assert profiles["upv"].constants["learning_rate"] == "ρ" and profiles["upv"].constants["momentum"] == "ν"
    assert profiles["upv"].sign(Kind.DELTA) == -1.0 and profiles["upv"].sign(Kind.GRADIENT) == 1.0


def test_an_unknown_notation_is_named_with_the_known_ones() -> None:
    with pytest.raises(NotationError, match=r"no notation 'ABC'. Known are UNIR, INTRO, UPV, UBA, UGR, NIELSEN"):
        notation("ABC")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": 3}, "'label' is 3; expected a text"),
        ({"first_layer": True}, "'first_layer' is True; expected a whole number"),
        ({"weight_order": "sideways"}, "'weight_order' is 'sideways'; expected to_from or from_to"),
        ({"ranges": "no"}, "'ranges' is 'no'; expected true or false"),
        ({"colour": "red"}, "unknown entries: colour"),
        ({"symbols": {"output": "a"}}, "has no symbol for pre_activation, target"),
        ({"letters": {"unit": "j"}}, "'letters' needs a letter for each"),
        ({"label": None}, "'label' is missing; expected a text"),
    ],
)
def test_a_broken_profile_is_refused_with_what_is_wrong(changes: dict[str, Any], message: str) -> None:
    content = {key: value for key, value in (_content("unir") | changes).items() if value is not None}
    with pytest.raises(LayerloomError, match=re.escape(message)):
        read_notation("unir", content, _content("shared"))

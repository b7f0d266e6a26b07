"""How a stage is called in a line of text: by the letters of the notation, each parameter by its own."""

from __future__ import annotations

import pytest

from core.compiler.parameters import Parameters
from core.formulas.quantities import Constant, Kind, Quantity
from core.layers.catalog import LAYERS
from core.numerics.optimizers import OPTIMIZERS
from core.numerics.optimizers.formulas import UpdateTerms
from core.options import complete
from core.tracing.explaining import Explainer
from core.tracing.notation import KEYS, notation
from core.tracing.recording import IterationRecorder
from core.tracing.writing import heading
from core.training.session import Session
from tests.core.tracing.random_iterations import random_config, random_data, random_network
from tests.core.tracing.working_out import all_quantities, reachable

SEEDS = range(50)


@pytest.mark.parametrize(
    ("key", "kind", "name", "text"),
    [
        ("unir", Kind.GRADIENT, "kernel.l1", "∂C/∂w"),
        ("unir", Kind.GRADIENT, "bias", "∂C/∂b"),
        ("unir", Kind.GRADIENT, "gamma", "∂C/∂γ"),
        ("unir", Kind.GRADIENT, "slope", "∂C/∂α"),
        ("unir", Kind.NEW_PARAMETER, "beta", "β′"),
        ("unir", Kind.CLIPPED_GRADIENT, "gamma", "ḡ(γ)"),
        ("unir", Kind.PRE_ACTIVATION, "", "z"),
        ("unir", Kind.SAMPLE_LOSS, "", "Cₙ"),
        ("unir", Kind.LOSS, "", "C"),
        ("unir", Kind.INTERNAL, "mean", "μ"),
        ("intro", Kind.SAMPLE_LOSS, "", "Cⁱ"),
        ("upv", Kind.OUTPUT, "", "s"),
        ("upv", Kind.UPSTREAM, "", "−∂qₙ/∂s"),
        ("upv", Kind.GRADIENT, "kernel.l1", "∂q_S/∂θ"),
        ("upv", Kind.GRADIENT, "bias", "∂q_S/∂θ₀"),
        ("upv", Kind.CLIPPED_GRADIENT, "bias", "ḡ(θ₀)"),
        ("uba", Kind.DELTA, "", "dz"),
        ("uba", Kind.GRADIENT, "kernel.l1", "dW"),
        ("uba", Kind.GRADIENT, "gamma", "dγ"),
        ("ugr", Kind.UPSTREAM, "", "∂E/∂y"),
    ],
)
def test_a_stage_is_called_by_the_letters_of_the_document(key: str, kind: Kind, name: str, text: str) -> None:
    assert heading(notation(key), Quantity(kind, "n", name)) == text


@pytest.mark.parametrize("key", KEYS)
def test_every_slot_and_constant_of_every_optimiser_has_a_symbol(key: str) -> None:
    profile = notation(key)
    weight = Quantity(Kind.PARAMETER)
    for optimizer in OPTIMIZERS:
        assert set(profile.slots) >= set(optimizer.slot_names)
        for is_kernel in (True, False):
            terms = UpdateTerms(
                weight=weight,
                gradient=weight.of(Kind.GRADIENT),
                rate=Constant("learning_rate", 0.1),
                options=complete(optimizer.options, {}),
                update=1,
                is_kernel=is_kernel,
            )
            made = optimizer.formulas(terms)
            auxiliaries = {quantity.slot for quantity in made if quantity.kind is Kind.AUXILIARY}
            assert set(profile.auxiliaries) >= auxiliaries, optimizer.key
            used = {part.key for formula in made.values() for part in reachable(formula) if isinstance(part, Constant)}
            assert set(profile.constants) >= used, optimizer.key


@pytest.mark.parametrize("seed", SEEDS)
def test_every_name_in_the_formulas_of_a_network_has_a_symbol_in_every_notation(seed: int) -> None:
    graph = random_network(seed)
    recorder = IterationRecorder(Session(graph, random_config(seed), random_data(graph, seed)))
    recorder.next()
    explainer = Explainer(recorder.next())
    names: dict[str, set[str]] = {"parameters": {name for _, name in explainer.trace.old}, "constants": set()}
    names["internals"] = {name for _, name in explainer.trace.internals}
    seen = set()
    for quantity in all_quantities(explainer):
        address = (quantity.kind, quantity.node, quantity.name, quantity.slot)
        formula = None if address in seen else explainer.formula(quantity)
        seen.add(address)
        for part in () if formula is None else reachable(formula):
            if isinstance(part, Constant):
                names["constants"].add(part.key)
            elif isinstance(part, Quantity) and part.kind in TABLES:
                names.setdefault(TABLES[part.kind], set()).add(part.slot or part.name)
    for key in KEYS:
        for table, found in names.items():
            known = getattr(notation(key), table)
            assert {name.partition(".")[0] for name in found} <= set(known), (key, table)


TABLES = {
    Kind.PARAMETER: "parameters",
    Kind.INTERNAL: "internals",
    Kind.SLOT: "slots",
    Kind.NEW_SLOT: "slots",
    Kind.AUXILIARY: "auxiliaries",
}


def test_the_networks_of_the_trials_have_the_parameters_of_every_layer() -> None:
    kinds: dict[str, set[str]] = {}
    for seed in SEEDS:
        graph = random_network(seed)
        for node_id, name in Parameters(graph, "float64").specs:
            kinds.setdefault(graph.node(node_id).kind, set()).add(name.partition(".")[0])
    trained = {kind.key for kind in LAYERS if any(option.key == "frozen" for option in kind.options)}
    assert set(kinds) == trained
    assert kinds["batch_normalization"] == {"gamma", "beta"} and kinds["prelu"] == {"slope"}

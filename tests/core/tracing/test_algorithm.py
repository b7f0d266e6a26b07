"""The algorithm beside the numbers: which line is the current one."""

from __future__ import annotations

import pytest

from core.formulas.quantities import Kind
from core.tracing.algorithm import Form, current_line, listing
from core.tracing.notation import KEYS, notation
from core.tracing.stages import stages_of
from core.tracing.trace import Trace
from tests.core.graph.networks import chain, graph_of, row
from tests.core.tracing.traces import explained
from tests.core.training.prepared import data_of, random_data, samples_of


def _trace(**config: object) -> Trace:
    return explained(chain(5, 4, 3), random_data(), **config).trace


def _texts(trace: Trace, form: Form, key: str = "unir") -> list[str]:
    return [str(line.text) for line in listing(trace, form, notation(key))]


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("config", [{}, {"l2": 0.1, "clipping": "element"}, {"optimizer": "adam"}])
@pytest.mark.parametrize("key", KEYS)
def test_every_stage_has_a_line_and_lines_follow_the_stages(form: Form, config: dict[str, object], key: str) -> None:
    trace = _trace(**config)
    lines, stages = listing(trace, form, notation(key)), stages_of(trace)
    numbers = [current_line(lines, stage) for stage in stages]
    assert None not in numbers
    if form is Form.CODE:
        back = (Kind.UPSTREAM, Kind.DELTA, Kind.GRADIENT)
        backward = [n for n, s in zip(numbers, stages, strict=True) if n is not None and s.kind in back]
        assert backward == sorted(backward)


def test_the_current_line_says_what_is_worked_out() -> None:
    trace = _trace()
    lines = listing(trace, Form.PSEUDO_CODE, notation("unir"))
    found = {
        (stage.kind, stage.node): str(lines[number].text)
        for stage in stages_of(trace)
        if (number := current_line(lines, stage)) is not None
    }
    assert found[Kind.OUTPUT, "x"] == "a⁰ ← x"
    assert found[Kind.PRE_ACTIVATION, "d1"] == found[Kind.PRE_ACTIVATION, "d2"] == "zˡ ← Wˡ aˡ⁻¹ + bˡ"
    assert found[Kind.DELTA, "d2"].startswith("if l = L") and found[Kind.DELTA, "d1"].startswith("else")


@pytest.mark.parametrize(
    ("mode", "each", "step"),
    [
        ("batch", "for all N samples (x, y), once:", "W ← W − η · 1/N Σ ∂C/∂W"),
        ("mini_batch", "for each block of b (x, y), in order:", "W ← W − η · 1/b Σ ∂C/∂W"),
        ("incremental", "for each (x, y), in order:", "W ← W − (η/N) ∂C/∂W"),
        ("online", "for each new (x, y), in order:", "W ← W − η ∂C/∂W"),
    ],
)
def test_the_four_algorithms_of_002_differ_in_their_loop_and_their_step(mode: str, each: str, step: str) -> None:
    texts = _texts(_trace(mode=mode), Form.PSEUDO_CODE)
    assert texts[0] == each and texts[-2] == step and texts[-1] == step.replace("W", "b")


def test_the_code_form_is_that_of_003() -> None:
    assert _texts(_trace(), Form.CODE) == [
        "y0 = x",
        "z1 = W1 @ y0 + b1",
        "y1 = g(z1)",
        "z2 = W2 @ y1 + b2",
        "y2 = g(z2)",
        "L = loss(y2, y)",
        "dy2 = dL(y2, y)",
        "dz2 = dy2 * g'(z2)",
        "dW2 = dz2 @ y1.T; db2 = dz2",
        "dy1 = W2.T @ dz2",
        "dz1 = dy1 * g'(z1)",
        "dW1 = dz1 @ y0.T; db1 = dz1",
        "W, b = update(W, b, dW, db)",
    ]


def test_the_code_of_a_network_with_branches_adds_what_comes_back() -> None:
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("h", "dense", "x", units=2, activation="tanh"),
        row("p", "dense", "h", units=2, activation="tanh"),
        row("s", "add", "p", "h"),
        row("y", "dense", "s", "x", units=1, activation="linear", bias=False),
        row("out", "output", "y"),
    )
    texts = _texts(explained(graph, data_of(samples_of([[1.0, 2.0]], [[0.0]]))).trace, Form.CODE)
    assert "y3 = add(y2, y1)" in texts
    assert "z4 = W4_3 @ y3 + W4_0 @ y0" in texts
    assert "dy1 = W2.T @ dz2 + dy3" in texts


def test_the_order_and_a_fused_loss_are_told_as_they_are() -> None:
    trace = explained(chain(5, 4, 3, last="softmax", loss="cross_entropy"), random_data(), order="curriculum").trace
    assert _texts(trace, Form.PSEUDO_CODE)[0] == "for each block of b (x, y), easy first:"
    assert "if l = L:  δᴸ ← ∂C/∂zᴸ" in _texts(trace, Form.PSEUDO_CODE)
    assert "dz2 = dL(y2, y, z2)" in _texts(trace, Form.CODE)


def test_the_algorithm_has_the_letters_the_counting_and_the_sign_of_the_notation() -> None:
    trace = _trace(mode="online")
    assert _texts(trace, Form.PSEUDO_CODE, "upv") == [
        "for each new (x, t), in order:",
        "s⁰ ← x",
        "for l = 1 … L:",
        "φˡ ← Θˡ sˡ⁻¹",
        "sˡ ← g(φˡ)",
        "q_S ← loss(sᴸ, t)",
        "for l = L … 1:",
        "if l = L:  δᴸ ← −∂qₙ/∂sᴸ ⊙ g′(φᴸ)",
        "else:  δˡ ← (Θˡ⁺¹)ᵀ δˡ⁺¹ ⊙ g′(φˡ)",
        "∂q_S/∂Θˡ ← −δˡ (sˡ⁻¹)ᵀ",
        "Θ ← Θ − ρ ∂q_S/∂Θ",
    ]
    nielsen = _texts(trace, Form.PSEUDO_CODE, "nielsen")
    assert nielsen[1:4] == ["a¹ ← x", "for l = 2 … L:", "zˡ ← wˡ aˡ⁻¹ + bˡ"]
    ugr = _texts(trace, Form.PSEUDO_CODE, "ugr")
    assert ugr[3] == "zᵏ ← (wᵏ)ᵀ yᵏ⁻¹ + bᵏ" and "∂E/∂wᵏ ← yᵏ⁻¹ (δᵏ)ᵀ" in ugr


def test_biases_have_lines_of_their_own() -> None:
    trace = _trace()
    lines = listing(trace, Form.PSEUDO_CODE, notation("unir"))
    found = {
        (stage.kind, stage.quantity.stem): str(lines[number].text)
        for stage in stages_of(trace)
        if (number := current_line(lines, stage)) is not None
    }
    assert found[Kind.GRADIENT, "bias"] == "∂C/∂bˡ ← δˡ" and found[Kind.GRADIENT, "kernel"].startswith("∂C/∂Wˡ")
    assert found[Kind.NEW_PARAMETER, "bias"].startswith("b ←") and found[Kind.NEW_PARAMETER, "kernel"].startswith("W ←")

"""Every problem that the checks can find: its words, and that each of its ways out removes it."""

from __future__ import annotations

import numpy as np
import pytest

from core.compiler.checks import check_graph, require_runnable
from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.problems import Problem, Severity
from core.errors import NotTrainableError
from core.graph.model import Graph
from core.project import edits
from core.project.model import Project
from tests.core.compiler.ways_out import taken
from tests.core.graph.networks import Row, chain, graph_of, row

X = row("x", "input", shape=(3,))
H = row("h", "dense", "x", units=4)
Y = row("y", "dense", "h", units=2)
OUT = row("out", "output", "y")


def _problem(code: str, *rows: Row, node_id: str = "") -> Problem:
    """The one problem of the network with this code (and layer); its ways out are taken and must remove it."""
    graph = graph_of(*rows)
    found = [p for p in check_graph(graph) if p.code == code and node_id in ("", p.node_id)]
    assert len(found) == 1, [p.code for p in check_graph(graph)]
    for fix in found[0].fixes:
        left = {(p.code, p.node_id) for p in check_graph(taken(graph, fix))}
        assert (code, found[0].node_id) not in left, str(fix.label)
    return found[0]


def _codes(graph: Graph) -> list[str]:
    return [problem.code for problem in check_graph(graph)]


def test_a_sound_network_has_no_problem() -> None:
    assert _codes(graph_of(X, H, Y, OUT)) == []
    assert _codes(chain(784, 15, 10, last="softmax", loss="cross_entropy")) == []


def test_an_empty_network_lacks_input_and_output() -> None:
    assert _codes(Graph()) == ["no_input", "no_output"]


def test_a_network_without_input_is_told_where_samples_enter() -> None:
    problem = _problem("no_input", row("h", "dense", units=4), row("out", "output", "h"))
    assert problem.severity is Severity.ERROR
    assert str(problem.title) == "No Input"
    assert str(problem.text) == ("The network has no Input layer. Drag one from the palette; the samples enter there.")


def test_a_network_without_output_is_told_what_to_link() -> None:
    problem = _problem("no_output", X, H)
    assert problem.severity is Severity.ERROR
    assert str(problem.text) == (
        "The network has no Output layer. Drag one from the palette and link the last layer to it."
    )


def test_a_second_input_can_be_deleted() -> None:
    problem = _problem("several_inputs", X, H, Y, OUT, row("x2", "input"))
    assert (problem.severity, problem.node_id) == (Severity.ERROR, "x2")
    assert str(problem.text) == "'x2' is one too many: a network has one Input and one Output. Delete it."
    assert [str(fix.label) for fix in problem.fixes] == ["Delete"]


def test_a_second_output_can_be_deleted() -> None:
    problem = _problem("several_outputs", X, H, Y, OUT, row("out2", "output", "h"))
    assert (problem.severity, problem.node_id) == (Severity.ERROR, "out2")
    assert len(problem.fixes) == 1


def test_a_layer_on_the_way_to_the_output_needs_an_input() -> None:
    problem = _problem("missing_input", X, row("h", "dense", units=4), Y, OUT)
    assert (problem.severity, problem.node_id) == (Severity.ERROR, "h")
    assert str(problem.text) == "'h' has no input. Draw a wire to it from the layer before."


def test_shapes_that_do_not_fit_are_told_in_the_layers_own_words() -> None:
    # The editor refuses a second link into an activation; a network made otherwise is told.
    problem = _problem("shape", X, H, row("g", "activation", "x", "h"), row("out", "output", "g"))
    assert (problem.severity, problem.node_id) == (Severity.ERROR, "g")
    assert str(problem.text) == "'g' needs exactly one input; it has 2."


@pytest.mark.parametrize(
    ("loose", "text", "ways_out"),
    [
        (
            [row("n", "dense", units=3)],
            "'n' has no input and no output. It is not part of the run.",
            ["Insert after h", "Delete"],
        ),
        ([row("n", "dense", "h", units=3)], "'n' leads nowhere. It is not part of the run.", ["Delete"]),
        (
            [row("n", "dense", units=3), row("m", "activation", "n")],
            "'n' does not lead to the Output. It is not part of the run.",
            ["Delete"],
        ),
    ],
)
def test_a_layer_outside_the_run_is_told_why(loose: list[Row], text: str, ways_out: list[str]) -> None:
    problem = _problem("not_connected", X, H, Y, OUT, *loose, node_id="n")
    assert problem.severity is Severity.WARNING
    assert str(problem.text) == text
    assert [str(fix.label) for fix in problem.fixes] == ways_out


def test_no_layer_is_called_unconnected_while_there_is_no_output() -> None:
    assert _codes(graph_of(X, H, row("n", "dense"))) == ["no_output"]


def test_an_input_beside_the_network_offers_no_place_on_a_wire() -> None:
    graph = graph_of(X, H, Y, OUT, row("x2", "input"))
    (problem,) = (p for p in check_graph(graph) if p.code == "not_connected")
    assert [str(fix.label) for fix in problem.fixes] == ["Delete"]


STAY_EQUAL = (
    "All units of 'h' start equal and stay equal for ever: each gets the same gradient. Choose another initialiser."
)
NEVER_LEARN = (
    "All units of 'h' start where the derivative of ReLU is 0: no gradient reaches them, they never learn. "
    "Choose another initialiser."
)
START_EQUAL = "All units of 'h' start equal; only what is behind them makes them differ. Choose another initialiser."


def _zeros(node_id: str, source: str, activation: str = "tanh", bias: bool = True) -> Row:
    return row(node_id, "dense", source, units=4, activation=activation, initializer="zeros", bias=bias)


BESIDE = row("b", "dense", "x", units=4)

ZERO_WEIGHTS = {
    "zeros behind sigmoid units": ([_zeros("h", "x", "sigmoid"), _zeros("y", "h", "sigmoid")], STAY_EQUAL),
    "zeros behind tanh units": ([_zeros("h", "x"), _zeros("y", "h")], STAY_EQUAL),
    "zeros behind a card": (
        [_zeros("h", "x"), row("g", "activation", "h", activation="softmax"), _zeros("y", "g")],
        STAY_EQUAL,
    ),
    "other weights behind them": ([_zeros("h", "x"), row("y", "dense", "h", units=4)], START_EQUAL),
    "no bias": ([_zeros("h", "x", bias=False), row("y", "dense", "h", units=4)], START_EQUAL),
    "ReLU": ([_zeros("h", "x", "relu"), row("y", "dense", "h", units=4)], NEVER_LEARN),
    "a card of ReLU": (
        [_zeros("h", "x", "tanh"), row("g", "activation", "h", activation="relu"), row("y", "dense", "g", units=4)],
        NEVER_LEARN,
    ),
    "a residual connection and ReLU": (
        [
            BESIDE,
            _zeros("h", "x"),
            row("s", "add", "h", "b"),
            row("g", "activation", "s", activation="relu"),
            row("y", "dense", "g", units=4),
        ],
        START_EQUAL,
    ),
    "a residual connection before zeros": (
        [BESIDE, _zeros("h", "x"), row("s", "add", "h", "b"), _zeros("y", "s")],
        START_EQUAL,
    ),
    "dropout before zeros": (
        [_zeros("h", "x", "sigmoid"), row("m", "dropout", "h", rate=0.5), _zeros("y", "m")],
        START_EQUAL,
    ),
    "noise before zeros": (
        [_zeros("h", "x"), row("m", "gaussian_noise", "h", deviation=1.0), _zeros("y", "m")],
        START_EQUAL,
    ),
    "a gate before zeros": (
        [BESIDE, _zeros("h", "x", "sigmoid"), row("s", "multiply", "h", "b"), _zeros("y", "s")],
        START_EQUAL,
    ),
    "dropout of zeros": ([_zeros("h", "x"), row("m", "dropout", "h", rate=0.5), _zeros("y", "m")], STAY_EQUAL),
    "ReLU of sigmoid, which is above 0": (
        [_zeros("h", "x", "sigmoid"), row("g", "activation", "h", activation="relu"), row("y", "dense", "g", units=4)],
        START_EQUAL,
    ),
}


@pytest.mark.parametrize("case", ZERO_WEIGHTS)
def test_hidden_weights_that_start_at_0_are_warned_of(case: str) -> None:
    rows, text = ZERO_WEIGHTS[case]
    problem = _problem("zero_weights", X, *rows, OUT)
    assert (problem.severity, problem.node_id) == (Severity.WARNING, "h")
    assert str(problem.text) == text
    assert [str(fix.label) for fix in problem.fixes] == ["Glorot normal"]


@pytest.mark.parametrize("case", ZERO_WEIGHTS)
def test_what_the_warning_says_of_hidden_weights_is_what_happens(case: str) -> None:
    rows, text = ZERO_WEIGHTS[case]
    graph = graph_of(X, *rows, OUT)
    parameters = Parameters(graph, "float64")
    parameters.initialise(1)
    plan = compile_plan(graph, parameters, 5, training=True, generator=np.random.default_rng(3))
    rng = np.random.default_rng(2)
    for _ in range(20):
        plan.input[:], plan.target[:] = rng.normal(size=plan.input.shape), rng.random(plan.target.shape)
        for call in (*plan.forward, plan.loss, *plan.backward):
            call()
        parameters.values -= 0.5 * parameters.gradients
    kernel = parameters.views(parameters.values)["h", "kernel.x-h"]
    equal = np.abs(kernel - kernel[:, :1]).max() < 1e-12
    assert (text == START_EQUAL) == (not equal)
    assert (text == NEVER_LEARN) <= (not kernel.any())
    if case == "zeros behind sigmoid units":
        assert kernel.all()


@pytest.mark.parametrize("after", [[], [row("g", "activation", "y", activation="tanh")]])
def test_the_last_weights_may_start_at_0(after: list[Row]) -> None:
    rows = [X, H, row("y", "dense", "h", initializer="zeros"), *after]
    assert _codes(graph_of(*rows, row("out", "output", rows[-1].node.id))) == []


def test_cross_entropy_of_values_that_are_no_distribution_is_warned_of() -> None:
    problem = _problem("cross_entropy_without_softmax", X, H, Y, row("out", "output", "y", loss="cross_entropy"))
    assert (problem.severity, problem.node_id) == (Severity.WARNING, "out")
    assert str(problem.text) == (
        "Cross-entropy expects a distribution, but 'y' does not end in softmax: its values need not sum to 1."
    )
    assert [str(fix.label) for fix in problem.fixes] == ["Use softmax"]


def test_cross_entropy_straight_behind_the_input_has_no_way_out_by_one_click() -> None:
    assert _problem("cross_entropy_without_softmax", X, row("out", "output", "x", loss="cross_entropy")).fixes == ()


def test_softmax_with_squared_error_is_allowed_and_warned_of() -> None:
    soft = row("y", "dense", "h", activation="softmax")
    problem = _problem("softmax_without_cross_entropy", X, H, soft, OUT)
    assert (problem.severity, problem.node_id) == (Severity.WARNING, "out")
    assert str(problem.text) == (
        "'y' ends in softmax, but the loss is 'Squared error': learning is slow where the network is surely "
        "wrong. Cross-entropy fits softmax."
    )
    assert [str(fix.label) for fix in problem.fixes] == ["Use cross-entropy"]
    require_runnable(graph_of(X, H, soft, OUT))


def test_errors_come_before_warnings() -> None:
    # In the order of the layers the loose one comes before the one without an input.
    graph = graph_of(X, row("loose", "dense"), row("h", "dense"), Y, OUT, row("x2", "input"))
    assert _codes(graph) == ["several_inputs", "missing_input"] + ["not_connected"] * 3


def test_a_network_with_an_error_is_refused_with_the_first_one() -> None:
    with pytest.raises(NotTrainableError, match=r"^'h' has no input\. Draw a wire to it from the layer before\.$"):
        require_runnable(graph_of(X, row("h", "dense"), Y, OUT))


@pytest.mark.parametrize("key", ["step", "sign"])
def test_a_function_without_a_gradient_is_refused_for_training_only(key: str) -> None:
    graph = graph_of(
        row("x", "input", shape=(3,)),
        row("h", "dense", "x", units=4, activation=key),
        row("y", "dense", "h", units=2),
        row("out", "output", "y"),
    )
    (problem,) = [p for p in check_graph(graph) if p.code == "no_gradient"]
    assert problem.node_id == "h"
    assert "derivative is 0 or undefined" in str(problem.text)
    with pytest.raises(NotTrainableError, match="backpropagation learns nothing"):
        compile_plan(graph, Parameters(graph, "float64"), 1, training=True)
    compile_plan(graph, Parameters(graph, "float64"), 1, training=False)
    frozen = edits.set_option(Project(graph=graph), "h", "frozen", True)
    assert not check_graph(frozen.graph)
    compile_plan(frozen.graph, Parameters(frozen.graph, "float64"), 1, training=True)

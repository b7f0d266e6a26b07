"""Formulas against the kernels of the engine, and derivatives against finite differences of what they derive."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.formulas.evaluation import evaluate
from core.formulas.expressions import Expression
from core.formulas.parameter_names import kernel_of
from core.formulas.quantities import Kind, Quantity
from core.layers.layer_type import ParameterSpec
from core.numerics.activations import ACTIVATIONS, Activation
from core.numerics.losses import LOSSES, Loss, LossArrays
from core.numerics.losses.formulas import LossTerms
from core.options import ChoiceOption

GRID = [-30.0, -6.0, -2.5, -1.0, -0.4, -1e-3, 0.0, 1e-3, 0.3, 1.0, 2.0, 5.5, 30.0]
STEP = 1e-5
VARIANTS = {
    "leaky_relu": [{"slope": 0.0}, {"slope": 0.3}],
    "elu": [{"alpha": 0.4}, {"alpha": 2.0}],
}


def _activations() -> list[Activation]:
    return [a.configured(options) for a in ACTIVATIONS for options in VARIANTS.get(a.key, [{}])]


def _of(name: str) -> Callable[[Any], Quantity]:
    return lambda unit: Quantity(Kind.OUTPUT, name, unit=unit if isinstance(unit, tuple) else (unit,))


def _lookup(**arrays: Any) -> Callable[[Quantity], float]:
    return lambda quantity: float(np.asarray(arrays[quantity.node])[tuple(map(int, quantity.unit))])


def _answers(activation: Activation, z: NDArray[Any]) -> NDArray[Any]:
    formulas = [activation.forward_formula(_of("z"), (j,), z.shape) for j in range(len(z))]
    return np.array([evaluate(formula, _lookup(z=z)) for formula in formulas])


@pytest.mark.parametrize("activation", _activations(), ids=lambda a: a.key)
def test_a_formula_gives_what_the_engine_gives_on_both_sides_of_a_kink_and_at_it(activation: Activation) -> None:
    z = np.array([GRID])
    np.testing.assert_allclose(_answers(activation, z[0]), activation.value(z)[0], rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("activation", _activations(), ids=lambda a: a.key)
def test_the_formula_of_a_derivative_gives_what_the_engine_gives_at_kinks_too(activation: Activation) -> None:
    z, upstream = np.array([GRID]), np.cos(np.arange(float(len(GRID))))[np.newaxis]
    a, out = activation.value(z), np.empty_like(z)
    with np.errstate(over="ignore"):
        activation.bind_backward(z, a, upstream, out)()
    lookup = _lookup(z=z[0], a=a[0], g=upstream[0])
    for j, expected in enumerate(out[0]):
        formula = activation.backward_formula(_of("z"), _of("a"), _of("g"), (j,), z.shape[1:])
        assert evaluate(formula, lookup) == pytest.approx(expected, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("activation", _activations(), ids=lambda a: a.key)
def test_the_formula_of_a_derivative_is_that_of_its_function_wherever_it_is_smooth(activation: Activation) -> None:
    z = np.array([x for x in GRID if abs(x) < 10.0 and all(abs(x - kink) > 0.01 for kink in activation.kinks)])
    upstream = np.cos(np.arange(float(len(z))))
    lookup = _lookup(z=z, a=_answers(activation, z), g=upstream)
    for j in range(len(z)):
        moved = np.eye(len(z))[j] * STEP
        difference = (_answers(activation, z + moved) - _answers(activation, z - moved)) / (2.0 * STEP)
        formula = activation.backward_formula(_of("z"), _of("a"), _of("g"), (j,), z.shape)
        assert evaluate(formula, lookup) == pytest.approx(float(upstream @ difference), rel=1e-7, abs=1e-9)


def _losses() -> list[Loss]:
    found = []
    for loss in LOSSES:
        choices: list[list[tuple[str, Any]]] = [
            [(option.key, choice.key) for choice in option.choices]
            if isinstance(option, ChoiceOption)
            else [(option.key, value) for value in {"smoothing": (0.0, 0.2), "delta": (0.45,)}.get(option.key, (0.7,))]
            for option in loss.options
        ]
        found += [loss.configured(dict(combination)) for combination in product(*choices)]
    return found


def _terms(loss: Loss, y: NDArray[Any], activation: str) -> LossTerms:
    return LossTerms(_of("a"), _of("y"), len(y), activation, int(y.argmax()), bool(y.sum() == 1.0), 1e-300)


def _target(loss: Loss) -> NDArray[Any]:
    return np.array([-1.0, 1.0, -1.0]) if "hinge" in loss.key else np.array([0.25, 0.5, 0.25])


def _name(loss: Loss) -> str:
    return "-".join(str(value) for value in (loss.key, *vars(loss).values()))


@pytest.mark.parametrize("y", [None, [0.2, 0.9, 0.4], [0.0, 0.0, 1.0]], ids=["usual", "any", "one-hot"])
@pytest.mark.parametrize("activation", ["", "softmax", "sigmoid", "log_softmax"])
@pytest.mark.parametrize("loss", _losses(), ids=_name)
def test_the_formula_of_a_loss_gives_what_the_engine_gives_and_its_slope_is_its_derivative(
    loss: Loss, activation: str, y: list[float] | None
) -> None:
    target = _target(loss) if y is None else np.array(y)
    a = np.array([0.2, 0.5, 0.3])
    if activation == "log_softmax" and loss.key == "cross_entropy":
        a = np.log(a)
    terms, rows = _terms(loss, target, activation), np.empty(1)
    loss.bind_rows(LossArrays(a[None], target[None], activation=activation), rows)()
    whole = loss.sample_formula(terms)
    assert evaluate(whole, _lookup(a=a, y=target)) == pytest.approx(rows[0], rel=1e-13)

    def at(answer: NDArray[Any]) -> float:
        return evaluate(whole, _lookup(a=answer, y=target))

    for j in range(3):
        moved = np.eye(3)[j] * STEP
        slope = evaluate(loss.slope_formula(terms, j), _lookup(a=a, y=target))
        assert slope == pytest.approx((at(a + moved) - at(a - moved)) / (2.0 * STEP), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("y", [[0.2, 0.9, 0.4], [0.0, 0.0, 1.0]], ids=["any", "one-hot"])
@pytest.mark.parametrize(
    ("loss", "activation"),
    [(loss, key) for loss in _losses() for key in loss.fuses_with],
    ids=lambda item: item if isinstance(item, str) else _name(item),
)
def test_the_formula_of_the_slope_by_z_is_the_derivative_of_loss_and_activation_in_one(
    loss: Loss, activation: str, y: list[float]
) -> None:
    target, z, function = np.array(y), np.array([0.3, -1.2, 0.8]), ACTIVATIONS[activation]
    terms = _terms(loss, target, activation)

    def at(argument: NDArray[Any]) -> float:
        return evaluate(loss.sample_formula(terms), _lookup(a=_answers(function, argument), y=target))

    for j in range(3):
        moved = np.eye(3)[j] * STEP
        slope = evaluate(loss.fused_formula(terms, j), _lookup(a=_answers(function, z), y=target))
        assert slope == pytest.approx((at(z + moved) - at(z - moved)) / (2.0 * STEP), rel=1e-6, abs=1e-9)


def test_zero_times_its_logarithm_is_zero_and_nothing_else_hides_a_value_that_is_no_number() -> None:
    terms = _terms(LOSSES["cross_entropy"], np.array([0.0, 1.0, 0.0]), "softmax")
    saturated = {"a": np.array([0.0, 1.0, 0.0]), "y": np.array([0.0, 1.0, 0.0])}
    assert evaluate(LOSSES["cross_entropy"].sample_formula(terms), _lookup(**saturated)) == 0.0
    wrong: Expression = LOSSES["cross_entropy"].sample_formula(terms)
    assert evaluate(wrong, _lookup(a=np.array([1.0, 0.0, 0.0]), y=saturated["y"])) == np.inf
    assert np.isnan(evaluate(_of("a")(0) * 0.0, _lookup(a=np.array([np.nan]))))


def test_a_kernel_says_which_link_it_weighs_and_other_parameters_none() -> None:
    spec = ParameterSpec("kernel.l3", "kernel", (2, 3), "zeros", 2, 3)
    weight = Quantity(Kind.GRADIENT, "n", "kernel.l3", (0, 1))
    assert (spec.link_id, weight.link_id, weight.stem, kernel_of("l3")) == ("l3", "l3", "kernel", "kernel.l3")
    gamma = Quantity(Kind.PARAMETER, "n", "gamma", (0,))
    assert (gamma.link_id, gamma.stem) == ("", "gamma")

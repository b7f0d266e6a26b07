"""Maxout and PReLU against their formulas, special cases and ties."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.layers.alone import Alone, node_of, ports_of


def _maxout(layer: Alone, *inputs: np.ndarray, units: int, pieces: int) -> np.ndarray:
    """max over p of Σ over links (xᵀ w_p) + b_p, unit by unit and sample by sample."""
    kernels = [array for name, array in layer.values.items() if name.startswith("kernel")]
    result = np.empty((len(inputs[0]), units))
    for sample, unit in np.ndindex(*result.shape):
        values = []
        for piece in range(pieces):
            column = piece * units + unit
            z = layer.values["bias"][column] if "bias" in layer.values else 0.0
            z += sum(x[sample] @ kernel[:, column] for x, kernel in zip(inputs, kernels, strict=True))
            values.append(z)
        result[sample, unit] = max(values)
    return result


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("pieces", [1, 2, 4])
def test_maxout_is_the_largest_of_its_linear_pieces_over_all_links(pieces: int, bias: bool) -> None:
    layer = Alone("maxout", (3,), (2,), units=2, pieces=pieces, bias=bias)
    x, y = np.random.default_rng(1).normal(size=(3, 3)), np.random.default_rng(2).normal(size=(3, 2))
    np.testing.assert_allclose(layer.forward(x, y), _maxout(layer, x, y, units=2, pieces=pieces), rtol=1e-12)


def test_two_pieces_one_of_them_0_are_relu() -> None:
    layer = Alone("maxout", (3,), units=2, pieces=2)
    layer.values["kernel.l0"][:, 2:] = 0.0
    layer.values["bias"][2:] = 0.0
    x = np.random.default_rng(1).normal(size=(3, 3))
    z = x @ layer.values["kernel.l0"][:, :2] + layer.values["bias"][:2]
    np.testing.assert_allclose(layer.forward(x), np.maximum(z, 0.0), rtol=1e-14)


def test_of_equal_pieces_the_first_gets_the_gradient() -> None:
    layer = Alone("maxout", (1,), batch=1, units=1, pieces=3)
    layer.values["kernel.l0"][...] = [[1.0, 2.0, 2.0]]
    layer.values["bias"][...] = 0.0
    assert layer.forward([[3.0]]).tolist() == [[6.0]]
    (by_x,) = layer.backward([[5.0]])
    assert layer.gradients["kernel.l0"].tolist() == [[0.0, 15.0, 0.0]]
    assert layer.gradients["bias"].tolist() == [0.0, 5.0, 0.0]
    assert by_x.tolist() == [[10.0]]


def test_maxout_counts_its_pieces() -> None:
    layer, node = node_of("maxout", units=10, pieces=3)
    ports = ports_of((28, 28), (5,))
    assert [(spec.name, spec.shape, spec.fan_in, spec.fan_out) for spec in layer.parameters(node, ports)] == [
        ("kernel.l0", (784, 30), 789, 10),
        ("kernel.l1", (5, 30), 789, 10),
        ("bias", (30,), 789, 10),
    ]
    assert layer.multiply_adds(node, ports) == 789 * 30
    assert (layer.title(node.options), layer.summary(node.options)) == ("Maxout 10", "k = 3")


@pytest.mark.parametrize(("shape", "batch_last"), [((4,), False), ((2, 3, 4), False), ((2, 3, 4), True)])
@pytest.mark.parametrize("learning", ["unit", "shared", "fixed"])
def test_prelu_bends_negative_values_by_the_slope_of_their_unit_or_channel(
    shape: tuple[int, ...], batch_last: bool, learning: str
) -> None:
    layer = Alone("prelu", shape, batch_last=[batch_last], learning=learning, slope=0.3)
    slope = np.array([0.3]) if learning == "fixed" else layer.values["slope"]
    assert slope.shape == ((4,) if learning == "unit" else (1,))
    x, g = np.random.default_rng(1).normal(size=(2, 3, *shape))
    x.flat[0] = 0.0
    np.testing.assert_array_equal(layer.forward(x), np.where(x > 0.0, x, slope * x))
    (by_x,) = layer.backward(g)
    # At the kink the derivative is the slope.
    np.testing.assert_allclose(by_x, np.where(x > 0.0, g, slope * g), rtol=1e-15)
    if learning != "fixed":
        shares = (g * np.minimum(x, 0.0)).reshape(-1, 4)
        expected = shares.sum(axis=0) if learning == "unit" else shares.sum(keepdims=True).ravel()
        np.testing.assert_allclose(layer.gradients["slope"], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("learning", "shape", "count"),
    [("unit", (5,), 5), ("unit", (8, 8), 1), ("unit", (8, 8, 3), 3), ("shared", (5,), 1)],
)
def test_learnt_slopes_start_where_the_option_says(learning: str, shape: tuple[int, ...], count: int) -> None:
    layer, node = node_of("prelu", learning=learning)
    (spec,) = layer.parameters(node, ports_of(shape))
    assert (spec.name, spec.role, spec.shape, spec.start) == ("slope", "slope", (count,), 0.25)


def test_a_fixed_slope_is_no_parameter() -> None:
    layer, node = node_of("prelu", learning="fixed", slope=0.1)
    assert layer.parameters(node, ports_of((5,))) == ()
    assert layer.summary(node.options) == "α = 0.1"

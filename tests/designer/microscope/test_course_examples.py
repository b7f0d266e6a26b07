"""The worked examples of the course in the formula panel of the real window, with exactly the numbers of the slides."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.formulas.quantities import Kind, Quantity
from core.project.model import Project
from core.tracing.explaining import Explainer
from core.training.session import Session
from designer.main_window import MainWindow
from tests.core.tracing.course_examples import (
    PERCEPTRON_T,
    PERCEPTRON_X,
    bill,
    perceptron,
    perceptron_weights,
    sigmoid_neuron,
    squared_error,
)
from tests.core.tracing.traces import of_unit
from tests.core.training.prepared import data_of, samples_of
from tests.designer.shell.conftest import OpenWindow, open_window  # noqa: F401 (a fixture)


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:  # noqa: F811
    return open_window()


class Slide:
    """The formula panel of a window that looks at an example."""

    def __init__(self, window: MainWindow, example: Explainer) -> None:
        trace = example.trace
        first = next(iter(trace.layers.values()))
        data = data_of(samples_of(first.value, trace.target))
        session = Session(trace.graph, trace.config, data)
        views = session.parameters.views(session.parameters.values)
        for key, values in trace.old.items():
            views[key][...] = values
        project = Project(graph=trace.graph, training=trace.config, state=session.state())
        window.services.document.start(project)
        window.show_workbench()
        self._window, self.microscope = window, window.microscope.microscope
        self.microscope.look_at(project, data)

    def use(self, key: str) -> None:
        """Choose a notation by its button."""
        QTest.mouseClick(self._window.microscope.bar.notation.button(key), Qt.MouseButton.LeftButton)

    def lines(self, quantity: Quantity) -> list[str]:
        """Indexed formula, numbers, steps and result of a number, as they are shown."""
        self.microscope.place.follow(quantity)
        assert self.microscope.place.quantity == quantity
        texts = self._window.microscope.formula.texts()
        return [text for text in (texts[name] for name in ("indexed", "numbers", "steps", "result")) if text]

    def number(self, quantity: Quantity) -> float:
        """The full value of a number, as it is shown."""
        self.microscope.place.follow(quantity)
        return float(self._window.microscope.formula.texts()["full"].split()[-1].replace("−", "-"))


def _weight(layer: str, source: str, start: int, end: int, kind: Kind) -> Quantity:
    return of_unit(kind, layer, start, end, sample=None, name=f"kernel.{source}-{layer}")


def test_the_bill_of_004(window: MainWindow) -> None:
    slide = Slide(window, bill())
    prices = [_weight("d1", "x", i, 0, Kind.NEW_PARAMETER) for i in range(3)]
    slide.use("ugr")
    assert slide.lines(of_unit(Kind.PRE_ACTIVATION, "d1", 0)) == [
        "z¹₁ = x₁ w¹₁₁ + x₂ w¹₂₁ + x₃ w¹₃₁",
        "z¹₁ = 5 · 0.5 + 2 · 0.5 + 3 · 0.5",
        "= 2.5 + 1 + 1.5",
        "z¹₁ = 5",
    ]
    assert slide.lines(of_unit(Kind.DELTA, "d1", 0))[1:] == ["δ¹₁ = 1 · (5 − 8.5)", "= 1 · (−3.5)", "δ¹₁ = −3.5"]
    assert slide.lines(prices[0]) == [
        "w¹₁₁ ← w¹₁₁ − η x₁ δ¹₁",
        "w¹₁₁ ← 0.5 − 0.0286 · 5 · (−3.5)",
        "= 0.5 − (−0.5)",
        "w¹₁₁ ← 1",
    ]
    for key in ("ugr", "upv"):
        slide.use(key)
        assert [slide.lines(price)[-1].split()[-1] for price in prices] == ["1", "0.7", "0.8"]
    # UPV's δ is the residual itself: what the bill is more than the guess.
    assert slide.lines(of_unit(Kind.DELTA, "d1", 0))[-1] == "δ¹₁ = +3.5"


def test_the_second_and_third_week_of_the_bill(window: MainWindow) -> None:
    slide = Slide(window, bill())
    slide.use("ugr")
    slide.microscope.choose_iteration(1)
    assert slide.lines(of_unit(Kind.OUTPUT, "d1", 0))[-1] == "y¹₁ = 8.8"
    assert slide.lines(of_unit(Kind.DELTA, "d1", 0))[-1] == "δ¹₁ = +0.3"
    prices = [slide.lines(_weight("d1", "x", i, 0, Kind.NEW_PARAMETER))[-1].split()[-1] for i in range(3)]
    assert prices == ["0.9571", "0.6829", "0.7743"]
    slide.microscope.choose_iteration(2)
    assert slide.lines(of_unit(Kind.DELTA, "d1", 0))[-1] == "δ¹₁ = −0.0257"


def test_the_sigmoid_neuron_of_000(window: MainWindow) -> None:
    slide = Slide(window, sigmoid_neuron())
    slide.use("unir")
    assert slide.lines(of_unit(Kind.PRE_ACTIVATION, "d1", 0)) == [
        "z¹₁ = w¹₁₁ x₁ + w¹₁₂ x₂ + b¹₁",
        "z¹₁ = 2 · (−1) + (−3) · (−2) + (−3)",
        "= −2 + 6 + (−3)",
        "z¹₁ = 1",
    ]
    assert slide.lines(of_unit(Kind.OUTPUT, "d1", 0))[-1] == "a¹₁ = 0.7311"
    kernel = [_weight("d1", "x", i, 0, Kind.GRADIENT) for i in range(2)]
    bias = of_unit(Kind.GRADIENT, "d1", 0, sample=None, name="bias")
    assert slide.lines(kernel[0]) == ["∂C/∂w¹₁₁ = δ¹₁ x₁", "∂C/∂w¹₁₁ = 0.1966 · (−1)", "∂C/∂w¹₁₁ = −0.1966"]
    expected = ["−0.1966", "−0.3932", "+0.1966"]
    for key in ("unir", "upv", "nielsen"):
        slide.use(key)
        assert [slide.lines(quantity)[-1].split()[-1] for quantity in (*kernel, bias)] == expected
    slide.use("upv")
    assert slide.lines(of_unit(Kind.PRE_ACTIVATION, "d1", 0))[:2] == [
        "φ¹₁ = θ¹₁₀ · 1 + θ¹₁₁ x₁ + θ¹₁₂ x₂",
        "φ¹₁ = −3 · 1 + 2 · (−1) + (−3) · (−2)",
    ]


@pytest.mark.parametrize(("key", "sign"), [("upv", 1.0), ("unir", -1.0)])
def test_the_5_3_3_perceptron_of_002(window: MainWindow, key: str, sign: float) -> None:
    # By hand: s = g(Θ [1, x]), δ² = (t − s²) g′, δ¹ = g′ Σ δ² θ²; UPV's δ has the sign of t − s.
    first, second = perceptron_weights()
    s1 = 1.0 / (1.0 + np.exp(-(first @ [1.0, *PERCEPTRON_X])))
    s2 = 1.0 / (1.0 + np.exp(-(second @ [1.0, *s1])))
    delta2 = (np.array(PERCEPTRON_T) - s2) * s2 * (1.0 - s2)
    delta1 = (delta2 @ second[:, 1:]) * s1 * (1.0 - s1)
    slide = Slide(window, perceptron())
    slide.use(key)
    for layer, expected in (("d1", delta1), ("d2", delta2)):
        found = [slide.number(of_unit(Kind.DELTA, layer, i)) for i in range(3)]
        np.testing.assert_allclose(found, sign * expected, rtol=1e-12)
    output = _weight("d2", "d1", 2, 0, Kind.NEW_PARAMETER)
    hidden = _weight("d1", "x", 3, 2, Kind.NEW_PARAMETER)
    assert slide.number(output) == pytest.approx(second[0, 3] + 0.5 * delta2[0] * s1[2], rel=1e-12)
    assert slide.number(hidden) == pytest.approx(first[2, 4] + 0.5 * delta1[2] * PERCEPTRON_X[3], rel=1e-12)
    if key == "upv":
        assert slide.lines(output)[0] == "θ²₁₃ ← θ²₁₃ + ρ δ²₁ s¹₃"
        assert slide.lines(hidden)[0] == "θ¹₃₄ ← θ¹₃₄ + ρ δ¹₃ x₄"
        delta = slide.lines(of_unit(Kind.DELTA, "d1", 2))[0]
        assert delta == "δ¹₃ = (δ²₁ θ²₁₃ + δ²₂ θ²₂₃ + δ²₃ θ²₃₃) g′(φ¹₃)"


@pytest.mark.parametrize("key", ["unir", "ugr"])
def test_the_squared_error_of_000(window: MainWindow, key: str) -> None:
    slide = Slide(window, squared_error())
    slide.use(key)
    loss = of_unit(Kind.SAMPLE_LOSS, "out")
    *_, step, result = slide.lines(loss)
    assert step == "= ½ · 0.09" and result.endswith(" = 0.045")
    assert "(1 − 0.9)²" in slide.lines(loss)[1]

"""Metrics against small tables worked by hand, and against definitions carried out sample by sample."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.numerics.metrics import (
    accuracy,
    class_figures,
    confusion_matrix,
    guessed_classes,
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
    top_k_accuracy,
)

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 2])
GUESSES = np.array([0, 1, 0, 1, 1, 0, 2, 1])


def test_a_confusion_matrix_has_a_row_per_class_and_a_column_per_guess() -> None:
    assert confusion_matrix(GUESSES, LABELS, 4).tolist() == [[2, 1, 0, 0], [0, 2, 0, 0], [1, 1, 1, 0], [0, 0, 0, 0]]
    nothing = np.empty(0, dtype=np.int64)
    assert confusion_matrix(nothing, nothing, 2).tolist() == [[0, 0], [0, 0]]


def test_precision_recall_and_f1_of_each_class_are_worked_by_hand() -> None:
    figures = class_figures(confusion_matrix(GUESSES, LABELS, 4))
    nan = float("nan")
    np.testing.assert_allclose(figures.precision, [2 / 3, 2 / 4, 1 / 1, nan])
    np.testing.assert_allclose(figures.recall, [2 / 3, 2 / 2, 1 / 3, nan])
    np.testing.assert_allclose(figures.f1, [2 / 3, 2 / 3, 1 / 2, nan])
    assert figures.support.tolist() == [3, 2, 3, 0]


def test_a_class_that_is_never_guessed_has_recall_0_and_no_precision() -> None:
    figures = class_figures(confusion_matrix(np.array([0, 0]), np.array([0, 1]), 2))
    assert figures.recall.tolist() == [1.0, 0.0]
    assert figures.precision[0] == 0.5 and math.isnan(figures.precision[1])
    assert figures.f1[1] == 0.0


def test_the_largest_output_is_the_guess_and_the_first_of_equal_ones() -> None:
    answers = np.array([[0.1, 0.8, 0.1], [0.4, 0.2, 0.4], [0.0, 0.0, 0.0]], "float32")
    assert guessed_classes(answers).tolist() == [1, 0, 0]
    assert guessed_classes(np.array([[0.5], [0.51], [-3.0]])).tolist() == [0, 1, 0]
    assert accuracy(answers, np.array([1, 2, 0])) == pytest.approx(2 / 3)


def test_top_k_looks_for_the_class_among_the_k_largest() -> None:
    answers = np.array([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [0.5, 0.4, 0.1]])
    labels = np.array([0, 1, 0])
    assert [top_k_accuracy(answers, labels, k) for k in (1, 2, 3)] == pytest.approx([1 / 3, 1 / 3, 1.0])
    assert top_k_accuracy(np.full((1, 3), np.nan), np.array([0]), 3) == 0.0


def test_top_1_is_the_accuracy_and_top_k_grows() -> None:
    rng = np.random.default_rng(4)
    answers, labels = np.round(rng.random((500, 7)), 1), rng.integers(0, 7, 500)
    shares = [top_k_accuracy(answers, labels, k) for k in range(1, 8)]
    assert shares[0] == accuracy(answers, labels)
    assert shares == sorted(shares) and shares[-1] == 1.0
    for k in (2, 3):
        best = np.argsort(-answers, axis=1, kind="stable")[:, :k]
        assert shares[k - 1] == np.mean([label in row for row, label in zip(best, labels, strict=True)])
    single = rng.random((20, 1))
    assert top_k_accuracy(single, (single[:, 0] > 0.5).astype(int), 1) == 1.0
    assert top_k_accuracy(single, (single[:, 0] <= 0.5).astype(int), 2) == 1.0


def test_errors_of_a_regressor_are_worked_by_hand() -> None:
    targets, answers = np.array([[1.0], [2.0], [3.0], [6.0]]), np.array([[1.5], [2.0], [2.0], [7.0]])
    assert mean_absolute_error(answers, targets) == pytest.approx((0.5 + 0 + 1 + 1) / 4)
    assert root_mean_squared_error(answers, targets) == pytest.approx(math.sqrt((0.25 + 0 + 1 + 1) / 4))
    # ȳ = 3: 4 + 1 + 0 + 9 = 14
    assert r_squared(answers, targets) == pytest.approx(1 - 2.25 / 14)
    assert r_squared(targets, targets) == 1.0
    assert r_squared(np.full((4, 1), 3.0), targets) == 0.0


def test_r_squared_is_the_mean_over_the_outputs_that_vary() -> None:
    targets = np.array([[1.0, 0.1], [2.0, 0.1], [3.0, 0.1]])
    answers = np.array([[1.0, 0.0], [2.0, 0.0], [2.0, 9.0]])
    assert r_squared(answers, targets) == pytest.approx(0.5)
    assert math.isnan(r_squared(answers[:, 1:], targets[:, 1:]))


def test_without_samples_nothing_is_known() -> None:
    answers, labels = np.empty((0, 3)), np.empty(0, dtype=np.int64)
    figures = [accuracy(answers, labels), top_k_accuracy(answers, labels, 2), mean_absolute_error(answers, answers)]
    figures += [root_mean_squared_error(answers, answers), r_squared(answers, answers)]
    assert all(math.isnan(figure) for figure in figures)

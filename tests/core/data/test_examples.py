"""Data to be worked through by hand."""

from __future__ import annotations

import numpy as np

from core.data.reference import DataReference
from core.data.sources import load_prepared
from core.project import edits
from core.project.model import Project
from core.project.templates import TEMPLATES
from core.training.session import Session


def test_xor_is_one_where_the_inputs_differ() -> None:
    data = load_prepared(DataReference(source="xor", validation_percent=0, single_output=True), "float64")
    assert len(data.training) == 4 and len(data.validation) == 0
    for inputs, target in zip(data.training.inputs, data.training.targets, strict=True):
        assert target.tolist() == [float(inputs[0] != inputs[1])]
    np.testing.assert_array_equal(data.test.inputs, data.training.inputs)


def test_the_network_of_the_template_learns_it() -> None:
    project = TEMPLATES["xor"].build()
    data = load_prepared(project.data, project.training.dtype)
    session = Session(project.graph, project.training, data)
    for _ in range(4 * 3000):
        session.step()
    assert session.evaluate(data.training).accuracy == 1.0
    assert session.evaluate(data.training).loss < 0.001


def test_choosing_it_prepares_it_and_choosing_others_takes_that_back() -> None:
    project = edits.choose_data(Project(), "xor")
    assert project.data == DataReference(source="xor", validation_percent=0, single_output=True)
    digits = edits.choose_data(project, "digits")
    assert digits.data == DataReference(source="digits")
    own = edits.set_data_option(digits, "validation_percent", 25)
    assert edits.choose_data(own, "digits_28").data.validation_percent == 25

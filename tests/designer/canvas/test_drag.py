from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QMimeData

from designer.drag import LAYER_MIME, dragged_layer, layer_mime


def _foreign(content: bytes) -> QMimeData:
    data = QMimeData()
    data.setData(LAYER_MIME, QByteArray(content))
    return data


def test_a_dragged_layer_arrives_with_its_options_and_the_defaults_of_the_others() -> None:
    layer = dragged_layer(layer_mime("dense", {"units": 7}))
    assert layer is not None
    assert layer.kind == "dense"
    assert layer.options["units"] == 7
    assert layer.options["activation"] == "sigmoid"


def test_a_shape_survives_the_way_through_json() -> None:
    layer = dragged_layer(layer_mime("input", {"shape": (28, 28)}))
    assert layer is not None
    assert layer.options["shape"] == (28, 28)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'{"kind": "unheard_of"}',
        b'{"kind": 7}',
        b'{"kind": "dense", "options": {"units": -1}}',
        b'{"kind": "dense", "options": {"colour": 1}}',
        b'{"kind": "dense", "options": []}',
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"kind": "dense"}' + b" " * 70_000,
    ],
)
def test_a_drag_from_elsewhere_that_makes_no_sense_is_no_layer(content: bytes) -> None:
    assert dragged_layer(_foreign(content)) is None


def test_a_drag_of_text_is_no_layer() -> None:
    data = QMimeData()
    data.setText("dense")
    assert dragged_layer(data) is None

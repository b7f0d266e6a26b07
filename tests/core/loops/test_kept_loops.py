"""Compiled loops are read back from the disk by the next process, and are still the right ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba")

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
import numpy as np
from core.loops.library import library
from core.loops.surroundings import binding
from core.numerics.activations import ACTIVATIONS

z = np.linspace(-2.0, 2.0, 64).reshape(4, 16)
for key in sys.argv[1:]:
    a = np.empty_like(z)
    with binding(compiled=True):
        ACTIVATIONS[key].bind_forward(z, a)()
    print(key, a.tobytes().hex())
print(sum(loop.cache_hits for loop in library()._functions.values()))
"""


def _run(folder: Path, *keys: str) -> tuple[dict[str, str], int]:
    environment = {**os.environ, "LAYERLOOM_CACHE": str(folder)}
    environment.pop("LAYERLOOM_LOOPS", None)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *keys], cwd=ROOT, env=environment, capture_output=True, check=True, text=True
    )
    *lines, hits = done.stdout.splitlines()
    return dict(line.split() for line in lines), int(hits)


def test_the_next_process_compiles_nothing_again(tmp_path: Path) -> None:
    first, compiled = _run(tmp_path, "sigmoid", "tanh", "elu")
    second, read = _run(tmp_path, "sigmoid", "tanh", "elu")
    assert (compiled, read) == (0, 3) and second == first


def test_what_is_read_back_is_not_taken_for_what_is_compiled_beside_it(tmp_path: Path) -> None:
    apart = {key: _run(tmp_path / key, key)[0][key] for key in ("sigmoid", "tanh", "softplus")}
    _run(tmp_path, "sigmoid", "tanh")
    mixed, read = _run(tmp_path, "softplus", "tanh", "sigmoid")
    assert read == 2 and mixed == apart

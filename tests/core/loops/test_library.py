"""Compiled functions on disk, in several processes, and where they are not wanted or cannot be kept."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.loops.library import Compilation, library
from core.loops.surroundings import binding

TRAIN = """
import numpy as np
from core.loops.library import Compilation, library, loops_in_use
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.graph.networks import chain
from tests.core.training.prepared import data_of, random_samples
Compilation.told = lambda: print("compiling")
session = Session(chain(2, 3), TrainingConfig(), data_of(random_samples(11, (2,), 3)))
for _ in range(3):
    session.step()
print(session.parameters.values.tobytes().hex()[:64], loops_in_use())
"""
needs_numba = pytest.mark.skipif(library() is None, reason="needs numba")


def start(folder: Path, code: str = TRAIN, **variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "LAYERLOOM_CACHE": str(folder), "PYTHONPATH": os.pathsep.join(sys.path), **variables}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> list[str]:
    output, _ = process.communicate(timeout=100)
    assert process.returncode == 0
    return output.splitlines()


@needs_numba
def test_the_first_process_compiles_and_says_so_and_the_next_reads_the_same(tmp_path: Path) -> None:
    first, second = said(start(tmp_path)), said(start(tmp_path))
    assert first[0] == "compiling"
    assert second == first[1:]


@needs_numba
def test_two_processes_may_compile_at_once(tmp_path: Path) -> None:
    both = [start(tmp_path), start(tmp_path)]
    lines = [said(process)[-1] for process in both]
    assert lines[0] == lines[1]
    assert said(start(tmp_path)) == lines[:1]


@needs_numba
def test_without_a_place_to_keep_them_loops_are_compiled_all_the_same(tmp_path: Path) -> None:
    taken = tmp_path / "a file"
    taken.write_text("not a folder", encoding="utf-8")
    assert said(start(taken)) == said(start(tmp_path / "cache"))


@needs_numba
def test_spoilt_files_are_compiled_anew(tmp_path: Path) -> None:
    expected = said(start(tmp_path))[-1]
    kept = list(tmp_path.rglob("*.nbc")) + list(tmp_path.rglob("*.nbi"))
    assert kept
    for path in kept:
        path.write_bytes(b"spoilt")
    assert said(start(tmp_path))[-1] == expected


def test_numpy_can_be_asked_for(tmp_path: Path) -> None:
    assert said(start(tmp_path, LAYERLOOM_LOOPS="numpy"))[-1].endswith(" numpy")


def test_where_numba_cannot_be_imported_numpy_does_it(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['numba'] = None\n" + TRAIN
    assert said(start(tmp_path, hidden)) == said(start(tmp_path, LAYERLOOM_LOOPS="numpy"))


@pytest.mark.parametrize(
    "code",
    [
        "import designer.__main__",
        "from designer.__main__ import main; main(['--help'])",
        "import designer.main_window",
        "from core.training.session import Session; "
        "from core.training.config import TrainingConfig; from tests.core.graph.networks import chain; "
        "from tests.core.training.prepared import data_of, random_samples; "
        "Session(chain(2, 3), TrainingConfig(), data_of(random_samples(11, (2,), 3))).state()",
    ],
)
def test_nothing_loads_numba_before_the_first_step(code: str, tmp_path: Path) -> None:
    shown = said(start(tmp_path, f"{code}\nimport sys; print('numba' in sys.modules)"))
    assert shown[-1] == "False"


def test_one_thread_that_has_bound_its_loops_does_not_end_the_compiling_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Compilation, "told", None)
    in_between, go_on = threading.Event(), threading.Event()

    def compile_slowly() -> None:
        with binding(compiled=False):
            Compilation.begin()
            in_between.set()
            go_on.wait(20.0)

    thread = threading.Thread(target=compile_slowly)
    thread.start()
    assert in_between.wait(20.0)
    with binding(compiled=False):
        pass
    assert Compilation.running
    go_on.set()
    thread.join(20.0)
    assert not Compilation.running

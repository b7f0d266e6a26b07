"""The machine and the libraries are fit for the program, and the program starts without what it does not need."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal

import core
import run
from designer import prerequisites

ROOT = Path(__file__).resolve().parent.parent


class _Emitter(QObject):
    fired = Signal(bool)


def _lost_references(value: object, calls: Callable[[], object]) -> int:
    before = sys.getrefcount(value)
    calls()
    return before - sys.getrefcount(value)


def test_qt_calls_do_not_take_references_of_none_away() -> None:
    # PySide6 6.12.0 on Python 3.11 loses one with each call, and the process ends when none is left.
    thing = QObject()
    lost = _lost_references(None, lambda: [thing.setObjectName("a") for _ in range(1_000)] and None)
    assert lost < 200


def test_qt_signals_do_not_take_references_of_true_away() -> None:
    emitter, heard = _Emitter(), []
    emitter.fired.connect(heard.append)

    def emit() -> None:
        for _ in range(1_000):
            emitter.fired.emit(True)
        heard.clear()

    assert _lost_references(True, emit) < 200


def _modules_after(code: str) -> set[str]:
    """Return the names of the modules that a fresh interpreter has imported after running `code`."""
    report = f"{code}\nimport sys, json\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_commands_import_no_qt(tmp_path: Path) -> None:
    project = tmp_path / "n.h5"
    modules = _modules_after(
        "from designer.__main__ import main\n"
        f"assert main(['new', '--layers', '64,8,10', {str(project)!r}]) == 0\n"
        f"assert main(['train', {str(project)!r}, '--iterations', '3']) == 0\n"
        f"assert main(['info', {str(project)!r}]) == 0\n"
    )
    assert "core.training.session" in modules
    assert not {name for name in modules if name.split(".")[0] in ("PySide6", "shiboken6", "pyqtgraph")}


def test_the_version_of_the_distribution_is_that_of_the_code() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["hatch"]["version"]["path"] == "core/__init__.py"
    done = subprocess.run(
        [sys.executable, "-m", "designer", "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == f"Layerloom {core.__version__}\n"


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


def test_a_display_counts_only_where_it_answers(linux: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not prerequisites.has_display({})
    assert not prerequisites.has_display({"DISPLAY": "nonsense"})
    assert not prerequisites.has_display({"DISPLAY": ":4711"})
    wayland = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert not prerequisites.has_display(wayland)
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("wayland-7")
        server.listen()
        assert prerequisites.has_display(wayland)
        assert not prerequisites.has_display({**wayland, "QT_QPA_PLATFORM": "offscreen"})


def test_missing_libraries_are_named_with_their_packages(linux: None, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = {"libNoSuchThing.so.9": "libnosuchthing9"}
    monkeypatch.setattr(prerequisites, "OFFSCREEN_LIBRARIES", absent)
    assert prerequisites.missing_libraries(display=False) == absent
    monkeypatch.setattr(prerequisites.shutil, "which", lambda name: "/usr/bin/apt-get")
    assert prerequisites.how_to_install(absent).endswith("apt-get install -y --no-install-recommends libnosuchthing9")
    monkeypatch.setattr(prerequisites.shutil, "which", lambda name: None)
    assert "libNoSuchThing.so.9" in prerequisites.how_to_install(absent)


class _Calls:
    """Stands for the programs that run.py starts: notes each command and lets it succeed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.commands: list[list[str]] = []
        monkeypatch.setattr(run.subprocess, "call", self._note)
        monkeypatch.setattr(run, "ROOT", folder)
        monkeypatch.setattr(run, "STAMP", folder / "stamp")
        monkeypatch.setattr(run, "runs", lambda *arguments: True)
        (folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")

    def _note(self, command: list[str], **_: object) -> int:
        self.commands.append(command)
        return 0

    @property
    def installed(self) -> list[str]:
        return [command[-1] for command in self.commands if "install" in command]


def test_run_py_installs_once_and_again_only_when_it_must(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = _Calls(monkeypatch, tmp_path)
    run.install("")
    run.install("")
    assert calls.installed == [str(tmp_path), f"{tmp_path}[fast]"]
    run.install("test")
    run.install("test")
    run.install("")
    assert calls.installed[2:] == [f"{tmp_path}[test]", f"{tmp_path}[fast,test]"]
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = []\n", encoding="utf-8")
    run.install("")
    assert calls.installed[4:] == [f"{tmp_path}[test]", f"{tmp_path}[fast,test]"]


def test_run_py_goes_on_where_there_is_no_numba_for_this_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = _Calls(monkeypatch, tmp_path)
    fails = lambda command, **_: int(calls._note(command) or "[fast]" in command[-1])  # noqa: E731
    monkeypatch.setattr(run.subprocess, "call", fails)
    run.install("")
    run.install("")
    assert calls.installed == [str(tmp_path), f"{tmp_path}[fast]"]
    assert "no numba for this Python" in capsys.readouterr().out


def test_run_py_leaves_no_stamp_when_pip_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _Calls(monkeypatch, tmp_path)
    monkeypatch.setattr(run.subprocess, "call", lambda *_, **__: 1)
    with pytest.raises(SystemExit, match="pip could not install"):
        run.install("")
    assert not (tmp_path / "stamp").exists()


def test_run_py_says_the_one_line_where_it_may_not_install(
    linux: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "missing_libraries", lambda *, display: {"libEGL.so.1": "libegl1"})
    monkeypatch.setattr(run, "apt_install", lambda packages: False)
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(SystemExit) as stopped:
        run.require_system_packages(display=False)
    assert "libEGL.so.1" in str(stopped.value) and str(stopped.value).endswith("libegl1")
    assert "\n" not in str(stopped.value)


def test_run_py_is_short_and_needs_nothing_but_python() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, sys.argv[1]); import run", str(ROOT)],
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    assert done.returncode == 0, done.stderr

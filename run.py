#!/usr/bin/env python3
"""Set up Layerloom in ``.venv`` and start it; needs nothing but Python 3.11 or newer.

    python3 run.py                 open the window with a sample project
    python3 run.py test [ARGS]     run all tests (pytest takes the ARGS)
    python3 run.py ARGS            what "layerloom ARGS" does: new, train, info, export-image, PROJECT

What was installed for is noted in ``.venv``, so that later starts install nothing until pyproject.toml changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from designer.prerequisites import has_display, how_to_install, missing_libraries

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS, SUFFIX = (VENV / "Scripts", ".exe") if os.name == "nt" else (VENV / "bin", "")
PYTHON, LAYERLOOM = SCRIPTS / f"python{SUFFIX}", SCRIPTS / f"layerloom{SUFFIX}"
STAMP = VENV / "layerloom-installed.txt"
PICTURE = "layerloom.png"


def main() -> NoReturn:
    if sys.version_info < (3, 11):
        stop(f"Layerloom needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    arguments = sys.argv[1:]
    testing = arguments[:1] == ["test"]
    visible = has_display()
    require_system_packages(display=visible)
    install("test" if testing else "")
    if testing:
        if not visible:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.chdir(ROOT)
        if not arguments[1:]:
            sys.exit(test_all())
        hand_over([str(PYTHON), "-m", "pytest", "-q", *arguments[1:]])
    if not arguments and not visible:
        demonstrate()
    hand_over([str(LAYERLOOM), *arguments])


def test_all() -> int:
    """Run all tests, those without a window on all cores, those with one in two processes; 0 where all passed."""
    tests, cores = [str(PYTHON), "-m", "pytest", "-q"], str(min(8, os.cpu_count() or 1))
    windows = ["tests/designer", "tests/benchmarks"]
    some = [f"tests/designer/{folder}" for folder in ("microscope", "shell")]
    others = subprocess.call([*tests, "-n", cores, "--dist", "worksteal", *(f"--ignore={name}" for name in windows)])
    with tempfile.TemporaryFile() as said:
        second = subprocess.Popen([*tests, *some], stdout=said, stderr=subprocess.STDOUT)
        first = subprocess.call([*tests, *windows, *(f"--ignore={name}" for name in some)])
        second.wait()
        said.seek(0)
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
    return others or first or second.returncode


def install(extra: str) -> None:
    """Make the virtual environment and install the project into it, unless that was done for this pyproject.toml."""
    digest = hashlib.sha256(os.fsencode(ROOT) + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    done = STAMP.read_text(encoding="utf-8").split() if STAMP.is_file() and runs("-c", "") else []
    extras = {*done[1:], extra} - {""}
    if done == [digest, *sorted(extras)]:
        return
    if not runs("-m", "pip", "--version"):
        make_environment()
    print("Installing Layerloom and its libraries into .venv (once; about 160 MB) …", flush=True)
    if not pip_install(extras):
        stop("pip could not install the libraries; the reason stands above. Run this again when it is mended.")
    if not pip_install({*extras, "fast"}, "--only-binary", "numba,llvmlite"):
        print("There is no numba for this Python: all will work, but training is slower without its compiled loops.")
    STAMP.write_text(" ".join([digest, *sorted(extras)]), encoding="utf-8")


def pip_install(extras: set[str], *options: str) -> bool:
    """Install the project with some of its extras; returns whether that was possible."""
    target = f"{ROOT}[{','.join(sorted(extras))}]" if extras else str(ROOT)
    command = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options, "--editable", target]
    return subprocess.call([str(PYTHON), *command]) == 0


def make_environment() -> None:
    """Make a fresh virtual environment."""
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        stop(f"Could not make a virtual environment in {VENV}; the reason stands above.")


def require_system_packages(*, display: bool) -> None:
    """Install what Debian and Ubuntu leave out of Python and what Qt needs of them, or say how, and stop."""
    missing = missing_libraries(display=display)
    if importlib.util.find_spec("ensurepip") is None and not runs("-m", "pip", "--version"):
        missing["Python's venv module"] = "python{}.{}-venv".format(*sys.version_info)
    if missing and not (apt_install(list(missing.values())) and not missing_libraries(display=display)):
        stop(f"The system lacks {', '.join(missing)}. Run this, then run.py again: {how_to_install(missing)}")


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages if that is possible without asking anybody; return whether it worked."""
    if not shutil.which("apt-get"):
        return False
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and (not shutil.which("sudo") or subprocess.run([*rights, "true"], capture_output=True).returncode):
        return False
    print("Installing system packages:", *packages, flush=True)
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    subprocess.call([*apt, "update"], stdout=subprocess.DEVNULL)
    install_command = [*apt, "install", "-y", "--no-install-recommends", *packages]
    return subprocess.call(install_command, stdout=subprocess.DEVNULL) == 0


def demonstrate() -> NoReturn:
    """Without a display: train the sample in the terminal and write a picture of the window."""
    print(f"No display: training the sample project here and writing a picture of the window to {PICTURE}.", flush=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sample, trained = ROOT / "samples" / "digit-reader.h5", VENV / "digit-reader-trained.h5"
    draw = (
        "import sys, pathlib; from designer.app import picture_of_window; "
        "picture_of_window(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    )
    for command in (
        [str(LAYERLOOM), "train", str(sample), "--out", str(trained)],
        [str(PYTHON), "-c", draw, str(trained), PICTURE],
    ):
        status = subprocess.call(command)
        if status:
            sys.exit(status)
    print(f"The window: {Path(PICTURE).resolve()}")
    sys.exit(0)


def runs(*arguments: str) -> bool:
    """Return whether the environment's Python is there and does this."""
    return PYTHON.is_file() and subprocess.run([str(PYTHON), *arguments], capture_output=True).returncode == 0


def hand_over(command: list[str]) -> NoReturn:
    """Become another program: it gets the terminal, the signals and the exit status."""
    if os.name == "posix":
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(process.wait())


def stop(message: str) -> NoReturn:
    sys.exit(f"run.py: {message}")


if __name__ == "__main__":
    main()

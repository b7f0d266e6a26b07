"""Which way loops are worked out, and the compiled functions: made when first needed, kept on disk from then on."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.cache_folder import cache_folder
from core.loops.team import Team

OVERRIDE = "LAYERLOOM_LOOPS"
"""Environment variable: ``numpy`` keeps numba out; with ``numba`` also what does not train is compiled, for tests."""

HEADER = """\
from math import inf, sqrt

from numpy import float32, float64

from core.loops.compiled import call_product
from core.loops.elementary import exp, expm1, log, log1p, tanh

real = {real}
infinity = real(inf)


"""

_lock = threading.RLock()
_log = logging.getLogger(__name__)


class Compilation:
    """Whether loops are being compiled for the first time on this machine, which takes seconds.

    Attributes
    ----------
    running : read by a window that shows it.
    told : called once when it begins, on the thread that compiles; set by a program that says so.
    """

    running = False
    told: Callable[[], object] | None = None
    _thread = 0

    @classmethod
    def begin(cls) -> None:
        """Note that this thread compiles, and tell it once."""
        cls._thread, cls.running = threading.get_ident(), True
        tell, cls.told = cls.told, None
        if tell is not None:
            tell()

    @classmethod
    def end(cls) -> None:
        """Note that this thread has what it wanted to bind; another one that compiles goes on."""
        if cls._thread == threading.get_ident():
            cls.running = False


def loops_in_use() -> str:
    """Return what works loops out during training: ``numba`` with its version, or ``numpy``."""
    found = library()
    return "numpy" if found is None else f"numba {found.version}"


def is_loaded() -> bool:
    """Return whether the library has been loaded, or found missing."""
    return library.cache_info().currsize > 0


@cache
def library() -> Library | None:
    """Return the library of compiled functions, or None where numba is missing or not wanted."""
    if os.environ.get(OVERRIDE) == "numpy":
        return None
    with _lock:
        try:
            return Library()
        except ModuleNotFoundError:
            return None
        except Exception as error:
            # There, but not made for this Python, numpy or processor: then numpy does the same, if slower.
            _log.warning("numba cannot be used, so training is slower: %s", error)
            return None


class Library:
    """Compiled functions by their source.

    Attributes
    ----------
    version : of numba.
    run : ``run(table)`` calls the functions of a table.
    run_steps : makes training steps; see ``steps.Steps``.
    run_groups, help_out, shared_numbers, team : run loops at the same time; see ``team.Team``.
    """

    def __init__(self) -> None:
        import llvmlite
        import numba

        from core.loops import compiled, elementary, sharing

        self.version: str = numba.__version__
        self._compiled, self._numba = compiled, numba
        self._functions: dict[tuple[str, np.dtype[Any], bool], Any] = {}
        # By its real name: what is kept is found by the name of the folder, too.
        self._folder: Path | None = (cache_folder() / "loops").resolve()
        versions = f"{sys.version}\n{numba.__version__}\n{llvmlite.__version__}\n{np.__version__}\n"
        sources = [Path(str(module.__file__)).read_bytes() for module in (compiled, elementary, sharing)]
        self._stamp = b"".join([versions.encode(), *sources])
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self._folder).close()
        except OSError:
            self._folder = None
        if self._folder is not None:
            numba.config.CACHE_DIR = str(self._folder)  # type: ignore[attr-defined]
        self.run = self._made(lambda keep: compiled.compile_run(keep))
        self.run_steps = self._made(lambda keep: compiled.compile_run_steps(keep))
        self.run_groups = self._made(lambda keep: sharing.compile_run_groups(keep))
        self.help_out = self._made(lambda keep: sharing.compile_help_out(keep))
        self.shared_numbers: int = sharing.SHARED_NUMBERS
        self.team = Team(self)

    def address(self, source: str, dtype: np.dtype[Any], *, adds: bool) -> int:
        """Return the address of the function ``loop`` of a source, compiled for arrays of `dtype`.

        `adds` says that sums over elements may be taken in any order.
        """
        key = (source, dtype, adds)
        with _lock:
            if key not in self._functions:
                self._functions[key] = self._compile(HEADER.format(real=dtype.name) + source, dtype, adds)
            return int(self._functions[key].address)

    def _compile(self, text: str, dtype: np.dtype[Any], adds: bool) -> Any:
        compiled, numba = self._compiled, self._numba
        name, known = self._place(text, adds)
        if not known:
            Compilation.begin()
        # What is read back from the disk names its module, which must be one that can be imported.
        namespace: dict[str, Any] = {"__name__": compiled.__name__}
        exec(compile(text, name, "exec"), namespace)
        loop = namespace["loop"]
        # A name of its own: what is read back must not be taken for what is compiled beside it.
        loop.__qualname__ = Path(name).stem
        signature = compiled.signature(getattr(numba.types, dtype.name))
        flags = compiled.ADDING if adds else compiled.EXACT
        return self._made(lambda keep: numba.cfunc(signature, cache=keep, fastmath=flags, error_model="numpy")(loop))

    def _made(self, make: Callable[[bool], Any]) -> Any:
        if self._folder is not None:
            try:
                return make(True)
            except Exception:
                # Whatever is wrong with files kept from before or a full disk: it can be compiled all the same. What
                # is wrong with the loop itself is raised then.
                _log.info("compiled loops in %s cannot be used or kept", self._folder, exc_info=True)
        return make(False)

    def _place(self, text: str, adds: bool) -> tuple[str, bool]:
        """Return the name of the file of a source, and whether it was there before; numba keeps its results by it."""
        if self._folder is None:
            return "<loop>", False
        digest = hashlib.sha256(self._stamp + text.encode() + bytes([adds])).hexdigest()[:32]
        path = self._folder / f"loop_{digest}.py"
        if path.is_file():
            return str(path), True
        try:
            # Written beside and put in place: another process may do the same at this moment.
            with tempfile.NamedTemporaryFile("w", dir=self._folder, delete=False, encoding="utf-8") as file:
                file.write(text)
            Path(file.name).replace(path)
        except OSError:
            return "<loop>", False
        return str(path), False

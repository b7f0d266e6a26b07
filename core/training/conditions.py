"""What the bits of a run depend on besides the seed: versions, processor, thread count and compiled loops."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from threadpoolctl import threadpool_info

import core
from core.loops.library import loops_in_use


@cache
def run_conditions(threads: int | None = None) -> Mapping[str, str]:
    """Return the conditions under which equal seeds give equal bits.

    `threads` is the number of threads of the matrix products, None where none was made yet; what works the loops out
    is not asked either then, for that takes a second where numba is there.
    """
    conditions = {
        "layerloom": core.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
        "blas": _blas(),
    }
    if threads is not None:
        conditions |= {"blas_threads": str(threads), "loops": loops_in_use()}
    return MappingProxyType(conditions)


@cache
def _blas() -> str:
    """Return library, version and, where it says so, the kernels that multiply matrices on this processor."""
    found = (library for library in threadpool_info() if library["user_api"] == "blas")
    named = ((library.get("internal_api"), library.get("version"), library.get("architecture")) for library in found)
    return ", ".join(sorted({" ".join(str(part) for part in parts if part) for parts in named})) or "unknown"

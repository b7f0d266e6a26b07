"""What the bits of a run depend on besides the seed: versions, processor and thread count."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from threadpoolctl import threadpool_limits

import core

BLAS_THREADS = 1
"""Threads of the matrix products. A second one gains little on such layers and takes the window's processor."""


@cache
def limit_blas_threads() -> None:
    """Limit the matrix products of this process to BLAS_THREADS threads; only the first call does anything."""
    threadpool_limits(BLAS_THREADS, user_api="blas")


@cache
def run_conditions() -> Mapping[str, str]:
    """Return the conditions under which equal seeds give equal bits."""
    return MappingProxyType(
        {
            "layerloom": core.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "system": platform.system(),
            "blas_threads": str(BLAS_THREADS),
        }
    )

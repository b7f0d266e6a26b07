"""What the bits of a run depend on besides the seed: versions, processor and thread count."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

import core


@cache
def run_conditions(threads: int | None = None) -> Mapping[str, str]:
    """Return the conditions under which equal seeds give equal bits.

    `threads` is the number of threads of the matrix products, None where none was made yet.
    """
    conditions = {
        "layerloom": core.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
    }
    return MappingProxyType(conditions if threads is None else conditions | {"blas_threads": str(threads)})

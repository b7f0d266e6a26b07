"""What numpy's library of matrix products must be told of the processor, before numpy is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

KERNELS = "OPENBLAS_CORETYPE"
"""Environment variable of OpenBLAS: the processor whose kernels it uses."""

WIDE = "SkylakeX"
WIDE_INSTRUCTIONS = frozenset({"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"})
_AVX512_OF_WINDOWS = 41  # PF_AVX512F_INSTRUCTIONS_AVAILABLE


def choose_kernels() -> None:
    """Let OpenBLAS use the kernels for vectors of 512 bits on processors of AMD that have these.

    By itself it takes every AMD processor for one with vectors of 256 bits, which makes products half as fast on Zen 5.
    What the user has set stays. Nothing is done once numpy is loaded: it would only reach programs started from here,
    and their numbers would be others.
    """
    if "numpy" not in sys.modules and _is_wide_amd():
        set_default(os.environ)


def set_default(environment: MutableMapping[str, str]) -> None:
    """Set the kernels where they are not set."""
    environment.setdefault(KERNELS, WIDE)


def is_wide_amd(described: str) -> bool:
    """Return whether a processor, described as in Linux's ``/proc/cpuinfo``, is of AMD and has these instructions."""
    fields = dict(line.split(":", 1) for line in described.splitlines() if ":" in line)
    entries = {key.strip(): value.split() for key, value in fields.items()}
    return entries.get("vendor_id") == ["AuthenticAMD"] and set(entries.get("flags", [])) >= WIDE_INSTRUCTIONS


def _is_wide_amd() -> bool:
    if sys.platform == "win32":
        import ctypes

        has_wide = ctypes.windll.kernel32.IsProcessorFeaturePresent(_AVX512_OF_WINDOWS)
        return bool(has_wide) and "AuthenticAMD" in os.environ.get("PROCESSOR_IDENTIFIER", "")
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return is_wide_amd(described.split("\n\n", 1)[0])

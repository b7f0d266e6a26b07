"""Which kernels the matrix products use on which processor."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from core.processor import KERNELS, WIDE_INSTRUCTIONS, is_wide_amd, set_default

FLAGS = " ".join(sorted(WIDE_INSTRUCTIONS))
DESCRIPTION = "processor\t: 0\nvendor_id\t: {vendor}\nmodel name\t: Some: processor\nflags\t\t: fpu avx2 {flags}\n"


@pytest.mark.parametrize(
    ("vendor", "flags", "expected"),
    [
        ("AuthenticAMD", FLAGS, True),
        ("AuthenticAMD", FLAGS.replace("avx512vl", ""), False),
        ("AuthenticAMD", "", False),
        ("GenuineIntel", FLAGS, False),
    ],
)
def test_wide_kernels_are_for_processors_of_amd_with_all_their_instructions(
    vendor: str, flags: str, expected: bool
) -> None:
    assert is_wide_amd(DESCRIPTION.format(vendor=vendor, flags=flags)) is expected


def test_a_processor_that_is_not_described_gets_what_it_would_get_anyway() -> None:
    assert not is_wide_amd("")


def test_what_the_user_has_set_stays() -> None:
    environment = {KERNELS: "Haswell"}
    set_default(environment)
    assert environment == {KERNELS: "Haswell"}


def test_nothing_is_set_once_numpy_is_loaded() -> None:
    environment = {key: value for key, value in os.environ.items() if key != KERNELS}
    code = f"import numpy, os, core; print(os.environ.get({KERNELS!r}))"
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "None"


def test_every_program_of_the_project_multiplies_with_the_kernels_of_this_process() -> None:
    code = "import {module}; from core.training.conditions import run_conditions; print(run_conditions()['blas'])"
    environment = {key: value for key, value in os.environ.items() if key != KERNELS}
    found = {
        subprocess.run(
            [sys.executable, "-c", code.format(module=module)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for module in ("core", "designer.__main__", "samples.build", "tests.conftest", "tests.benchmarks.training")
    }
    assert len(found) == 1, found

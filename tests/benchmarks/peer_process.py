"""Another program in a process of its own, so that no thread pool meets another."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import IO

from tests.benchmarks.workloads import Workload

Steps = Callable[[int], float]
"""Makes so many steps and returns the seconds that they took."""


class PeerProcess:
    """Raises OSError with the reason where the program cannot be had.

    Attributes
    ----------
    version : name and version.
    refused : why it cannot do a workload, by key.
    """

    def __init__(self, python: str, module: str) -> None:
        root = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(
            [python, "-m", f"tests.benchmarks.{module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._to: IO[str] = self._process.stdin
        self._from: IO[str] = self._process.stdout
        self._errors: IO[str] = self._process.stderr
        hello = json.loads(self._answer())
        self.version: str = hello["version"]
        self.refused: dict[str, str] = hello["refused"]
        self._variants: list[str] = hello["variants"]

    def _answer(self) -> str:
        line = self._from.readline()
        if not line:
            said = self._errors.read().strip().splitlines() or ["it ended without a word"]
            self.close()
            raise OSError(said[-1])
        return line

    def contenders(self, workload: Workload) -> dict[str, Steps]:
        """Return by name what can be timed of this workload."""
        if workload.key in self.refused:
            return {}
        return {name: self._steps(workload, number) for number, name in enumerate(self._variants)}

    def _steps(self, workload: Workload, variant: int) -> Steps:
        def steps(count: int) -> float:
            print(json.dumps([workload.key, variant, count]), file=self._to, flush=True)
            return float(json.loads(self._answer()))

        return steps

    def close(self) -> None:
        self._process.communicate()

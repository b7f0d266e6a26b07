"""The progress bar on standard error."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

from tqdm import tqdm

from core.commandline.program import forget

SECONDS_BETWEEN_LINES = 10.0
"""Where the progress bar goes into a file, it writes a line no more often than this."""


class Bar(tqdm):  # type: ignore[misc]  # tqdm has no type hints
    """A progress bar without tqdm's own thread, which would outlive the work."""

    monitor_interval: ClassVar[int] = 0


def steps_bar(steps: int) -> Bar:
    """Return a bar for so many steps of training, to be used as a context."""
    return Bar(
        total=steps,
        unit="step",
        file=_StandardError(),
        dynamic_ncols=True,
        mininterval=0.1 if sys.stderr.isatty() else SECONDS_BETWEEN_LINES,
    )


class _StandardError:
    """Where the progress bar goes. It may break off: that nobody sees the bar must not end the work."""

    def write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
        except OSError:
            forget(sys.stderr)

    def flush(self) -> None:
        forget(sys.stderr)

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr, name)

"""What a move of the microscope costs in the window, painted: ``python -m tests.benchmarks.microscope``.

Milliseconds by grain: the median as the clock has it, and in brackets that of the processor's time, which other
programs on the machine do not lengthen. At the finest grain 50 ms are allowed on 784-15-10.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from core.data.reference import DataReference
from core.project.model import Project
from core.project.templates import TEMPLATES, layered_project
from core.tracing.cursor import Grain, Position
from core.training.config import TrainingConfig
from designer.app import prepare_application
from designer.main_window import MainWindow
from designer.microscope.place import Way
from designer.settings import Settings
from designer.theme import ThemeService

WORKLOADS = {"2-3-1": 1, "784-15-10": 10, "784-100-10": 32, "784-512-512-10": 32}
"""Samples in a batch by widths of the layers."""
GRAINS = (Grain.TERM, Grain.UNIT, Grain.STAGE, Grain.LAYER, Grain.ITERATION)


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds: medians, and the longest by the clock."""

    clock: float
    processor: float
    longest: float


def main() -> int:
    """Measure and print; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=40, help="moves of each grain; default 40")
    arguments = parser.parse_args()
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    print(f"{'':16}{'opening':>20}" + "".join(f"{grain.value:>20}" for grain in GRAINS))
    for widths, batch in WORKLOADS.items():
        opening, figures = measure(app, [int(width) for width in widths.split("-")], batch, arguments.moves)
        cells = [opening, *figures.values()]
        print(f"{widths:16}" + "".join(f"{f'{cell.clock:.1f} ({cell.processor:.1f})':>20}" for cell in cells))
    return 0


def measure(
    app: QApplication, widths: list[int], batch: int, moves: int, grains: tuple[Grain, ...] = GRAINS
) -> tuple[Figure, dict[Grain, Figure]]:
    """Return what opening the microscope takes, and a move of each grain; moves spread over all stages."""
    with tempfile.TemporaryDirectory() as folder:
        window = _window(app, _example(widths, batch), Path(folder))
        microscope = window.microscope.microscope
        opening = _timed(app, [microscope.open])
        figures = {}
        for grain in grains:
            microscope.place.grain = grain
            figures[grain] = _moves(app, window, moves)
        microscope.close()
        window.services.document.undo_stack.setClean()
        window.close()
    return opening, figures


def _moves(app: QApplication, window: MainWindow, count: int) -> Figure:
    """Walk on a little from places spread over the stages, with every picture painted."""
    microscope = window.microscope.microscope
    stages = microscope.place.walk.stages
    each = max(1, count // len(stages))
    spent: list[Figure] = []
    for number, stage in enumerate(stages):
        microscope.place.go(Position(number, stage.units // 2, 0))
        app.processEvents()
        spent += [_timed(app, [lambda: microscope.move(Way.FORWARD)]) for _ in range(each)]
    clock, processor = [one.clock for one in spent], [one.processor for one in spent]
    return Figure(median(clock), median(processor), max(clock))


def _timed(app: QApplication, actions: list[Callable[[], object]]) -> Figure:
    begun, used = time.perf_counter(), time.process_time()
    for action in actions:
        action()
        app.processEvents()
    clock = (time.perf_counter() - begun) * 1e3
    return Figure(clock, (time.process_time() - used) * 1e3, clock)


def _example(widths: list[int], batch: int) -> Project:
    """Return a network on the digits that come with the program, or on XOR where it has two inputs."""
    return layered_project(
        tuple(widths),
        activation="sigmoid",
        loss="squared_error",
        initializer="normal",
        training=TrainingConfig(learning_rate=0.5, batch_size=batch),
        data=DataReference("digits_28") if widths[0] > 2 else TEMPLATES["xor"].build().data,
    )


def _window(app: QApplication, project: Project, folder: Path) -> MainWindow:
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    theme = ThemeService("light")
    prepare_application(app, theme)
    window = MainWindow(settings, theme, folder / "recovery")
    window.resize(1440, 900)
    window.show()
    window.services.document.start(project)
    window.show_workbench()
    while window.services.run.blocked_reason is not None:
        app.processEvents()
    return window


if __name__ == "__main__":
    sys.exit(main())

"""How fluid the window stays, and how fast it trains, with every panel live: ``python -m tests.benchmarks.window``.

784-30-10 and batch 10, or --widths and --batch; sigmoid, squared error, SGD. A precise 16 ms timer in the window
measures how late it comes; the steps per second are compared with those of the bare session in the same process.
With --units two layers are open into their units.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from core.data.reference import DataReference
from core.data.sources import load_prepared
from core.project.model import Project
from core.project.templates import layered_project
from core.training.config import TrainingConfig
from core.training.session import Session
from core.training.snapshot import Snapshot
from designer.app import prepare_application
from designer.main_window import MainWindow
from designer.run.controller import RunStatus
from designer.settings import Settings
from designer.theme import ThemeService

TICK_MS = 16
ROUNDS = 3
WARM_UP = 100
"""Steps before anything is timed."""


def main() -> int:
    """Measure and print; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0, help="length of each measurement")
    parser.add_argument("--data", default="", help="folder with the MNIST files; default: the built-in digits")
    parser.add_argument("--widths", default="784-30-10", help="of the layers; default 784-30-10")
    parser.add_argument("--batch", type=int, default=10, help="samples in a batch; default 10")
    parser.add_argument("--units", action="store_true", help="open the first hidden layer and the one after it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    project = _project(arguments.data, [int(width) for width in arguments.widths.split("-")], arguments.batch)
    headless, alive = [], []
    late: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        window = _window(app, project, Path(folder))
        if arguments.units:
            nodes = window.services.document.project.graph.nodes
            window.panels.canvas.neurons.open_layers.open(nodes[1].id, nodes[2].id)
            window.panels.canvas.fit()
        pictures = _Pictures(window)
        # Alternating rounds: what else the machine does meets both alike.
        for _ in range(ROUNDS):
            headless.append(_headless(project, arguments.seconds / ROUNDS))
            speed, ticks = _with_window(window, arguments.seconds / ROUNDS, pictures)
            alive.append(speed)
            late += ticks
        drawn = {name: _refresh_ms(window, name) for name in ("loss", "weights", "deltas", "predictions", "canvas")}
        window.services.run.shutdown()
        window.services.document.undo_stack.setClean()
        window.close()
    _report(headless, alive, late, drawn, pictures.rate, arguments.json)
    return 0


class _Pictures:
    """Counts how often the canvas is drawn while a run goes on."""

    def __init__(self, window: MainWindow) -> None:
        self._drawn, self._seconds = 0, 0.0
        self._counting = False
        canvas = window.panels.canvas
        refresh = canvas.refresh

        def counted(snapshot: Snapshot) -> None:
            self._drawn += self._counting
            refresh(snapshot)

        canvas.refresh = counted  # type: ignore[method-assign]

    def begin(self) -> None:
        self._counting, self._started = True, time.perf_counter()

    def end(self) -> None:
        self._counting = False
        self._seconds += time.perf_counter() - self._started

    @property
    def rate(self) -> float:
        """Pictures of the canvas per second."""
        return self._drawn / self._seconds if self._seconds else 0.0


def _project(folder: str, widths: Sequence[int], batch_size: int) -> Project:
    return layered_project(
        widths,
        activation="sigmoid",
        loss="squared_error",
        initializer="normal",
        training=TrainingConfig(learning_rate=3.0, batch_size=batch_size, epochs=1_000_000),
        data=DataReference("idx", folder) if folder else DataReference("digits_28"),
    )


def _window(app: QApplication, project: Project, folder: Path) -> MainWindow:
    theme = ThemeService("dark")
    prepare_application(app, theme)
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    settings.trust_folder(str(Path(project.data.location).resolve()) if project.data.location else "")
    window = MainWindow(settings, theme, folder / "recovery")
    window.resize(1440, 900)
    window.files.start(project)
    window.show()
    window.show_workbench()
    _live_until(lambda: window.services.run.snapshot is not None)
    return window


def _headless(project: Project, seconds: float) -> float:
    """Return steps per second of the bare session."""
    data = load_prepared(project.data, project.training.dtype)
    session = Session(project.graph, project.training, data)
    for _ in range(WARM_UP):
        session.step()
    started, first = time.perf_counter(), session.iteration
    while time.perf_counter() - started < seconds:
        for _ in range(10):
            session.steps(100)
    return (session.iteration - first) / (time.perf_counter() - started)


def _with_window(window: MainWindow, seconds: float, pictures: _Pictures) -> tuple[float, list[float]]:
    """Run with every panel open; return steps per second and the lateness of each tick in milliseconds."""
    run = window.services.run
    run.run()
    _live_until(lambda: run.snapshot is not None and run.snapshot.iteration > WARM_UP)
    _live(0.3)
    first, started = _iteration(window), time.perf_counter()
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    pictures.begin()
    _live(seconds)
    pictures.end()
    timer.stop()
    speed = (_iteration(window) - first) / (time.perf_counter() - started)
    run.pause()
    _live_until(lambda: run.status is not RunStatus.RUNNING)
    run.rewind()
    _live_until(lambda: run.snapshot is not None and run.snapshot.iteration == 0)
    return speed, [max(0.0, 1e3 * gap - TICK_MS) for gap in np.diff(ticks)]


def _iteration(window: MainWindow) -> int:
    snapshot = window.services.run.snapshot
    assert snapshot is not None
    return snapshot.iteration


def _refresh_ms(window: MainWindow, name: str) -> float:
    """Return the median time to refresh and repaint one panel, in milliseconds."""
    panel = getattr(window.panels, name)
    run = window.services.run
    run.step_epoch()
    _live_until(lambda: run.status is not RunStatus.RUNNING)
    assert run.snapshot is not None
    spent = []
    for number in range(15):
        # Another picture each time, else the panel sees that nothing has changed.
        snapshot = replace(run.snapshot, serial=run.snapshot.serial + number + 1)
        started = time.perf_counter()
        panel.refresh(snapshot)
        for surface in panel.surfaces():
            surface.repaint()
        spent.append(time.perf_counter() - started)
    return float(np.median(spent)) * 1e3


def _live(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    loop.exec()


def _live_until(done: Callable[[], bool], patience_s: float = 30.0) -> None:
    end = time.monotonic() + patience_s
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        _live(0.02)


def _report(
    headless: list[float],
    alive: list[float],
    late: list[float],
    drawn: dict[str, float],
    pictures: float,
    as_json: bool,
) -> None:
    bare, live = float(np.median(headless)), float(np.median(alive))
    p50, p99, worst = (float(np.percentile(late, q)) for q in (50, 99, 100))
    if as_json:
        print(
            json.dumps(
                {
                    "headless_steps_per_s": bare,
                    "window_steps_per_s": live,
                    "ratio": live / bare,
                    "late_p50_ms": p50,
                    "late_p99_ms": p99,
                    "late_max_ms": worst,
                    "refresh_ms": drawn,
                    "canvas_per_s": pictures,
                }
            )
        )
        return
    print(f"steps per second   headless {bare:10,.0f}   with the window {live:10,.0f}   ratio {live / bare:.2f}")
    print(f"16 ms timer late   median {p50:6.1f} ms   99th percentile {p99:6.1f} ms   worst {worst:6.1f} ms")
    print(f"canvas drawn       {pictures:6.1f} times a second")
    print("refresh + repaint  " + "   ".join(f"{name} {ms:.1f} ms" for name, ms in drawn.items()))


if __name__ == "__main__":
    raise SystemExit(main())

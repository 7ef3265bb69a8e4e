"""Training runs: what curves cost, how long a person waits for a pause or a pass, and a million passes.

    python -m tests.bench.training [--passes 1000000]       (QT_QPA_PLATFORM=offscreen, or a display)

One line a figure, with what is wanted. The loop has ten nodes; it runs in a real worker, and the window is a real one.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import threading
import time
from pathlib import Path

import numpy as np

from gradviz.supervisor import Run
from gradviz.supervisor.supervisor import Supervisor
from gradviz.trace.messages import CurveKey, RunEnded
from tests.bench.window import Bench

LOOP = """import torch

w = torch.tensor(0.5, requires_grad=True)
b = torch.tensor(0.1, requires_grad=True)
for step in range({passes}):
    y = w * 2.0 + b
    loss = (torch.tanh(y) - 0.25) ** 2 + 0.1 * w * w
    loss.backward()
    with torch.no_grad():
        w -= 0.01 * w.grad
        b -= 0.01 * b.grad
    w.grad = None
    b.grad = None
"""
"""Mul, Add, Tanh, Sub, Pow, Mul, Mul, Add and two leaves."""

SHORT = 200_000
"""Passes of the runs that are compared: some seconds each."""

ROUNDS = 3


def headless(passes: int, *, recorded: bool) -> float:
    """Seconds that the program itself takes in a worker without a window."""
    ended = threading.Event()

    def listen(message: object) -> None:
        if isinstance(message, RunEnded):
            ended.set()

    supervisor = Supervisor(listen=listen)
    try:
        supervisor.run(Run(LOOP.format(passes=passes), "loop.py", str(Path.cwd()), live=False, recorded=recorded))
        ended.wait(600)
        assert supervisor.trace.ended is not None
        return supervisor.trace.ended.seconds
    finally:
        supervisor.shutdown()


def live(bench: Bench, passes: int) -> tuple[float, list[tuple[float, float]]]:
    """Seconds of the program with the training panel open at full speed; and of each turn of the window, its length and
    the processor's time that the window itself took in it, which a busy machine changes least."""
    from PySide6.QtCore import QTimer

    from gradviz.session.document import Document

    ticks: list[tuple[float, float]] = []
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: ticks.append((time.perf_counter(), time.thread_time())))
    bench.session.show_document(Document(LOOP.format(passes=passes), title="loop"))
    timer.start()
    bench.session.run()
    bench.until(lambda: bench.session.view.status == "ended", 600)
    timer.stop()
    ended = bench.session.view.trace.ended
    assert ended is not None
    assert ended.passes == passes
    return ended.seconds, [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(ticks)]


def memory() -> float:
    """Megabytes of this process."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def million(bench: Bench, passes: int) -> tuple[float, list[float]]:
    """Megabytes that the window grew by, and seconds of each redrawing with all curves there."""
    before = memory()
    live(bench, passes)
    bench.quiet(0.5)
    grown = memory() - before
    curves = bench.session.view.trace.curves
    assert curves.length == passes
    for key in (("loss",), ("value", "w"), ("gradient", "b"), ("update", "w")):
        assert np.isfinite(curves.column(CurveKey(*key))).all(), key
    panel = bench.window.panels["training"]
    redraws = []
    for _ in range(21):
        panel._frame.stop()
        start = time.perf_counter()
        panel._drawn = ()
        panel._draw()
        for chart in panel.charts.values():
            if chart.isVisible():
                chart.plot.viewport().repaint()
        redraws.append(time.perf_counter() - start)
    return grown, redraws


def pauses(bench: Bench) -> list[float]:
    """Seconds from the key to the held program whose last pass is shown."""
    from gradviz.session.document import Document

    bench.session.show_document(Document(LOOP.format(passes=10**9), title="endless"))
    bench.session.run()
    bench.until(lambda: bench.session.view.trace.curves.length > 2_000, 30)
    found = []
    for _ in range(15):
        start = time.perf_counter()
        bench.session.toggle_hold()
        bench.until(lambda: bench.session.view.status == "held", 10)
        bench.window.canvas.repaint()
        found.append(time.perf_counter() - start)
        bench.session.toggle_hold()
        bench.until(lambda: bench.session.view.status == "running", 10)
        bench.quiet(0.15)
    return found


def clicks(bench: Bench) -> list[float]:
    """Seconds from a click on a curve to the painted graph of that pass, in a held run."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    bench.session.toggle_hold()
    bench.until(lambda: bench.session.view.status == "held", 10)
    bench.quiet(0.5)
    plot = bench.window.panels["training"].charts["loss"].plot
    left, right = plot.place_of(1, 0).x(), plot.place_of(bench.session.view.trace.curves.length, 0).x()
    found = []
    for part in np.linspace(0.95, 0.05, 15):
        before = bench.session.view.cursor.number
        start = time.perf_counter()
        place = QPoint(round(left + part * (right - left)), plot.height() // 2)
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        bench.window.canvas.repaint()
        if bench.session.view.cursor.number != before:
            found.append(time.perf_counter() - start)
        bench.quiet(0.1)
    bench.session.stop()
    bench.until(lambda: bench.session.view.status == "ended", 10)
    return found


def line(name: str, text: str, wanted: str) -> None:
    print(f"{name:46s} {text:36s} wanted {wanted}", flush=True)


def spread(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds) * 1e3:.0f} ms, worst {max(seconds) * 1e3:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--passes", type=int, default=1_000_000)
    passes = parser.parse_args().passes
    pairs = [(headless(SHORT, recorded=False), headless(SHORT, recorded=True)) for _ in range(ROUNDS)]
    plain, recorded = (statistics.median(column) for column in zip(*pairs, strict=True))
    line("recording / not recording, headless", f"{recorded / plain:.2f} ({SHORT / plain:,.0f} → "
         f"{SHORT / recorded:,.0f} passes/s)", "≤ 1.5")  # fmt: skip
    bench = Bench()
    try:
        bench.window.bottom.choose("training")
        live(bench, 2_000)
        runs = [live(bench, SHORT) for _ in range(ROUNDS)]
        seconds = statistics.median(run[0] for run in runs)
        gaps, own = (sorted(column) for column in zip(*(turn for run in runs for turn in run[1]), strict=True))
        line("live with the panel open / headless recorded", f"{recorded / seconds:.2f} "
             f"({SHORT / seconds:,.0f} passes/s)", "≥ 0.7")  # fmt: skip
        line("stall of the window, p99 (longest)", f"{gaps[int(len(gaps) * 0.99)] * 1e3:.0f} ms "
             f"({gaps[-1] * 1e3:.0f} ms)", "≤ 50 ms")  # fmt: skip
        line("the window's own time in a turn, p99 (longest)", f"{own[int(len(own) * 0.99)] * 1e3:.0f} ms "
             f"({own[-1] * 1e3:.0f} ms)", "≤ 50 ms")  # fmt: skip
        line("pause → held and shown", spread(pauses(bench)), "≤ 100 ms")
        line("click on a curve → graph of that pass", spread(clicks(bench)), "≤ 100 ms")
        grown, redraws = million(bench, passes)
        line(f"{passes:,} passes: memory growth", f"{grown:.0f} MB", "≤ 300 MB")
        line(f"{passes:,} passes: redraw of all charts", spread(redraws), "≤ 16 ms")
    finally:
        bench.close()


if __name__ == "__main__":
    main()

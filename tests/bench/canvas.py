"""How much a large graph costs on the canvas: CPU milliseconds, medians. Run: python -m tests.bench.canvas

`chain` is a chain of additions; `dense` a perceptron of scalars, in which most edges cross others. "made" is the time
from the run to the picture (seconds, in a thread), "gap" the longest the window did not answer meanwhile, "work" the
most CPU time of all threads in one turn of the event loop, which a busy machine does not change (see `stalls.py`).
QT_SCALE_FACTOR=2 in front gives the figures of a screen with two pixels to the unit.
"build" is from a finished layout to a scene ready to be painted; "held" the steps a second with the key held down, each
one painted; "memory" what the picture adds to the process, in MB.
"""

from __future__ import annotations

import functools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from gradviz.scene.curves import curves_of
from gradviz.scene.scene import Scene
from gradviz.session.session import Session
from gradviz.trace.query import Cursor
from gradviz.trace.trace import Trace
from tests import traces
from tests.bench.stalls import clocks

ZOOMS = (0.1, 0.25, 0.4, 0.6, 1.0)
AFTER = 20
"""Turns of the event loop that count as well once there is a picture."""


def dense(sizes: tuple[int, ...]) -> Trace:
    """A perceptron written out in scalars, with its backward pass."""
    run, draw = traces.Writer(), np.random.default_rng(0)
    values = [run.tensor(draw.normal(), f"x{at}", 1, tracked=False) for at in range(sizes[0])]
    made = []
    for layer, width in enumerate(sizes[1:]):
        outputs = []
        for unit in range(width):
            total = run.tensor(draw.normal(), f"b{layer}{unit}", 2)
            for at, value in enumerate(values):
                weight = run.tensor(draw.normal(), f"w{layer}{unit}{at}", 3)
                product = run.op("mul", (weight, value), draw.normal())
                total = run.op("add", (total, product), draw.normal())
                made += [product, total]
            outputs.append(run.op("tanh", (total,), draw.normal(), node="TanhBackward0"))
        made += outputs
        values = outputs
    run.backward(values[0])
    for tensor in reversed(made):
        run.ran(tensor, 1.0, *[0.1] * len(run.tracked[tensor][0].edges))
    return run.trace()


def milliseconds(work: Callable[[], object], times: int = 9) -> float:
    """Median CPU time of a call."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - began))
    return statistics.median(taken)


def build(scene: Scene) -> None:
    """All arrays of a scene from its layout."""
    cards = scene.table
    names, edges = list(scene.geometry.layout.rects), list(scene.geometry.layout.routes)
    rects = [scene.geometry.layout.rects[name] for name in names]
    places = np.array([(r.x, r.y, r.width, r.height) for r in rects], dtype=np.float64)
    curves = curves_of([scene.geometry.layout.routes[edge] for edge in edges], "right")
    Scene(scene.history, cards.cards, cards, replace(scene.geometry, rects=places, curves=curves)).prepare()


def resident() -> float:
    """Megabytes of memory that the process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def held(session: Session) -> float:
    """Steps a second of CPU, each one painted before the next."""
    from PySide6.QtWidgets import QApplication

    began, steps = time.process_time(), 120
    for _ in range(steps):
        session.step(1)
        QApplication.processEvents()
    return steps / (time.process_time() - began)


def measure(name: str, trace: Trace) -> None:
    from PySide6.QtWidgets import QApplication

    from gradviz.ui import app
    from gradviz.ui.canvas import GraphCanvas
    from gradviz.ui.canvas.camera import Camera
    from gradviz.ui.collecting import Collecting
    from tests.ui.test_canvas import SilentRunner

    sys.setswitchinterval(app.SWITCH)
    history = trace.passes[0].history
    with tempfile.TemporaryDirectory() as folder:
        session = Session(SilentRunner(), Path(folder))
        session.change(theme="light", motion=False, grouping="nothing")
        canvas = GraphCanvas(session)
        canvas.resize(1600, 900)
        canvas.show()
        QApplication.processEvents()
        collecting = Collecting(session)
        memory, began, made, longest = resident(), time.perf_counter(), 0.0, np.zeros(3)
        session._set(trace=trace, newest=trace, cursor=Cursor(0, history.steps // 2))
        turns = AFTER
        while turns:
            before = clocks()
            QApplication.processEvents()
            time.sleep(0.002)
            longest = np.maximum(longest, clocks() - before)
            if canvas.stage.scene is not None:
                made, turns = made or time.perf_counter() - began, turns - 1
        scene = canvas.stage.scene
        size = f"{len(scene.cards)} cards, {len(scene.table.links)} edges"
        gap, work, _ = longest * 1000
        print(f"{name}: {size}, made {made:.2f} s, gap {gap:.0f}, work {work:.0f}")
        print(f"  build {milliseconds(functools.partial(build, scene), 5):.1f}, memory {resident() - memory:.0f} MB")
        print(f"  hit test {milliseconds(lambda: canvas.card_at(800, 450), 51):.3f}")
        print(f"  held {held(session):.0f} steps a second")
        print(f"  restyle {milliseconds(lambda: session.step(1), 51):.2f}")
        print(f"  paint, fitted {milliseconds(canvas.repaint):.1f}")
        x, y, _, _ = scene.geometry.rects[len(scene.cards) // 2]
        for zoom in ZOOMS:
            canvas.look_at(Camera(zoom, 800 - x * zoom, 450 - y * zoom))
            canvas.repaint()
            print(f"  paint, zoom {zoom} {milliseconds(canvas.repaint):.1f}")
        session.go_to_end()
        for zoom in ZOOMS[-2:]:
            canvas.look_at(Camera(zoom, 800 - x * zoom, 450 - y * zoom))
            canvas.repaint()
            print(f"  paint, every gradient known, zoom {zoom} {milliseconds(canvas.repaint):.1f}")
        collecting.shutdown()
        canvas.shutdown()
        canvas.close()


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from gradviz.ui.fonts import load_fonts

    application = QApplication([])
    load_fonts()
    measure("chain", traces.chain(10_000))
    measure("dense", dense((4, 12, 12, 1)))
    measure("dense", dense((8, 30, 30, 1)))
    application.quit()


if __name__ == "__main__":
    main()

"""How quickly the window answers: one line a figure, measured in a real program with a real worker.

    python -m tests.bench.window            (QT_QPA_PLATFORM=offscreen, or a display)

Each figure is what a person waits for: from the key to the painted graph, from the command to the window.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEN_LINES = """import torch

x = torch.tensor(4., requires_grad=True)
w = torch.tensor(2., requires_grad=True)
b = torch.tensor(3., requires_grad=True)

y = w * x + b
loss = (y - 5.) ** 2
loss.backward()
print(x.grad, w.grad, b.grad)
"""

DESCENT = """import torch

x = torch.tensor(5., requires_grad=True)
for step in range(1000):
    y = x ** 2 + 1.5 * x - 1
    y.backward()
    with torch.no_grad():
        x -= 0.01 * x.grad
    x.grad = None
"""

FIFTY_NODES = """import torch

x = torch.tensor(1., requires_grad=True)
y = x
for _ in range(16):
    y = torch.sin(y) * 0.9 + y
y.backward()
"""

ENDLESS = "while True:\n    pass\n"


class Bench:
    """The application with its window, as `gradviz.ui.app` makes it, driven from here."""

    def __init__(self) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
        from PySide6.QtWidgets import QApplication

        from gradviz.session.starting import start_session
        from gradviz.ui import app, fonts
        from gradviz.ui.bridge import Bridge
        from gradviz.ui.window import Window

        sys.setswitchinterval(app.SWITCH)
        self.application = QApplication([])
        self.application.setStyle("Fusion")
        fonts.load_fonts()
        self.bridge = Bridge()
        self.folder = tempfile.TemporaryDirectory()
        self.session, self.supervisor = start_session(self.bridge.wake, Path(self.folder.name))
        self.bridge.refresh = self.session.refresh
        self.window = Window(self.session)
        self.window.resize(1280, 800)
        self.window.show()
        self.window.furnish()
        app._warm_up()
        self.until(lambda: self.supervisor.ready is not None, 10)

    def until(self, condition, seconds: float) -> float:
        """Run the event loop until the condition holds; seconds waited. TimeoutError after too long."""
        start = time.perf_counter()
        while not condition():
            self.application.processEvents()
            if time.perf_counter() - start > seconds:
                raise TimeoutError(condition)
            time.sleep(0.0005)
        return time.perf_counter() - start

    def quiet(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.application.processEvents()
            time.sleep(0.001)

    def show(self, program: str) -> None:
        """Put a program in and wait until it has run."""
        from gradviz.session.document import Document

        self.session.show_document(Document(program, title="bench"))
        self.session.run()
        self.until(lambda: self.session.view.trace.program == program and self.session.view.status == "ended", 20)
        self.quiet(0.6)

    def close(self) -> None:
        self.bridge.shutdown()
        self.window.session.set_text(self.window.session.document.saved_text)
        self.window.close()
        self.supervisor.shutdown()
        self.folder.cleanup()


def typing(bench: Bench) -> list[float]:
    """Last key → the new graph painted, the pause before the automatic run included."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    bench.show(TEN_LINES)
    editor = bench.window.program.editor
    bench.window.activateWindow()
    editor.setFocus()
    cursor = editor.textCursor()
    cursor.setPosition(TEN_LINES.index("w * x + b") + len("w * x + b"))
    editor.setTextCursor(cursor)
    seconds = []
    for round_ in range(20):
        bench.quiet(0.7)
        text = " + x" if round_ % 2 == 0 else ""
        if text:
            for key in text[:-1]:
                QTest.keyClick(editor, key)
            start = time.perf_counter()
            QTest.keyClick(editor, text[-1])
        else:
            for _ in range(3):
                QTest.keyClick(editor, Qt.Key.Key_Backspace)
            start = time.perf_counter()
            QTest.keyClick(editor, Qt.Key.Key_Backspace)
        wanted = bench.session.document.text
        bench.until(lambda text=wanted: bench.session.view.trace.program == text, 5)
        bench.window.canvas.repaint()
        seconds.append(time.perf_counter() - start)
    return seconds


def stepping(bench: Bench) -> tuple[float, int]:
    """Steps a second with the key held on a graph of some 50 nodes, each one painted; nodes of the graph."""
    from PySide6.QtCore import QEvent, QObject

    class Painted(QObject):
        """Notes which step the canvas painted."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                shown.append(bench.session.view.cursor.step)
            return False

    bench.show(FIFTY_NODES)
    history = bench.session.view.state.history
    bench.session.go_to_start()
    bench.quiet(0.5)
    shown: list[int] = []
    painted = Painted()
    bench.window.canvas.installEventFilter(painted)
    start = time.perf_counter()
    for step in range(1, history.steps + 1):
        bench.session.step_forward()
        while not shown or shown[-1] != step:
            bench.application.processEvents()
    elapsed = time.perf_counter() - start
    bench.window.canvas.removeEventFilter(painted)
    steps = sorted(set(shown))
    assert steps == list(range(1, history.steps + 1)), "none dropped"
    assert shown == sorted(shown), "none out of order"
    return len(steps) / elapsed, len(history.nodes)


def descent(bench: Bench, speed: float) -> tuple[float, int, float]:
    """Longest stall of the event loop during 1,000 passes, lengths at which the curves were seen, seconds in all.

    `speed` is the limit in passes a second, 0 for none.
    """
    from PySide6.QtCore import QTimer

    from gradviz.session.document import Document

    ticks: list[float] = []
    lengths: set[int] = set()
    timer = QTimer()
    timer.setInterval(1)

    def tick() -> None:
        ticks.append(time.perf_counter())
        lengths.add(bench.session.view.trace.curves.length)

    timer.timeout.connect(tick)
    bench.window.bottom.choose("training")
    bench.quiet(0.5)
    bench.session.show_document(Document(DESCENT, title="descent"))
    bench.session.change(pass_speed=speed)
    timer.start()
    bench.session.run()
    seconds = bench.until(lambda: bench.session.view.status == "ended", 60)
    timer.stop()
    bench.session.change(pass_speed=0.0)
    return max(b - a for a, b in itertools.pairwise(ticks)), len(lengths), seconds


def endless(bench: Bench) -> tuple[float, float]:
    """Longest stall while `while True: pass` runs, and seconds from Stop to the end of its process."""
    from gradviz.session.document import Document

    bench.session.show_document(Document(ENDLESS, title="endless"))
    bench.session.run()
    bench.until(lambda: bench.session.view.status == "running", 5)
    ticks = []
    end = time.perf_counter() + 1
    while time.perf_counter() < end:
        bench.application.processEvents()
        ticks.append(time.perf_counter())
        time.sleep(0.001)
    bench.session.stop()
    stopped = bench.until(lambda: bench.session.view.status == "ended", 5)
    return max(b - a for a, b in itertools.pairwise(ticks)), stopped


PROBE = """
import os, sys, time
start = float(os.environ["GRADVIZ_BENCH_START"])
from gradviz.ui import app

class Watched(app.Opening):
    def start(self):
        print("window", time.time() - start, flush=True)
        super().start()

    def _open(self):
        from PySide6.QtCore import QTimer
        super()._open()
        self.timer = QTimer(interval=2)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def look(self):
        from PySide6.QtWidgets import QApplication
        if self._window.session.view.state is not None:
            self.timer.stop()
            self._window.repaint()
            print("usable", time.time() - start, flush=True)
            self._window.session.set_text(self._window.session.document.saved_text)
            QApplication.instance().quit()

app.Opening = Watched
sys.exit(app.main())
"""


def start_up() -> dict[str, float]:
    """Seconds from the command to the first window and to the drawn first lesson, the best of five warm starts."""
    best: dict[str, float] = {}
    for _ in range(6):
        with tempfile.TemporaryDirectory() as home:
            environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "GRADVIZ_HOME": home}
            environment["GRADVIZ_BENCH_START"] = str(time.time())
            done = subprocess.run([sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True)
        for line in done.stdout.splitlines():
            name, seconds = line.split()
            best[name] = min(float(seconds), best.get(name, 99.0))
        if done.returncode:
            print(done.stderr, file=sys.stderr)
    return best


def main() -> None:
    """Measure everything and print it."""
    for name, seconds in start_up().items():
        print(f"command → {name:20} {seconds * 1000:8.0f} ms")
    bench = Bench()
    try:
        waits = sorted(typing(bench))
        print(
            f"last key → new graph         {statistics.median(waits) * 1000:8.0f} ms median of {len(waits)}"
            f" (slowest {waits[-1] * 1000:.0f})"
        )
        rate, nodes = stepping(bench)
        print(f"steps a second, {nodes:3} nodes    {rate:8.0f}")
        for speed in (400.0, 0.0):
            stall, lengths, seconds = descent(bench, speed)
            print(f"descent: longest stall       {stall * 1000:8.0f} ms; seen at {lengths} lengths in {seconds:.2f} s")
        stall, stopped = endless(bench)
        print(f"endless loop: longest stall  {stall * 1000:8.0f} ms; gone {stopped * 1000:.0f} ms after Stop")
    finally:
        bench.close()


if __name__ == "__main__":
    main()

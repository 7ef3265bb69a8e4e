"""How long the first picture of a function takes, in the real window.

    python -m tests.bench.landscape [--rounds 3]

A scalar program of 20 operations over two leaves, on a grid of 256 × 256: from the click on the tab Function, which
nobody has looked at before, to the painted contours and surface. Each round is an application of its own. `idle` clicks
two seconds after the run has ended, `at once` in the moment it has ended (the window has been open for three seconds),
`lost` after the process that computes pictures has been killed. `next` is a later picture: another stretch of the axes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

import numpy as np

SIDE = 256

PROGRAM = """import torch

x = torch.tensor(-1.2, requires_grad=True)
y = torch.tensor(1.0, requires_grad=True)
for step in range(40):
    square = x ** 2
    valley = (1 - x) ** 2 + 100 * (y - square) ** 2
    waves = torch.sin(x * 3) * torch.cos(y)
    hill = torch.exp((square + y ** 2) * -0.5)
    loss = valley + waves + hill + torch.tanh(x * y)
    loss.backward()
    with torch.no_grad():
        x -= 0.001 * x.grad
        y -= 0.001 * y.grad
    x.grad = None
    y.grad = None
"""

WAYS = ("idle", "at once", "lost")
WANTED = 200


def loss(x, y):
    valley = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    return valley + np.sin(3 * x) * np.cos(y) + np.exp(-0.5 * (x * x + y * y)) + np.tanh(x * y)


def one(way: str) -> str:
    """Milliseconds: to the first picture, the longest turn of the window on the way, and to a later picture."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from gradviz.session.document import Document
    from tests.bench.window import Bench

    bench = Bench()
    try:
        bench.session.show_document(Document(PROGRAM, title="bench"))
        if way == "at once":
            bench.quiet(3.0)
        bench.session.run()
        bench.until(lambda: bench.session.view.trace.program == PROGRAM and bench.session.view.status == "ended", 20)
        if way != "at once":
            bench.quiet(2.0)
        process = bench.supervisor.evaluator._process
        if way == "lost" and process is not None:
            process.kill()
            process.join(2.0)
        began = last = time.perf_counter()
        QTest.mouseClick(bench.window.bottom._buttons["function"], Qt.MouseButton.LeftButton)
        longest = time.perf_counter() - last
        view = bench.window.panels["function"].landscape
        while not (view._shown and view._is_answered):
            last = time.perf_counter()
            bench.application.processEvents()
            longest = max(longest, time.perf_counter() - last)
            time.sleep(0.0005)
            assert last - began < 20, "no picture came"
        view.repaint()
        first = time.perf_counter() - began
        answer = view._answer
        assert answer.losses.shape == (SIDE, SIDE)
        assert not view._why, view._why
        x, y = np.meshgrid(answer.xs, answer.ys)
        np.testing.assert_allclose(answer.losses, loss(x, y), rtol=1e-4, atol=1e-3)
        bench.quiet(0.5)
        began, asked = time.perf_counter(), view._asked
        view.plot.getViewBox().scaleBy((0.8, 0.8))
        view.plot.is_zoomed = True
        view.draw()
        bench.until(lambda: view._asked is not asked and view._is_answered, 20)
        view.repaint()
        return f"{1000 * first:.0f} {1000 * longest:.0f} {1000 * (time.perf_counter() - began):.0f}"
    finally:
        bench.close()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--one", choices=WAYS, help="one round, in this process")
    chosen = arguments.parse_args()
    if chosen.one:
        print(one(chosen.one))
        return 0
    slowest = 0.0
    for way in WAYS:
        command = [sys.executable, "-m", "tests.bench.landscape", "--one", way]
        environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
        rounds = [
            [float(each) for each in subprocess.run(
                command, capture_output=True, text=True, check=True, env=environment).stdout.split()]
            for _ in range(chosen.rounds)
        ]  # fmt: skip
        first, turn, later = (statistics.median(each) for each in zip(*rounds, strict=True))
        worst = max(each[0] for each in rounds)
        slowest = max(slowest, first)
        print(f"{way}: first picture {first:.0f} ms (worst {worst:.0f}; at most {WANTED}), "
              f"longest turn {turn:.0f} ms, next {later:.0f} ms")  # fmt: skip
    return 0 if slowest <= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())

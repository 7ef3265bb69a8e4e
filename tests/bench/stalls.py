"""How long the window does not answer while a large program runs, is laid out and taken in: a real window and worker.

    python -m tests.bench.stalls

"stall" is the longest turn of the event loop by the wall clock, so only true on an idle machine. A busy one does not
change the others: "work" is the most CPU time that all threads of the window's process spent in one turn (one thread
works at a time: Python's lock sees to that), "own" the most that the window's own thread did.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from gradviz.session.document import Document
from gradviz.ui.collecting import Collecting
from gradviz.ui.releasing import Releasing
from tests.bench.window import Bench

CHAIN = """import torch

y = x = torch.tensor(1., requires_grad=True)
for i in range({count}):
    y = y + 0.1
y.backward()
"""

DENSE = """import random
import torch

random.seed(0)
values = [torch.tensor(random.random()) for _ in range(8)]
for width in ({widths}):
    made = []
    for unit in range(width):
        total = torch.tensor(random.random(), requires_grad=True)
        for value in values:
            total = total + torch.tensor(random.random() - 0.5, requires_grad=True) * value
        made.append(torch.tanh(total))
    values = made
values[0].backward()
"""

AFTER = 1.0
"""Seconds that count as well once the picture is there: failures are looked for, and what was before is let go."""


def clocks() -> NDArray[np.float64]:
    """Seconds by the wall, of CPU of the whole process, and of CPU of this thread."""
    return np.array([time.perf_counter(), time.process_time(), time.thread_time()])


def measure(bench: Bench, name: str, program: str) -> None:
    """Run the program in the window, and tell the longest turns."""
    session, canvas = bench.session, bench.window.canvas
    bench.quiet(0.5)
    began, there, longest = time.perf_counter(), 0.0, np.zeros(3)
    session.show_document(Document(program, title="bench"))
    session.run()
    while not there or time.perf_counter() - there < AFTER:
        before = clocks()
        bench.application.processEvents()
        time.sleep(0.001)
        longest = np.maximum(longest, clocks() - before)
        view = session.view
        if not there and view.trace.program == program and view.status == "ended" and not canvas.stage.arranger.is_busy:
            there = time.perf_counter()
    cards = len(canvas.stage.scene.cards)
    stall, work, own = longest * 1000
    print(f"{name}: {cards} cards, {there - began:.1f} s, stall {stall:.0f} ms, work {work:.0f}, own {own:.0f}")


def main() -> None:
    bench = Bench()
    bench.session.change(grouping="nothing")
    memory = Collecting(bench.session), Releasing(bench.session)
    measure(bench, "small", CHAIN.format(count=40))
    measure(bench, "dense", DENSE.format(widths="12, 12, 1"))
    measure(bench, "dense", DENSE.format(widths="30, 30, 1"))
    measure(bench, "chain", CHAIN.format(count=10_000))
    measure(bench, "chain again", CHAIN.format(count=9_999))
    for part in memory:
        part.shutdown()
    bench.close()


if __name__ == "__main__":
    main()

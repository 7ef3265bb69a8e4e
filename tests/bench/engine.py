"""The engine's speed and memory: against PyTorch, against micrograd, and with its own recorder listening.

    python -m tests.bench.engine [--rounds N] [--run SECONDS] [letters]

CPU seconds of this process on one thread (`time.process_time`), which a busy machine changes least. All contestants
of a workload run in turn, block by block, and each figure is the median of its blocks. "recorded" is the same program
under the recorder as the worker runs it (passes that are kept are assembled and encoded within the measured time; the
pipe is left out). micrograd is measured where it can be imported: it is no dependency of the project.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import gc
import math
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from gradviz.engine import torch as own_torch
from gradviz.recorder.gate import Gate
from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.trace import codec
from gradviz.worker.limits import rest_collector
from tests.bench.workloads import MICROGRAD, WORKLOADS, Workload, program

SECONDS = 0.3
"""Of each block, about."""

RUN = 3.0
"""Seconds of a program whose recording is measured, unrecorded: a short training. A run begins with a dozen passes that
are always sent whole, and those of its first twentieth of a second are all heard: 0.1 to 0.3 s, however long it is."""

Block = Callable[[int], float]


class Clock:
    """What a measured program calls before and after its steps."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def tick(self) -> None:
        self.times.append(time.process_time())

    @property
    def seconds(self) -> float:
        return self.times[1] - self.times[0]


def contestant(lib: Any, leaf: Callable[[float], Any], text: str, *, recorded: bool = False) -> Block:
    """A block of steps: takes their number, returns the CPU seconds of one."""
    code = compile(text, "program.py", "exec")

    def run(count: int) -> float:
        clock = Clock()
        space = {"__name__": "__main__", "torch": lib, "leaf": leaf, "tick": clock.tick, "count": count}
        if not recorded:
            exec(code, space)
            return clock.seconds / count
        recorder = NumPyRecorder(text, "program.py", space, codec.encode, Gate())
        recorder.start()
        try:
            exec(code, space)
        finally:
            recorder.stop(None)
        return clock.seconds / count

    return run


def leaf_of(lib: Any) -> Callable[[float], Any]:
    return lambda number: lib.tensor(number, requires_grad=True)


def micrograd_value() -> Any:
    try:
        from micrograd.engine import Value
    except ImportError:
        return None
    return Value


def steps(block: Block, seconds: float) -> int:
    """How many steps take so long."""
    few = max(2, int(seconds / 8 / block(2)))
    return max(1, int(seconds / block(few)))


def medians(blocks: Sequence[Block], counts: Sequence[int], rounds: int) -> list[float]:
    """Seconds a step of each, blocks in turn."""
    times: list[list[float]] = [[] for _ in blocks]
    for _ in range(rounds):
        for block, count, found in zip(blocks, counts, times, strict=True):
            gc.collect()
            found.append(block(count))
    return [statistics.median(found) for found in times]


def measure(work: Workload, rounds: int, seconds: float) -> dict[str, float]:
    """Seconds a step by contestant; and how much longer a recorded step takes, at the top and inside a function."""
    inside, top = program(work, function=True), program(work, function=False)
    own = leaf_of(own_torch)
    blocks = {"torch": contestant(torch, leaf_of(torch), inside), "own": contestant(own_torch, own, inside)}
    value = micrograd_value()
    if value is not None and (work.scalar or work.letter in MICROGRAD):
        text = program(work, function=True, step=MICROGRAD.get(work.letter, ""))
        blocks["micrograd"] = contestant(None, value, text)
    several = list(blocks.values())
    found = dict(zip(blocks, medians(several, [steps(block, SECONDS) for block in several], rounds), strict=True))
    for where, text in (("top", top), ("inside", inside)):
        pair = [contestant(own_torch, own, text), contestant(own_torch, own, text, recorded=True)]
        off, on = medians(pair, [steps(pair[0], seconds)] * 2, rounds)
        found[where] = on / off
    return found


def report_speed(letters: str, rounds: int, seconds: float) -> None:
    print(f"{'':44s}{'torch':>10s}{'own':>10s}{'ratio':>7s}{'wanted':>8s}{'micrograd':>10s}"
          f"{'recorded':>10s}{'in def':>8s}")  # fmt: skip
    overheads, inner = [], []
    for work in WORKLOADS:
        if work.letter not in letters:
            continue
        found = measure(work, rounds, seconds)
        overheads.append(found["top"])
        inner.append(found["inside"])
        micrograd = f"{found['micrograd'] / found['torch']:10.2f}" if "micrograd" in found else f"{'':10s}"
        print(f"{work.letter} {work.title:42s}{found['torch'] * 1e6:8.1f}µs{found['own'] * 1e6:8.1f}µs"
              f"{found['own'] / found['torch']:7.3f}{work.limit:8.2f}{micrograd}{overheads[-1]:10.2f}{inner[-1]:8.2f}",
              flush=True)  # fmt: skip
    for name, ratios in (("at the top", overheads), ("in a function", inner)):
        mean = math.exp(statistics.fmean(map(math.log, ratios)))
        print(f"recording on / off, program {name}: geometric mean {mean:.3f} (wanted at most 1.3)")


def bytes_a_node(*, recorded: bool, backward: bool = False) -> float:
    """Bytes that a scalar operation keeps, all that a recorder holds included."""
    text = "x = leaf(1.0)\ny = leaf(1.0)\ny = y * x\ntick()\nfor _ in range(5_000):\n    y = y * y + x\n"
    text += "y.backward()\n" * backward + "tick()\n"
    used: list[int] = []
    space = {"leaf": leaf_of(own_torch), "tick": lambda: used.append(tracemalloc.get_traced_memory()[0])}
    recorder = NumPyRecorder(text, "program.py", space, lambda message: None, Gate(), live=False)
    if recorded:
        recorder.start()
    tracemalloc.start()
    exec(compile(text, "program.py", "exec"), space)
    tracemalloc.stop()
    if recorded:
        recorder.stop(None)
    return (used[1] - used[0]) / 10_000


def garbage() -> int:
    """What the garbage collector finds after training, where nothing should be left for it."""
    gc.collect()
    gc.disable()
    for work in WORKLOADS:
        if work.letter in "abce":
            # At the top: a function of a program would itself be in a cycle with the program's names.
            space = {"torch": own_torch, "leaf": leaf_of(own_torch), "tick": int, "count": 3}
            exec(program(work, function=False), space)
            space.clear()
    found = gc.collect()
    gc.enable()
    return found


def long_chain(count: int) -> tuple[float, float, float]:
    """CPU seconds to build a chain of scalar operations, to run it backward, and to free it."""
    start = time.process_time()
    x = own_torch.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(count):
        y = y * 1.0
    built = time.process_time()
    y.backward()
    assert x.grad == 1
    ran = time.process_time()
    del y
    return built - start, ran - built, time.process_time() - ran


def import_seconds(rounds: int = 7) -> float:
    """CPU seconds of the engine's import in a fresh process that has imported NumPy."""
    code = ("import numpy, time; a = time.process_time(); import gradviz.engine.torch;"
            "print(time.process_time() - a)")  # fmt: skip
    run = lambda: float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)  # noqa: E731
    return statistics.median(run() for _ in range(rounds))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("letters", nargs="?", default="abcdefgh")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--run", type=float, default=RUN, help="seconds of a program whose recording is measured")
    options = parser.parse_args()
    torch.set_num_threads(1)
    sys.setrecursionlimit(1_000_000)  # micrograd walks the graph by recursion
    np.seterr(all="ignore")  # as the worker does; so is the collector's rest, which all contestants enjoy alike
    rest_collector()
    report_speed(options.letters, options.rounds, options.run)
    print(f"bytes a scalar node: {bytes_a_node(recorded=False):.0f} (wanted at most 200), "
          f"recorded {bytes_a_node(recorded=True):.0f}, and after its backward "
          f"{bytes_a_node(recorded=True, backward=True):.0f} (wanted at most 350)")  # fmt: skip
    print(f"objects left for the garbage collector: {garbage()}")
    short, long = long_chain(100_000), long_chain(1_000_000)
    print("1,000,000 operations in a chain: " + ", ".join(
        f"{word} {seconds:.2f} s" for word, seconds in zip(("built", "run backward", "freed"), long, strict=True))
        + f"; {sum(long) / sum(short):.1f} times the time of 100,000")  # fmt: skip
    print(f"import after numpy: {import_seconds() * 1e3:.0f} ms (wanted at most 60)")


if __name__ == "__main__":
    main()

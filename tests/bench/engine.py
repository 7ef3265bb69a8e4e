"""The engine's speed against PyTorch's: CPU seconds of each, interleaved in one process on one thread, and their ratio.

    python tests/bench/engine.py

Each figure is the least of several rounds; interleaving gives both the same share of a busy machine.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import sys
import time
import tracemalloc
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from gradviz.engine import torch as gv_torch

torch.set_num_threads(1)
ROUNDS = 15


def parabola(lib):
    """a: 3x² + 4x + 2 forward and backward."""
    x = lib.tensor(3.0, requires_grad=True)

    def run():
        y = 3 * x**2 + 4 * x + 2
        y.backward()
        x.grad = None

    return run, 200


def descent(lib):
    """b: a step of gradient descent on the parabola."""
    x = lib.tensor(3.0, requires_grad=True)

    def run():
        y = 3 * x**2 + 4 * x + 2
        y.backward()
        with lib.no_grad():
            x.sub_(0.01 * x.grad)
            x.grad.zero_()

    return run, 200


def regression(lib):
    """c: linear regression with ten weights on a hundred points."""
    w, b = lib.zeros(10, requires_grad=True), lib.zeros(1, requires_grad=True)
    points = lib.rand(100, 10)
    answers = points.sum(1)

    def run():
        loss = ((points @ w + b - answers) ** 2).mean()
        loss.backward()
        with lib.no_grad():
            w.sub_(0.01 * w.grad)
            b.sub_(0.01 * b.grad)
        w.grad.zero_()
        b.grad.zero_()

    return run, 60


def chain(lib):
    """f: a chain of 20,000 scalar operations."""

    def run():
        x = lib.tensor(1.0, requires_grad=True)
        y = x
        for _ in range(20_000):
            y = y * 1.0001
        y.backward()

    return run, 1


def bytes_a_node():
    """Return the bytes that a recorded scalar operation keeps."""
    x = gv_torch.tensor(1.0, requires_grad=True)
    y = x
    tracemalloc.start()
    for _ in range(10_000):
        y = y * y + x
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return used / 20_000


if __name__ == "__main__":
    print(f"{'':12s} {'torch µs':>9s} {'ours µs':>9s} {'ratio':>7s}")
    for program in (parabola, descent, regression, chain):
        runs = [program(torch), program(gv_torch)]
        best = [float("inf")] * 2
        for _ in range(ROUNDS):
            for index, (run, times) in enumerate(runs):
                start = time.process_time()
                for _ in range(times):
                    run()
                best[index] = min(best[index], (time.process_time() - start) / times)
        print(f"{program.__name__:12s} {best[0] * 1e6:9.1f} {best[1] * 1e6:9.1f} {best[1] / best[0]:7.3f}")
    print(f"bytes a scalar node: {bytes_a_node():.0f}")

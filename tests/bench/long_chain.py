"""A million chained operations forward, backward and freed: seconds, and bytes a node.

    python -m tests.bench.long_chain [length]
"""

import gc
import itertools
import sys
import time
from pathlib import Path

import gradviz.engine.torch as torch


def resident() -> int:
    """Bytes of memory that the process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def main() -> None:
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    gc.disable()
    x = torch.tensor(1.0, requires_grad=True)
    before, times = resident(), [time.perf_counter()]
    y = x
    for _ in range(length):
        y = y * 1.0
    times.append(time.perf_counter())
    held = resident() - before
    y.backward()
    times.append(time.perf_counter())
    del y
    times.append(time.perf_counter())
    forward, backward, freed = (b - a for a, b in itertools.pairwise(times))
    print(f"{length:,} operations: forward {forward:.2f} s, backward {backward:.2f} s, freed {freed:.2f} s")
    print(f"{held / length:.0f} bytes a node; {gc.collect()} objects left for the garbage collector")


if __name__ == "__main__":
    main()

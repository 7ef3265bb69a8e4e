"""What the operating system holds the program to. Where a system cannot, the parent's stop still works."""

from __future__ import annotations

import gc
import signal
import sys

MEMORY = {"numpy": 2 << 30, "pytorch": 4 << 30}
"""Address space in bytes, by engine: PyTorch's libraries alone take more than one of these."""

FILE = 1 << 30
"""Bytes of the largest file that the program may write."""


def die_with_parent() -> None:
    """Ask Linux to kill this process when the thread that started it ends. Elsewhere the closed pipe tells."""
    if sys.platform == "linux":
        import ctypes

        kill_on_parents_death = 1  # PR_SET_PDEATHSIG in <sys/prctl.h>
        ctypes.CDLL(None).prctl(kill_on_parents_death, signal.SIGKILL, 0, 0, 0)


def limit(engine: str) -> None:
    """Bound memory and file size; the bound is never raised above the one that was inherited."""
    if sys.platform != "win32":
        import resource

        wanted = ((resource.RLIMIT_AS, MEMORY[engine]), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_CORE, 0))
        for kind, most in wanted:
            _, hard = resource.getrlimit(kind)
            if hard != resource.RLIM_INFINITY:
                most = min(most, hard)
            try:
                resource.setrlimit(kind, (most, hard))
            except (ValueError, OSError):
                continue  # macOS knows RLIMIT_AS and refuses to set it.
        # Python would turn a too long write into silent death; as an error it has a line and a sentence.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def rest_collector() -> None:
    """Look for cyclic garbage less often, and never in what the worker itself made.

    The engine leaves no cycles, but each of its nodes is an object that the collector would walk through again and
    again while a graph grows: half the time of a long chain.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def interruptible() -> None:
    """Make the parent's interrupt a KeyboardInterrupt, also where the shell that started us had switched it off."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, signal.default_int_handler)


def memory_sentence(engine: str) -> str:
    """The words for a program that wanted more."""
    return f"the program needs more memory than the {MEMORY[engine] >> 30} GB that a run may use here"

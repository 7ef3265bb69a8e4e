"""Ends processes that may not want to end, with all that they started.

A program can leave its process group and its parents behind, but not easily the environment it was born with: every
worker carries a mark there, its children inherit it, and whoever has it is found.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK = "GRADVIZ_WORKER"

ROUNDS = 20
"""A program may start processes as fast as they are found; each round leaves fewer."""


def new_mark() -> str:
    return uuid.uuid4().hex


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ask as Ctrl+C does."""
    with contextlib.suppress(OSError, ValueError):
        if sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.send_signal(signal.SIGINT)


def kill_all(process: subprocess.Popen[bytes], mark: str) -> None:
    """Kill the process, its group and its descendants, and return when none is found any more."""
    if sys.platform == "win32":
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, **quiet)  # type: ignore[call-overload]
        return
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.poll()
    for _ in range(ROUNDS):
        found = list(_marked(mark)) if sys.platform == "linux" else list(_descendants(process.pid))
        found = [pid for pid in found if pid != os.getpid()]
        if not found:
            return
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
        process.poll()


def _marked(mark: str) -> Iterator[int]:
    """Living processes with the mark in their environment. Zombies have none: they are dead already."""
    wanted = f"{MARK}={mark}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    yield int(entry.name)


def _descendants(ancestor: int) -> Iterator[int]:
    """Living descendants and members of the group, as `ps` knows them (macOS and the BSDs)."""
    listing = subprocess.run(["ps", "-axo", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=False)
    family = {ancestor}
    rows = [line.split() for line in listing.stdout.splitlines()]
    grew = True
    while grew:
        grew = False
        for pid, parent, group, *_ in rows:
            if int(pid) not in family and (int(parent) in family or int(group) in family):
                family.add(int(pid))
                grew = True
    living = {int(row[0]) for row in rows if not row[3].startswith("Z")}
    yield from (family & living) - {ancestor}

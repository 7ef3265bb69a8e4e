"""The two pipes to the parent, moved out of the program's reach."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from ..trace import codec

ATOMIC = 4096 if sys.platform == "linux" else 512
"""Bytes that POSIX promises to write to a pipe in one piece (PIPE_BUF)."""

PATIENCE = 0.02
"""Seconds that a record which is to go out at once waits for those before it."""

WAITING_FRAMES = 64
"""How many frames may wait before whoever makes more has to wait: a slow parent must not fill our memory."""


class Channel:
    """Records out through `send`, commands in through `commands`.

    A thread of its own writes: an interrupt reaches the main thread only, so it can never tear a frame in two.
    Frames so small that the system writes them whole or not at all may go out directly.
    """

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._frames: queue.Queue[bytes | None] = queue.Queue(WAITING_FRAMES)
        self._process = os.getpid()
        self._writes = threading.Lock()
        self._thread = threading.Thread(target=self._write, name="frames", daemon=True)
        self._thread.start()

    @classmethod
    def of_standard_streams(cls) -> Channel:
        """Take over descriptors 0 and 1; what is left in their place reads nothing and writes to standard error."""
        reading, writing = os.dup(0), os.dup(1)
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        return cls(reading, writing)

    def send(self, record: object) -> None:
        """Queue a record; waits while the parent is far behind. A forked child of the program says nothing."""
        if os.getpid() == self._process:
            self._frames.put(codec.encode(record))

    def send_at_once(self, record: object) -> None:
        """Have a small record at the parent when this returns: what follows may never give our thread a turn."""
        if os.getpid() != self._process:
            return
        frame = codec.encode(record)
        if len(frame) <= ATOMIC:
            self.drain(PATIENCE)
        if len(frame) <= ATOMIC and self._writes.acquire(blocking=False):
            try:
                if not self._frames.unfinished_tasks:
                    with contextlib.suppress(OSError):
                        os.write(self._writing, frame)
                    return
            finally:
                self._writes.release()
        self._frames.put(frame)

    def drain(self, seconds: float) -> None:
        """Wait, so long at most, until everything queued has been written."""
        limit = time.monotonic() + seconds
        while self._frames.unfinished_tasks and time.monotonic() < limit:
            time.sleep(0.0002)

    def commands(self) -> Iterator[Any]:
        """Records as they come in, until the parent closes its end or dies."""
        reader = codec.FrameReader()
        while data := _read(self._reading):
            for body in reader.feed(data):
                yield codec.decode(body)

    def close(self) -> None:
        """Write what is waiting. Nothing can be sent afterwards."""
        if os.getpid() == self._process:
            self._frames.put(None)
            self._thread.join()

    def _write(self) -> None:
        while (frame := self._frames.get()) is not None:
            view = memoryview(frame)
            with self._writes:
                try:
                    while view:
                        view = view[os.write(self._writing, view) :]
                except OSError:
                    return  # The parent is gone, or the program closed what is not its own; the listener ends us.
            self._frames.task_done()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        return b""

"""What the program prints, from Python and from below it, on its way to the parent.

Python's `print` comes in directly. What C code, child processes or `os.write(1, …)` write arrives through pipes that
stand where descriptors 1 and 2 were, and these are emptied before each print, so that the order is the program's own.
Neither can reach the frames.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import select
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TextIO

from ..trace.events import Source
from ..trace.messages import Message, OutputThinned, TextPrinted

TICK = 0.016
"""Seconds between two messages: text is news at screen rate."""

WHOLE = 2_000_000
"""Characters of a live run that are all sent; nobody reads more, and `gradviz run` has no limit."""

TAIL = 16_384
"""Characters a tick after that."""

FULL = 65_536
"""Characters that may wait for a tick."""

DRAUGHTS = 64
"""How often a pipe is read at one go: a child process that never stops writing must not hold up the program."""

DESCRIPTORS = {"stdout": 1, "stderr": 2}


class Output:
    """Collects text and sends it in batches. `number` tells the pass that is open, `source` what calls us now.

    With `capped`, a flood is thinned to its first and newest lines; without, the printer waits for the reader.
    """

    def __init__(
        self,
        send: Callable[[Message], None],
        number: Callable[[], int],
        source: Callable[[], Source | None],
        capped: bool,
    ) -> None:
        self._send = send
        self._number = number
        self._source = source
        self._capped = capped
        self._pending: list[tuple[str, str]] = []
        self._size = 0
        self._first = 0
        self._sent = 0
        self._flushed = 0.0
        self._dropped = 0
        self._is_thinned = False
        # Uncapped text is written out again byte for byte; capped text is for eyes.
        errors = "replace" if capped else "surrogateescape"
        self._decoders = {stream: codecs.getincrementaldecoder("utf-8")(errors) for stream in DESCRIPTORS}
        # Reentrant: a signal handler of the program may print while it interrupts a print.
        self._lock = threading.RLock()
        self._news = threading.Event()
        self._pipes: dict[str, int] = {}
        self._process = os.getpid()
        threading.Thread(target=self._tick, name="text", daemon=True).start()

    def capture(self) -> None:
        """Put our streams and pipes where the program looks for standard output and standard error."""
        for stream, descriptor in DESCRIPTORS.items():
            reading, writing = _wide_pipe()
            os.dup2(writing, descriptor)
            os.close(writing)
            self._pipes[stream] = reading
        threading.Thread(target=self._pump, name="pipes", daemon=True).start()
        out, err = self._stream("stdout", "strict"), self._stream("stderr", "backslashreplace")
        vars(sys).update(stdout=out, __stdout__=out, stderr=err, __stderr__=err)
        if sys.platform != "win32":
            os.register_at_fork(after_in_child=self._forked)

    def write(self, stream: str, data: Any) -> int:
        """Take bytes of a stream; returns how many, as `io.RawIOBase.write` does."""
        raw = bytes(data)
        if os.getpid() != self._process:
            return os.write(DESCRIPTORS[stream], raw)
        with self._lock:
            self._empty_pipes()
            self._add(stream, raw)
            if self._capped and not self._is_thinned and self._sent > WHOLE:
                self._is_thinned = True
                self._send(OutputThinned(WHOLE, self._source()))
            if time.monotonic() - self._flushed > TICK:
                self.flush()
        if not self._news.is_set():
            self._news.set()
        return len(raw)

    def _add(self, stream: str, raw: bytes) -> None:
        """Take bytes of a stream, with the lock held."""
        text = self._decoders[stream].decode(raw)
        if not self._pending:
            self._first = self._number()
        self._pending.append((stream, text))
        self._size += len(text)
        if self._size >= FULL:
            if self._capped and self._sent > WHOLE:
                self._keep_tail()
            else:
                self.flush()

    def flush(self) -> None:
        """Send what is waiting, now."""
        if os.getpid() != self._process:
            return
        with self._lock:
            if self._capped and self._sent > WHOLE:
                self._keep_tail()
            pending, self._pending, self._size = self._pending, [], 0
            self._flushed = time.monotonic()
            if self._dropped and pending:
                pending.insert(0, (pending[0][0], f"\n… {self._dropped:,} characters left out …\n"))
                self._dropped = 0
            run: list[str] = []
            for position, (stream, text) in enumerate(pending):
                run.append(text)
                if position + 1 == len(pending) or pending[position + 1][0] != stream:
                    joined = "".join(run)
                    run = []
                    if joined:
                        self._sent += len(joined)
                        self._send(TextPrinted(stream, joined, self._first))

    def settle(self) -> None:
        """Send everything that was written so far, also what waits in Python's streams for the end of its line."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                continue  # The program closed or replaced it.
        with self._lock:
            self._empty_pipes()
        self.flush()

    def finish(self) -> None:
        """Take in what still stands in the pipes, give the descriptors back, and send everything."""
        self.settle()
        with open(os.devnull, "wb") as nothing:
            for descriptor in DESCRIPTORS.values():
                os.dup2(nothing.fileno(), descriptor)
        with self._lock:
            self._empty_pipes()
        self.flush()

    def _stream(self, stream: str, errors: str) -> TextIO:
        raw = io.BufferedWriter(_Descriptor(self, stream))
        return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, newline="\n", line_buffering=True)

    def _pump(self) -> None:
        while self._pipes:
            if os.name == "posix":
                select.select(list(self._pipes.values()), [], [])
            else:
                time.sleep(TICK)
            with self._lock:
                self._empty_pipes()
            self._news.set()

    def _empty_pipes(self) -> None:
        """Take in what stands in the pipes, with the lock held."""
        for stream, pipe in tuple(self._pipes.items()):
            for _ in range(DRAUGHTS):
                data = _read_now(pipe)
                if not data:
                    if data is not None:
                        del self._pipes[stream]
                    break
                self._add(stream, data)

    def _tick(self) -> None:
        while True:
            self._news.wait()
            time.sleep(TICK)
            self._news.clear()
            self.flush()

    def _keep_tail(self) -> None:
        if self._size <= TAIL:
            return
        kept: list[tuple[str, str]] = []
        room = TAIL
        for stream, text in reversed(self._pending):
            kept.append((stream, text[-room:]))
            room -= len(text)
            if room <= 0:
                break
        kept.reverse()
        size = sum(len(text) for _, text in kept)
        self._dropped += self._size - size
        self._pending, self._size = kept, size

    def _forked(self) -> None:
        # The thread that held the lock does not exist in the child.
        self._lock = threading.RLock()


def _wide_pipe() -> tuple[int, int]:
    """A pipe that takes as much as the system gives: native code that prints while it holds Python's lock and fills
    the pipe would wait for ever, because only Python can empty it."""
    reading, writing = os.pipe()
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)
    if sys.platform != "win32":
        os.set_blocking(reading, False)
    return reading, writing


def _read_now(pipe: int) -> bytes | None:
    """Bytes that are there; None if there are none yet, empty at the end of the pipe."""
    try:
        if sys.platform == "win32":
            import _winapi
            import msvcrt

            if not _winapi.PeekNamedPipe(msvcrt.get_osfhandle(pipe), 0)[0]:
                return None
        return os.read(pipe, FULL)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class _Descriptor(io.RawIOBase):
    """Looks like descriptor 1 or 2 to the program and hands what is written to the output."""

    mode = "wb"

    def __init__(self, output: Output, stream: str) -> None:
        super().__init__()
        self._output = output
        self._stream = stream
        self.name = f"<{stream}>"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return DESCRIPTORS[self._stream]

    def isatty(self) -> bool:
        return False

    def write(self, data: Any, /) -> int:
        return self._output.write(self._stream, data)

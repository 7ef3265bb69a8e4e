"""One worker process and the thread that reads it."""

from __future__ import annotations

import contextlib
import os
import select
import site
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..trace import codec
from . import killing

CHUNK = 1 << 18

_WINDOWS_FLAGS = sum(getattr(subprocess, name, 0) for name in ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW"))

# -I keeps the folder we happen to stand in, PYTHONPATH and the user's site folder out of the worker. So the place
# that this package is loaded from, and the user's site folder where one is in use, are named explicitly. The first
# goes in front for the import of gradviz alone: another package of that name may be installed.
START = """
import sys
place, *sites = sys.argv[1:]
sys.argv[1:] = []
sys.path.insert(0, place)
import gradviz.worker
sys.path.remove(place)
place in sys.path or sys.path.append(place)
import site
for folder in sites:
    site.addsitedir(folder)
from gradviz.worker.__main__ import main
main()
"""


def command_line() -> list[str]:
    """How to start a worker from here: in a frozen app there is no Python to call, only the app itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker"]
    place = str(Path(__file__).resolve().parent.parent.parent)
    sites = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return [sys.executable, "-I", "-X", "utf8", "-c", START, place, *sites]


class WorkerProcess:
    """A worker from its start to its end.

    `heard(self, record)` gets every record and `ended(self)` is called once after the last one, both on the reader
    thread. `behind` is by how many steps of priority it stands behind the window. OSError where no process can be
    started.
    """

    def __init__(
        self,
        heard: Callable[[WorkerProcess, Any], None],
        ended: Callable[[WorkerProcess], None],
        command: list[str],
        behind: int = 0,
    ) -> None:
        self._heard = heard
        self._ended = ended
        self.last_words = ""
        """What was said on standard error before the worker was ready, or the fault in its frames."""
        self.spoke = False
        """Whether it has said anything; its first word is that it is ready."""
        self.mark = killing.new_mark()
        environment = {
            **os.environ,
            killing.MARK: self.mark,
            "OPENBLAS_NUM_THREADS": "1",
            "MPLBACKEND": "agg",  # there is no window to draw in; worker/figures.py shows pictures instead
        }
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=environment,
            # Linux shares the processors out among sessions first and asks for priorities within one only: twelve
            # sessions would leave the window a thirteenth part, whatever their priority.
            start_new_session=os.name == "posix" and not behind,
            process_group=0 if os.name == "posix" and behind else None,
            creationflags=_WINDOWS_FLAGS,
        )
        if behind and sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, behind)
        self._reader = threading.Thread(target=self._read, name=f"worker {self._process.pid}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.returncode

    def turn_to(
        self, heard: Callable[[WorkerProcess, Any], None], ended: Callable[[WorkerProcess], None]
    ) -> None:
        """Speak to these from now on. One whose end may have been told to those before has an `exit_code`."""
        self._heard, self._ended = heard, ended

    def send(self, command: object) -> None:
        """Hand over a command. A worker that has ended or takes nothing more loses it."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(codec.encode(command))
        except (OSError, ValueError):
            return

    def never_wait(self) -> None:
        """From now on a command that the worker does not take at once is lost: it may have stopped listening."""
        assert self._process.stdin is not None
        if os.name == "posix":
            os.set_blocking(self._process.stdin.fileno(), False)

    def interrupt(self) -> None:
        killing.interrupt(self._process)

    def kill(self) -> None:
        """End the process, its group, and every process that descends from it."""
        killing.kill_all(self._process, self.mark)

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the process; whether it came."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def join(self, seconds: float) -> None:
        """Wait until everything it said has been heard."""
        if threading.current_thread() is not self._reader:
            self._reader.join(seconds)

    def _read(self) -> None:
        frames = codec.FrameReader()
        try:
            for data in self._chunks():
                for body in frames.feed(data):
                    record = codec.decode(body)
                    self.spoke = True
                    self._heard(self, record)
        except codec.TraceError as fault:
            # What comes after a broken frame cannot be trusted, nor can the process that wrote it.
            self.last_words = str(fault)
            self.kill()
        self._finish()

    def _chunks(self) -> Any:
        """Pieces of the pipe until its end, or until the process is gone and the pipe is empty.

        The end of the pipe alone would not do: a forked child of the program holds it open as long as it lives.
        """
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        if os.name != "posix":
            while data := os.read(pipe, CHUNK):
                yield data
            return
        watch = os.pidfd_open(self._process.pid) if hasattr(os, "pidfd_open") else None
        try:
            while True:
                watched = [pipe] if watch is None else [pipe, watch]
                readable, _, _ = select.select(watched, [], [], None if watch is not None else 0.2)
                if pipe in readable:
                    data = os.read(pipe, CHUNK)
                    if not data:
                        return
                    yield data
                elif watch in readable or (watch is None and self._process.poll() is not None):
                    return
        finally:
            if watch is not None:
                os.close(watch)

    def _finish(self) -> None:
        # Whatever the program left running goes with it; this also makes sure that the process itself ends.
        if not self.wait(1.0):
            self.last_words = self.last_words or "it closed its pipe to gradviz, and nothing more could be seen of it."
            self.kill()
            self.wait(1.0)
        killing.kill_all(self._process, self.mark)
        assert self._process.stderr is not None
        if not self.last_words:
            self.last_words = _waiting_text(self._process.stderr.fileno())
        self._ended(self)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()


def _waiting_text(pipe: int) -> str:
    """What stands in a pipe now, without waiting for more."""
    if os.name == "posix":
        os.set_blocking(pipe, False)
    try:
        return (os.read(pipe, 65_536) or b"").decode(errors="replace").strip()
    except OSError:
        return ""

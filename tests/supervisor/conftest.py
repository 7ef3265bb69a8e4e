"""A supervisor for a test, and the proof after each test that it left nothing behind."""

import os
import threading
import time
from pathlib import Path

import pytest

from gradviz.supervisor import killing
from gradviz.supervisor.supervisor import Supervisor
from gradviz.trace.messages import RunEnded, TextPrinted
from gradviz.worker.protocol import Run


class Runs:
    """Runs programs and waits for their ends."""

    def __init__(self, **options):
        self.messages = []
        self.ended = threading.Event()
        self.marks = set()
        self.supervisor = Supervisor(listen=self._listen, **options)

    def _listen(self, message):
        self.messages.append(message)
        if isinstance(message, RunEnded):
            self.ended.set()

    def begin(self, program, path="/tmp/program.py", directory="/tmp", **options):
        self.messages.clear()
        self.ended.clear()
        self.supervisor.run(Run(program, path, directory, **options))

    def finish(self, seconds=30):
        assert self.ended.wait(seconds), f"no end after {seconds} s: {self.supervisor.status}"
        return self.messages[-1]

    def run(self, program, **options):
        self.begin(program, **options)
        return self.finish()

    def text(self, stream="stdout"):
        return "".join(m.text for m in self.messages if isinstance(m, TextPrinted) and m.stream == stream)

    def wait_for(self, condition, seconds=5):
        limit = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < limit, f"waited in vain: {self.supervisor.status} {self.supervisor.failure}"
            time.sleep(0.002)

    def wait_for_text(self, text, seconds=5):
        self.wait_for(lambda: text in self.text(), seconds)


def processes_of_workers():
    """Every living process that carries the mark of a worker: workers, and whatever they started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                variables = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if any(variable.startswith(killing.MARK.encode() + b"=") for variable in variables):
                found.append(int(entry.name))
    return found


@pytest.fixture
def runs(monkeypatch):
    # A mark of this test's own, so that tests in other processes are not counted.
    monkeypatch.setattr(killing, "MARK", f"GRADVIZ_TEST_{os.getpid()}")
    made = Runs()
    yield made
    made.supervisor.shutdown()
    assert processes_of_workers() == []
    assert [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()] == []

"""Runs programs in workers: one at a time, with a warm spare, and an end that always comes.

Calls never block: they leave a wish, and one thread of the supervisor (the keeper) grants wishes in order. The keeper
also starts every worker, because Linux ties a worker's life to the thread that started it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from ..trace.messages import Message, PassRecorded, RunBegan, RunEnded, RunPaused
from ..trace.trace import Trace, TraceBuilder
from ..worker.protocol import Goal, Hold, Ready, Resume, Run, SetSpeed
from . import endings
from .evaluator import Ending, Evaluator, Hearing
from .lanes import Lanes
from .process import WorkerProcess, command_line

Status = Literal["idle", "starting", "running", "held", "stopping", "ended", "failed"]

PATIENCE = 0.2
"""Seconds between the interrupt and the kill."""

SPARE_DELAY = 0.25
"""Seconds that a new run has the processor for itself before the next spare starts."""

READING = 2.0
"""Seconds from the start of the application to the process that draws functions: while a person reads the program."""

LONG_PASS = 1_000
"""Events from which on a pass is read on the thread that hears of it, not when the window first asks: 10 ms."""


FORESIGHT = 1.0
"""Seconds after the first function of a run until a process stands by to draw it. The moment is an idle one: a person
looks at the graph, a typist has not yet typed on, a window that has just opened is furnished."""


def nothing(*_: object) -> None:
    """The listener that listens to nothing."""


class Supervisor:
    """`wake()` follows every change of `trace`, `status`, `failure` or `ready`; `listen` hears every message in order.

    Both run on a thread of the supervisor and must be short. `trace` is replaced whole, never changed.
    """

    def __init__(
        self,
        wake: Callable[[], None] = nothing,
        listen: Callable[[Message], None] = nothing,
        command: list[str] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.ready: Ready | None = None
        self.trace = Trace()
        self.status: Status = "idle"
        self.failure = ""
        self._wake = wake
        self._listen = listen
        self._command = command or command_line()
        self._patience = patience
        self._wishes: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        # Held while what a worker said is taken in, so that a run and the messages of the one before cannot mix.
        self._turn = threading.RLock()
        self._builder = TraceBuilder()
        self._active: WorkerProcess | None = None
        self._spare: WorkerProcess | None = None
        self._began = 0.0
        self._newest = 0
        self._foresees = False
        self._stopping = False
        self._closed = False
        self.evaluator = Evaluator(self._command, self._give_spare)
        self.lanes = Lanes(self._command, patience)
        self._keeper = threading.Thread(target=self._keep, name="supervisor", daemon=True)
        self._keeper.start()

    # -- wishes: callable from any thread, never waiting ---------------------------------------------------------

    def warm(self) -> None:
        """Start a spare worker if there is none, and a little later the process that draws functions."""
        self._wishes.put(("warm", None))
        self._wishes.put(("later", {"foresee": time.monotonic() + READING}))

    def run(self, run: Run) -> None:
        """Run a program; what is running is stopped first."""
        self._newest += 1
        self._wishes.put(("run", (self._newest, run)))
        self._change("starting")

    def hold(self) -> None:
        self._wishes.put(("send", Hold()))

    def resume(self, passes: int = 0, goal: Goal | None = None) -> None:
        """Go on for `passes` passes, or to the goal, or (without either) to the end."""
        self._wishes.put(("resume", Resume(passes, goal)))

    def set_speed(self, passes_per_second: float) -> None:
        self._wishes.put(("send", SetSpeed(passes_per_second)))

    def stop(self) -> None:
        """End what is running: interrupt, and kill what does not listen."""
        self._wishes.put(("stop", None))

    def shutdown(self, timeout: float = 2.0) -> None:
        """End everything; no process and no thread of ours is left when this returns."""
        self._closed = True
        self.evaluator.shutdown(timeout)
        self.lanes.shutdown(timeout)
        self._wishes.put(("close", None))
        if threading.current_thread() is not self._keeper:
            self._keeper.join(timeout)

    # -- the keeper ----------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        later: dict[str, float] = {}  # wishes, and the moments at which they come true
        while True:
            try:
                wish, what = self._wishes.get(timeout=_until(later))
            except queue.Empty:
                wish, what = min(later, key=later.__getitem__), None
            if self._closed or wish == "close":
                break
            match wish:
                case "run":
                    number, run = what
                    if number != self._newest:
                        continue  # Only the newest program of a fast typist is worth running.
                    later.pop("foresee", None)
                    self._start_run(run)
                    later["warm"] = time.monotonic() + SPARE_DELAY
                case "warm":
                    later.pop("warm", None)
                    self._ensure_spare()
                case "foresee":
                    later.pop("foresee", None)
                    self.evaluator.warm()
                case "later":
                    later.update(what)
                case "stop":
                    self._end_active()
                case "send" if self._active is not None:
                    self._active.send(what)
                case "resume" if self._active is not None:
                    self._active.send(what)
                    with self._turn:
                        if self.status == "held":
                            self._change("running")
        workers = [worker for worker in (self._active, self._spare) if worker is not None]
        with self._turn:
            self._active = self._spare = None
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.join(1.0)

    def _start_run(self, run: Run) -> None:
        self._end_active()
        with self._turn:
            self._builder = TraceBuilder()
            self.trace = Trace()
            self.failure = ""
            self._stopping = False
            self._foresees = False
            self._change("starting")
        with self._turn:  # Nobody else is given the spare between.
            self._ensure_spare()
            worker, self._spare = self._spare, None
            self._active = worker
            self._began = time.monotonic()
            if worker is None:
                return  # The reason stands in `failure`.
        worker.send(run)
        worker.never_wait()

    def _ensure_spare(self) -> None:
        if self._spare is not None and self._spare.exit_code is None:
            return
        with self._turn:  # It may end before it is ours to name.
            try:
                self._spare = WorkerProcess(self._hear, self._worker_ended, self._command)
            except OSError as error:
                self.failure = endings.failed_start(None, str(error))
                self._change("failed")

    def _give_spare(self, heard: Hearing, ended: Ending) -> WorkerProcess | None:
        """The warm spare, which speaks to these from now on; another takes its place a little later."""
        with self._turn:
            spare = self._spare
            if spare is None or not spare.spoke or self.ready is None or self._closed:
                return None
            self._spare = None
            spare.turn_to(heard, ended)
        self._wishes.put(("later", {"warm": time.monotonic() + SPARE_DELAY}))
        return spare

    def _end_active(self) -> None:
        """The stop ladder. Afterwards the worker and everything it started are gone."""
        worker = self._active
        if worker is None:
            return
        with self._turn:
            if self._active is worker and self.status in ("starting", "running", "held"):
                self._stopping = True
                self._change("stopping")
        worker.send(Resume())  # A held program has to go on to notice that it is interrupted (on Windows).
        worker.interrupt()
        if not worker.wait(self._patience):
            worker.kill()
            worker.wait(0.5)
        worker.join(1.0)
        with self._turn:
            if self._active is worker:
                self._active = None

    # -- on the reader threads -----------------------------------------------------------------------------------

    def _hear(self, worker: WorkerProcess, record: Any) -> None:
        if isinstance(record, PassRecorded) and len(record.item.events) >= LONG_PASS:
            record.item.read_ahead()
        with self._turn:
            if isinstance(record, Ready):
                self.ready = record
                self._wake()
                return
            if worker is not self._active or self._closed or not isinstance(record, Message):
                return
            self.trace = self._builder.add(record)
            match record:
                case RunBegan() if not self._stopping:
                    self._change("running")
                case RunPaused() if not self._stopping:
                    self._change("held")
                case RunEnded():
                    self._change("ended")
                    self._wishes.put(("warm", None))
                case _:
                    self._wake()
            if self.trace.forwards and not self._foresees:
                self._foresees = True
                self._wishes.put(("later", {"foresee": time.monotonic() + FORESIGHT}))
        # Not within the turn: a listener that has to wait (for a full pipe) must not keep a stop from coming.
        self._listen(record)

    def _worker_ended(self, worker: WorkerProcess) -> None:
        with self._turn:
            if worker is self._spare:
                self._spare = None
                if not worker.spoke and not self._closed:
                    self.failure = endings.failed_start(worker.exit_code, worker.last_words)
                    self._change("failed")
                return
            if worker is not self._active:
                return
            self._active = None
            if self.trace.ended is not None or self._closed:
                return
            ended = self._broke_off(worker)
        self._listen(ended)

    def _broke_off(self, worker: WorkerProcess) -> RunEnded:
        """The worker is gone and never said that the run had ended: say it in its place."""
        code = worker.exit_code if worker.exit_code is not None else -1
        if self._stopping:
            note = "Stopped."
        elif worker.spoke:
            self.failure = note = endings.ending(code, worker.last_words)
        else:
            self.failure = note = endings.failed_start(code, worker.last_words)
        ended = RunEnded(code, self.trace.pass_count, time.monotonic() - self._began, note)
        self.trace = self._builder.add(ended)
        self._change("ended" if self._stopping else "failed")
        return ended

    def _change(self, status: Status) -> None:
        self.status = status
        self._wake()


def _until(later: dict[str, float]) -> float | None:
    return max(0.0, min(later.values()) - time.monotonic()) if later else None

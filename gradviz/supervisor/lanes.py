"""Several programs at once, for a race: a process each, a bounded number of them, and one end for all.

They keep step: each is held after its first pass until all stand there, so that a slow start of a process is no lead,
and again after each round of passes. Rounds grow until one takes as long as a few frames of the screen. Left to
themselves, twelve processes on two processors take turns of half a second, and nothing moves together.

Calls never block; one thread starts and ends every process, and what workers say arrives on their readers'
threads, as in the supervisor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ..trace.messages import Message, RunEnded, RunPaused
from ..trace.trace import Trace, TraceBuilder
from ..worker.protocol import Resume, Run
from . import endings
from .keeper import Keeper
from .process import WorkerProcess, command_line

PATIENCE = 0.2
"""Seconds between the interrupt and the kill."""

ROUND, LONG = 0.1, 0.4
"""Seconds that a round of passes may last before rounds stop growing, and before they become shorter."""

BEHIND = 10
"""How many steps of priority racing programs are behind the window: twelve at full speed must leave it its time."""

SLOW, SLOW_START = 0.5, 10.0
"""Seconds after which the others go on without one that is not back: it may never call backward() again."""


class Lane:
    """One program of a race, from its turn to its end."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.process: WorkerProcess | None = None
        self.trace = Trace()
        self.is_lined_up = False
        self.is_away = False
        """Whether it missed a round, and is not waited for until it is back."""
        self.builder = TraceBuilder()
        self.began = 0.0

    @property
    def is_over(self) -> bool:
        return self.trace.ended is not None

    def add(self, message: Message) -> None:
        self.trace = self.builder.add(message)


class Lanes:
    """`wake()` follows every change of `traces`, on a thread of the lanes, and must be short."""

    def __init__(self, command: list[str] | None = None, patience: float = PATIENCE) -> None:
        self.wake: Callable[[], None] | None = None
        self._command = command
        self._patience = patience
        self._keeper = Keeper("lanes", self._keep)
        self._turn = self._keeper.turn
        self._lanes: list[Lane] = []
        self._leaving: list[Lane] = []
        """Lanes that are to be ended."""
        self._at_once = 0
        self._stride = 0
        """Passes of the next round; 0 before the first."""
        self._released = self._lasted = 0.0
        self._stopped = False

    # The window asks these with every frame and must not wait for its turn: both the list of lanes and the trace of
    # each are replaced whole.

    @property
    def traces(self) -> tuple[Trace, ...]:
        """How far each program has come, in the order of the start."""
        return tuple(lane.trace for lane in self._lanes)

    @property
    def is_busy(self) -> bool:
        """Whether a program has not ended."""
        return not all(lane.is_over for lane in self._lanes)

    def start(self, runs: Sequence[Run], at_once: int) -> None:
        """Run these programs, `at_once` of them at the same time; what runs here is stopped first."""
        with self._turn:
            self.stop()
            self._leaving += self._lanes
            self._lanes = [Lane(run) for run in runs]
            self._at_once = at_once
            self._stopped = False
            self._stride, self._lasted, self._released = 0, 0.0, time.monotonic()
            self._keeper.wake()

    def stop(self) -> None:
        """End all programs: interrupt them, and kill what does not listen."""
        with self._turn:
            self._stopped = True
            self._turn.notify_all()

    def shutdown(self, timeout: float = 2.0) -> None:
        """End everything; no process and no thread of ours is left when this returns."""
        self._keeper.shutdown(timeout)

    # -- the thread ----------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        while True:
            with self._turn:
                while not (self._keeper.is_closed or self._leaving or self._is_to_do()):
                    self._turn.wait(self._until_impatient())
                leaving, self._leaving = self._leaving, []
                if self._keeper.is_closed or self._stopped:
                    leaving += self._lanes
            self._end(leaving)
            if self._keeper.is_closed:
                return
            if not self._stopped:
                self._start_next()
                self._let_go()

    def _is_to_do(self) -> bool:
        if self._stopped:
            return any(not lane.is_over for lane in self._lanes)
        return bool(self._waiting()) or self._are_lined_up() or any(self._has_left(lane) for lane in self._lanes)

    def _waiting(self) -> list[Lane]:
        """Lanes whose turn it is."""
        running = sum(lane.process is not None for lane in self._lanes)
        ready = [lane for lane in self._lanes if lane.process is None and not lane.is_over]
        return ready[: max(0, self._at_once - running)]

    def _has_left(self, lane: Lane) -> bool:
        return lane.is_over and lane.process is not None

    def _are_lined_up(self) -> bool:
        running = [lane for lane in self._lanes if lane.process is not None and not lane.is_over]
        if not any(lane.is_lined_up for lane in running):
            return False
        return all(lane.is_lined_up or lane.is_away for lane in running) or self._until_impatient() == 0.0

    def _until_impatient(self) -> float | None:
        """Seconds until those that stand at the line go on without the others; None where none stands there."""
        if not any(lane.is_lined_up and not lane.is_over for lane in self._lanes):
            return None
        limit = max(SLOW, 3 * self._lasted) if self._stride else SLOW_START
        return max(0.0, self._released + limit - time.monotonic())

    def _start_next(self) -> None:
        over = [lane for lane in self._lanes if self._has_left(lane)]
        self._end(over)
        with self._turn:
            waiting = self._waiting()
        for lane in waiting:
            run = replace(lane.run, held=True)
            lane.began = time.monotonic()
            # Not within the turn: starting takes a while, in which others say and ask things.
            try:
                process = WorkerProcess(
                    partial(self._hear, lane), partial(self._ended, lane), self._command or command_line(), BEHIND
                )
            except OSError as error:
                with self._turn:
                    lane.add(RunEnded(-1, 0, 0.0, endings.failed_start(None, str(error))))
                continue
            with self._turn:
                lane.process = process
            process.send(run)
            process.never_wait()

    def _let_go(self) -> None:
        """Begin the next round when all stand at the line."""
        with self._turn:
            if not self._are_lined_up():
                return
            now = time.monotonic()
            missing = [lane for lane in self._lanes if lane.process is not None and not lane.is_lined_up]
            if self._stride and all(lane.is_away or lane.is_over for lane in missing):
                self._lasted = now - self._released
                self._stride = self._next_stride()
            self._stride = self._stride or 1
            self._released = now
            standing = [lane for lane in self._lanes if lane.is_lined_up]
            for lane in missing:
                lane.is_away = True
            for lane in standing:
                lane.is_lined_up = False
        for lane in standing:
            if lane.process is not None:
                lane.process.send(Resume(self._stride))

    def _next_stride(self) -> int:
        """Passes of the next round: twice as many after a short round, half after a long one.

        Never less than a sixth of what is behind: rounds have a cost of their own, and where other programs take the
        processors as well, that cost alone is a long round.
        """
        running = [lane.trace.curves.length for lane in self._lanes if not lane.is_over]
        stride = self._stride if self._lasted < LONG else self._stride // 2
        if self._lasted < ROUND:
            stride *= 2
        return max(1, stride, max(running, default=0) // 6)

    def _end(self, lanes: Sequence[Lane]) -> None:
        """The stop ladder for all at once: none waits for the patience that another one needs."""
        processes = [lane.process for lane in lanes if lane.process is not None]
        for lane, process in ((lane, lane.process) for lane in lanes):
            if process is not None and not lane.is_over:
                process.send(Resume())  # a held program has to go on to notice that it is interrupted (on Windows)
                process.interrupt()
        limit = time.monotonic() + self._patience
        for process in processes:
            if not process.wait(max(0.0, limit - time.monotonic())):
                process.kill()
                process.wait(0.5)
        for process in processes:
            process.join(1.0)
        with self._turn:
            for lane in lanes:
                lane.process = None
                if not lane.is_over:
                    lane.add(RunEnded(0, lane.trace.pass_count, 0.0, "Stopped before it began."))
            if lanes:
                self._tell()

    # -- on the reader threads -----------------------------------------------------------------------------------

    def _hear(self, lane: Lane, process: WorkerProcess, record: Any) -> None:
        with self._turn:
            if lane.is_over or not isinstance(record, Message):
                return
            lane.add(record)
            if isinstance(record, RunPaused):
                lane.is_lined_up, lane.is_away = True, False
            if isinstance(record, RunPaused | RunEnded):
                self._turn.notify_all()
            self._tell()

    def _ended(self, lane: Lane, process: WorkerProcess) -> None:
        """It is gone; where it did not say that its run had ended, that is said in its place."""
        with self._turn:
            if not lane.is_over:
                code = process.exit_code if process.exit_code is not None else -1
                is_ours = self._stopped or self._keeper.is_closed
                words = "Stopped." if is_ours else endings.ending(code, process.last_words)
                if not process.spoke and not self._stopped:
                    words = endings.failed_start(code, process.last_words)
                lane.add(RunEnded(code, lane.trace.pass_count, time.monotonic() - lane.began, words))
            self._turn.notify_all()
            self._tell()

    def _tell(self) -> None:
        if self.wake is not None and not self._keeper.is_closed:
            self.wake()

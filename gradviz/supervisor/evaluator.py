"""A warm process that evaluates recorded forwards, so that the window never computes a surface itself.

It is a worker that never runs a program. Calls never block: the newest question waits for a thread of the evaluator,
which finds a process when one is first needed (the supervisor's warm spare, where there is one: starting Python and the
engine takes longer than a picture may), hands questions over and ends it. The process itself leaves an older question
when a newer one comes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..trace.forward import Evaluate, Evaluated, refused
from .keeper import Keeper
from .process import WorkerProcess, command_line

Hearing = Callable[[WorkerProcess, Any], None]
Ending = Callable[[WorkerProcess], None]

LOST = "The process that computes this picture ended. Zoom, or choose another picture, to start it again."


class Evaluator:
    """`answer` is the newest one; who listens is woken after it, on a thread of the process, and must be short."""

    def __init__(
        self, command: list[str] | None = None, spare: Callable[[Hearing, Ending], WorkerProcess | None] | None = None
    ) -> None:
        """`spare` gives away a process that waits for work and will speak to these two from now on, or None."""
        self.answer: Evaluated | None = None
        self._wake: Callable[[], None] | None = None
        self._command = command
        self._spare = spare
        self._keeper = Keeper("evaluator", self._keep)
        self._turn = self._keeper.turn
        self._wanted: Evaluate | None = None
        self._is_wanted = False
        self._process: WorkerProcess | None = None
        self._busy = 0
        """The question that the process works on, 0 for none."""

    def listen(self, wake: Callable[[], None] | None) -> None:
        """Wake this one after answers, or nobody: when it returns, the one before is not called any more."""
        with self._turn:
            self._wake = wake

    def warm(self) -> None:
        """Have a process ready if there is none."""
        with self._turn:
            self._is_wanted = True
            self._keeper.wake()

    def ask(self, question: Evaluate) -> None:
        """Ask for a picture; what was asked before need not be answered any more."""
        with self._turn:
            self._wanted, self._is_wanted = question, True
            self._keeper.wake()

    def shutdown(self, timeout: float = 2.0) -> None:
        """End the process; nothing is left when this returns."""
        self._keeper.shutdown(timeout)

    # -- the thread ----------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        while True:
            with self._turn:
                while not (self._keeper.is_closed or self._is_wanted):
                    self._turn.wait()
                if self._keeper.is_closed:
                    break
                question, self._wanted, self._is_wanted = self._wanted, None, False
                process = self._process
            if process is None or process.exit_code is not None:
                process = self._start()
            if question is not None and process is not None:
                with self._turn:
                    self._busy = question.number
                process.send(question)
        process = self._process
        if process is not None:
            process.kill()
            process.join(1.0)

    def _start(self) -> WorkerProcess | None:
        process = self._spare(self._hear, self._ended) if self._spare is not None else None
        if process is None or process.exit_code is not None:
            try:
                process = WorkerProcess(self._hear, self._ended, self._command or command_line())
            except OSError:
                return None  # The supervisor, which starts its own the same way, says so in words.
        with self._turn:
            self._process = process
        return process

    # -- on the reader thread ------------------------------------------------------------------------------------

    def _hear(self, process: WorkerProcess, record: Any) -> None:
        if not isinstance(record, Evaluated) or self._keeper.is_closed:
            return
        with self._turn:
            if record.is_final and record.number == self._busy:
                self._busy = 0
            self._tell(record)

    def _ended(self, process: WorkerProcess) -> None:
        with self._turn:
            if process is not self._process:
                return
            self._process = None
            if self._busy and not self._keeper.is_closed:
                self._tell(refused(self._busy, LOST))
            self._busy = 0

    def _tell(self, answer: Evaluated) -> None:
        self.answer = answer
        if self._wake is not None:
            self._wake()

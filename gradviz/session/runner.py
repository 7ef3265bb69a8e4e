"""What a session needs of the supervisor, so that a test can play it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..supervisor import Goal, Ready, Run
from ..trace.forward import Evaluate, Evaluated
from ..trace.trace import Trace


class Evaluating(Protocol):
    """What computes pictures of recorded functions, in a process of its own; see `supervisor.evaluator`."""

    answer: Evaluated | None
    wake: Callable[[], None] | None

    def warm(self) -> None: ...
    def ask(self, question: Evaluate) -> None: ...


class Runner(Protocol):
    """The part of the supervisor that a session uses."""

    @property
    def ready(self) -> Ready | None: ...
    @property
    def trace(self) -> Trace: ...
    @property
    def status(self) -> str: ...
    @property
    def failure(self) -> str: ...

    @property
    def evaluator(self) -> Evaluating: ...

    def run(self, run: Run) -> None: ...
    def hold(self) -> None: ...
    def resume(self, passes: int = 0, goal: Goal | None = None) -> None: ...
    def set_speed(self, speed: float) -> None: ...
    def stop(self) -> None: ...

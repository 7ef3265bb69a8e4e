"""Runs a program as Python would run its file: as `__main__`, with its own arguments, folder and exit code."""

from __future__ import annotations

import atexit
import builtins
import contextlib
import linecache
import os
import sys
import threading
import types
from collections.abc import Callable
from dataclasses import dataclass

from .protocol import Run

UNTITLED = "untitled.py"

INTERRUPTED = 130
"""What a shell reports for a program that an interrupt ended."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the program ended: its exit code, and the exception that no one caught."""

    exit_code: int
    error: BaseException | None = None


class Program:
    """A program text, ready to run once in this process."""

    def __init__(self, run: Run) -> None:
        self.text = run.program.removeprefix("\ufeff")
        self.path = run.path or UNTITLED
        self.module = types.ModuleType("__main__")
        self._directory = run.directory
        self._working_directory = run.working_directory or run.directory or os.curdir
        self._arguments = [run.command_name or self.path, *run.arguments]

    def prepare(self, asked: Callable[[str], None]) -> None:
        """Make this process look as `python FILE` would; `asked` hears the prompt of each `input()`."""
        vars(self.module).update(
            __file__=self.path, __builtins__=builtins, __spec__=None, __loader__=None, __package__=None, __cached__=None
        )
        sys.modules["__main__"] = self.module
        sys.argv = list(self._arguments)
        if self._directory:
            sys.path.insert(0, self._directory)
        with contextlib.suppress(OSError):  # A folder that is gone: the program can still run.
            os.chdir(self._working_directory)
        # Tracebacks and `inspect.getsource` read the program from here: an unsaved text has no file to read.
        lines = self.text.splitlines(keepends=True)
        linecache.cache[self.path] = (len(self.text), None, lines, self.path)
        vars(builtins)["input"] = _no_keyboard(asked)
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 (it lives as long as the process)

    def run(self) -> Outcome:
        """Run to the end, with what Python does at exit: wait for threads, then call what `atexit` knows."""
        outcome = self._guarded(self._execute)
        last = self._guarded(_leave)
        return outcome if last.error is None else Outcome(outcome.exit_code or last.exit_code, outcome.error)

    def _execute(self) -> None:
        code = compile(self.text, self.path, "exec", dont_inherit=True)
        exec(code, vars(self.module))

    def _guarded(self, step: Callable[[], None]) -> Outcome:
        try:
            step()
        except SystemExit as end:
            return Outcome(_exit_code(end), end if end.code else None)
        except KeyboardInterrupt as stop:
            return Outcome(INTERRUPTED, stop)
        except BaseException as error:  # noqa: BLE001 (whatever the program lets through is its result)
            return Outcome(1, error)
        return Outcome(0)


def _leave() -> None:
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()


def _exit_code(end: SystemExit) -> int:
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code & 0xFF
    print(end.code, file=sys.stderr)
    return 1


def _no_keyboard(asked: Callable[[str], None]) -> Callable[[object], str]:
    def input(prompt: object = "", /) -> str:
        print(prompt, end="", flush=True)
        asked(str(prompt))
        raise EOFError("input() has no keyboard here: write the value into the program")

    return input

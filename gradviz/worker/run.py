"""One program, from the command to the last frame: where the parts of the worker are joined."""

from __future__ import annotations

import os
import sys
import time
import warnings

from ..recorder.gate import Gate
from ..recorder.numpy_engine import NumPyRecorder
from ..recorder.recording import Recording
from ..trace.events import ErrorRaised
from ..trace.messages import RunBegan, RunEnded
from . import aliases, faults, figures, goals, limits, logging, planes
from .channel import Channel
from .program import Outcome, Program
from .protocol import InputAsked, Run
from .text import Output


def execute(run: Run, channel: Channel, gate: Gate) -> int:
    """Run the program, recorded, and say how it went; returns its exit code."""
    began = time.perf_counter()
    program = Program(run)
    recorder = _recorder(run, program, channel, gate)
    output = Output(
        channel.send_at_once,
        lambda: recorder.number,
        lambda: faults.source_of(sys._getframe(1), program.path, program.text),
        capped=run.live,
    )
    if run.held:
        gate.hold()
    if run.goal:
        gate.resume(goal=goals.reached(run.goal))
    if run.speed:
        gate.set_speed(run.speed)
    channel.send(RunBegan(run.engine, program.text, run.path, recorder.ops()))
    output.capture()
    program.prepare(lambda prompt: channel.send(InputAsked(prompt)))
    pictures = figures.Figures(channel.send, output.settle, lambda: recorder.number)
    shown = planes.Planes(channel.send, output.settle, lambda: recorder.number)
    planes.install(shown)
    if run.live:
        figures.install(pictures)
    else:
        # On the command line there is no window to show a figure in; the program is not wrong to ask for one.
        warnings.filterwarnings("ignore", message=".*is non-interactive, and thus cannot be shown")
    limits.limit(run.engine)
    limits.rest_collector()

    def close(exit_code: int, error: ErrorRaised | None, note: str) -> None:
        if run.recorded:
            recorder.stop(error)
        shown.finish()
        pictures.finish()
        output.finish()
        if error is not None:
            channel.send(error)
        channel.send(RunEnded(exit_code, recorder.passes, time.perf_counter() - began, note or recorder.note))
        channel.close()

    leave = os._exit

    def leave_at_once(status: int) -> None:
        """`os._exit` of the program: what it printed so far still arrives, and the parent hears who ended it."""
        if os.getpid() == process:
            close(status & 0xFF, None, f"The program ended the process itself: os._exit({status}).")
        leave(status)

    process = os.getpid()
    os._exit = leave_at_once  # type: ignore[assignment]
    # What follows may be native code that never gives another thread a turn.
    channel.drain(1.0)
    if run.recorded:
        logging.install(recorder.logged)
        recorder.start()
    outcome = program.run()
    error, note = _verdict(outcome, run, program)
    close(outcome.exit_code, error, note)
    return outcome.exit_code


def _recorder(run: Run, program: Program, channel: Channel, gate: Gate) -> Recording:
    given = (program.text, program.path, vars(program.module), channel.send, gate, run.live, run.keep)
    if run.engine == "pytorch":
        from ..recorder.pytorch import PyTorchRecorder

        return PyTorchRecorder(*given)
    aliases.install()
    return NumPyRecorder(*given)


def _verdict(outcome: Outcome, run: Run, program: Program) -> tuple[ErrorRaised | None, str]:
    """The error to show, and the note on how the run ended. Leaving on purpose and being stopped are no errors."""
    error = outcome.error
    if error is None:
        return None, ""
    if isinstance(error, SystemExit):
        return None, f"The program ended itself with exit code {outcome.exit_code}."
    sys.stderr.write(faults.traceback_text(error))
    raised = faults.error_raised(error, program.path, program.text, _sentence(error, run))
    if isinstance(error, KeyboardInterrupt):
        return None, f"Stopped at line {raised.source.line}." if raised.source else "Stopped."
    return raised, ""


def _sentence(error: BaseException, run: Run) -> str:
    """Our own words where the system's would not help."""
    short = isinstance(error, MemoryError) or "can't allocate memory" in str(error)
    if not short:
        return ""
    words = limits.memory_sentence(run.engine)
    return f"{words} ({error})" if str(error) and isinstance(error, MemoryError) else words

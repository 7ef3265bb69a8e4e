"""Words for a worker that ended without saying so."""

from __future__ import annotations

import signal

SIGNALS = {
    "SIGSEGV": "The program crashed: native code touched memory that is not its own (segmentation fault).",
    "SIGBUS": "The program crashed in native code (bus error).",
    "SIGABRT": "Native code gave up and aborted the program.",
    "SIGFPE": "The program crashed in native code (arithmetic fault).",
    "SIGILL": "The program crashed in native code (illegal instruction).",
    "SIGKILL": "The program was killed from outside, most likely because the computer ran out of memory.",
    "SIGTERM": "The program was ended from outside.",
    "SIGXCPU": "The program used up its processor time.",
}


def ending(exit_code: int | None, last_words: str) -> str:
    """Why a run broke off, for its exit code (negative: a signal's number)."""
    if last_words:
        return f"The program broke off: {last_words.splitlines()[-1]}"
    if exit_code is None:
        return "The program's process does not answer any more."
    if exit_code < 0:
        try:
            name = signal.Signals(-exit_code).name
        except ValueError:
            name = f"signal {-exit_code}"
        return SIGNALS.get(name, f"The program was ended by {name}.")
    return f"The program ended its process without a word (exit code {exit_code})."


def failed_start(exit_code: int | None, last_words: str) -> str:
    """Why no worker came up."""
    reason = last_words.splitlines()[-1] if last_words else ending(exit_code, "")
    return f"The process that runs programs could not start: {reason}"

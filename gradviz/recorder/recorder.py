"""What the worker asks of a recorder, whichever engine it watches."""

from __future__ import annotations

from ..trace.events import ErrorRaised
from ..trace.ops import OpInfo


class Recorder:
    """Watches nothing: a program that needs no engine."""

    number = 0
    """Number of the pass that is open."""

    passes = 0
    """Passes recorded so far, the open one included once something happened in it."""

    def ops(self) -> tuple[OpInfo, ...]:
        """What the record says of the engine's ops."""
        return ()

    def start(self) -> None:
        """Begin to watch."""

    def stop(self, error: ErrorRaised | None) -> None:
        """Watch no longer, and send what has not been sent. `error` is what ended the program."""

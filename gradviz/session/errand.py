"""A piece of slow work with a file, on a thread of its own: reading a run takes a second and more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from .document import DocumentError

Telling = Callable[[float], None]
"""Tells how much is done, 0 to 1; raises `GivenUpError` where nobody wants the rest."""


def untold(_: float) -> None:
    """For work that nobody watches."""


class GivenUpError(Exception):
    """The person does not want it any more."""


class Errand:
    """Runs `work(tell)` once; `wake()` follows its end, on its thread, and must be short.

    Afterwards `result` is what it gave, or `fault` says in words why there is none; given up, it has neither. What is
    done `to_its_end` is finished even when the window closes.
    """

    def __init__(
        self, words: str, work: Callable[[Telling], Any], wake: Callable[[], None], to_its_end: bool = False
    ) -> None:
        self.words = words
        self.to_its_end = to_its_end
        self.done = 0.0
        self.result: Any = None
        self.fault = ""
        self.is_over = False
        self.is_given_up = False
        self._work, self._wake = work, wake
        self._thread = threading.Thread(target=self._run, name="errand", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def give_up(self) -> None:
        """Ask it to end; it does at the next word of how far it is."""
        self.is_given_up = True

    def finish(self) -> None:
        """Be over when this returns: done, or given up where it may be; one that has not begun is run now."""
        if not self.to_its_end:
            self.give_up()
        if self._thread.is_alive():
            self._thread.join()
        elif self.to_its_end and not self.is_over:
            self._run()

    def _run(self) -> None:
        try:
            self.result = self._work(self._tell)
        except DocumentError as error:
            self.fault = str(error)
        except GivenUpError:
            self.is_given_up = True
        finally:
            self.is_over = True
            self._wake()

    def _tell(self, part: float) -> None:
        self.done = part
        if self.is_given_up:
            raise GivenUpError

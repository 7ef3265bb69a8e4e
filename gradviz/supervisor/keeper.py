"""A thread that starts and ends processes: Linux ties a worker's life to the thread that started it.

It begins with the first wish, because most windows never have one, and ends with its owner.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Keeper:
    """Who holds `turn` may change what the thread looks at; `wake` makes it look. Its work ends once `is_closed`."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.turn = threading.Condition(threading.RLock())
        self.is_closed = False
        self._name, self._work = name, work
        self._thread: threading.Thread | None = None

    @property
    def has_begun(self) -> bool:
        return self._thread is not None

    def wake(self) -> None:
        """Have the thread look, and begin it with the first call; after the end nothing begins."""
        with self.turn:
            if self._thread is None and not self.is_closed:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self.turn.notify_all()

    def shutdown(self, timeout: float) -> None:
        """End the thread; it is gone when this returns, `timeout` seconds later at the latest."""
        with self.turn:
            self.is_closed = True
            self.turn.notify_all()
        if self._thread is not None:
            self._thread.join(timeout)

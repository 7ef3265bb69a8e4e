"""Makes a session that can run programs: the window and the tests of it ask here and need not know the supervisor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..supervisor.supervisor import Supervisor
from .folders import settings_folder
from .session import Session


def start_session(wake: Callable[[], None], folder: Path | None = None) -> tuple[Session, Supervisor]:
    """A session and its supervisor, with the first worker on its way; `wake` is called on a thread of the supervisor.

    Whoever starts it ends it with `Supervisor.shutdown()`.
    """
    supervisor = Supervisor(wake)
    supervisor.warm()
    return Session(supervisor, folder or settings_folder()), supervisor

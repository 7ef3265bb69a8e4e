"""The objects that carry out commands, under the names that `Command.target` has for them.

They are made after the first paint: their dialogs, and what they read, are most of what a start would wait for, and
nobody gives a command to a window that is not yet to be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from ..session.comparison import Comparison
from ..session.plotting import Plotting
from .bookmarks import Bookmarks
from .clipboard import Clipboard
from .controls import ControlKeys
from .documents import Documents
from .findings import Findings
from .help import Help
from .pace import PaceQuestions
from .pictures import Pictures
from .race import Racing
from .run_files import RunFiles
from .step_tips import StepTips
from .system_motion import SystemMotion

if TYPE_CHECKING:
    from .window import Window


class Targets:
    """Belong to one window, and end with it."""

    def __init__(self, window: Window) -> None:
        session = window.session
        self._window = window
        self.run_files = RunFiles(window, session)
        self.documents = Documents(window, session, self.run_files)
        self.pictures = Pictures(window, session)
        self.bookmarks = Bookmarks(window, session)
        self.clipboard = Clipboard()
        self.pace = PaceQuestions(window, session)
        self.plotting = Plotting(session)
        self.comparison = Comparison(session)
        self.racing = Racing(window, session)
        self.help = Help(window, session)
        self.findings = Findings(session, window)
        self.system_motion = SystemMotion(session, window)
        self.step_tips = StepTips(window.bottom.timeline, session)
        self._keys = ControlKeys(window)
        QApplication.instance().focusChanged.connect(self._keys.focus_changed)

    def named(self, name: str) -> object:
        """The object of this name; None for a part of the canvas or a panel that is not there yet."""
        window = self._window
        parts = {
            "session": window.session,
            "predicting": window.session.predicting,
            "debugger": window.session.debugger,
            "appearance": window.session.appearance,
            "window": window,
            "editor": window.program,
            "canvas": window.canvas,
            "ways": window.canvas and window.canvas.ways,
            "groups": window.canvas and window.canvas.groups,
            "training": window.panels.get("training"),
        }
        return parts[name] if name in parts else getattr(self, name)

    def shutdown(self) -> None:
        """Stop every timer and every process of them."""
        for part in (self.run_files, self.findings, self.racing, self.system_motion):
            part.shutdown()

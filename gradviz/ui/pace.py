"""Asks how far the program is to run."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from ..session.pace import Pace
from ..session.session import Session
from . import dialogs


class PaceQuestions:
    """Carries out the commands that run the program to a goal."""

    def __init__(self, window: QWidget, session: Session) -> None:
        self._window = window
        self._pace = Pace(session)

    def one_update(self) -> None:
        self._pace.one_update()

    def ask_pass(self) -> None:
        number = dialogs.ask_pass(self._window, self._pace.passes)
        if number is not None:
            self._pace.run_to(number)

    def ask_loss(self) -> None:
        loss = self._pace.loss
        wanted = dialogs.ask_loss(self._window, loss / 10 if math.isfinite(loss) and loss > 0 else 0.01)
        if wanted is not None:
            self._pace.run_until_below(wanted)

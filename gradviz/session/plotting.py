"""How curves are drawn: axes, and over how many passes they are smoothed."""

from __future__ import annotations

from .session import Session

WINDOWS = (1, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Numbers of passes that a smoothed curve may be the mean of; 1 is the curve itself."""


class Plotting:
    """Carries out the commands that change how curves look."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def toggle_log_curves(self) -> None:
        self._session.change(log_curves=not self._session.settings.log_curves)

    def toggle_log_passes(self) -> None:
        self._session.change(log_passes=not self._session.settings.log_passes)

    def smoother(self) -> None:
        self.smooth(self.place + 1)

    def rougher(self) -> None:
        self.smooth(self.place - 1)

    @property
    def place(self) -> int:
        """Which of WINDOWS is in use, or the next smaller one."""
        window = self._session.settings.smoothing
        return max(place for place, each in enumerate(WINDOWS) if each <= window)

    def smooth(self, place: int) -> None:
        """Use one of WINDOWS, and say so."""
        window = WINDOWS[max(0, min(place, len(WINDOWS) - 1))]
        if window != self._session.settings.smoothing:
            self._session.change(smoothing=window)
        words = f"Curves show the mean of the last {window} passes." if window > 1 else "Curves are not smoothed."
        self._session.told.emit(words)

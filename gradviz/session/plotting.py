"""How curves are drawn: their axes, and how smoothly."""

from __future__ import annotations

from collections.abc import Sequence

from .session import Session

WINDOWS = (1, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Numbers of passes that a smoothed curve may be the mean of; 1 is the curve itself."""

FACTORS = (
    0.0, 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999,
)  # fmt: skip
"""Factors of exponential smoothing: it looks back over about 1 / (1 − factor) passes; 0 is the curve itself."""


class Plotting:
    """Carries out the commands that change how curves look."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def toggle_log_curves(self) -> None:
        self._session.change(log_curves=not self._session.settings.log_curves)

    def toggle_log_passes(self) -> None:
        self._session.change(log_passes=not self._session.settings.log_passes)

    def toggle_exponential(self) -> None:
        """Between the mean of the last passes and exponential smoothing; each keeps its own place."""
        self._session.change(exponential=not self._session.settings.exponential)
        self._say()

    def smoother(self) -> None:
        self.smooth(self.place + 1)

    def rougher(self) -> None:
        self.smooth(self.place - 1)

    @property
    def places(self) -> Sequence[float]:
        """What there is to choose from: WINDOWS or FACTORS."""
        return FACTORS if self._session.settings.exponential else WINDOWS

    @property
    def place(self) -> int:
        """Which of them is in use, or the next smaller one."""
        settings = self._session.settings
        value = settings.factor if settings.exponential else settings.smoothing
        return max(place for place, each in enumerate(self.places) if each <= value)

    @property
    def words(self) -> str:
        """How smoothly curves are drawn, in short."""
        window, factor = self._session.settings.smooth
        if factor:
            return f"exponential {factor:g}"
        return f"mean of {window} passes" if window > 1 else "no smoothing"

    def smooth(self, place: int) -> None:
        """Use one of WINDOWS or FACTORS, and say so."""
        place = max(0, min(place, len(self.places) - 1))
        if self._session.settings.exponential:
            self._session.change(factor=FACTORS[place])
        else:
            self._session.change(smoothing=WINDOWS[place])
        self._say()

    def _say(self) -> None:
        window, factor = self._session.settings.smooth
        if factor:
            words = f"Curves are smoothed exponentially: each pass counts {factor:g} of the one after it."
        elif window > 1:
            words = f"Curves show the mean of the last {window} passes."
        else:
            words = "Curves are not smoothed."
        self._session.told.emit(words)

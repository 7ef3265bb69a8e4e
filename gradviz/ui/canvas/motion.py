"""What moves on the canvas: the camera on its way to a fit, cards on their way to new places, gradients along edges.

All of it is a share between 0 and 1 that grows with time, at most 200 ms long for places and 280 ms for gradients. One
timer runs while something moves, and none otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

from ...scene.curves import Floats
from ...scene.scene import Geometry
from .camera import Camera

GLIDE = 0.18
TRAVEL = 0.28


class Motion(QObject):
    """A share from 0 to 1 over `seconds`; `moved(share)` is called about 60 times a second and once with 1.0."""

    def __init__(self, moved: Callable[[float], None], seconds: float, parent: QObject) -> None:
        super().__init__(parent)
        self._moved = moved
        self._seconds = seconds
        self._began = 0.0
        self._timer = QTimer(self, interval=16, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def start(self) -> None:
        self._began = time.monotonic()
        self._timer.start()
        self._moved(0.0)

    def finish(self) -> None:
        """Jump to the end, if it runs."""
        if self._timer.isActive():
            self._timer.stop()
            self._moved(1.0)

    def stop(self) -> None:
        """Stay where it is."""
        self._timer.stop()

    def _tick(self) -> None:
        share = min(1.0, (time.monotonic() - self._began) / self._seconds)
        if share >= 1.0:
            self._timer.stop()
        self._moved(share)


def eased(share: float) -> float:
    """Quick at first, calm at the end (cubic)."""
    return 1.0 - (1.0 - share) ** 3


class Move:
    """From one geometry to the next: cards that are in both glide, cards that are new stand in their places."""

    def __init__(self, old: Geometry, new: Geometry, links: np.ndarray) -> None:
        """`links` (links of `new`, 2): positions of their source and target cards."""
        self.new = new
        self._links = links
        places = old.layout.rects
        self._offsets = np.zeros((len(new.rects), 2))
        for position, name in enumerate(new.layout_names):
            before = places.get(name)
            if before is not None:
                centre = new.rects[position, :2] + new.rects[position, 2:] / 2
                self._offsets[position] = np.array(before.centre) - centre

    @property
    def is_worth_seeing(self) -> bool:
        return bool(np.abs(self._offsets).max(initial=0.0) > 0.5)

    def at(self, share: float) -> Geometry:
        """The geometry on the way; the new one itself at 1."""
        if share >= 1.0:
            return self.new
        offsets = self._offsets * (1.0 - eased(share))
        rects: Floats = self.new.rects.copy()
        rects[:, :2] += offsets
        curves = self.new.curves.displaced(offsets[self._links[:, 0]], offsets[self._links[:, 1]])
        return self.new.moved(rects, curves)


class Glide:
    """From one camera to another."""

    def __init__(self, start: Camera, goal: Camera) -> None:
        self.start = start
        self.goal = goal

    def at(self, share: float) -> Camera:
        return self.goal if share >= 1.0 else self.start.between(self.goal, eased(share))

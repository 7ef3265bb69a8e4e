"""`gradviz.show_plane` of the program: values over a plane, sent as numbers; the window draws them in its colours."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gradviz

from ..trace.messages import Message, PlaneShown

MOST_NAMES = 20
"""Planes that a program may have: a name in a loop may be a new one every time."""

MOST_PLACES, MOST_POINTS = 256, 2000
"""Places along a side, and points: more no panel shows."""

PATIENCE = 1 / 15
"""Seconds between two pictures of one plane: a loop may show one in every pass."""

CALL = "gradviz.show_plane(name, values, x, y)"


class Planes:
    """Takes the place of `gradviz.show_plane`. `settle` is called first, so that what was printed stands before."""

    def __init__(self, send: Callable[[Message], None], settle: Callable[[], None], number: Callable[[], int]) -> None:
        self._send = send
        self._settle = settle
        self._number = number
        self._keys: dict[str, int] = {}
        self._sent: dict[str, float] = {}
        self._waiting: dict[str, PlaneShown] = {}

    def __call__(self, name: str, values: Any, x: Any, y: Any, points: Any = None, labels: Any = None) -> None:
        """TypeError or ValueError, in words, for what cannot be shown."""
        if not isinstance(name, str) or not name:
            raise TypeError(f'{CALL}: the name is a text such as "says 1", not {name!r}')
        if name not in self._keys and len(self._keys) == MOST_NAMES:
            words = f"{name!r} is one plane more than {MOST_NAMES}, the most a program has"
            raise ValueError(f"gradviz.show_plane: {words}")
        grid = _numbers(values, "values")
        if grid.ndim != 2 or min(grid.shape) < 2:
            raise ValueError(f"{CALL}: values has rows and columns, two of each at least, not the shape {grid.shape}")
        (low_x, high_x), (low_y, high_y) = _stretch(x, "x"), _stretch(y, "y")
        places, classes = _samples(points, labels)
        rows, columns = (np.linspace(0, side - 1, min(side, MOST_PLACES)).round().astype(int) for side in grid.shape)
        key = self._keys.setdefault(name, -len(self._keys) - 1)
        shown = PlaneShown(
            key, name, grid[np.ix_(rows, columns)].astype(np.float32), low_x, high_x, low_y, high_y, places, classes,
            self._number(),
        )  # fmt: skip
        now = time.monotonic()
        if now - self._sent.get(name, -math.inf) < PATIENCE:
            self._waiting[name] = shown
            return
        self._waiting.pop(name, None)
        self._sent[name] = now
        self._settle()
        self._send(shown)

    def finish(self) -> None:
        """Send the newest state of what was shown last."""
        for shown in self._waiting.values():
            self._send(replace(shown))
        self._waiting.clear()


def _samples(points: Any, labels: Any) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    if points is None:
        return np.zeros((0, 2), np.float32), np.zeros(0, np.int64)
    places = _numbers(points, "points")
    if places.ndim != 2 or places.shape[1] != 2:
        raise ValueError(f"{CALL}: points has two columns, not the shape {places.shape}")
    classes = np.zeros(len(places)) if labels is None else _numbers(labels, "labels").ravel()
    if len(classes) != len(places):
        raise ValueError(f"{CALL}: there are {len(places)} points, but {len(classes)} labels")
    whole = np.nan_to_num(classes[:MOST_POINTS]).round().astype(np.int64)
    return places[:MOST_POINTS].astype(np.float32), whole


def _stretch(bounds: Any, name: str) -> tuple[float, float]:
    """The ends of an axis."""
    numbers = _numbers(bounds, name).ravel()
    if numbers.size != 2 or not np.isfinite(numbers).all() or not numbers[0] < numbers[1]:
        raise ValueError(f"{CALL}: {name} is the lowest and the highest number of the axis, such as (-1, 2)")
    return float(numbers[0]), float(numbers[1])


def _numbers(given: Any, name: str) -> NDArray[np.float64]:
    """The numbers of a tensor of either engine, an array or lists."""
    listed = getattr(given, "tolist", None)
    try:
        return np.asarray(given if listed is None else listed(), np.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{CALL}: {name} is a tensor of numbers, not {type(given).__name__}") from error


def install(planes: Planes) -> None:
    """Let `gradviz.show_plane` be heard from now on."""
    vars(gradviz)["show_plane"] = planes

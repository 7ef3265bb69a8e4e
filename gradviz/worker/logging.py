"""`gradviz.log` of the program: curves of its own beside those that are recorded for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradviz

MOST_NAMES = 100
"""Curves of its own that a program may have: nobody reads more, and a name in a loop may be a new one every time."""


class Log:
    """Takes the place of `gradviz.log` while a program runs; `logged` hears names and numbers."""

    def __init__(self, logged: Callable[[str, float], None]) -> None:
        self._logged = logged
        self._names: set[str] = set()

    def __call__(self, name: str, value: Any) -> None:
        """TypeError or ValueError, in words, for what is no name or no single number."""
        if not isinstance(name, str) or not name:
            raise TypeError(f'gradviz.log(name, value): the name is a text such as "accuracy", not {name!r}')
        number = _number(name, value)
        if name not in self._names:
            if len(self._names) == MOST_NAMES:
                raise ValueError(f"gradviz.log: {name!r} is one curve more than {MOST_NAMES}, the most a program has")
            self._names.add(name)
        self._logged(name, number)


def _number(name: str, value: Any) -> float:
    item = getattr(value, "item", None)
    try:
        return float(value if item is None else item())
    except (TypeError, ValueError, RuntimeError) as error:
        # Both engines and NumPy refuse to make one number of several, each in its own words.
        size = getattr(value, "shape", None)
        what = f"one of shape {tuple(size)}" if size is not None else repr(value)
        raise ValueError(f"gradviz.log({name!r}, …) takes one number, not {what}") from error


def install(logged: Callable[[str, float], None]) -> None:
    """Let `gradviz.log` be heard from now on."""
    vars(gradviz)["log"] = Log(logged)

"""A fact that changes over the steps of a pass."""

from __future__ import annotations

from bisect import bisect_right
from typing import Generic, TypeVar

T = TypeVar("T")


class Track(Generic[T]):
    """Each fact once, with the step at which it became true."""

    __slots__ = ("facts", "steps")

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.facts: list[T] = []

    def add(self, step: int, fact: T) -> None:
        self.steps.append(step)
        self.facts.append(fact)

    def at(self, step: int) -> T | None:
        """The latest fact at or before the step."""
        position = bisect_right(self.steps, step)
        return self.facts[position - 1] if position else None

"""Where a line of a program is after the text was changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LineMap:
    """Where the lines of the program that ran are in a text that was changed since.

    Lines before the first change keep their number, lines after the last one are shifted; what lies between is gone.
    """

    head: int
    """So many lines at the top are the same."""
    tail: int
    """The first line number of the old text from which on everything is the same, shifted."""
    shift: int

    @classmethod
    def between(cls, old: str, new: str) -> LineMap:
        if old == new:
            return cls(old.count("\n") + 1, 0, 0)
        before, after = old.split("\n"), new.split("\n")
        shortest = min(len(before), len(after))
        head = 0
        while head < shortest and before[head] == after[head]:
            head += 1
        tail = 0
        while tail < shortest - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        return cls(head, len(before) - tail + 1, len(after) - len(before))

    def new(self, line: int) -> int | None:
        """The number in the new text of a line of the old one."""
        if line <= self.head:
            return line
        return line + self.shift if self.tail and line >= self.tail else None

    def old(self, line: int) -> int | None:
        """The number in the old text of a line of the new one."""
        if line <= self.head:
            return line
        return line - self.shift if self.tail and line - self.shift >= self.tail else None

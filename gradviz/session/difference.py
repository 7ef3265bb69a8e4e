"""How two programs differ, as a small unified diff that people read."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

CONTEXT = 1
"""Equal lines around each change."""

LONGEST = 5_000
"""Lines; in longer programs lines that come again and again do not anchor the comparison, or it would take long."""


@dataclass(frozen=True)
class DiffLine:
    """`sign` is "-" (only before), "+" (only after), " " (in both) or "@" (lines left out); `line` counts from 1."""

    sign: str
    text: str
    line: int


def difference(before: str, after: str) -> tuple[DiffLine, ...]:
    """What changed from one text to the other, with a line of context; nothing where they are the same."""
    old, new = before.rstrip("\n").split("\n"), after.rstrip("\n").split("\n")
    if old == new:
        return ()
    found: list[DiffLine] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > LONGEST)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if found:
            found.append(DiffLine("@", "", 0))
        for tag, start, end, first, last in group:
            if tag == "equal":
                found += [DiffLine(" ", text, first + at + 1) for at, text in enumerate(new[first:last])]
                continue
            found += [DiffLine("-", text, start + at + 1) for at, text in enumerate(old[start:end])]
            found += [DiffLine("+", text, first + at + 1) for at, text in enumerate(new[first:last])]
    return tuple(found)

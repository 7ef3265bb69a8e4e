"""What an op means in the program, by which it is found again in another pass or run, where all ids may differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .events import OpRan


def identities_of(ops: Iterable[OpRan]) -> dict[int, str]:
    """Op → its name, the variables it makes (or that its line makes next), its modules, and how often that came before.

    What is tracked is counted apart from what is not: one more test behind an `if` renames nothing else.
    """
    found: dict[int, str] = {}
    ran = tuple(ops)
    for kind, chosen in (("", [op for op in ran if op.node is not None]), ("~", [op for op in ran if op.node is None])):
        aims, counts = _aims(chosen), Counter[str]()
        for op in chosen:
            meaning = f"{kind}{op.op}:{variables_of(op)}:{aims[op.id]}:{'/'.join(op.scope)}"
            counts[meaning] += 1
            found[op.id] = f"{meaning} {counts[meaning]}"
    return found


def _aims(ops: Sequence[OpRan]) -> dict[int, str]:
    """For each op without a variable of its own the variable that its line makes next.

    A new line with a `+` in it must not pass for the next line with one: so `+` is that of `loss = a + b * c`.
    """
    found: dict[int, str] = {}
    line, aim = -1, ""
    for op in reversed(ops):
        here = op.source.line if op.source is not None else -1
        names = variables_of(op)
        if here != line or names:
            line, aim = here, names
        found[op.id] = "" if names else aim
    return found


def variables_of(op: OpRan) -> str:
    """The variables that an op's results were bound to: "a", "values, indices", or empty."""
    return ", ".join(item.name for item in op.outputs if item.name)

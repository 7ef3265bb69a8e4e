"""Gradients that are not what the update takes them for: never cleared, or never there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...trace.curves import is_missing
from ...trace.events import GradientZeroed, LeafAccumulated, TensorUpdated
from ...trace.messages import CurveKey
from ...trace.query import Cursor
from ..numbers import value_text
from .evidence import Evidence, PassEvidence
from .finding import Failure, Sight

SURE = 5
"""Passes with updates after which a leaf without a gradient is no accident."""


def _never_cleared(evidence: Evidence) -> Iterator[Sight]:
    """A gradient that an update had used was added to, and the sum was used by an update again, twice at least.

    Intended accumulation over k passes is no such case: it clears after its update.
    """
    seen: dict[int, list[tuple[PassEvidence, int, LeafAccumulated]]] = {}
    for before, after in evidence.pairs():
        for tensor in after.leaves:
            found = _stale(before, after, tensor)
            if found is not None:
                seen.setdefault(tensor, []).append((after, *found))
    sure = {tensor: places for tensor, places in seen.items() if len(places) > 1}
    if not sure:
        return
    tensor, places = min(sure.items(), key=lambda each: (each[1][0][0].number, each[1][0][1]))
    known, step, event = places[0]
    name = known.name(tensor)
    others = len(sure) - 1
    left, new, whole = (value_text(value, 24) for value in (event.before, event.added, event.after))
    proof = (
        f"In pass {known.number + 1:,} {name}.grad became {left} + {new} = {whole}: the first number was left over from"
        f" pass {known.number:,}, whose update had used it already."
    )
    if others:
        proof += f" The same happened to {others} other {'leaf' if others == 1 else 'leaves'}."
    yield Sight(proof, Cursor(known.number, step), known.backward_line, f"t{tensor}")


def _stale(before: PassEvidence, after: PassEvidence, tensor: int) -> tuple[int, LeafAccumulated] | None:
    """The step in `after` where a leaf's gradient was added to one that an update between the two had used."""
    left = None
    used = False
    for _, event in before.leaves.get(tensor, ()):
        if isinstance(event, LeafAccumulated):
            left, used = event.after, False
        elif isinstance(event, GradientZeroed):
            left = None
        else:
            used = left is not None
    found: tuple[int, LeafAccumulated] | None = None
    for step, event in after.leaves[tensor]:
        if isinstance(event, GradientZeroed):
            left, found = None, None
        elif isinstance(event, TensorUpdated):
            if found is not None:
                return found
            used = used or left is not None
        elif found is None and used and left is not None and event.before is not None and event.before == left:
            found = (step, event) if bool(event.before.summary.least or event.before.summary.greatest) else None
            left = None
    return None


NEVER_CLEARED = Failure(
    "never_cleared",
    "Gradients are never cleared",
    "Call optimizer.zero_grad(), or set .grad to None, once before each backward().",
    _never_cleared,
)


def _never_reached(evidence: Evidence) -> Iterator[Sight]:
    """A leaf that requires a gradient gets none in the whole run, and stays as it is while others are trained.

    What an optimizer was given is meant to be moved: where each of its steps passed it over, that is proof enough.

    The curves know every leaf that ever got one, so passes that were not kept are no way out. What is used under
    `no_grad`, or is copied to now and then, is meant to have none: the teacher of another network.
    """
    passes = evidence.in_order
    trained = {tensor for known in passes for tensor in known.leaves if known.updated(tensor)}
    if not trained or evidence.trace.ended is None:
        return
    reached = set().union(*(known.reached for known in passes))
    found: list[tuple[str, Sight]] = []
    for first in passes:
        for tensor, (step, source) in first.wants.items():
            name = first.names.get(tensor)
            if not name or tensor in reached:
                continue
            later = [known for known in passes if known.number >= first.number and known.leaves.keys() & trained]
            updates = sum(any(known.updated(other) for other in known.leaves) for known in later)
            uses = [known for known in later if tensor in known.used]
            if _has_curve(evidence, name, first.number, uses[-1].number + 1 if uses else evidence.trace.curves.length):
                continue
            if is_passed_over(later, tensor):
                line = source.line if source else 0
                made = Sight(name, Cursor(first.number, step), line, f"t{tensor}")
                found.append((name, _passed_over(later, uses, tensor, made)))
                continue
            meant = not is_left_out(uses, tensor) if uses else not _has_sibling(first, name, trained)
            if updates >= SURE and not meant and (not uses or len(uses) >= SURE):
                line = source.line if source else 0
                found.append((name, _unreached(uses[-1] if uses else first, tensor, name, step, line, updates)))
    if found:
        sight = found[0][1]
        others = [name for name, _ in found[1:]]
        if others:
            listed = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
            sight = replace(sight, proof=f"{sight.proof} The same holds for {listed}.")
        yield sight


def _has_curve(evidence: Evidence, name: str, first: int, end: int) -> bool:
    """Whether a leaf of this name got a gradient in one of the passes, kept or not. Another one may have had it later:
    a function that trains makes its leaves anew."""
    key = CurveKey("gradient", name)
    if key not in evidence.trace.curves.keys:
        return False
    return not is_missing(evidence.trace.curves.column(key)[first:end]).all()


def is_passed_over(passes: list[PassEvidence], tensor: int) -> bool:
    """Whether an optimizer has this parameter, moved others, and never found a gradient of this one."""
    return sum(tensor in known.skipped and bool(known.skipped[tensor][1].parameters) for known in passes) >= SURE


def is_left_out(uses: list[PassEvidence], tensor: int) -> bool:
    """Whether a leaf is used with a gradient in mind, and never written to."""
    ops = [known.used[tensor][1] for known in uses]
    versions = {item.version for op in ops for item in op.inputs if item.tensor == tensor}
    return len(versions) == 1 and not any("no_grad" in (op.untracked or "") for op in ops)


def _has_sibling(first: PassEvidence, name: str, trained: set[int]) -> bool:
    """Whether another parameter of the same module is trained."""
    owner = name.split(".")[0] + "."
    return "." in name and any((first.names.get(other) or "").startswith(owner) for other in trained)


def _unreached(known: PassEvidence, tensor: int, name: str, step: int, line: int, updates: int) -> Sight:
    said = f"{name}.grad stayed None over {updates} passes with updates"
    if tensor not in known.used:
        return Sight(f"{said}: no line uses {name}.", Cursor(known.number, step), line, f"t{tensor}")
    cut, at, line = _end_of_path(known, tensor, line)
    return Sight(f"{said}, and {name} never changed: {cut}.", Cursor(known.number, at), line, f"t{tensor}")


def _end_of_path(known: PassEvidence, tensor: int, line: int) -> tuple[str, int, int]:
    """Where the way from a leaf to the loss ends: in words, the step, and the line."""
    at, op = known.used[tensor]
    line = op.source.line if op.source else line
    if op.node is None:
        return f"its path to the loss ends at {op.op} in line {line}", at, line
    return f"what {op.op} in line {line} makes of it does not lead to the loss", at, line


def _passed_over(later: list[PassEvidence], uses: list[PassEvidence], tensor: int, made: Sight) -> Sight:
    """`made` is where the parameter was made."""
    steps = [known.skipped[tensor][1] for known in later if tensor in known.skipped]
    event, count = steps[-1], len(steps)
    name = made.proof
    moved = len(event.parameters)
    said = (
        f"{name} is one of the parameters of {event.optimizer}, but {name}.grad was None at each of its {count}"
        f" recorded steps, in which {moved} other{'s were' if moved > 1 else ' was'} moved"
    )
    if not uses:
        return replace(made, proof=f"{said}: no line uses {name}.")
    cut, at, line = _end_of_path(uses[-1], tensor, made.line)
    return Sight(f"{said}: {cut}.", Cursor(uses[-1].number, at), line, f"t{tensor}")


NEVER_REACHED = Failure(
    "never_reached",
    "A parameter never receives a gradient",
    "Use it without detach(), .data, item() or no_grad() on its path to the loss, or set requires_grad=False.",
    _never_reached,
)

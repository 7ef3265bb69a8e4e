"""Parameters that were replaced after the optimizer was made: it goes on to move the tensors that it was given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...trace.events import LeafAccumulated, OptimizerStepped, Source
from ...trace.query import Cursor
from .evidence import Evidence, PassEvidence
from .finding import Failure, Sight
from .gradients import SURE

Step = tuple[PassEvidence, int, OptimizerStepped]


def _replaced(evidence: Evidence) -> Iterator[Sight]:
    """An optimizer found no gradient of a parameter, while one in its place that it does not have got them.

    The place alone proves nothing, so the old one is used no more, and nobody else moves the new one.
    """
    seen: dict[tuple[int, int], list[Step]] = defaultdict(list)
    names: dict[int, str] = {}  # of what was made in earlier passes, too
    for known in evidence.in_order:
        names.update((tensor, name) for tensor, name in known.names.items() if name)
        for old, (step, event) in known.skipped.items():
            new = _successor(known, old, event, names)
            if new is not None:
                seen[old, new].append((known, step, event))
    sure = {pair: steps for pair, steps in seen.items() if len(steps) >= SURE}
    if sure:
        pair, steps = next(iter(sure.items()))
        yield _sight(evidence, pair, names, steps, len({old for old, _ in sure}) - 1)


def _successor(known: PassEvidence, old: int, event: OptimizerStepped, names: dict[int, str]) -> int | None:
    """The tensor in the place of the old one that got a gradient in this pass and was moved by nobody; None without.

    That is one of its name; of what has none, since its layer is gone, a tensor of a module that the step moved.
    """
    if old in known.used:
        return None
    moved = [each.tensor for each in event.parameters]
    modules = {names[tensor].split(".")[0] for tensor in moved if "." in names.get(tensor, "")}
    for tensor in sorted(known.leaves):
        name = names.get(tensor, "")
        fits = name == names[old] if old in names else "." in name and name.split(".")[0] in modules
        is_moved = tensor in moved or tensor in event.skipped or known.updated(tensor) is not None
        got_one = any(isinstance(event, LeafAccumulated) for _, event in known.leaves[tensor])
        if fits and name and got_one and not is_moved:
            return tensor
    return None


def _sight(evidence: Evidence, pair: tuple[int, int], names: dict[int, str], steps: list[Step], others: int) -> Sight:
    known, step, event = steps[0]
    old, new = pair
    name = names[new]
    made = {tensor: source for each in evidence.in_order for tensor, (_, source) in each.wants.items()}
    before, after = made.get(old), made.get(new)
    proof = (
        f"{event.optimizer} was given {'the ' + name if old in names else 'a tensor'}{_line(before)}, which is used no"
        f" more: its .grad was None at each of {len(steps)} recorded steps. The {name}{_line(after)} is another tensor."
        f" It got a gradient in each of those passes, and no step moved it."
    )
    if others:
        proof += f" The same holds for {others} other parameter{'s' if others > 1 else ''}."
    return Sight(proof, Cursor(known.number, step), after.line if after else 0, f"t{new}")


def _line(source: Source | None) -> str:
    return f" of line {source.line}" if source else ""


REPLACED = Failure(
    "replaced",
    "A parameter was replaced after the optimizer was made",
    "Make the optimizer after its parameters, or give it the new one with add_param_group().",
    _replaced,
)

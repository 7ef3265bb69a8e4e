"""Which slices of the loss a run offers: over one leaf or two, along the update, through a plane."""

from __future__ import annotations

from dataclasses import dataclass

from ..trace.trace import Trace


@dataclass(frozen=True)
class Slice:
    """A line or a plane through the space of the leaves, over which the loss can be asked for.

    `kind` is "leaf", "leaves", "update", "principal" or "random"; `leaves` are the names on its axes, if these are
    leaves of one number each.
    """

    kind: str
    leaves: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        match self.kind:
            case "leaf":
                return f"Over {self.leaves[0]}"
            case "leaves":
                return f"Over {self.leaves[0]} and {self.leaves[1]}"
            case "update":
                return "Along the update"
            case "principal":
                return "Plane of the path"
        return "Random plane"


def numbers_of(trace: Trace, number: int) -> tuple[str, ...]:
    """Names of the leaves that are one number, in the order in which the program made them."""
    recorded = trace.forward_at(number)
    if recorded is not None and recorded.forward is not None:
        pairs = zip(recorded.forward.names, recorded.forward.leaves, strict=True)
        names = [name for name, leaf in pairs if leaf.data.size == 1]
    else:
        item = trace.find_pass(number)
        found = item.history.tensors.values() if item is not None else ()
        single = {each.name for each in found if each.values.facts and each.values.facts[-1].is_scalar}
        names = [key.leaf for key in trace.curves.keys if key.kind == "value" and key.leaf in single]
    item = trace.find_pass(number)
    order = {each.name: each.tensor for each in item.history.tensors.values()} if item is not None else {}
    return tuple(sorted(names, key=lambda name: order.get(name, 1 << 40)))


def slices_of(trace: Trace, number: int) -> tuple[Slice, ...]:
    """The slices that a pass offers, the best one first; none before there is a function to speak of."""
    recorded = trace.forward_at(number)
    if recorded is None:
        return ()
    names = numbers_of(trace, number)
    forward = recorded.forward
    has_others = forward is not None and len(forward.names) > len(names)
    own: list[Slice] = []
    if len(names) >= 2:
        own += [Slice("leaves", (one, other)) for place, one in enumerate(names) for other in names[place + 1 :]]
    own = own[:15] + [Slice("leaf", (name,)) for name in names[:12]]
    if forward is None:
        return tuple(own) or (Slice("update"),)
    size = sum(leaf.data.size for leaf in forward.leaves)
    wide = [Slice("update")]
    if size > 1:
        wide += [Slice("principal"), Slice("random")] if size > 2 else []
    return (*wide, *own) if has_others or len(names) > 3 else (*own, *wide)

"""Where in a program the ops of a pass belong: to a module, a function, a line, an iteration of a loop. Regions nest.

A region must not be left and come back to, or its card would feed a card that feeds it, and no picture could show what
comes first: an RNN's cell whose output goes through the loss's line and back. So a region that the data comes back to
is another region, its next visit.

How visits are found: regions are ranked by their first op. An op's round is the highest round of its operands, plus
one where an operand comes from a region of a higher rank. Along every edge (round, rank) then never falls, and it
rises between two regions: whichever regions are open, their cards are a directed acyclic graph. The rounds of
what lies inside a region are counted among the ops inside only, so that opening one region changes no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .events import OpRan

if TYPE_CHECKING:
    from .history import History

Grouping = Literal["nothing", "auto", "module", "function", "line", "iteration"]
HAND = "hand:"
"""What a grouping of one region that a person made begins with; the rest says all about it: title and ops, by lines."""
MARK = "g"
"""What the key of a region begins with, as a tensor's card has "t" and an op's "o"."""


@dataclass(frozen=True, eq=False)
class Regions:
    """Keys are made of the path, not of ids of the run: the same region has the same key in the next run."""

    paths: Mapping[int, tuple[str, ...]]
    """Op → keys of the regions it lies in, outermost first; ops that lie in none are left out."""
    members: Mapping[str, tuple[int, ...]]
    """Region → its ops, in the order in which they ran; those of the regions inside it too."""
    titles: Mapping[str, str]


def is_region(key: str) -> bool:
    """Whether a card's key is that of a folded group."""
    return key.startswith(MARK)


def grouping_of(key: str) -> str:
    """By what the region of this key is one."""
    name = key[len(MARK) :]
    return name if name.startswith(HAND) else name.partition(":")[0]


def made_by_hand(title: str, ops: Iterable[str]) -> str:
    """The key of a region of these ops, which are called by their identities."""
    return MARK + HAND + "\n".join([" ".join(title.split()), *sorted(ops)])


def common_path(paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    """What all paths begin with."""
    shortest = min(map(len, paths), default=0)
    same = next((at for at in range(shortest) if len({path[at] for path in paths}) > 1), shortest)
    return paths[0][:same] if paths else ()


def region_cards(history: History, key: str) -> frozenset[str]:
    """Keys of the single cards of a region: its ops, and the tensors made by no op that nothing else uses.

    Empty for a region that this pass does not have.
    """
    ops = set(history.regions(grouping_of(key)).members.get(key, ()))
    used: set[int] = set()
    outside: set[int] = set()
    for _, op in history.ops.values():
        tensors = {item.tensor for item in op.inputs if item.tensor is not None}
        (used if op.id in ops else outside).update(tensors)
    alone = {tensor for tensor in used - outside if tensor in history.tensors and history.tensors[tensor].op is None}
    return frozenset({f"o{op}" for op in ops} | {f"t{tensor}" for tensor in alone})


def regions_of(history: History, by: str) -> Regions:
    """The regions of a pass. One op alone is no region, and neither is what holds the same ops as the region around.

    "auto" is by module; where an op ran in none, by function, by line in it, and by iteration what a line does often.
    """
    if by.startswith(HAND):
        return _by_hand(history, by)
    labels = _labels(history, by)
    deepest = max(map(len, labels.values()), default=0)
    operands = _operands(history)
    whole = dict.fromkeys(history.ops, f"{MARK}{by}:")
    titles: dict[str, str] = {}
    paths: dict[int, tuple[str, ...]] = {}
    members: dict[str, list[int]] = {}
    for depth in range(deepest):
        inside: dict[int, str] = {}
        known: dict[tuple[int, str], tuple[str, str, list[int]]] = {}
        for op, visited in _visits(whole, labels, operands, depth).items():
            if visited not in known:
                (visit, key), label = visited, labels[op][depth]
                name = f"{key}~{visit + 1}" if visit else key
                titles[name] = f"{label} ({visit + 1})" if visit else label
                known[visited] = name, f"{name}/", members.setdefault(name, [])
            name, inside[op], ops = known[visited]
            ops.append(op)
            paths[op] = (*paths.get(op, ()), name)
        # What has no label at this depth takes part in nothing that lies deeper.
        whole = inside
    kept = {key for key, ops in members.items() if len(ops) > 1}
    for key in list(kept):
        path = [other for other in paths[members[key][0]] if other in kept]
        place = path.index(key)
        if place and len(members[path[place - 1]]) == len(members[key]):
            kept.discard(key)
    found = {op: tuple(key for key in path if key in kept) for op, path in paths.items()}
    return Regions(
        {op: path for op, path in found.items() if path},
        {key: tuple(ops) for key, ops in members.items() if key in kept},
        {key: titles[key] for key in kept},
    )


def _by_hand(history: History, by: str) -> Regions:
    title, *identities = by.removeprefix(HAND).split("\n")
    wanted = set(identities)
    ops = tuple(op for op in history.ops if history.identities[op] in wanted)
    if len(ops) < 2:
        return Regions({}, {}, {})
    key = MARK + by
    return Regions(dict.fromkeys(ops, (key,)), {key: ops}, {key: title})


def _visits(
    whole: Mapping[int, str],
    labels: Mapping[int, tuple[str, ...]],
    operands: Mapping[int, tuple[int, ...]],
    depth: int,
) -> dict[int, tuple[int, str]]:
    """For each op that has a label at this depth, the number of the visit and the region's key without it."""
    ranks: dict[str | int, int] = {}
    rank: dict[int, int] = {}
    rounds: dict[int, int] = {}
    names: dict[int, str] = {}
    for op, prefix in whole.items():
        own = labels[op]
        unit: str | int = op
        if len(own) > depth:
            unit = names[op] = prefix + own[depth]
        place = rank[op] = ranks.setdefault(unit, len(ranks))
        highest = 0
        for operand in operands[op]:
            if whole.get(operand) == prefix:
                highest = max(highest, rounds[operand] + (rank[operand] > place))
        rounds[op] = highest
    found: dict[str, set[int]] = {}
    for op, name in names.items():
        found.setdefault(name, set()).add(rounds[op])
    numbers = {name: {each: at for at, each in enumerate(sorted(iterations))} for name, iterations in found.items()}
    return {op: (numbers[name][rounds[op]], name) for op, name in names.items()}


def _operands(history: History) -> dict[int, tuple[int, ...]]:
    """Op → the ops whose results it takes."""
    maker: dict[int, int] = {}
    found = {}
    for _, op in history.ops.values():
        found[op.id] = tuple(
            {maker[item.tensor] for item in op.inputs if item.tensor is not None and item.tensor in maker}
        )
        for output in op.outputs:
            maker[output.tensor] = op.id
    return found


# -- labels ------------------------------------------------------------------------------------------------------------


def _labels(history: History, by: str) -> dict[int, tuple[str, ...]]:
    """Op → the names of its regions, outermost first."""
    ops = [op for _, op in history.ops.values()]
    if by == "iteration":
        return _iterations(ops)
    if by == "auto":
        iterations, found = _iterations(ops), {}
        known: dict[object, tuple[str, ...]] = {}  # thousands of ops of a loop stand in a few lines
        for op in ops:
            place = op.scope or (op.source and (op.source.function, op.source.line))
            if place not in known:
                known[place] = _module(op) or (*_function(op), *_line(op))
            found[op.id] = known[place] if op.scope else known[place] + iterations[op.id]
        return found
    named: Callable[[OpRan], tuple[str, ...]] = {"module": _module, "function": _function, "line": _line}[by]
    return {op.id: named(op) for op in ops}


def _module(op: OpRan) -> tuple[str, ...]:
    """Each path without that of the module around it: "model", "layers.0", "linear1"; a bare number says too little."""
    around = ("", *op.scope)
    return tuple(_shortest(outer, path) for outer, path in zip(around, op.scope, strict=False))


def _shortest(outer: str, path: str) -> str:
    inner = path.removeprefix(f"{outer}.")
    if inner == path or not inner[0].isdigit():
        return inner
    parts = outer.split(".")
    start = max((at for at, part in enumerate(parts) if not part.isdigit()), default=0)
    return ".".join([*parts[start:], inner])


def _function(op: OpRan) -> tuple[str, ...]:
    """The function around it; a comprehension has no name of its own and belongs to the function that it stands in."""
    named = op.source.function.split(".<locals>.<")[0] if op.source is not None else "<"
    return () if named.startswith("<") else (f"{named.replace('.<locals>', '')}()",)


def _line(op: OpRan) -> tuple[str, ...]:
    return (f"line {op.source.line}",) if op.source is not None else ()


def _iterations(ops: list[OpRan]) -> dict[int, tuple[str, ...]]:
    """How often the same piece of the program has run, for pieces that ran more than once.

    A piece that runs twice with nothing between is told apart by its first op, which comes again. Inside a module the
    same op may come again within one call, so that there only what runs between tells.
    """
    counts: Counter[tuple[int, int, int, int]] = Counter()
    first: dict[tuple[int, int, int, int], str] = {}
    ran: dict[int, tuple[tuple[int, int, int, int], int]] = {}
    before = None
    for op in ops:
        source = op.source
        if source is None:
            before = None
            continue
        piece = (source.line, source.column, source.end_line, source.end_column)
        if piece != before or (not op.scope and op.op == first[piece]):
            counts[piece] += 1
            first[piece] = op.op
        ran[op.id] = piece, counts[piece]
        before = piece
    repeated = {piece for piece, count in counts.items() if count > 1}
    return {
        op.id: (f"iteration {ran[op.id][1]}",) if op.id in ran and ran[op.id][0] in repeated else () for op in ops
    }

"""Leaves that stand in a pocket: between two branches that part at one tensor.

        ┌── head ── loss          The weight of `head` must come in between the two branches, from below `head`. Where
    h ──┤    └ weight             layers are as tight as can be it stands level with h or before it, and its edge has
        └── next step             to cross the lower branch to get in.

A leaf in a pocket has room if it starts after the tensor at which the branches part; that costs some length. An RNN of
100 cells with a head at each step has 295 crossings in the tightest layers, and none with that room (its picture is
wider by a third, its edges are 2 % longer in all). For an RNN whose steps are all read from one tensor and stacked into
one, every layer more is passed by a hundred edges, and the crossings are the lesser evil: `layering` compares.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradviz.layout.flow import Flow

MEETING = 5
"""An operation of more operands (the stack of all outputs) is where branches meet, not part of one."""


class Operands:
    """The operands of each node in argument order, its uses, and which nodes are trees of their own."""

    def __init__(self, flow: Flow) -> None:
        count = len(flow.nodes)
        self.of: list[list[int]] = [[] for _ in range(count)]
        self.uses: list[list[int]] = [[] for _ in range(count)]
        for arc in flow.arcs:
            self.of[arc.head].append(arc.tail)
            self.uses[arc.tail].append(arc.head)
        self.private = [False] * count
        """True for what is used once, as is all that it is computed from: it can move freely."""
        for node in range(count):
            self.private[node] = len(self.uses[node]) == 1 and all(self.private[tail] for tail in self.of[node])

    def reading_order(self) -> list[int]:
        """When a walk from the outputs, operands top to bottom, first meets each node: what comes first lies above."""
        met = [-1] * len(self.of)
        count = 0
        for output, uses in enumerate(self.uses):
            stack = [] if uses else [output]
            while stack:
                node = stack.pop()
                if met[node] < 0:
                    met[node] = count
                    count += 1
                    stack.extend(reversed(self.of[node]))
        return met

    def leaves(self, node: int) -> Iterator[int]:
        """The leaves of a private node."""
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if not self.of[node]:
                yield node
            waiting.extend(self.of[node])


def pockets(flow: Flow) -> list[tuple[int, int]]:
    """Pairs (node at which branches part, leaf between two of them)."""
    operands = Operands(flow)
    met = operands.reading_order()
    found = []
    for node, uses in enumerate(operands.uses):
        branches = sorted(set(uses), key=met.__getitem__)
        if len(branches) < 2 or not operands.of[node]:
            continue
        for place, branch in enumerate(branches):
            for inner in beside(operands, node, branch, above=place > 0, below=place < len(branches) - 1):
                found += [(node, leaf) for leaf in operands.leaves(inner)]
    return found


def beside(operands: Operands, node: int, branch: int, above: bool, below: bool) -> Iterator[int]:
    """The private operands on one side or both of a branch, until it joins something else or parts again."""
    came, at = node, branch
    while True:
        tails = operands.of[at]
        if len(tails) > MEETING or not all(tail == came or operands.private[tail] for tail in tails):
            return
        place = tails.index(came)
        inner = (tails[:place] if above else []) + (tails[place + 1 :] if below else [])
        yield from (tail for tail in inner if tail != came)
        if len(operands.uses[at]) != 1:
            return
        came, at = at, operands.uses[at][0]

"""The graph as the algorithm wants it: numbered nodes, arcs in argument order, sizes along and across the flow.

Why number first? Every later step breaks ties by number. Numbers given by a depth-first walk from the outputs, operands
in argument order, depend on the program's meaning alone; ids, hashes and the order of insertion of edges do not matter.
The walk leaves a node after its operands, so the numbers are a topological order too.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

import networkx as nx

EdgeKey = tuple[Hashable, Hashable, Hashable]
Operand = tuple[Hashable, Hashable, int, int, dict[str, Any]]
"""A node that feeds an edge, the edge's key, its slot (index and count) and its attributes."""
BUS_USES = 3
"""A leaf with this many uses sends its edges along one shared trunk (see `layered`)."""


class Arc(NamedTuple):
    """One edge between numbered nodes. Ports are offsets from the middle of the card's side, in scene units."""

    tail: int
    head: int
    edge: EdgeKey
    tail_port: float
    head_port: float
    main: bool
    """True when the tail is the head's one deepest operand: the path that a reader follows."""
    room: float = 0.0
    """Length along the flow that it needs between two neighbouring layers, for what is written on it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One connected part of the graph. Node i comes before its consumers in the numbering."""

    nodes: tuple[Hashable, ...]
    length: tuple[float, ...]
    """Card size along the flow."""
    breadth: tuple[float, ...]
    """Card size across the flow."""
    arcs: tuple[Arc, ...]
    uses: tuple[int, ...]
    """Outgoing arcs per node."""
    operands: tuple[int, ...]
    """Incoming arcs per node; 0 for a leaf."""

    def is_leaf(self, node: int) -> bool:
        """False for bends, too, which are numbered after the nodes."""
        return node < len(self.nodes) and self.operands[node] == 0

    def is_shared_leaf(self, node: int) -> bool:
        return self.operands[node] == 0 and self.uses[node] >= BUS_USES


def slot(data: dict[str, Any], name: str) -> tuple[int, int]:
    """An edge's place among its card's ports, (0, 1) where the graph says nothing."""
    index, count = data.get(name) or (0, 1)
    if not 0 <= index < count:
        raise ValueError(f"{name} must be (index, count) with 0 <= index < count, not {(index, count)}")
    return int(index), int(count)


def size_of(graph: nx.MultiDiGraph, node: Hashable) -> tuple[float, float]:
    """A card's (width, height)."""
    if "size" not in graph.nodes[node]:
        raise ValueError(f"the node {node!r} has no size")
    width, height = graph.nodes[node]["size"]
    return width, height


def incoming(adjacent: Mapping[Hashable, Mapping[Hashable, dict[str, Any]]]) -> list[Operand]:
    """A node's operands in argument order; edges without slots count as they were added.

    `adjacent` has the edges' attributes by key, by the node that they come from.
    """
    edges = [(tail, key, data) for tail, keys in adjacent.items() for key, data in keys.items()]
    if any("target_slot" in data for *_, data in edges):
        found = [(u, key, *slot(data, "target_slot"), data) for u, key, data in edges]
        return sorted(found, key=itemgetter(2)) if len(found) > 1 else found
    return [(u, key, index, len(edges), data) for index, (u, key, data) in enumerate(edges)]


def numbered(graph: nx.MultiDiGraph, operands: dict[Hashable, list[Operand]]) -> list[Hashable]:
    """All nodes, operands before consumers, by a depth-first walk from the outputs. ValueError on a cycle."""
    birth = {node: order for order, node in enumerate(graph)}
    outputs = [node for node, consumers in graph.succ.items() if not consumers]
    outputs.sort(key=lambda node: (graph.nodes[node].get("order", birth[node]), birth[node]))
    done: dict[Hashable, int] = {}
    entered: set[Hashable] = set()
    for output in outputs:
        stack = [(output, iter(operands[output]))]
        entered.add(output)
        while stack:
            node, rest = stack[-1]
            for operand, *_ in rest:
                if operand in done:
                    continue
                if operand in entered:
                    raise ValueError(f"the graph has a cycle through {operand!r}")
                entered.add(operand)
                stack.append((operand, iter(operands[operand])))
                break
            else:
                done[node] = len(done)
                stack.pop()
    if len(done) < len(birth):
        lost = next(node for node in graph if node not in done)
        raise ValueError(f"the graph has a cycle reached from {lost!r}")
    return list(done)


def port_fraction(index: int, count: int, main: int | None) -> float:
    """Where along its side a port lies, 0 to 1. The main operand enters in the middle, on a straight path."""
    if main is None:
        return (index + 1) / (count + 1)
    if index <= main:
        return 0.5 * (index + 1) / (main + 1)
    return 0.5 + 0.5 * (index - main) / (count - main)


def depths(tails_of: list[list[int]]) -> list[int]:
    """How long the path is that a node goes on with, from a leaf or from where its branch parted from a longer one.

    Why not simply the longest path from a leaf? In an RNN each step's loss is deeper than the sum of all losses before
    it, and yet it is the sum that a reader follows: the loss is only a branch of the path through the steps.
    """
    height = [0] * len(tails_of)
    """Longest path to an output."""
    goes_on = [0] * len(tails_of)
    """The height of the highest consumer: where the path through a node goes on."""
    for head in reversed(range(len(tails_of))):
        for tail in tails_of[head]:
            goes_on[tail] = max(goes_on[tail], height[head])
            height[tail] = max(height[tail], height[head] + 1)
    depth = [0] * len(tails_of)
    for node, tails in enumerate(tails_of):
        depth[node] = max((depth[tail] + 1 if goes_on[tail] == height[node] else 1 for tail in tails), default=0)
    return depth


def main_operand(tails: list[int], depth: list[int]) -> int | None:
    """Which of the operands (its place in `tails`) is strictly the deepest; None on a tie, as in a*b + c*d."""
    if not tails:
        return None
    found = [depth[tail] for tail in tails]
    deepest = max(found)
    return found.index(deepest) if found.count(deepest) == 1 else None


def flows(graph: nx.MultiDiGraph, direction: str) -> list[Flow]:
    """The connected parts of the graph, numbered, in the order of their first outputs."""
    # Not by `graph.pred[node]`: its views cost as much as all the rest.
    operands = {node: incoming(adjacent) for node, adjacent in nx.reverse_view(graph).adjacency()}
    nodes = numbered(graph, operands)
    number = {node: index for index, node in enumerate(nodes)}
    tails_of = [[number[operand] for operand, *_ in operands[node]] for node in nodes]
    depth = depths(tails_of)
    return [
        connected(graph, [nodes[i] for i in part], operands, [depth[i] for i in part], direction)
        for part in components(tails_of)
    ]


def components(tails_of: list[list[int]]) -> list[list[int]]:
    """Connected parts as ascending lists of numbers, by union-find with path halving."""
    root = list(range(len(tails_of)))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for head, tails in enumerate(tails_of):
        for tail in tails:
            a, b = find(tail), find(head)
            root[max(a, b)] = min(a, b)
    parts: dict[int, list[int]] = {}
    for node in range(len(tails_of)):
        parts.setdefault(find(node), []).append(node)
    return list(parts.values())


def connected(
    graph: nx.MultiDiGraph,
    nodes: list[Hashable],
    operands: dict[Hashable, list[Operand]],
    depth: list[int],
    direction: str,
) -> Flow:
    """One part, given its nodes in their numbering and their depths."""
    number = {node: index for index, node in enumerate(nodes)}
    along, across = (0, 1) if direction == "right" else (1, 0)
    sizes = [size_of(graph, node) for node in nodes]
    length = tuple(float(size[along]) for size in sizes)
    breadth = tuple(float(size[across]) for size in sizes)
    arcs = []
    uses = [0] * len(nodes)
    for head, node in enumerate(nodes):
        edges = operands[node]
        tails = [number[operand] for operand, *_ in edges]
        main = main_operand(tails, depth)
        main_index = None if main is None else edges[main][2]
        for place, (operand, key, index, count, data) in enumerate(edges):
            tail = tails[place]
            tail_port = 0.0
            if "source_slot" in data:
                tail_port = (port_fraction(*slot(data, "source_slot"), None) - 0.5) * breadth[tail]
            head_port = (port_fraction(index, count, main_index) - 0.5) * breadth[head]
            room = float(data.get("room", 0.0))
            arcs.append(Arc(tail, head, (operand, node, key), tail_port, head_port, place == main, room))
            uses[tail] += 1
    return Flow(tuple(nodes), length, breadth, tuple(arcs), tuple(uses), tuple(len(operands[node]) for node in nodes))

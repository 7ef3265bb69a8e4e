"""The order of a backward pass: a walk, a sort, and the leaves after their last consumers.

Why no queue? PyTorch pops the ready node of highest sequence number. Edges always lead to nodes made earlier, so one
walk and one sort by falling sequence number give the same order; a leaf, whose number is the highest of all, runs
right after its last consumer. Only where three or more leaves become ready at once does the shape of PyTorch's heap
decide, and then `queue.py` plays it out.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from .node import LAST, AccumulateGrad, Nowhere
from .queue import queue_order

SEQUENCE = attrgetter("seq")


class Plan:
    """The nodes of a pass in order, and the leaves that follow each of them."""

    __slots__ = ("due", "nodes")

    def __init__(self, nodes: list[Any], due: dict[Any, list[Any]]) -> None:
        self.nodes = nodes
        self.due = due


def plan_pass(roots: list[Any], wanted: set[Any] | None = None) -> tuple[Plan, set[Any] | None]:
    """Walk the graph and put its nodes in order; with `wanted`, also find the nodes that lead to a wanted one."""
    nodes, last = walk([root for root in dict.fromkeys(roots) if type(root) is not AccumulateGrad])
    needed = None if wanted is None else needed_nodes(nodes, wanted)
    due: dict[Any, list[Any]] = {}
    for leaf, node in last.items():
        if needed is None or leaf in needed:
            due.setdefault(node, []).append(leaf)
    for root in roots:
        if type(root) is AccumulateGrad and root not in last:
            due.setdefault(None, []).append(root)
    if len(due) < len(last):
        settle_ties(roots, due, needed)
    return Plan(nodes, due), needed


def walk(roots: list[Any]) -> tuple[list[Any], dict[Any, Any]]:
    """Return the nodes that can be reached, in the order in which they run, and for each leaf its last consumer."""
    nodes: list[Any] = []
    last: dict[Any, Any] = {}
    stack = roots
    seen = set(stack)
    pop, push, reach, met = stack.pop, stack.append, seen.add, nodes.append
    sorted_already, before = True, LAST
    while stack:
        node = pop()
        met(node)
        seq = node.seq
        if seq > before:
            sorted_already = False
        before = seq
        # Both edge slots are spelled out: a loop over them would take a third of the whole pass on scalars.
        edge = node.a
        if edge is not None:
            if type(edge) is AccumulateGrad:
                if edge not in last or seq < last[edge].seq:
                    last[edge] = node
            else:
                if type(edge) is tuple:
                    edge = edge[0]
                if edge not in seen:
                    reach(edge)
                    push(edge)
        edge = node.b
        if edge is not None:
            if type(edge) is AccumulateGrad:
                if edge not in last or seq < last[edge].seq:
                    last[edge] = node
            elif type(edge) is list:
                for each in edge:
                    if type(each) is AccumulateGrad:
                        if each not in last or seq < last[each].seq:
                            last[each] = node
                    elif each is not None:
                        target = each[0] if type(each) is tuple else each
                        if target not in seen:
                            reach(target)
                            push(target)
            else:
                if type(edge) is tuple:
                    edge = edge[0]
                if edge not in seen:
                    reach(edge)
                    push(edge)
    if not sorted_already:  # chains and simple expressions are
        nodes.sort(key=SEQUENCE, reverse=True)
    if nodes and nodes[-1].seq < 0:
        nodes = without_ends(nodes)
    return nodes, last


def without_ends(nodes: list[Any]) -> list[Any]:
    """Take out what stands for no node, and the edges there."""
    found = [node for node in nodes if node.__class__ is not Nowhere]
    for node in found:
        node.a = None if node.a.__class__ is Nowhere else node.a
        if node.b.__class__ is list:
            node.b = [None if each.__class__ is Nowhere else each for each in node.b]
        elif node.b.__class__ is Nowhere:
            node.b = None
    return found


def needed_nodes(nodes: list[Any], wanted: set[Any]) -> set[Any]:
    """Return the nodes from which a wanted one can be reached, and the wanted leaves themselves."""
    needed = {node for node in wanted if type(node) is AccumulateGrad}
    for node in reversed(nodes):
        for edge in node.edges():
            target = edge[0] if type(edge) is tuple else edge
            if target is not None and (target in needed or target in wanted):
                needed.add(node)
                break
    return needed


def settle_ties(roots: list[Any], due: dict[Any, list[Any]], needed: set[Any] | None) -> None:
    """Put leaves that become ready together in the order in which PyTorch's heap gives them."""
    if max(map(len, due.values()), default=0) > 2:
        position = {node: index for index, node in enumerate(queue_order(roots, needed))}
        for leaves in due.values():
            leaves.sort(key=lambda leaf: position[leaf])
        return
    for node, leaves in due.items():
        if len(leaves) == 2:
            # A leaf is ready at its last edge: of w, v, w it is v that comes first.
            edges = (node.edges() if node is not None else tuple(roots))[::-1]
            leaves.sort(key=edges.index, reverse=True)

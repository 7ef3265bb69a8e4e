"""PyTorch's ready queue, step by step, for the passes whose order depends on it.

PyTorch pops the ready node of highest sequence number from a C++ std::priority_queue. AccumulateGrad nodes all have
the same number, so which of several ready ones comes first depends on how libstdc++ moves elements: `push_heap` sifts
the new element up past smaller ones; `pop_heap` takes the root, moves the hole down to a leaf along the larger child
(the right one of equals), puts the last element into it and sifts that up.
"""

from __future__ import annotations

from typing import Any

from .node import LAST, AccumulateGrad

Entry = tuple[int, Any]


def push(heap: list[Entry], entry: Entry) -> None:
    """Add an entry as std::push_heap does."""
    heap.append(entry)
    sift_up(heap, len(heap) - 1, entry)


def sift_up(heap: list[Entry], hole: int, entry: Entry) -> None:
    """Move smaller parents down until the entry fits."""
    parent = (hole - 1) // 2
    while hole > 0 and heap[parent][0] < entry[0]:
        heap[hole] = heap[parent]
        hole, parent = parent, (parent - 1) // 2
    heap[hole] = entry


def pop(heap: list[Entry]) -> Entry:
    """Take the root as std::pop_heap does."""
    last = heap.pop()
    if not heap:
        return last
    top = heap[0]
    size = len(heap)
    hole = child = 0
    while child < (size - 1) // 2:
        child = 2 * (child + 1)
        if heap[child][0] < heap[child - 1][0]:
            child -= 1
        heap[hole] = heap[child]
        hole = child
    if size % 2 == 0 and child == (size - 2) // 2:
        child = 2 * child + 1
        heap[hole] = heap[child]
        hole = child
    sift_up(heap, hole, last)
    return top


def targets(node: Any) -> list[Any]:
    """Return the nodes that a node's edges lead to, once per edge."""
    return [edge[0] if edge.__class__ is tuple else edge for edge in node.edges() if edge is not None]


def queue_order(roots: list[Any], needed: set[Any] | None) -> list[Any]:
    """Return all nodes in the order in which PyTorch's queue pops them.

    `needed` is the set of nodes that run when only some inputs are asked for; the others are popped without running.
    """
    waiting: dict[Any, int] = {}
    stack = list(dict.fromkeys(roots))
    seen = set(stack)
    for root in roots if len(roots) > 1 else []:
        waiting[root] = waiting.get(root, 0) + 1
    while stack:
        for target in targets(stack.pop()):
            waiting[target] = waiting.get(target, 0) + 1
            if target not in seen:
                seen.add(target)
                stack.append(target)
    heap: list[Entry] = []
    order: list[Any] = []

    def release(nodes: list[Any]) -> None:
        for node in nodes:
            waiting[node] -= 1
            if not waiting[node]:
                push(heap, (LAST if node.__class__ is AccumulateGrad else node.seq, node))

    if len(roots) > 1:
        release(roots)
    else:
        push(heap, (0, roots[0]))
    while heap:
        node = pop(heap)[1]
        order.append(node)
        if needed is None or node in needed:
            release(targets(node))
    return order

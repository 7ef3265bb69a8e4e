"""The most frequent pass, `loss.backward()` of a scalar: no plan is made, the newest node always runs next.

Edges lead to older nodes. So of the nodes that gradients have come to the newest can expect no more of them, and it is
the one that PyTorch's queue would give. While few nodes wait, looking for it takes less than the walk and the sort of
`order.py`, which are half the time of a pass over a short formula. Leaves wait for the end: where there are no hooks
nobody can see when they accumulate, and a recorder puts them back into their places (`recorder/passes.py`).

What this does not suit is left to a plan from there on: many nodes that wait at once, a node that may send nothing
along an edge (those behind it have to be freed all the same), and nodes older than a recorder knows.
"""

from __future__ import annotations

from typing import Any

from . import watch
from .node import AccumulateGrad
from .order import settle_ties, walk
from .passes import F32, ONE, own, plan_from_scalar, run_nodes

FEW = 8  # gradients that wait: from here on a plan is cheaper


def run_newest_first(root: Any, keep: bool, oldest: int = 0) -> None:
    """Run the pass from a scalar's node; the watcher is told of each node with a number below `oldest`.

    For passes without hooks, on real numbers only.
    """
    grads: dict[Any, Any] = {}
    grad: Any = ONE
    node = root
    while node.sends_all and (not oldest or node.seq >= oldest):
        try:
            node.run(grad, grads, keep)
        except BaseException:
            accumulate_before(root, node, grads)
            if watch.current is not None:
                watch.current.pass_broken(node)
            raise
        grad = None  # a leaf's gradient may be a view of it
        waiting = len(grads)
        if waiting == 1:  # along a chain there is nothing to look for
            node, grad = grads.popitem()
            if type(node) is not AccumulateGrad and grad is not None:
                continue
            grads[node] = grad
            grad = None
        elif waiting > FEW:
            run_planned(root, grads, keep, oldest)
            return
        node, newest = None, -1
        for each in grads:
            if type(each) is not AccumulateGrad and each.seq > newest:
                node, newest = each, each.seq
        if node is None:
            accumulate(root, list(grads), grads)
            return
        grad = grads.pop(node)
        if grad is None:
            break
    grads[node] = grad
    grad = None
    run_planned(root, grads, keep, oldest)


def accumulate(root: Any, leaves: list[Any], grads: dict[Any, Any]) -> None:
    """Add what has come to leaves to their .grad."""
    watcher = watch.current
    if watcher is not None and len(leaves) > 1:
        leaves = watcher.in_order(root, leaves)
    for leaf in leaves:
        gradient = grads.pop(leaf)
        if gradient is None:
            continue
        if type(gradient) is not F32:
            gradient = own(gradient, leaf)
        if watcher is None:
            leaf.add(gradient)
        else:
            watcher.accumulate(leaf, gradient)


def run_planned(root: Any, grads: dict[Any, Any], keep: bool, oldest: int) -> None:
    """Run the rest of a pass by a plan, from the nodes that gradients have come to."""
    nodes, last = walk([each for each in grads if each.__class__ is not AccumulateGrad])
    accumulate(root, [each for each in grads if each.__class__ is AccumulateGrad and each not in last], grads)
    due: dict[Any, list[Any]] = {}
    for leaf, node in last.items():
        due.setdefault(node, []).append(leaf)
    if watch.current is not None and len(due) < len(last):
        settle_ties([root], due, None)
    run_nodes(nodes, due, grads, keep, nodes[-1].seq < oldest)


def accumulate_before(root: Any, broken: Any, grads: dict[Any, Any]) -> None:
    """Let those leaves accumulate that would have been complete when a node failed, had they not waited."""
    nodes, due = plan_from_scalar(root)
    complete = [leaf for node in nodes[: nodes.index(broken)] for leaf in due.get(node, ())]
    accumulate(root, [leaf for leaf in complete if leaf in grads], grads)

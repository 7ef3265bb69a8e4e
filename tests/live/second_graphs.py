"""The graphs of recorded passes beside PyTorch's: for each op the tree of nodes behind its gradient, to the leaves.

    python -m tests.live.second_graphs              how many ops have PyTorch's very trees; the names of the others
    python -m tests.live.second_graphs mean softmax the trees of both engines where these differ

What is compared is the name of each node and where its edges lead. Numbers are compared in `test_live_derivatives`.
"""

import sys
import warnings

import torch

from gradviz.engine import torch as gv_torch
from tests.engine.calls import call
from tests.engine.samples import parts
from tests.live.test_live_derivatives import DOUBLE

DEPTH = 8  # trees share their branches: below this they are cut off


def tree(node, depth=0):
    """Return the names of a node and of those that its edges lead to, as one text."""
    if node is None:
        return "-"
    name = node.name().split("::")[-1]
    if name == "AccumulateGrad":
        return "leaf"
    below = ["…"] if depth == DEPTH else [tree(each, depth + 1) for each, _ in node.next_functions]
    return f"{name}({', '.join(below)})"


def trees(op, sample, lib):
    """Return the trees of the gradients of an op's inputs, or the words of the refusal."""
    values, arguments = parts(op, sample)
    outputs, leaves = call(op, values, arguments, lib, "float64", True)
    leaves = [each for each in leaves if isinstance(each, lib.Tensor) and each.requires_grad]
    roots = [each for each in outputs if each is not None and each.requires_grad]
    starts = [lib.ones(tuple(each.shape), dtype=each.dtype).requires_grad_() for each in roots]
    try:
        found = lib.autograd.grad(roots, leaves, starts, create_graph=True, allow_unused=True)
    except RuntimeError as error:
        return str(error)
    return [None if each is None else tree(each.grad_fn) for each in found]


def differing():
    """Return the names of all ops and, by name, the first pair of trees that differ."""
    names, found = set(), {}
    for op, sample in (each.values for each in DOUBLE):
        names.add(op.name)
        if op.name not in found:
            ours, theirs = trees(op, sample, gv_torch), trees(op, sample, torch)
            if ours != theirs:
                found[op.name] = (ours, theirs)
    return names, found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    every, unlike = differing()
    for name in sys.argv[1:]:
        print(name, *unlike.get(name, ["alike"]), sep="\n    ")
    if not sys.argv[1:]:
        print(*sorted(unlike), sep="\n")
        print(f"{len(every) - len(unlike)} of {len(every)} ops alike", file=sys.stderr)

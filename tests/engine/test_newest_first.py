"""The pass without a plan runs the nodes that a plan would run, in its order, and leaves the same gradients."""

import random

import numpy as np
import pytest

from gradviz.engine import newest_first, torch
from gradviz.engine.dtype import Uncommon
from gradviz.engine.hooks import RemovableHandle
from gradviz.engine.order import walk


@pytest.fixture(autouse=True)
def no_hooks_yet(monkeypatch):
    monkeypatch.setattr(RemovableHandle, "seen", False)
    monkeypatch.setattr(Uncommon, "seen", False)


def expression(seed, breadth):
    """A random scalar made of three leaves; `breadth` values wait to be used at a time."""
    draw = random.Random(seed)
    leaves = [torch.tensor(draw.uniform(-1, 1), requires_grad=True) for _ in range(2)]
    leaves.append(torch.tensor([draw.uniform(-1, 1) for _ in range(3)], requires_grad=True))
    values = list(leaves)
    for _ in range(draw.randrange(1, 40)):
        a, b = draw.choices(values[-breadth:] + leaves, k=2)
        kind = draw.randrange(6)
        if kind == 0:
            values.append(a * b)
        elif kind == 1:
            values.append(a - 2 * b)
        elif kind == 2:
            values.append(torch.stack([a.sum(), b.sum()]).unbind()[draw.randrange(2)])
        elif kind == 3:
            values.append(torch.tanh(a))
        elif kind == 4:
            values.append(torch.where(b > 0, a, b))
        else:
            values.append((a + b).mean())
    total = sum(value.sum() for value in values[-breadth:])
    return leaves, total


def ran(monkeypatch, root):
    """The nodes in the order in which a pass from the root runs them."""
    told = []
    nodes, _ = walk([root.grad_fn])
    for kind in {type(node) for node in nodes}:

        def run(node, *rest, kind=kind, inner=kind.run):
            if type(node) is kind:
                told.append(node)
            inner(node, *rest)

        monkeypatch.setattr(kind, "run", run)
    root.backward()
    monkeypatch.undo()
    RemovableHandle.seen = Uncommon.seen = False
    return nodes, told


@pytest.mark.parametrize("breadth", [1, 2, 4, 30])
def test_it_runs_what_a_plan_would_run_in_the_same_order(monkeypatch, breadth):
    for seed in range(60):
        _, root = expression(seed, breadth)
        if root.grad_fn is None:
            continue
        nodes, told = ran(monkeypatch, root)
        assert told == [node for node in nodes if node in told]
        assert all(node.extra is None or node in told for node in nodes if node.sends_all)


@pytest.mark.parametrize("breadth", [1, 4, 30])
def test_gradients_are_those_of_a_planned_pass(breadth):
    for seed in range(60):
        found = []
        for planned in (False, True):
            RemovableHandle.seen = planned  # then the pass is planned
            leaves, root = expression(seed, breadth)
            for _ in range(2):
                if root.requires_grad:
                    root.backward(retain_graph=True)
            found.append([None if leaf.grad is None else leaf.grad.numpy().copy() for leaf in leaves])
        for ours, theirs in zip(*found, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_what_no_gradient_reaches_is_freed_all_the_same():
    class Half(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a, b):
            return a + b

        @staticmethod
        def backward(ctx, grad):
            return grad, None

    x = torch.tensor(2.0, requires_grad=True)
    unreached = x * x
    (Half.apply(x.sin(), unreached) * 3).backward()
    with pytest.raises(RuntimeError, match="a second time"):
        unreached.backward()


def test_after_an_error_the_leaves_that_were_complete_have_their_gradient():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    w = torch.tensor(3.0, requires_grad=True)
    inner = x.exp()
    loss = (inner * w).sum()
    inner.detach().zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
    assert w.grad is None
    assert x.grad is None
    y = torch.tensor([1.0, 2.0], requires_grad=True)
    inner = y.exp()
    loss = (inner * 2.0).sum() + w * 5
    inner.detach().zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
    assert w.grad == 5
    assert y.grad is None


def test_many_waiting_gradients_are_left_to_a_plan(monkeypatch):
    planned = []
    inner = newest_first.run_planned
    monkeypatch.setattr(newest_first, "run_planned", lambda *given: planned.append(given) or inner(*given))
    x = torch.tensor(2.0, requires_grad=True)
    (x * 2 + x * 3).backward()
    assert not planned
    sum(x * k for k in range(20)).sin().backward()
    assert not planned  # a chain of sums, one product at a time
    terms = [x * k for k in range(20)]
    torch.stack(terms).sum().backward()
    assert len(planned) == 1
    assert x.grad is not None

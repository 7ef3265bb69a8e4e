"""The order of the backward pass and every gradient on random graphs, against real PyTorch's own engine."""

import random

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch
from gradviz.engine import watch

UNARY = [
    "x.tanh()",
    "x.exp() * 0.1",
    "x.sigmoid()",
    "-x",
    "x ** 2",
    "x.sum() + x",
    "x.mean() * x",
    "1 - x",
    "x / 2",
    "x.relu()",
    "x.unsqueeze(0).squeeze(0)",
    "x.t()",
    "x * 3",
    "x.abs()",
    "x[0] + x",
    "x[:, 1:2] * x",
    "x.clamp(-1, 1)",
    "torch.stack(x.unbind(0))",
    "torch.cat([x[:1], x[1:]])",
    "x.softmax(1)",
    "x.max(1)[0].sum() + x",
    "x.clone().mul_(x)",
    "torch.cat(x.split(1), 0)",
    "x.norm() * x",
    "x.t().reshape(9).reshape(3, 3)",
    "x.t().contiguous().view(9).view(3, 3)",
]
BINARY = [
    "x + y",
    "x * y",
    "x - y",
    "x @ y",
    "torch.maximum(x, y)",
    "x / (y * y + 1)",
    "torch.where(x > 0, x, y)",
    "torch.stack([x, y, x]).sum(0)",
    "torch.cat([x, y])[:3]",
    "torch.addmm(x, y, x)",
    "(x.t() + y).reshape(9).view(3, 3)",
    "(x.t() * y.t()).reshape(1, 9).reshape(3, 3)",
]
LEAVES = ["torch.stack([LEAVES]).sum(0) + x", "torch.cat([LEAVES])[:3] * x", "torch.cat([LEAVES, x])[1:4]"]


def program(seed):
    """Return lines that build a random graph over 3×3 tensors."""
    rng = random.Random(seed)
    leaves = [f"w{i}" for i in range(rng.randint(1, 8))]
    names, lines = list(leaves), []
    for i in range(rng.randint(3, 40)):
        recent = names[-6:] if rng.random() < 0.6 else names
        form = rng.choice([UNARY, BINARY, BINARY, LEAVES] if rng.random() < 0.3 else [UNARY, BINARY])
        text = rng.choice(form).replace("LEAVES", ", ".join(rng.sample(leaves, rng.randint(1, len(leaves)))))
        a, b = rng.choice(recent), rng.choice(names)
        text = "".join({"x": a, "y": b}.get(part, part) for part in split_names(text))
        lines.append(f"h{i} = ({text}) * 0.5")
        names.append(f"h{i}")
        if rng.random() < 0.1:
            lines.append(f"h{i}[0] = {rng.choice(leaves)}[1] * 2")
        if rng.random() < 0.05:
            lines.append(f"h{i}.add_({rng.choice(leaves)})")
    roots = rng.sample(names[len(leaves) :], min(len(names) - len(leaves), rng.choice([1, 1, 1, 2])))
    return leaves, lines, [names[-1], *[each for each in roots if each != names[-1]][: rng.choice([0, 0, 1])]]


def split_names(text):
    import re

    return re.findall(r"\w+|.", text)


def build(lib, leaves, lines, seed):
    values = np.random.default_rng(seed).normal(size=(len(leaves), 3, 3))
    scope = {"torch": lib}
    for name, value in zip(leaves, values, strict=True):
        scope[name] = lib.tensor(value.tolist(), dtype=lib.float64).requires_grad_()
    for line in lines:
        exec(line, scope)
    return scope


def reachable(roots):
    stack, seen = [root.grad_fn for root in roots], {}
    while stack:
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen[node] = len(seen)
        stack += [f for f, _ in node.next_functions]
    return seen


class Order(watch.Watcher):
    def __init__(self):
        self.nodes = []

    def node_ran(self, node, gradients_in, raw, sent):
        self.nodes.append(node)

    def leaf_accumulated(self, node, tensor, before, added, after):
        self.nodes.append(node)


def ours(leaves, lines, roots, seed, run):
    scope = build(gv_torch, leaves, lines, seed)
    tensors = [scope[each] for each in roots]
    number = reachable(tensors)
    watcher = Order()
    watch.start(watcher)
    try:
        answer = run(gv_torch, tensors, scope)
    finally:
        watch.stop()
    return (
        [(number[node], type(node).__name__) for node in watcher.nodes],
        [scope[each].grad for each in leaves],
        answer,
    )


def theirs(leaves, lines, roots, seed, run):
    scope = build(torch, leaves, lines, seed)
    tensors = [scope[each] for each in roots]
    number = reachable(tensors)
    ran = []
    for node in number:
        node.register_hook(lambda *_, node=node: ran.append((number[node], type(node).__name__)))
    answer = run(torch, tensors, scope)
    return ran, [scope[each].grad for each in leaves], answer


def everything(lib, tensors, scope):
    lib.autograd.backward(tensors, [lib.ones(each.shape, dtype=lib.float64) for each in tensors])


@pytest.mark.parametrize("seed", range(1000))
def test_order_and_gradients(seed):
    leaves, lines, roots = program(seed)
    order, grads, _ = ours(leaves, lines, roots, seed, everything)
    expected, expected_grads, _ = theirs(leaves, lines, roots, seed, everything)
    assert order == expected, "\n".join(lines)
    for a, b in zip(grads, expected_grads, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(60))
def test_some_inputs(seed):
    leaves, lines, roots = program(seed)
    chosen = [leaves[0], random.Random(seed).choice(lines).split(" ", 1)[0].split("[")[0].split(".")[0]]

    def run(lib, tensors, scope):
        inputs = [scope[each] for each in chosen]
        return lib.autograd.grad(
            tensors, inputs, [lib.ones(each.shape, dtype=lib.float64) for each in tensors], allow_unused=True
        )

    _, grads, answer = ours(leaves, lines, roots, seed, run)
    _, expected_grads, expected = theirs(leaves, lines, roots, seed, run)
    assert all(each is None for each in (*grads, *expected_grads))
    for a, b in zip(answer, expected, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-9, atol=1e-9)

"""Layers and losses beside real torch: value, gradients, and the nodes of the graph that each of them builds."""

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

CALLS = """
L(x1) | L(x2) | L(x3) | L(x4) | N(x1) | N(x2) | N(x3) | L(x2.detach()) | L(x3.transpose(0, 1)) | L(c2) | L(x2[:0])
F.relu(x2) | F.leaky_relu(x2, 0.2) | F.elu(x2, 0.7) | F.gelu(x2) | F.gelu(x2, approximate='tanh') | F.silu(x2)
F.softplus(x2) | F.softplus(x2, 2.0, 1.0) | F.softmax(x2, 1) | F.softmax(x3, 0) | F.log_softmax(x2, -1) | F.tanh(x2)
F.sigmoid(x2) | F.softmax(x2, 1, dtype=torch.float64) | nn.Flatten()(x3) | nn.Flatten()(x2) | nn.Identity()(x2)
F.mse_loss(x2, y2) | F.mse_loss(x2, y2, reduction='sum') | F.mse_loss(x2, y2, reduction='none') | F.mse_loss(x2, c2)
F.l1_loss(x2, y2) | F.l1_loss(x2, c2, reduction='sum') | F.l1_loss(x2, y2, reduction='none')
F.smooth_l1_loss(x2, y2, beta=0.5) | F.huber_loss(x2, y2, delta=0.5) | F.smooth_l1_loss(x2, y2, reduction='sum')
F.cross_entropy(x2, classes) | F.cross_entropy(x1, one) | F.cross_entropy(x2, classes, reduction='sum')
F.cross_entropy(x2, classes, weight=weights) | F.cross_entropy(x2, classes, reduction='none')
F.cross_entropy(x2, classes, ignore_index=1) | F.nll_loss(x2, classes) | F.nll_loss(x2, classes, weight=weights)
F.binary_cross_entropy(x2.sigmoid(), u2) | F.binary_cross_entropy(x2.sigmoid(), u2, weight=u2)
F.binary_cross_entropy(x2.sigmoid(), u2, reduction='none') | F.binary_cross_entropy_with_logits(x2, u2)
F.binary_cross_entropy_with_logits(x2, u2, pos_weight=weights) | F.binary_cross_entropy_with_logits(x2, u2, weight=u2)
F.embedding(classes, x2) | F.embedding(classes.reshape(3, 1), x2, padding_idx=0)
F.dropout(x2, 0.3) | F.dropout(x2.t(), 0.3) | F.dropout(x3.permute(2, 0, 1), 0.3) | F.dropout(x2[:, ::2], 0.3)
F.dropout(x2, 0.0) | F.dropout(x2, 1.0) | F.dropout(x2, 0.3, False)
"""
# The same numbers over nodes that PyTorch's C++ names otherwise: division and product by a number inside it, and its
# own two-dimensional form of nll_loss.
OTHER_NODES = """
F.cross_entropy(x2, x2.detach().softmax(1)) | F.cross_entropy(x2, x2.detach().softmax(1), reduction='none')
F.cross_entropy(x2, classes, label_smoothing=0.1) | F.cross_entropy(x2, classes, label_smoothing=0.1, ignore_index=1)
F.cross_entropy(x2, x2.detach().softmax(1), label_smoothing=0.2, reduction='sum')
F.cross_entropy(x3, zeros) | F.cross_entropy(x3, zeros, reduction='none')
"""


def expressions(text):
    return [call.strip() for line in text.strip().splitlines() for call in line.split("|")]


def nodes(fn):
    if fn is None:
        return None
    return type(fn).__name__, [nodes(each) for each, _ in fn.next_functions]


def run(package, call):
    random = np.random.default_rng(3)

    def leaf(*shape):
        return package.tensor(random.normal(size=shape).tolist(), requires_grad=True)

    package.manual_seed(1)
    nn = package.nn
    scope = {"torch": package, "nn": nn, "F": nn.functional, "L": nn.Linear(4, 5), "N": nn.Linear(4, 5, bias=False)}
    scope |= {"x1": leaf(4), "x2": leaf(3, 4), "x3": leaf(2, 3, 4), "x4": leaf(2, 2, 3, 4), "y2": leaf(3, 4)}
    scope |= {"c2": leaf(3, 4).detach(), "u2": package.tensor(random.random((3, 4)).tolist())}
    scope |= {"classes": package.tensor([1, 0, 2]), "one": package.tensor(1)}
    scope["weights"] = package.tensor([1.0, 2.0, 0.5, 3.0])
    scope["zeros"] = package.zeros(2, 4, dtype=package.int64)
    result = eval(call, scope)
    if result.requires_grad:
        gradient = package.tensor(np.linspace(0.5, 1.5, result.numel()).tolist(), dtype=result.dtype)
        result.backward(gradient.reshape(result.shape))
    leaves = [scope[name] for name in ("x1", "x2", "x3", "x4", "y2")]
    leaves += [*scope["L"].parameters(), *scope["N"].parameters()]
    return result, [None if each.grad is None else each.grad.numpy() for each in leaves]


def compare(call):
    ours, our_gradients = run(gv_torch, call)
    theirs, their_gradients = run(torch, call)
    assert repr(ours.dtype) == repr(theirs.dtype)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=2e-6, atol=1e-6)
    for mine, real in zip(our_gradients, their_gradients, strict=True):
        assert (mine is None) == (real is None)
        if mine is not None:
            np.testing.assert_allclose(mine, real, rtol=2e-6, atol=1e-6)
    return nodes(ours.grad_fn), nodes(theirs.grad_fn)


@pytest.mark.parametrize("call", expressions(CALLS))
def test_value_gradients_and_nodes(call):
    ours, theirs = compare(call)
    assert ours == theirs


@pytest.mark.parametrize("call", expressions(OTHER_NODES))
def test_value_and_gradients(call):
    compare(call)

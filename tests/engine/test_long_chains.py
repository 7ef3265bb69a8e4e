"""100,000 operations in a row: no recursion on the way forward, back or out, memory linear, nothing left over.

`python -m tests.bench.long_chain` does a million.
"""

import gc
import tracemalloc
import weakref

import pytest

import gradviz.engine.torch as torch

LENGTH = 100_000


class Same(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1

    @staticmethod
    def backward(ctx, grad):
        return grad


KINDS = {
    "numbers": lambda y, x: y * 1.0,
    "vectors": lambda y, x: y + x,
    "views": lambda y, x: y.view(-1),
    "functions": lambda y, x: Same.apply(y),
}


def chain(step, x, length):
    y = x
    for _ in range(length):
        y = step(y, x)
    return y


@pytest.mark.parametrize("kind", KINDS)
def test_forward_backward_freed(kind):
    x = torch.ones(2, requires_grad=True) if kind != "numbers" else torch.tensor(1.0, requires_grad=True)
    gc.collect()
    gc.disable()
    try:
        first = KINDS[kind](x, x)
        y = chain(KINDS[kind], first, LENGTH // (10 if kind == "functions" else 1))
        node = weakref.ref(first.grad_fn)
        del first
        y.sum().backward()
        del y
        assert node() is None
    finally:
        gc.enable()
    assert x.grad is not None


def test_a_recorded_pass():
    x = torch.tensor(1.0, requires_grad=True)
    y = chain(KINDS["numbers"], x, LENGTH // 5)
    (gradient,) = torch.autograd.grad(y * x, x, create_graph=True)
    gradient.backward()
    assert x.grad.item() == 2


def test_memory_is_linear():
    x = torch.tensor(1.0, requires_grad=True)
    sizes = []
    for length in (10_000, 20_000):
        tracemalloc.start()
        y = chain(KINDS["numbers"], x, length)
        sizes.append(tracemalloc.get_traced_memory()[0] / length)
        tracemalloc.stop()
        del y
    assert sizes[1] <= 1.05 * sizes[0]
    assert sizes[1] <= 200

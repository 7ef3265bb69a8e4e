"""torch.autograd.Function: what a comparison of printed text with PyTorch (tests/live) cannot show."""

import gc
import weakref

import gradviz.engine.torch as torch


class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = x.exp()
        ctx.save_for_backward(x, result)
        return result

    @staticmethod
    def backward(ctx, grad):
        _, result = ctx.saved_tensors
        return grad * result


def test_nothing_is_left_for_the_garbage_collector():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    gc.collect()
    gc.disable()
    try:
        y = Exp.apply(x)
        node = weakref.ref(y.grad_fn)
        y.sum().backward()
        del y
        assert node() is None
        y = Exp.apply(x)
        (gradient,) = torch.autograd.grad(y.sum(), x, create_graph=True)
        node = weakref.ref(gradient.grad_fn)
        del y, gradient
        assert node() is None
    finally:
        gc.enable()


def test_a_saved_output_leads_back_to_its_node():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (first,) = torch.autograd.grad(Exp.apply(x).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
    (third,) = torch.autograd.grad(second.sum(), x)
    assert torch.allclose(third, x.exp())

"""Every op at every sample against real PyTorch: value, type, shape, grad_fn and gradients, in float32 and float64."""

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch
from gradviz.engine.catalog import catalog
from tests.engine.calls import call
from tests.engine.samples import parts

# What stands behind another name in PyTorch too, and is compared there (test_live_layers.py).
# PyTorch takes hardsigmoid's sixth in single precision even for doubles.
BEHIND = ("hardsigmoid", "prelu", "rrelu_with_noise", "max_unpool2d", "max_unpool3d", "norm.number", "trilinear")
BEHIND += ("add.number", "sub.number", "mul.number", "div.number")
CASES = [
    pytest.param(op, sample, kind, id=f"{op.name}-{i}-{kind}")
    for op in catalog()
    if ".in_place" not in op.name
    and not op.name.endswith(("_backward", "_forward"))  # steps of recorded passes, compared as second derivatives
    and op.name not in ("lstm_layer", "safe_softmax", "backward_hook", "weight_norm", "detach", *BEHIND)
    and op.name not in ("uniform", "normal", "floor_divide")
    for i, sample in enumerate([*op.samples, *op.kinks])
    for kind in ("float32", "float64")
]


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(("op", "sample", "kind"), CASES)
def test_op_like_torch(op, sample, kind):
    values, arguments = parts(op, sample)
    ours, our_leaves = call(op, values, arguments, gv_torch, kind, True)
    theirs, their_leaves = call(op, values, arguments, torch, kind, True)
    assert len(ours) == len(theirs)
    close = {"rtol": 2e-6, "atol": 1e-6} if kind == "float32" else {"rtol": 1e-12, "atol": 1e-12}
    for a, b in zip(ours, theirs, strict=True):
        assert repr(a.dtype) == repr(b.dtype)
        assert tuple(a.shape) == tuple(b.shape)
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), **close, equal_nan=True)
        assert (a.grad_fn is None) == (b.grad_fn is None)
        if a.grad_fn is not None:
            assert type(a.grad_fn).__name__ == type(b.grad_fn).__name__
            assert [None if f is None else type(f).__name__ for f, _ in a.grad_fn.next_functions] == [
                None if f is None else type(f).__name__ for f, _ in b.grad_fn.next_functions
            ]
            assert a.output_nr == b.output_nr
    if ours[0].grad_fn is None:
        return
    weights = [np.linspace(0.5, 1.5, a.numel()).reshape(a.shape) for a in ours]
    for outs, lib in ((ours, gv_torch), (theirs, torch)):
        roots = [(out, w) for out, w in zip(outs, weights, strict=True) if out.requires_grad]
        lib.autograd.backward(
            [out for out, _ in roots],
            [lib.tensor(w.tolist(), dtype=getattr(lib, repr(out.dtype)[6:])) for out, w in roots],
        )
    for a, b in zip(our_leaves, their_leaves, strict=True):
        assert (a.grad is None) == (b.grad is None)
        if a.grad is not None:
            assert repr(a.grad.dtype) == repr(b.grad.dtype)
            np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(force=True), **close, equal_nan=True)

"""The `_saved_` attributes of every op's node against real PyTorch: their names, and their values."""

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch
from gradviz.engine.catalog import catalog
from tests.engine.samples import parts
from tests.live.test_live_ops import CASES, call

# What PyTorch's kernels keep and ours have no use for: they compute it anew, or never need it. By node.
NOT_KEPT = {
    "DivBackward2": {"self", "other", "rounding_mode"},
    "SgnBackward0": {"result"},
    "LogSigmoidBackward0": {"buffer"},
    "ProdBackward0": {"result"},
    "ProdBackward1": {"result"},
    "SqueezeBackward1": {"dim"},
    "UnsqueezeBackward0": {"dim"},
    "CummaxBackward0": {"self"},
    "CumminBackward0": {"self"},
    "ConvolutionBackward0": {"output_padding", "bias_sym_sizes_opt"},
    "NllLossBackward0": {"total_weight"},
    "GatherBackward0": {"self"},
}
# Families whose nodes are made of other pieces than PyTorch's: pooling, padding, normalising, attention.
OTHERWISE = ("Pool", "Pad", "Norm", "Attention", "BatchNorm")
NODES = {each.values[0].node for each in CASES}
SAVED = [
    pytest.param(op, sample, id=f"{op.name}-{index}")
    for op in catalog()
    if op.node in NODES and any(each.values[0] is op for each in CASES)
    for index, sample in enumerate(op.samples[:1])
    if not any(part in (op.node or "") for part in OTHERWISE)
]


def saved(node):
    return {name for name in dir(node) if name.startswith("_saved_") and name != "_saved_tensors"}


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(("op", "sample"), SAVED)
def test_saved_names_and_values(op, sample):
    values, arguments = parts(op, sample)
    ours, theirs = (call(op, values, arguments, lib, "float64", True)[0][0].grad_fn for lib in (gv_torch, torch))
    assert (ours is None) == (theirs is None)
    if ours is None:
        return
    rest = {f"_saved_{name}" for name in NOT_KEPT.get(type(theirs).__name__, ())}
    assert saved(ours) == saved(theirs) - rest
    for name in saved(ours):
        mine, wanted = getattr(ours, name), getattr(theirs, name)
        if isinstance(wanted, torch.Tensor):
            np.testing.assert_allclose(mine.detach().numpy(), wanted.detach().numpy(), rtol=1e-12)
        elif name.endswith(("_sizes", "_strides", "_numel")) and mine is not None:
            assert mine == wanted

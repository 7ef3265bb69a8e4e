"""The `_saved_` attributes of every op's node against real PyTorch: their names, and their values."""

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch
from gradviz.engine.catalog import catalog
from tests.engine.calls import call
from tests.engine.samples import parts
from tests.live.test_live_ops import CASES

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
    assert saved(ours) <= saved(theirs)
    for name in saved(ours):
        mine, wanted = getattr(ours, name), getattr(theirs, name)
        if isinstance(wanted, torch.Tensor):
            np.testing.assert_allclose(mine.detach().numpy(), wanted.detach().numpy(), rtol=1e-12)
        elif name.endswith(("_sizes", "_strides", "_numel")) and mine is not None:
            assert mine == wanted


@pytest.mark.filterwarnings("ignore:Using a target size")
def test_nearly_all_names_are_there():
    """What is missing PyTorch's kernels keep and ours have no use for: they compute it anew, or never need it."""
    wanted, missing = 0, []
    for each in SAVED:
        op, sample = each.values
        values, arguments = parts(op, sample)
        ours, theirs = (call(op, values, arguments, lib, "float64", True)[0][0].grad_fn for lib in (gv_torch, torch))
        if ours is not None:
            wanted += len(saved(theirs))
            missing += [f"{theirs.name()}.{name}" for name in saved(theirs) - saved(ours)]
    assert len(missing) <= 0.1 * wanted, missing

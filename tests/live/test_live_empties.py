"""Every op on empty tensors and single numbers, against real PyTorch: values, nodes, gradients, words of mistakes."""

import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests.engine.empties import answer, cases, same

# PyTorch leaves the loss of no samples unwritten there: whatever was in the memory before.
UNWRITTEN = ("multi_margin_loss", "multilabel_margin_loss")
OPS = {}
for op, index, variant in cases():
    if not (op.name in UNWRITTEN and variant == "no rows" and op.samples[index][-1]["reduction"] != "none"):
        OPS.setdefault(op.name, []).append((op, index, variant))


@pytest.mark.parametrize("name", OPS)
def test_empty_and_0d_like_torch(name):
    found = []
    for op, index, variant in OPS[name]:
        ours, theirs = answer(gv_torch, op, index, variant), answer(torch, op, index, variant)
        if not same(ours, theirs):
            found.append(f"sample {index}, {variant}\n  ours   {ours}\n  torch  {theirs}")
    assert not found, "\n".join(found)

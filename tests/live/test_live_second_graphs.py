"""The ops whose recorded passes have other nodes than PyTorch's are those of a list, and no others.

`python -m tests.live.second_graphs > tests/live/second_graphs.txt` writes it anew.
"""

from pathlib import Path

import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests.live.second_graphs import differing, tree

LIST = Path(__file__).with_name("second_graphs.txt")


def test_ops_with_other_nodes_than_pytorchs_are_listed():
    _, unlike = differing()
    assert sorted(unlike) == LIST.read_text("utf-8").split()


TEXTS = """
x * 3
3 * x
x / 3
3 / x
3 - x
x - 3
-x
x.squeeze().repeat(2, 1, 3)
x[x > 0]
x[0, [0, 0, 1]]
x[0, 0].sort()[0]
x[0, 0].max(0)[0]
x[0, 0].cummax(0)[0]
x[0, 0].gather(0, torch.tensor([0]))
x[0, 0].index_select(0, torch.tensor([0]))
x[0].index_add(0, torch.tensor([0]), x[0, 1:])
x[0].index_put((torch.tensor([0, 0]),), x[0, 1], True)
x.topk(1, -2)[0]
x.masked_select(torch.tensor([True, False]))
x.masked_fill(torch.tensor(True), x[0, 0])
x[0, 0].max()
(x / 0 * 0).max()
x[0, 0].amax()
x.amax((0, 1))
x.amin((0, 1), True)
torch.aminmax(x)[1]
x[0, 0].prod()
x[0].prod(0, True)
x[0, :1].cumprod(0)
x[0, :1].cumsum(0)
x.var((0, 1))
x[0].std(correction=0)
torch.var_mean(x)[1]
torch.std_mean(x, (0, 1), keepdim=True)[1]
torch.block_diag(x, x[0], x[0, 0], x[0, :1])
x.T.matmul(x).trace()
x.T.as_strided((2,), (1,))
x[0].diff()
torch.trapezoid(x, x * 2)
torch.cumulative_trapezoid(x, x * 2)
x[0, 1:].as_strided((2,), (1,), 0)
x.expand(2, -1).as_strided((2, 2), (1, 0))
x[0].index_fill(0, torch.tensor([1, 1]), x[0, 0])
x[0].scatter_reduce(0, torch.tensor([0, 0]), x[0] * 2, "amax", include_self=False)
""".strip().split("\n")


@pytest.mark.parametrize("text", TEXTS)
def test_nodes_of_what_samples_lack(text):
    found = []
    for lib in (gv_torch, torch):
        x = lib.tensor([[1.5, -2.0]], requires_grad=True)
        y = eval(text, {"x": x, "torch": lib})
        start = lib.ones(tuple(y.shape)).requires_grad_()
        found.append(tree(lib.autograd.grad(y, x, start, create_graph=True)[0].grad_fn))
    assert found[0] == found[1]

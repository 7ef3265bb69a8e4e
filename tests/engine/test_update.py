"""An update of a leaf under no_grad computes without a tensor for the result; what it leaves must be the same."""

import numpy as np
import pytest

from gradviz.engine import torch, watch
from gradviz.engine.op import declared

NAMES = sorted(
    f"{op.name}_"
    for op in declared
    if op.kind == "binary" and not op.arguments and f"{op.name}_" in vars(torch.Tensor)
    and not op.name.startswith(("bitwise", "gcd", "lcm"))
)  # fmt: skip


class Updates(watch.Watcher):
    def __init__(self):
        self.told = []

    def tensor_updated(self, tensor, before):
        self.told.append((tensor, before))


def test_there_are_updates_to_compare():
    assert {"add_", "sub_", "mul_", "div_", "pow_", "eq_", "remainder_"} <= set(NAMES)


@pytest.mark.parametrize("is_watched", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_value_of_the_operation(name, is_watched):
    pairs = [(2.5, 1.5), ([2.5, -0.75, 1.5], [1.5, 2.0, 1.5]), ([2.5, 1.5], 1.5), ([[2.5], [1.5]], [[1.5], [1.5]])]
    for first, second in pairs:
        x, other = torch.tensor(first, requires_grad=True), torch.tensor(second)
        before = x.detach().clone()
        watcher = Updates()
        with torch.no_grad():
            wanted = getattr(before, name[:-1])(other).to(torch.float32)
            if is_watched:
                watch.start(watcher)
            try:
                assert getattr(x, name)(other) is x
            finally:
                watch.stop()
        np.testing.assert_array_equal(x.detach().numpy(), wanted.numpy())
        assert x._version == 1
        assert x.dtype is torch.float32
        assert x.is_leaf
        assert x.requires_grad
        assert x._edge.value is x._value
        if is_watched:
            ((tensor, noted),) = watcher.told
            assert tensor is x
            np.testing.assert_array_equal(noted, before.numpy())


def test_a_mistake_in_the_call_is_still_one():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with torch.no_grad():
        with pytest.raises(TypeError):
            x.add_()
        with pytest.raises(RuntimeError, match="must match the size"):
            x -= torch.ones(3)
    assert x._version == 0

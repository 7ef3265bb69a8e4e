"""A number beside an array: the same bits as NumPy's own, zeros of both signs included; and updates by operators."""

import math
import operator

import numpy as np
import pytest

from gradviz.engine import torch

NUMBERS = (0.0, -0.0, 1.0, 0.01, -2.5, 1e-46, 1e40, math.inf, -math.inf, math.nan)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv"])
def test_numbers_beside_arrays(name):
    compute = getattr(operator, name)
    values = np.array([0.0, -0.0, 1.5, -3.25, np.inf, 1e-40, 3e38], np.float32)
    for number in NUMBERS:
        for _ in range(2):  # the second time the number is known
            assert compute(torch.tensor(values), number).numpy().tobytes() == compute(values, number).tobytes()
            if name in ("add", "mul"):
                assert compute(number, torch.tensor(values)).numpy().tobytes() == compute(number, values).tobytes()


@pytest.mark.parametrize("name", ["iadd", "isub", "imul", "itruediv"])
def test_operators_in_place(name):
    change = getattr(operator, name)
    start = np.arange(1, 13, dtype=np.float32).reshape(3, 4)
    others = (start + 1, np.asfortranarray(start), start[:1], np.float32(2), 2.5, start.astype(np.float64))
    for other in others:
        for turned in (False, True):
            leaf = torch.tensor(start, requires_grad=True)
            given = torch.from_numpy(np.array(other)) if isinstance(other, np.ndarray) else other
            if turned and getattr(given, "ndim", 0) == 2 and given.shape == (3, 4):
                given = given.t().contiguous().t()
            wanted = change(start.copy(), np.asarray(other, np.float32))
            before, strides = leaf._version, leaf.stride()
            with torch.no_grad():
                same = change(leaf, given)
            assert same is leaf
            assert leaf.requires_grad
            assert np.array_equal(leaf.detach().numpy(), wanted)
            assert (leaf._version, leaf.stride()) == (before + 1, strides)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        change(torch.tensor(start, requires_grad=True), torch.tensor(start))

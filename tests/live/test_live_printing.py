"""Random tensors printed by both, to the letter."""

import numpy as np
import pytest
import torch

from gradviz.engine import dtype as dtypes
from gradviz.engine import printing

DTYPES = [torch.float32] * 6 + [torch.float64, torch.float16] + [torch.int64] * 2
DTYPES += [torch.int32, torch.uint8, torch.bool, torch.bfloat16, torch.complex64, torch.complex128]
SHAPES = [(), (1,), (3,), (17,), (40,), (2, 3), (5, 5), (3, 1, 4), (2, 2, 2, 2), (0,), (0, 3), (2, 0), (1, 30), (7, 1)]
BIG_SHAPES = [(1001,), (20, 60), (3, 400), (400, 3), (12, 11, 10), (7, 8, 3, 9)]
OPTIONS = [
    {}, {}, {}, {}, {"precision": 2}, {"precision": 8}, {"sci_mode": True}, {"sci_mode": False}, {"linewidth": 40},
    {"linewidth": 200}, {"threshold": 10}, {"edgeitems": 1, "threshold": 5}, {"edgeitems": 0, "threshold": 5},
    {"profile": "short"}, {"profile": "full"}, {"profile": "default", "precision": 3},
]  # fmt: skip


def array_of(tensor: torch.Tensor) -> np.ndarray:
    if tensor.dtype == torch.bfloat16:  # torch has no way to NumPy for it
        return tensor.float().numpy().astype(dtypes.bfloat16.numpy)
    return tensor.numpy()


def random_tensor(random: np.random.Generator) -> torch.Tensor:
    shapes = BIG_SHAPES if random.random() < 0.1 else SHAPES
    shape = shapes[random.integers(len(shapes))]
    dtype = DTYPES[random.integers(len(DTYPES))]
    if dtype == torch.bool:
        return torch.from_numpy(np.asarray(random.random(shape) < 0.5))
    if not dtype.is_floating_point and not dtype.is_complex:
        return torch.from_numpy(np.asarray(random.integers(0, 10 ** random.integers(1, 9), shape))).to(dtype)
    values = np.asarray(random.normal(size=shape) * 10.0 ** random.integers(-6, 9))
    form = random.random()
    if form < 0.3:
        values = np.asarray(np.round(values))
    elif form < 0.45:
        values = np.asarray(values * 10.0 ** random.integers(-8, 8, shape))
    values = values.astype(np.float64)
    if random.random() < 0.2:
        special = random.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], shape)
        values = np.where(random.random(shape) < random.random(), special, values)
    if dtype.is_complex:
        imaginary = np.round(random.normal(size=shape) * 10, random.integers(4))
        values = values + 1j * imaginary * 10.0 ** random.integers(-3, 3)
    with np.errstate(over="ignore"):
        return torch.from_numpy(np.asarray(values)).to(dtype)


@pytest.mark.parametrize("seed", range(8))
def test_random_tensors_print_alike(seed):
    random = np.random.default_rng(seed)
    for _ in range(300):
        tensor, options = random_tensor(random), OPTIONS[random.integers(len(OPTIONS))]
        requires_grad, grad_fn = False, None
        if tensor.dtype.is_floating_point and random.random() < 0.4:
            tensor.requires_grad_(True)
            requires_grad = True
            if random.random() < 0.6:
                tensor = tensor * 1 if random.random() < 0.5 else tensor.clone()
                grad_fn = type(tensor.grad_fn).__name__
        with torch._tensor_str.printoptions(**options), printing.printoptions(**options):
            ours = printing.tensor_text(
                array_of(tensor.detach()), str(tensor.dtype), requires_grad=requires_grad, grad_fn=grad_fn
            )
            assert ours == repr(tensor), (options, tensor.shape)


def test_options_change_as_torchs_do():
    changes = [{"precision": 3, "sci_mode": True}, {"profile": "short"}, {"edgeitems": 5}]
    changes += [{"profile": "full", "linewidth": 60}, {"profile": "default"}]
    try:
        for change in changes:
            torch.set_printoptions(**change)
            printing.set_printoptions(**change)
            assert printing.get_printoptions() == torch._tensor_str.get_printoptions()
    finally:
        torch.set_printoptions(profile="default")
        printing.set_printoptions(profile="default")


def test_other_default_dtype_and_subclass_name():
    class Odd(torch.Tensor):
        pass

    odd = torch.ones(2).as_subclass(Odd)
    assert printing.tensor_text(odd.numpy(), "torch.float32", name="Odd") == repr(odd)
    try:
        torch.set_default_dtype(torch.float64)
        for tensor in (torch.ones(2), torch.ones(2, dtype=torch.float32), torch.ones(0)):
            ours = printing.tensor_text(tensor.numpy(), str(tensor.dtype), default_dtype="torch.float64")
            assert ours == repr(tensor)
    finally:
        torch.set_default_dtype(torch.float32)

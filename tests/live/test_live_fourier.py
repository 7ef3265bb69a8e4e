"""torch.fft beside real PyTorch: values, types, strides, nodes, gradients and second gradients.

Libraries for transforms add in other orders, so numbers are compared to the precision of their type.
"""

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

REAL = np.linspace(-1.5, 2.0, 24).reshape(2, 3, 4) ** 3
COMPLEX = REAL + 1j * np.cos(REAL * 3)
ONE = [{}, {"n": 3}, {"n": 7}, {"dim": 0}, {"dim": 1, "n": 5}, {"norm": "ortho"}, {"norm": "forward"}]
ONE += [{"norm": "backward", "dim": -2}]
MANY = [{}, {"s": (2, 3)}, {"s": (4, -1)}, {"dim": (0, 2)}, {"dim": (2, 1), "norm": "ortho"}, {"norm": "forward"}]
MANY += [{"s": (3, 6), "dim": (1, 0), "norm": "backward"}]
BOTH, REAL_ONLY = (REAL, COMPLEX), (REAL,)
FUNCTIONS = {
    **dict.fromkeys(("fft", "ifft", "irfft", "hfft"), (ONE, BOTH)),
    **dict.fromkeys(("rfft", "ihfft"), (ONE, REAL_ONLY)),
    **dict.fromkeys(("fft2", "ifft2", "irfft2", "hfft2", "fftn", "ifftn", "irfftn", "hfftn"), (MANY, BOTH)),
    **dict.fromkeys(("rfft2", "ihfft2", "rfftn", "ihfftn"), (MANY, REAL_ONLY)),
}
CASES = [
    pytest.param(name, options, values, single, id=f"{name}-{options}-{'c' if values is COMPLEX else 'r'}{single}")
    for name, (several, inputs) in FUNCTIONS.items()
    for options in several
    for values in inputs
    for single in (False, True)
]


def weights(shape):
    """Numbers between 0.5 and 1.5, the same for both engines."""
    return np.linspace(0.5, 1.5, int(np.prod(shape))).reshape(shape)


def whole(tensor, lib):
    """A weighted sum of all real and imaginary parts."""
    parts = lib.view_as_real(tensor) if tensor.is_complex() else tensor
    return (parts * lib.tensor(weights(tuple(parts.shape)), dtype=parts.dtype)).sum()


def answers(lib, name, options, values, single):
    """Return value, gradient and the gradient of that gradient's square, with what else must be equal."""
    kind = ("complex64" if single else "complex128") if values is COMPLEX else ("float32" if single else "float64")
    leaf = lib.tensor(values.tolist(), dtype=getattr(lib, kind), requires_grad=True)
    found = getattr(lib.fft, name)(leaf * 1, **options)
    facts = (str(found.dtype), tuple(found.shape), found.stride(), found.grad_fn.name())
    squared = whole(found * found, lib)
    (first,) = lib.autograd.grad(squared, leaf, create_graph=True)
    (second,) = lib.autograd.grad(whole(first * first, lib), leaf)
    return facts, [each.detach().resolve_conj().numpy() for each in (found, first, second)]


@pytest.mark.parametrize(("name", "options", "values", "single"), CASES)
def test_transform(name, options, values, single):
    facts, ours = answers(gv_torch, name, options, values, single)
    wanted, theirs = answers(torch, name, options, values, single)
    assert facts[:2] == wanted[:2]
    assert facts[3].removeprefix("ConjBackward0") == wanted[3].removeprefix("ConjBackward0")
    moving = [n > 1 for n in wanted[1]]
    assert [n for n, moves in zip(facts[2], moving, strict=True) if moves] == [
        n for n, moves in zip(wanted[2], moving, strict=True) if moves
    ]
    for mine, other in zip(ours, theirs, strict=True):
        scale = max(float(np.abs(other).max()), 1.0)
        np.testing.assert_allclose(mine, other, rtol=0, atol=scale * (2e-6 if single else 1e-13))

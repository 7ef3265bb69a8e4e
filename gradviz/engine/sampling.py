"""Making tensors of random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtype as dtypes
from .creation import finished, kind_of, shape_of
from .device import check
from .tensor import Tensor


def source(generator: Any) -> Any:
    """Return the generator of random numbers."""
    from .random import default_generator

    return default_generator if generator is None else generator


def random_filler(name: str) -> Any:
    """Return torch.rand or torch.randn."""

    def fill(
        *size: Any,
        generator: Any = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        out: Any = None,
        **_: Any,
    ) -> Tensor:
        check(device)
        return finished(
            np.asarray(getattr(source(generator), name)(shape_of(size), kind_of(dtype))), name, requires_grad
        )

    fill.__name__ = fill.__qualname__ = name
    fill.__doc__ = {"rand": "Return uniform numbers in [0, 1).", "randn": "Return standard normal numbers."}[name]
    return fill


rand = random_filler("rand")


randn = random_filler("randn")


def randint(
    *bounds: Any,
    size: Any = None,
    low: Any = None,
    high: Any = None,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """Return whole numbers from low (0) up to, not including, high."""
    check(device)
    given = list(bounds)
    if size is None:
        size = given.pop()
    if high is None:
        high = given.pop()
    first = low if low is not None else given.pop() if given else 0
    if first >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={first} >= to={high}")
    value = source(generator).randint(int(first), int(high), shape_of((size,)), (dtype or dtypes.int64).numpy)
    return finished(np.asarray(value), "randint", requires_grad)


def randperm(
    n: int, *, generator: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False, **_: Any
) -> Tensor:
    """Return the numbers below n in random order."""
    check(device)
    return finished(source(generator).randperm(n).astype((dtype or dtypes.int64).numpy), "randperm", requires_grad)


def normal(
    mean: Any,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """Return normal numbers of given means and deviations (numbers or tensors)."""
    if size is not None:
        return finished(
            np.asarray(source(generator).normal(shape_of((size,)), mean, std, kind_of(dtype))), "normal", requires_grad
        )
    shape = np.broadcast_shapes(*(each._value.shape for each in (mean, std) if isinstance(each, Tensor)))
    numbers = np.asarray(source(generator).randn(shape, kind_of(dtype)))
    bare = [each._value if isinstance(each, Tensor) else each for each in (mean, std)]
    return finished((numbers * bare[1] + bare[0]).astype(kind_of(dtype)), "normal", requires_grad)


def bernoulli(input: Tensor, *, generator: Any = None, **_: Any) -> Tensor:
    """Return 1 with the probability that stands at each place, else 0."""
    return finished(np.asarray(source(generator).bernoulli(input._value)).astype(input._value.dtype), "bernoulli")


def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None, **_: Any
) -> Tensor:
    """Return indices drawn with given weights."""
    return finished(np.asarray(source(generator).multinomial(input._value, num_samples, replacement)), "multinomial")


def manual_seed(seed: int) -> Any:
    """Start the random numbers anew from a seed."""
    return source(None).manual_seed(int(seed))

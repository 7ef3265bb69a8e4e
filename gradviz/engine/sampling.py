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


def bernoulli(input: Tensor, p: float | None = None, *, generator: Any = None, out: Tensor | None = None) -> Tensor:
    """Return 1 with the probability that stands at each place (or `p` at all places), else 0."""
    value = input._value
    if p is not None:
        check_probability(p)
        drawn = source(generator).bernoulli(p, value.shape, value.dtype)
    else:
        if value.dtype.kind != "f":
            raise NotImplementedError(f"\"bernoulli_tensor_cpu_p_\" not implemented for '{input.dtype.tensor_name}'")
        check_probabilities(value)
        drawn = source(generator).bernoulli(value).astype(value.dtype)
    made = finished(np.asarray(drawn), "bernoulli")
    return made if out is None else out.copy_(made)  # type: ignore[no-any-return]


def check_probability(p: float) -> None:
    """Raise torch's error for a number that is no probability."""
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")


def check_probabilities(values: Any) -> None:
    """Raise torch's error for an array that holds anything else than probabilities."""
    if not np.all((values >= 0) & (values <= 1)):
        raise RuntimeError(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  "
            "If so, please report an enhancement request to PyTorch.)"
        )


def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None, **_: Any
) -> Tensor:
    """Return indices drawn with given weights."""
    weights = np.asarray(input._value)
    check_weights(weights, num_samples, replacement)
    return finished(np.asarray(source(generator).multinomial(weights, num_samples, replacement)), "multinomial")


def check_weights(weights: Any, num_samples: int, replacement: bool) -> None:
    """Raise torch's error for an array that cannot be drawn from so often."""
    if weights.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if weights.dtype.kind != "f":
        kind = dtypes.of(weights).tensor_name
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {kind}")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if not np.all((weights >= 0) & (weights < np.inf)):
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if np.any(weights.sum(-1) <= 0):
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


def manual_seed(seed: int) -> Any:
    """Start the random numbers anew from a seed."""
    return source(None).manual_seed(int(seed))

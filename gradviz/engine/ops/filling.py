"""Filling a tensor with random numbers, in place: `uniform_`, `normal_` and the rest of their family."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtype as dtypes
from .. import sampling
from ..in_place import change
from ..op import find, op
from ..random import Generator
from ..surface import functions, public
from ..tensor import Tensor


def refill(name: str, node: str, make: Any) -> Any:
    """Declare an in-place random filling, whose gradient is zero, and return the method."""
    function = op(
        name,
        arguments="values",
        symbol="🎲",
        group="in place",
        title=f"fill at random ({name})",
        node=node,
        forward="overwritten(self, values)",
        vjp={"self": "zeros_like(grad)"},
        samples=[],
    )

    def fill(self: Tensor, *args: Any, generator: Generator | None = None, **options: Any) -> Any:
        values = in_memory_order(make, sampling.source(generator), self._value, *args, **options)
        return change(self, find(name), function, (np.asarray(values),), {})

    fill.__doc__ = f"Fill with random numbers: {name}."
    fill.__name__ = fill.__qualname__ = f"{name}_"
    return fill


def in_memory_order(make: Any, source: Generator, x: Any, *args: Any, **options: Any) -> Any:
    """Return numbers for x, the first drawn for what lies first in memory, as torch's loops go through a tensor."""
    if x.ndim < 2 or x.flags.c_contiguous:
        return make(source, x, *args, **options)
    if make is normal_values:
        options["blocks"] = False
    axes = sorted(range(x.ndim), key=lambda axis: -abs(x.strides[axis]))
    values = np.asarray(make(source, x.transpose(axes), *args, **options))
    return values.transpose(np.argsort(axes))


def uniform_values(source: Generator, x: Any, a: float = 0.0, b: float = 1.0, **rest: Any) -> Any:
    """Return uniform numbers between a and b."""
    return source.uniform(x.shape, rest.get("from", a), rest.get("to", b), x.dtype)


def normal_values(source: Generator, x: Any, mean: float = 0.0, std: float = 1.0, blocks: bool = True) -> Any:
    """Return normal numbers. Blocks of 16 are made only where a tensor is contiguous."""
    return source.normal(x.shape, mean, std, x.dtype, blocks=blocks and (x.ndim == 0 or x.flags.c_contiguous))


def exponential_values(source: Generator, x: Any, lambd: float = 1.0) -> Any:
    """Return exponential numbers with mean 1 / lambd."""
    continuous(x, "Exponential", dtypes.of(x).tensor_name)
    return source.exponential(x.shape, lambd, x.dtype)


def cauchy_values(source: Generator, x: Any, median: float = 0.0, sigma: float = 1.0) -> Any:
    """Return numbers of Cauchy's distribution."""
    continuous(x, "Cauchy", {"int64": "long int", "int32": "int"}.get(x.dtype.name, x.dtype.name))
    from .. import variates

    return variates.cauchy(source, x.size, median, sigma).astype(x.dtype).reshape(x.shape)


def log_normal_values(source: Generator, x: Any, mean: float = 1.0, std: float = 2.0) -> Any:
    """Return numbers whose logarithms are normal."""
    if not dtypes.of(x).is_floating_point:
        raise NotImplementedError(f"\"log_normal_cpu\" not implemented for '{dtypes.of(x).tensor_name}'")
    from .. import variates

    return variates.log_normal(source, x.size, mean, std).astype(x.dtype).reshape(x.shape)


def geometric_values(source: Generator, x: Any, p: float) -> Any:
    """Return how many trials the first success took."""
    from .. import variates

    return variates.geometric(source, x.size, p).astype(x.dtype).reshape(x.shape)


def bernoulli_values(source: Generator, x: Any, p: Any = 0.5) -> Any:
    """Return ones with probability p, a number or a tensor, else zeros."""
    if not isinstance(p, Tensor):
        sampling.check_probability(p)
        return source.bernoulli(p, x.shape, x.dtype)
    sampling.check_probabilities(p._value)
    return source.bernoulli(np.broadcast_to(p._value, x.shape), x.shape, x.dtype)


def integer_values(source: Generator, x: Any, *bounds: int, **rest: Any) -> Any:
    """Return integers from 0 or a first bound up to the last one, which is left out; without bounds, of all sizes."""
    given = [*bounds, *(rest[name] for name in ("from", "to") if rest.get(name) is not None)]
    if not given:
        return source.whole_range(x.shape, x.dtype)
    low, high = given if len(given) == 2 else (0, given[0])
    sampling.check_bounds(x.dtype, low, high)
    return source.randint(low, high, x.shape, x.dtype)


def continuous(x: Any, name: str, kind: str) -> None:
    """Raise torch's error for a tensor that cannot hold fractions."""
    if not dtypes.of(x).is_floating_point:
        raise RuntimeError(
            f"{name} distribution is a continuous probability distribution. dtype must be a floating point but you "
            f"specified {kind}"
        )


Tensor.uniform_ = refill("uniform", "UniformBackward0", uniform_values)
Tensor.normal_ = refill("normal", "NormalBackward0", normal_values)
Tensor.exponential_ = refill("exponential", "ExponentialBackward0", exponential_values)
Tensor.cauchy_ = refill("cauchy", "CauchyBackward0", cauchy_values)
Tensor.log_normal_ = refill("log_normal", "LogNormalBackward0", log_normal_values)
Tensor.geometric_ = refill("geometric", "GeometricBackward0", geometric_values)
Tensor.bernoulli_ = refill("bernoulli", "BernoulliBackward2", bernoulli_values)
# PyTorch names the node after the number of bounds.
FILL_WHOLE = [refill(f"random{n}", f"RandomBackward{2 - n if n < 2 else 0}", integer_values) for n in range(3)]


@public("random_", function=False)
def fill_with_integers(self: Tensor, *bounds: int, generator: Generator | None = None, **rest: Any) -> Any:
    """Fill with random integers from 0 or a first bound up to the last one; without bounds, of all sizes."""
    given = [*bounds, *(rest[name] for name in ("from", "to") if rest.get(name) is not None)]
    return FILL_WHOLE[len(given)](self, *given, generator=generator)


Tensor.bernoulli = sampling.bernoulli
Tensor.multinomial = sampling.multinomial
functions["_standard_gamma"] = sampling.standard_gamma
functions["_sample_dirichlet"] = sampling.sample_dirichlet
functions["binomial"] = sampling.binomial

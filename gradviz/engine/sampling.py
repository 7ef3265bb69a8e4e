"""Making tensors of random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtype as dtypes
from . import messages
from .creation import finished, kind_of, shape_of
from .device import check
from .random import Generator, default_generator
from .surface import functions
from .tensor import Tensor


def source(generator: Any) -> Generator:
    """Return the generator of random numbers: the one that is given, or the default one."""
    return default_generator if generator is None else generator


def random_filler(name: str) -> Any:
    """Return torch.rand or torch.randn."""

    def fill(
        *shape: Any,
        size: Any = None,
        generator: Any = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        out: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        check(device)
        if not shape and size is None:
            raise TypeError(f"{name}() lacks a size")  # reworded by `signatures`
        wanted = shape_of(shape if size is None else (size,), name)
        kind, numbers = kind_of(dtype, name), source(generator)
        if kind.kind != "c":
            value = getattr(numbers, name)(wanted, kind)
        elif name == "rand":  # a complex number is two real ones, of half the variance each
            value = numbers.rand((*wanted, 2), kind.type(0).real.dtype).view(kind).reshape(wanted)
        else:
            value = numbers.normal((*wanted, 2), 0.0, 0.5**0.5, kind.type(0).real.dtype).view(kind).reshape(wanted)
        return given_out(finished(np.asarray(value), name, requires_grad), out)

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
    layout: Any = None,
    out: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """Return whole numbers from low (0) up to, not including, high."""
    check(device)
    given = list(bounds)
    if size is None and given and isinstance(given[-1], (tuple, list)):
        size = given.pop()
    for name, bound in (("high", high), ("low", low)):
        if bound is None and given:
            high, low = (given.pop(), low) if name == "high" else (high, given.pop())
    if size is None or high is None or given:
        raise TypeError(invalid("randint", bounds, RANDINT))
    first = 0 if low is None else low
    for name, bound in (("low", first), ("high", high)):
        if isinstance(bound, float):
            raise TypeError(f"randint(): argument '{name}' (position 1) must be int, not float")
    kind = (dtype or dtypes.int64).numpy
    check_bounds(kind, int(first), int(high))
    value = source(generator).randint(int(first), int(high), shape_of((size,)), kind)
    return given_out(finished(np.asarray(value), "randint", requires_grad), out)


def randperm(
    n: Any,
    *,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    out: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """Return the numbers below n in random order."""
    check(device)
    if isinstance(n, float):
        raise TypeError("randperm(): argument 'n' (position 1) must be int, not float")
    if n < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {n}: [{n}]")
    order = source(generator).randperm(int(n)).astype((dtype or dtypes.int64).numpy)
    return given_out(finished(order, "randperm", requires_grad), out)


def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    out: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """Return normal numbers of given means and deviations (numbers or tensors)."""
    check(device)
    numbers = source(generator)
    if isinstance(mean, Tensor):
        kind = mean._value.dtype
    elif isinstance(std, Tensor):
        kind = std._value.dtype
    elif size is None:
        raise TypeError(invalid("normal", (mean, std), NORMAL))
    else:
        value = numbers.normal(shape_of((size,)), mean, std, kind_of(dtype))
        return given_out(finished(np.asarray(value), "normal", requires_grad), out)
    if not isinstance(std, Tensor):
        # Torch adds the mean to numbers of this deviation; the other way round it multiplies numbers of deviation 1.
        value = numbers.normal(mean._value.shape, 0.0, std, kind) + mean._value
        return given_out(finished(np.asarray(value), "normal"), out)
    if np.any(std._value < 0):
        raise RuntimeError("normal expects all elements of std >= 0.0")
    middle = mean._value if isinstance(mean, Tensor) else kind.type(mean)
    try:
        shape = np.broadcast_shapes(np.shape(middle), std._value.shape)
    except ValueError:
        functions["add"](mean, std)  # which says what does not fit
        raise
    value = numbers.normal(shape, 0.0, 1.0, kind) * std._value.astype(kind) + middle
    return given_out(finished(np.asarray(value), "normal"), out)


def poisson(input: Tensor, generator: Any = None) -> Tensor:
    """Return Poisson numbers with the rates that stand at each place."""
    from . import variates

    value = np.asarray(input._value)
    if value.dtype.kind in "biu":
        raise NotImplementedError(f"\"poisson_cpu\" not implemented for '{input.dtype.tensor_name}'")
    return finished(variates.poisson(source(generator), value).astype(value.dtype), "poisson")


def binomial(count: Tensor, prob: Tensor, generator: Any = None) -> Tensor:
    """Return how many of `count` trials succeed with the probability that stands at each place."""
    from . import variates

    kind = prob._value.dtype
    counts, probabilities = np.broadcast_arrays(count._value, prob._value)
    return finished(variates.binomial(source(generator), counts, probabilities).astype(kind), "binomial")


def standard_gamma(input: Tensor, generator: Any = None) -> Tensor:
    """Return gamma numbers with the shape parameters that stand at each place."""
    from . import variates

    value = np.asarray(input._value)
    drawn = variates.gamma(source(generator), value).astype(value.dtype)
    return finished(np.maximum(drawn, np.finfo(value.dtype).tiny), "_standard_gamma")


def sample_dirichlet(input: Tensor, generator: Any = None) -> Tensor:
    """Return points of the simplex with the concentrations along the last dimension."""
    from . import variates

    value = np.asarray(input._value)
    drawn = variates.dirichlet(source(generator), value).astype(value.dtype)
    limits = np.finfo(value.dtype)
    return finished(np.clip(drawn, limits.tiny, 1 - limits.epsneg), "_sample_dirichlet")


def given_out(made: Tensor, out: Any) -> Tensor:
    """Return the result, in `out` where one is given."""
    return made if out is None else out.copy_(made)


def bernoulli(input: Tensor, p: float | None = None, *, generator: Any = None, out: Tensor | None = None) -> Tensor:
    """Return 1 with the probability that stands at each place (or `p` at all places), else 0."""
    value = input._value
    if isinstance(p, Generator):
        p, generator = None, p
    if p is not None:
        check_probability(p)
        drawn = source(generator).bernoulli(p, value.shape, value.dtype)
    else:
        if value.dtype.kind != "f":
            raise NotImplementedError(f"\"bernoulli_tensor_cpu_p_\" not implemented for '{input.dtype.tensor_name}'")
        check_probabilities(value)
        drawn = source(generator).bernoulli(value).astype(value.dtype)
    made = finished(np.asarray(drawn), "bernoulli")
    return given_out(made, out)


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
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None, out: Any = None
) -> Tensor:
    """Return indices drawn with given weights."""
    weights = np.asarray(input._value)
    check_weights(weights, num_samples, replacement)
    chosen = np.asarray(source(generator).multinomial(weights, num_samples, replacement))
    return given_out(finished(chosen, "multinomial"), out)


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


def manual_seed(seed: Any) -> Any:
    """Start the random numbers anew from a seed."""
    return source(None).manual_seed(int(seed))


INVALID = "{}() received an invalid combination of arguments - got ({}), but expected one of:\n"
OPTIONS = (
    "Tensor out = None, torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, "
    "bool pin_memory = False, bool requires_grad = False)\n"
)
NORMAL = (
    " * (Tensor mean, Tensor std, *, torch.Generator generator = None, Tensor out = None)\n"
    " * (Tensor mean, float std = 1, *, torch.Generator generator = None, Tensor out = None)\n"
    " * (float mean, Tensor std, *, torch.Generator generator = None, Tensor out = None)\n"
    " * (float mean, float std, tuple of ints size, *, torch.Generator generator = None, " + OPTIONS
)
RANDINT = "".join(
    f" * ({bounds}int high, tuple of ints size, *, {generator}{OPTIONS}"
    for bounds in ("", "int low, ")
    for generator in ("torch.Generator generator, ", "")
)


def invalid(name: str, given: tuple[Any, ...], expected: str) -> str:
    """Return torch's words for a call that fits none of a function's forms."""
    return INVALID.format(name, ", ".join(type(each).__name__ for each in given)) + expected


def check_bounds(kind: np.dtype[Any], low: int, high: int) -> None:
    """Raise torch's errors for an empty range, or one that the dtype cannot hold."""
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    if kind.kind in "iu":
        limits, words = np.iinfo(kind), {"uint8": "unsigned char", "int8": "signed char", "int16": "short"}
        for what, bound in (("from", low), ("to - 1", high - 1)):
            if not limits.min <= bound <= limits.max:
                raise RuntimeError(f"{what} is out of bounds for {words.get(kind.name, kind.name)}")
    elif kind.kind == "f":
        exact = np.finfo(kind).nmant + 1
        for what, bound in (("from", low), ("to - 1", high - 1)):
            if abs(bound) > 1 << exact:
                messages.warn(
                    f"{what} is out of bounds [-(2^{exact}), 2^{exact}]. Due to precision limitations "
                    f"{dtypes.C_NAMES[dtypes.OF_NUMPY[kind].name]} can support discrete uniform distribution only "
                    "within this range. This warning will become an error in version 1.7 release, please fix the code "
                    "in advance"
                )

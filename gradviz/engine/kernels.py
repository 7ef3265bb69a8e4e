"""The functions that formulas may use, over NumPy values: arrays, and scalars for tensors without dimensions.

Each has the name that a reader of the formula expects. They must give scalars for scalars and keep the type.
All formulas share one space of names, so no two kernels may have the same one.
"""

from __future__ import annotations

import builtins
import functools
import math
import operator
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import messages, transcendental
from .error_function import erf_single
from .real_only import BOOL_RELU, CLAMP
from .rounding import MANY, short_sum

exp, log, tanh = transcendental.exp, transcendental.log, transcendental.tanh
sigmoid = transcendental.sigmoid


def where(condition: Any, yes: Any, no: Any) -> Any:
    """Choose elementwise; a Python number takes the type of the other choice."""
    if condition.__class__ is np.bool_:
        chosen, other = (yes, no) if condition else (no, yes)
        if other.__class__ is np.ndarray and other.ndim:
            return np.where(condition, yes, no)
        if chosen.__class__ in (int, float):
            return other.dtype.type(chosen) if isinstance(other, (np.ndarray, np.generic)) else chosen
        return chosen if chosen.shape == () else np.where(condition, yes, no)
    if yes.__class__ is int and yes == 0 and alike(condition, no):
        return blanked(condition, no)
    return np.where(condition, yes, no)


# Dtypes are compared and used in a fraction of the time that their types take, 0-d arrays in that of numbers.
FLOAT, WHOLE, BITS, BYTE = np.dtype(np.float32), np.dtype(np.int64), np.dtype(np.int32), np.dtype(np.int8)
ONE_BYTE = np.asarray(1, BYTE)


def alike(mask: Any, values: Any) -> bool:
    """Return True for a mask over many single-precision values of the same shape, both laid out plainly."""
    return (
        mask.__class__ is values.__class__ is np.ndarray
        and mask.size > 1000
        and values.dtype is FLOAT
        and mask.shape == values.shape
        and mask.flags.c_contiguous
        and values.flags.c_contiguous
    )


def blanked(mask: Any, values: Any) -> Any:
    """Return the values with 0 where the mask holds, by their bits: ten times faster than np.where."""
    bits = np.subtract(mask.view(BYTE), ONE_BYTE).astype(BITS)  # all ones where the mask does not hold
    bits &= values.view(BITS)
    return bits.view(FLOAT)


def power(base: Any, exponent: Any) -> Any:
    """Raise to a power; small exponents as PyTorch's kernel multiplies them out."""
    if type(exponent) is int or type(exponent) is float:
        if exponent == 2:
            return base * base
        if exponent == 3:
            return base * base * base
        if base.__class__ is np.float32 or base.dtype.kind in "fcV":
            if exponent == 0.5:
                return np.sqrt(base)
            if exponent == -1:
                return 1 / base
            if exponent == -2:
                return 1 / (base * base)
            if exponent == 1:
                return +base
        elif exponent < 0 and exponent.__class__ is int:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
    elif type(exponent) is bool:
        return base | (not exponent)
    elif base.dtype.kind == "b" and exponent.dtype.kind == "b":
        raise messages.not_for("pow", dtypes.bool_)
    elif base.dtype.kind in "iu" and exponent.dtype.kind == "i":
        return whole_power(base, exponent)
    return base**exponent


def whole_power(base: Any, exponent: Any) -> Any:
    """Raise whole numbers to whole powers: 1 / base^n is cut to 0 unless the base is 1 or −1, as in PyTorch."""
    if not exponent.ndim and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    result = base ** np.abs(exponent)
    return np.where((exponent < 0) & (np.abs(result) != 1), 0, result)[()]


def not_implemented(name: str) -> Any:
    """Raise for an op that PyTorch cannot differentiate either."""
    raise RuntimeError(f"derivative for {name} is not implemented")


def ones_like(value: Any) -> Any:
    """Return ones of the same shape and type."""
    return np.ones_like(value)[()]


def zeros_like(value: Any) -> Any:
    """Return zeros of the same shape and type."""
    return np.zeros_like(value)[()]


def softplus(x: Any) -> Any:
    """Return log(1 + e^x) without overflow."""
    return np.logaddexp(x, x.dtype.type(0))


_ERF = np.vectorize(math.erf, otypes=[np.float64])


def erf(x: Any) -> Any:
    """Return the error function."""
    if x.__class__ is np.ndarray and x.dtype == np.float32 and x.size > 32:
        return erf_single(x)
    return _ERF(x).astype(x.dtype)[()]


def relu(x: Any) -> Any:
    """Return x where positive (NaN stays NaN), else 0."""
    if x.__class__ is np.float32:
        return np.float32(0) if x < 0 else x
    if x.dtype.char in "?FD":
        raise NotImplementedError(CLAMP) if x.dtype.kind == "c" else RuntimeError(BOOL_RELU)
    return np.maximum(x.dtype.type(0), x)  # in this order -0 stays -0, as in PyTorch


def sign(x: Any) -> Any:
    """Return -1, 0 or 1; bool stays as it is; NaN has sign 0 as in PyTorch."""
    if x.dtype.kind == "b":
        return x
    return where(np.isnan(x), 0, np.sign(x)) if x.dtype.kind in "fV" else np.sign(x)


def axes_of(dim: Any, ndim: int) -> tuple[int, ...]:
    """Return dimensions as non-negative numbers; None or an empty list means all. Raises IndexError as PyTorch does."""
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return tuple(range(ndim))
    if not isinstance(dim, (tuple, list)):
        axis = axis_of(dim, ndim)
        return (axis,) if ndim else ()
    axes = tuple(axis_of(each, ndim) for each in dim)
    if len(set(axes)) != len(axes):
        twice = next(each for index, each in enumerate(axes) if each in axes[:index])
        raise RuntimeError(f"dim {twice} appears multiple times in the list of dims")
    return axes if ndim else ()


def axis_of(dim: Any, ndim: int) -> int:
    """Return one dimension as a non-negative number; a tensor without dimensions counts as having one."""
    limit = max(ndim, 1)
    number = operator.index(dim)
    if not -limit <= number < limit:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-limit}, {limit - 1}], but got {number})"
        )
    return number % limit if number < 0 else number


def length_of(x: Any, dim: int) -> int:
    """Return the length of a dimension; raise as PyTorch does where there is none, also without any dimensions."""
    if not x.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return int(x.shape[axis_of(dim, x.ndim)])


def spread(gradient: Any, shape: tuple[int, ...], dim: Any = None, keepdim: bool = False) -> Any:
    """Repeat a reduced gradient over the dimensions that were reduced."""
    if not shape:
        return gradient.reshape(())[()] if gradient.__class__ is np.ndarray else gradient
    # Filling an array takes a tenth of the time of np.broadcast_to on small ones, and nobody else holds it.
    result = np.empty(shape, gradient.dtype)
    if not gradient.ndim:
        result.fill(gradient)
    else:
        result[...] = gradient if dim is None or keepdim else np.expand_dims(gradient, axes_of(dim, len(shape)))
    return result


def total(x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Sum; integers and bool as int64."""
    kind = dtype.numpy if dtype is not None else WHOLE if x.dtype.kind in "biu" else x.dtype
    if not x.ndim:
        if dim is not None:
            axes_of(dim, 0)
        return x.astype(kind)[()]
    if dim is None and not keepdim:
        if (x.dtype is kind is FLOAT or x.dtype == FLOAT == kind) and 4 < x.size < MANY and x.flags.c_contiguous:
            return short_sum(x)
        if kind.itemsize > 2:
            return np.add.reduce(x, axis=None, dtype=kind)
    if kind.itemsize == 2:  # 16-bit floats are added as float32 and rounded once
        return total(x.astype(np.float32), dim, keepdim).astype(kind)
    return x.sum(axis=axes_of(dim, x.ndim), dtype=kind, keepdims=keepdim)


def count(shape: tuple[int, ...], dim: Any = None) -> int:
    """Return how many elements one result of a reduction stands for."""
    if dim is None:
        return math.prod(shape)
    return math.prod(shape[axis] for axis in axes_of(dim, len(shape))) if shape else 1


def average(x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Mean of floats; raises RuntimeError for integers, as PyTorch does."""
    if dim is dtype is None and x.dtype is FLOAT and x.size and not keepdim:
        short = 4 < x.size < MANY and x.flags.c_contiguous
        return (short_sum(x) if short else total(x)) / x.size
    if (x.dtype if dtype is None else dtype.numpy).kind not in "fcV":
        which, kind = ("Input", dtypes.of(x)) if dtype is None else ("Optional", dtype)
        raise RuntimeError(
            f"mean(): could not infer output dtype. {which} dtype must be either a floating point or complex dtype. "
            f"Got: {kind.tensor_name}"
        )
    if x.dtype.itemsize == 2 and dtype is None:
        return average(x.astype(np.float32), dim, keepdim).astype(x.dtype)
    summed = total(x, dim, keepdim, dtype)
    number = x.size if dim is None else count(x.shape, dim)
    return summed / number if number else summed * summed.dtype.type(math.nan)


def stepped(function: Any, name: str) -> Any:
    """Return a function that rounds: whole numbers stay as they are; bools and complex numbers are refused."""

    def rounds(x: Any) -> Any:
        kind = x.dtype.kind
        if kind == "c" and name != "round":
            raise NotImplementedError(f"{name} is not supported for complex inputs")
        if kind in "bc":
            raise messages.not_for(f"{name}_vml_cpu", dtypes.of(x))
        return +x if kind in "iu" else function(x)

    return rounds


# Compiled code gets this as its built-in names, so that a kernel may be declared after the op that uses it.
SPACE: dict[str, Any] = {
    **vars(builtins),
    "exp": transcendental.exp,
    "log": transcendental.log,
    "log2": transcendental.log2,
    "log10": transcendental.log10,
    "log1p": transcendental.log1p,
    "expm1": transcendental.expm1,
    "sin": transcendental.sin,
    "cos": transcendental.cos,
    "tan": transcendental.tan,
    "tanh": transcendental.tanh,
    "sinh": transcendental.sinh,
    "cosh": transcendental.cosh,
    "arcsin": transcendental.arcsin,
    "arccos": transcendental.arccos,
    "arctan": transcendental.arctan,
    "arcsinh": transcendental.arcsinh,
    "arccosh": transcendental.arccosh,
    "arctanh": transcendental.arctanh,
    "exp2": transcendental.exp2,
    "sqrt": np.sqrt,
    "floor": stepped(np.floor, "floor"),
    "ceil": stepped(np.ceil, "ceil"),
    "round_half_even": stepped(np.rint, "round"),
    "maximum": np.maximum,
    "minimum": np.minimum,
    "abs": abs,
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
    "isneginf": np.isneginf,
    "isposinf": np.isposinf,
    "signbit": np.signbit,
    "isreal": np.isreal,
    "logical_not": np.logical_not,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
    "pi": math.pi,
    "ln2": math.log(2),
    "ln10": math.log(10),
    "where": where,
    "power": power,
    "ones_like": ones_like,
    "zeros_like": zeros_like,
    "not_implemented": not_implemented,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "erf": erf,
    "relu": relu,
    "sign": sign,
    "axes_of": axes_of,
    "axis_of": axis_of,
    "spread": spread,
    "total": total,
    "count": count,
    "average": average,
    "floordiv": np.floor_divide,
    "remainder": np.remainder,
    "fmod": np.fmod,
    "trunc": stepped(np.trunc, "trunc"),
    "arctan2": np.arctan2,
}


def kernel(function: Any) -> Any:
    """Make a function available to formulas under its own name; raises ValueError where another one has it."""
    name = function.__name__
    if getattr(SPACE.get(name), "__module__", None) not in (None, "builtins", "numpy", function.__module__):
        raise ValueError(f"there are two kernels called {name}: a formula could not tell them apart")
    SPACE[name] = function
    return function


FORMULAS: dict[str, Any] = {}


def formula(function: Any) -> Any:
    """Declare a kernel that is made of operators and of functions that formulas may use, and of nothing else.

    Then its code has a meaning on tensors as well, which `meaning.py` uses to record a backward pass.
    """
    FORMULAS[function.__name__] = function
    return kernel(function)


def in_single(function: Any) -> Any:
    """Have a kernel compute 16-bit floats as float32 and round once, at the end, as PyTorch's kernels do."""

    @functools.wraps(function)
    def run(first: Any, *others: Any) -> Any:
        if first.dtype.itemsize != 2 or not dtypes.is_half(first):
            return function(first, *others)
        given = [
            each.astype(np.float32) if isinstance(each, (np.ndarray, np.generic)) and dtypes.is_half(each) else each
            for each in (first, *others)
        ]
        made = function(*given)
        if isinstance(made, tuple):
            return tuple(dtypes.lowered(each, first) for each in made)
        return dtypes.lowered(made, first)

    return run


__all__ = ["FORMULAS", "SPACE", "formula", "in_single", "kernel"]


@kernel
def negative(x: Any) -> Any:
    """Return −x; bool is refused as PyTorch refuses it."""
    if x.dtype.kind == "b":
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use "
            "the `~` or `logical_not()` operator instead."
        )
    return -x


@kernel
def power_of_number(base: Any, exponent: Any) -> Any:
    """Return a number to the power of an array."""
    if exponent.dtype.char not in "fd":
        base, power = dtypes.align_number(exponent, base)[::-1]
        if power.dtype.kind == "b":
            raise messages.not_for("pow", dtypes.bool_)
        return dtypes.lowered(base**power, exponent)
    result = base**exponent
    return result if result.flags.c_contiguous else np.ascontiguousarray(result)  # as PyTorch leaves it


@formula
def power_slope(base: Any, exponent: Any) -> Any:
    """Return exponent · base^(exponent − 1), and 0 where the exponent is 0 (also at base 0)."""
    if type(exponent) is int and exponent == 2:
        return base + base
    if type(exponent) is int or type(exponent) is float:
        return exponent * power(base, exponent - 1) if exponent else zeros_like(base)
    return where(exponent == 0, 0, exponent * base ** (exponent - 1))


@formula
def power_growth(base: Any, exponent: Any, result: Any) -> Any:
    """Return result · log(base), the slope in the exponent.

    And 0 where the base is 0 and the exponent is not negative.
    """
    if isinstance(base, (int, float)):
        slope = result * (math.log(base) if base > 0 else -math.inf if base == 0 else math.nan)
        return slope if base else where(exponent >= 0, 0, slope)
    return where((base == 0) & (exponent >= 0), 0, result * log(base))

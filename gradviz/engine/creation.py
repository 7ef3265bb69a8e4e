"""Making tensors: from numbers, from NumPy, filled, in steps."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import messages, watch
from .device import check
from .element import element
from .memory import Counter, Memory
from .tensor import Tensor, alias


def finished(value: Any, maker: str, requires_grad: bool = False) -> Tensor:
    """Wrap a fresh value (0-d arrays become scalars), tell the watcher, and start recording if asked."""
    if value.__class__ is np.ndarray and not value.ndim:
        value = value[()]
    made = Tensor._of(value, None)
    if requires_grad is not False and requires_grad is not None:
        if requires_grad.__class__ is not bool:
            raise TypeError(messages.wrong_kind(maker, "requires_grad", requires_grad))
        begin(made)
    if watch.current is not None:
        watch.current.tensor_made(made, maker)
    return made


def begin(made: Tensor) -> None:
    """Start recording operations on a new tensor; only floats can."""
    if not dtypes.can_require_grad(made._value):
        raise RuntimeError(messages.INTEGER_REQUIRES_GRAD)
    from .node import AccumulateGrad

    made._edge = AccumulateGrad(made)


def values_of(data: Any, dtype: Any = None) -> Any:
    """Return Python data (numbers, sequences, arrays, tensors inside them) as an array, by default of its own type."""
    if isinstance(data, (bool, int, float, complex)) and not isinstance(data, np.generic):
        return as_type(np.asarray(data), dtype or dtypes.of_number(data))
    if isinstance(data, np.generic):
        return as_type(np.asarray(data), dtype)
    if isinstance(data, np.ndarray):
        dtypes.of(data)
        return as_type(data.copy(), dtype)
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if hasattr(data, "__array__") and not isinstance(data, Tensor):
        return as_type(np.array(data), dtype)
    if not hasattr(data, "__len__") or not hasattr(data, "__getitem__"):
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
    return nested(data, dtype)


def as_type(value: Any, dtype: Any) -> Any:
    """Return an array in a type, None for its own."""
    if dtype is None:
        return value
    kind = kind_of(dtype)
    if kind.kind in "iu" and value.dtype.kind in "iuf":
        refuse_overflow(value, kind)
    return value.astype(kind, copy=False)


def refuse_overflow(value: Any, kind: Any) -> None:
    """Raise for numbers that a type of whole numbers cannot hold; unsigned ones take negative numbers round."""
    limits = np.iinfo(kind)
    lowest = -limits.max if kind.kind == "u" else limits.min
    if value.size and not np.all((value >= lowest) & (value <= limits.max)):
        raise RuntimeError(f"value cannot be converted to type {kind.name} without overflow")


def nested(data: Any, dtype: Any = None) -> Any:
    """Return nested sequences as an array; raise PyTorch's errors for ragged or foreign content."""
    shape: list[int] = []
    level = data
    while isinstance(level, (list, tuple, range, np.ndarray)) and not isinstance(level, np.generic):
        shape.append(len(level))
        if not len(level):
            break
        level = level[0]
    if isinstance(level, Tensor):
        shape += level._value.shape
    leaves: list[Any] = []
    gather(data, tuple(shape), 0, leaves)
    kinds = {each.__class__ for each in leaves}
    if not kinds:
        return np.zeros(shape, kind_of(dtype))
    if dtype is not None:
        return as_type(np.array(leaves), dtype).reshape(shape)
    if kinds <= {int, float, bool}:
        target = (dtypes.default_dtype() if float in kinds else dtypes.int64 if int in kinds else dtypes.bool_).numpy
    else:
        found = [
            dtypes.of_number(each)
            if isinstance(each, (bool, int, float, complex)) and not isinstance(each, np.generic)
            else dtypes.of(each)
            for each in leaves
        ]
        common = found[0]
        for each in found[1:]:
            common = dtypes.promote_types(common, each)
        target = common.numpy
    return np.array(leaves).astype(target).reshape(shape)


def gather(data: Any, shape: tuple[int, ...], depth: int, leaves: list[Any]) -> None:
    """Collect the numbers of nested sequences; their depth is that of the program's text, so recursion is safe."""
    if isinstance(data, Tensor):
        if data._value.shape != shape[depth:] or data._value.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        watch.read(data)
        leaves.extend(np.asarray(data._value).ravel())
        return
    if depth == len(shape):
        if isinstance(data, (list, tuple)):
            raise TypeError(f"must be real number, not {type(data).__name__}")
        if isinstance(data, str):
            raise ValueError("too many dimensions 'str'")
        if not isinstance(data, (bool, int, float, complex, np.generic)):
            raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
        leaves.append(data)
        return
    if not isinstance(data, (list, tuple, range, np.ndarray)):
        raise TypeError("not a sequence")
    if len(data) != shape[depth]:
        raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})")
    for each in data:
        gather(each, shape, depth + 1, leaves)


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """Make a tensor from numbers or arrays; always a copy. Floats become float32, ints int64."""
    check(device)
    if isinstance(data, Tensor):
        messages.warn(messages.COPY_CONSTRUCT)
        watch.read(data)
        value = as_type(np.array(data._value), dtype)
    elif data.__class__ is float and dtype is None:
        value = dtypes.Default.value.numpy.type(data)
    else:
        value = values_of(data, dtype)
    return finished(value, "tensor", requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """Make a tensor without copying where the data already is one, or an array."""
    check(device)
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    if isinstance(data, np.ndarray):
        made = from_numpy(data)
        return made if dtype is None else made.to(dtype)
    return finished(values_of(data, dtype), "as_tensor")


def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool = False
) -> Tensor:
    """Make a tensor of anything, on its memory unless a copy is asked for or needed."""
    made = as_tensor(obj, dtype, device)
    if copy:
        made = finished(np.array(made._value), "asarray")
    elif copy is False and made is not obj and not isinstance(obj, (Tensor, np.ndarray)):
        raise ValueError("can't alias arbitrary sequence into a tensor.")
    return made.requires_grad_() if requires_grad else made


def from_numpy(ndarray: Any) -> Tensor:
    """Make a tensor on the memory of an array."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {messages.kind_of(ndarray)})")
    dtypes.of(ndarray)
    if any(stride < 0 for stride in ndarray.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently "
            "supported. (You can probably work around this by making a copy of your array  with array.copy().) "
        )
    made = Tensor._of(ndarray.view(np.ndarray), None)
    made._counter = Counter(0, Memory(pinned=True))
    if watch.current is not None:
        watch.current.tensor_made(made, "from_numpy")
    return made


def legacy_tensor(*data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """`torch.Tensor(2, 3)` is uninitialised memory of a shape, `torch.Tensor([1, 2])` are floats."""
    check(device)
    kind = (dtype or dtypes.default_dtype()).numpy
    if not data:
        return finished(np.zeros(0, kind), "Tensor")
    if len(data) == 1 and not isinstance(data[0], (int, np.integer)):
        if isinstance(data[0], Tensor):
            return alias(data[0], same_version=True)
        if isinstance(data[0], tuple) and type(data[0]).__name__ == "Size":
            return finished(np.zeros(data[0], kind), "Tensor")
        if isinstance(data[0], str):
            raise TypeError(f"new(): invalid data type '{type(data[0]).__name__}'")
        if not isinstance(data[0], (list, tuple, np.ndarray, range)):
            raise TypeError(f"new(): data must be a sequence (got {type(data[0]).__name__})")
        return finished(values_of(data[0], dtype or dtypes.default_dtype()), "Tensor")
    return finished(np.zeros(data, kind), "Tensor")


class TensorTypeMeta(type):
    """Lets `isinstance(x, torch.FloatTensor)` ask for the element type."""

    dtype: dtypes.dtype

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is cls.dtype


def tensor_type(kind: dtypes.dtype) -> Any:
    """Return torch.FloatTensor and its like."""

    def make(cls: Any, *data: Any, device: Any = None) -> Tensor:
        return legacy_tensor(*data, dtype=kind, device=device)

    return TensorTypeMeta(
        f"{kind.tensor_name}Tensor", (), {"__new__": make, "dtype": kind, "__doc__": f"Tensors of {kind!r}."}
    )


def wrong_length(name: str, place: int, given: Any, listed: bool) -> TypeError:
    """Return PyTorch's error for a length that is no whole number: it looks at the first one before the others."""
    kind = messages.kind_of(given)
    if place:
        return TypeError(
            f"{name}(): argument 'size' failed to unpack the object at pos {place + 1} with error "
            f'"type must be tuple of ints,but got {kind}"'
        )
    found = f", but found element of type {kind} at pos 0" if listed else f", not {kind}"
    return TypeError(f"{name}(): argument 'size' (position 1) must be tuple of ints{found}")


def shape_of(size: tuple[Any, ...], name: str = "") -> tuple[int, ...]:
    """Return a shape given as numbers or as one sequence; raise for negative lengths."""
    listed = len(size) == 1 and isinstance(size[0], (tuple, list))
    if listed:
        size = tuple(size[0])
    for place, each in enumerate(size):
        if not hasattr(each, "__index__"):
            raise wrong_length(name, place, each, listed)
    shape = tuple(operator.index(each) for each in size)
    for each in shape:
        if each < 0 and name == "zeros":
            raise RuntimeError("zeros: Dimension size must be non-negative.")
        if each < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {each}: {messages.sizes(shape)}")
    return shape


def kind_of(dtype: Any, name: str = "tensor") -> Any:
    """Return the NumPy type, the default one for None."""
    if dtype is None:
        return dtypes.default_dtype().numpy
    return (dtype if isinstance(dtype, dtypes.dtype) else dtypes.as_dtype(dtype, name)).numpy


def filler(name: str, make: Any) -> Any:
    """Return torch.ones and its like."""

    def fill(
        *shape: Any,
        size: Any = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
        memory_format: Any = None,
    ) -> Tensor:
        check(device)
        if not shape and size is None:
            raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
        wanted = shape_of(shape if size is None else (size,), name)
        return finished(make(wanted, kind_of(dtype, name)), name, requires_grad)

    fill.__name__ = fill.__qualname__ = name
    fill.__doc__ = f"Return a tensor of a shape: {name}."
    return fill


ones = filler("ones", np.ones)


zeros = filler("zeros", np.zeros)


empty = filler("empty", np.zeros)  # "uninitialised" memory here is zero, the most frequent content in PyTorch as well


def full(
    size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **_: Any
) -> Tensor:
    """Return a tensor of one value."""
    check(device)
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"full(): argument 'size' (position 1) must be tuple of ints, not {messages.kind_of(size)}")
    number = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    if not isinstance(number, (bool, int, float, complex, np.generic)):
        kind_given = type(number).__name__
        raise TypeError(f"full(): argument 'fill_value' (position 2) must be Number, not {kind_given}")
    kind = (dtype or (fill_value.dtype if isinstance(fill_value, Tensor) else dtypes.of_number(number))).numpy
    return finished(np.full(shape_of((size,)), element(number, kind), kind), "full", requires_grad)


def eye(
    n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **_: Any
) -> Tensor:
    """Return ones on the diagonal of a matrix."""
    check(device)
    for place, (letter, number) in enumerate((("n", n), ("m", m)), 1):
        if number is not None and not hasattr(number, "__index__"):
            kind = messages.kind_of(number)
            raise TypeError(f"eye(): argument '{letter}' (position {place}) must be int, not {kind}")
        if number is not None and number < 0:
            raise RuntimeError(f"{letter} must be greater or equal to 0, got {number}")
    return finished(np.eye(n, m, dtype=kind_of(dtype)), "eye", requires_grad)


def arange(
    start: Any = None,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """Return start, start + step, … below end."""
    check(device)
    if end is None or start is None:
        start, end = 0, start if end is None else end
    start, end, step = (each.item() if isinstance(each, (Tensor, np.generic)) else each for each in (start, end, step))
    if not step:
        raise RuntimeError("step must be nonzero")
    whole = all(isinstance(each, int) for each in (start, end, step))
    kind = (dtype or (dtypes.int64 if whole else dtypes.default_dtype())).numpy
    if kind.kind == "b":
        raise NotImplementedError("\"arange_cpu\" not implemented for 'Bool'")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    number = math.ceil((end - start) / step)
    steps = np.arange(number)
    value = (start + steps * step) if whole else (float(start) + steps * float(step))
    return finished(value.astype(kind), "arange", requires_grad)


def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **_: Any
) -> Tensor:
    """Return `steps` numbers from start to end, both included; counted from either end as PyTorch does."""
    check(device)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    kind = kind_of(dtype)
    start, end = (each.item() if isinstance(each, (Tensor, np.generic)) else each for each in (start, end))
    if kind.kind != "f":
        return finished(np.linspace(start, end, steps).astype(kind), "linspace", requires_grad)
    if steps == 1:
        return finished(np.array([start], kind), "linspace", requires_grad)
    low, high = kind.type(start), kind.type(end)
    step = (high - low) / kind.type(steps - 1)
    index = np.arange(steps)
    # Each is a fused multiply-add in PyTorch, so the product is taken in the wider type and rounded once with the sum.
    wide = np.float64 if kind.itemsize < 8 else np.longdouble
    forward = wide(low) + wide(step) * index
    backward = wide(high) - wide(step) * (steps - index - 1)
    return finished(np.where(index < steps // 2, forward, backward).astype(kind), "linspace", requires_grad)


def logspace(start: float, end: float, steps: int, base: float = 10.0, **options: Any) -> Tensor:
    """Return base to the power of `steps` numbers from start to end."""
    from .ops.arithmetic import power

    return power(base, linspace(start, end, steps, **options))  # type: ignore[no-any-return]

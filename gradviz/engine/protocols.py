"""Tensors in Python's and NumPy's own words: len, iteration, float, printing, copying, np.array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import messages, watch
from .node import AccumulateGrad
from .surface import public
from .tensor import Tensor, alias, share


@public("__hash__", function=False)
def identity(self: Tensor) -> int:
    """Return the identity: tensors are equal elementwise, so they hash by themselves."""
    return id(self)


@public("__len__", function=False)
def length(self: Tensor) -> int:
    """Return the length of the first dimension."""
    if not self._value.ndim:
        raise TypeError("len() of a 0-d tensor")
    return len(self._value)


@public("__delitem__", function=False)
def no_deleting(self: Tensor, index: Any) -> None:
    """Refuse to delete elements."""
    raise TypeError("Tensor does not support deleting items")


@public("__iter__", function=False)
def iterate(self: Tensor) -> Iterator[Tensor]:
    """Iterate over the first dimension."""
    if not self._value.ndim:
        raise TypeError("iteration over a 0-d tensor")
    return iter(self.unbind(0))


@public("__bool__", function=False)
def truth(self: Tensor) -> bool:
    """Return the truth of the one element."""
    value = self._value
    if value.size != 1:
        if not value.size:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
    if watch.current is not None:
        watch.current.value_read(self, "decision")
    return bool(value.item())


@public("item", function=False)
def item(self: Tensor, *given: Any) -> Any:
    """Return the one element as a Python number."""
    if given:
        raise TypeError(f"TensorBase.item() takes no arguments ({len(given)} given)")
    value = self._value
    if value.size != 1:
        raise RuntimeError(f"a Tensor with {value.size} elements cannot be converted to Scalar")
    if watch.current is not None:
        watch.current.value_read(self, "number")
    return value.item()


@public("__float__", function=False)
def as_float(self: Tensor) -> float:
    """Return the one element as a float."""
    return float(self._number())


@public("__int__", function=False)
def as_int(self: Tensor) -> int:
    """Return the one element as an int."""
    return int(self._number())


@public("_number", function=False)
def number(self: Tensor) -> Any:
    """Return the one element, with PyTorch's warning where a gradient is lost."""
    if self._edge is not None:
        messages.warn(messages.SCALAR_CONVERSION)
    if self._value.size != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    value = self.item()
    if value.__class__ is complex and value.imag:
        raise RuntimeError("value cannot be converted to type double without overflow")
    return value.real if value.__class__ is complex else value


@public("__index__", function=False)
def as_index(self: Tensor) -> int:
    """Return the one element of a whole-number tensor as an index."""
    value = self._value
    if value.size != 1 or value.dtype.kind not in "iu":
        if value.size == 1 and value.dtype.kind == "b":
            return int(value.item())
        raise TypeError("only integer tensors of a single element can be converted to an index")
    if watch.current is not None:
        watch.current.value_read(self, "decision")
    return int(value.item())


@public("__complex__", function=False)
def as_complex(self: Tensor) -> complex:
    """Return the one element as a complex number."""
    return complex(self.item())


@public("__contains__", function=False)
def contains(self: Tensor, element: Any) -> bool:
    """Return True when an element is equal."""
    if isinstance(element, (Tensor, int, float, bool)):
        return bool(Tensor.eq(self, element).any())
    raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}.")


@public("__format__", function=False)
def formatted(self: Tensor, spec: str) -> str:
    """Format a tensor without dimensions like its number."""
    if not self._value.ndim and type(self) is Tensor:
        return self._value.item().__format__(spec)  # type: ignore[no-any-return]
    return object.__format__(self, spec)


def name_of_grad_fn(tensor: Tensor) -> str | None:
    """Return the class of a tensor's grad_fn; "Invalid" for a view whose place in the graph is lost."""
    try:
        return None if tensor.grad_fn is None else type(tensor.grad_fn).__name__
    except RuntimeError:
        return "Invalid"


@public("__repr__", function=False)
def printed(self: Tensor, *, tensor_contents: str | None = None) -> str:
    """Return the text that PyTorch prints."""
    from .printing import tensor_text

    name = type(self).__dict__.get("_printed_name", type(self).__name__)
    return tensor_text(
        self._value,
        repr(self.dtype),
        requires_grad=self.requires_grad,
        grad_fn=name_of_grad_fn(self),
        default_dtype=repr(dtypes.default_dtype()),
        name=name,
    )


@public("__array__", function=False)
def as_array(self: Tensor, dtype: Any = None, copy: bool | None = None) -> Any:
    """Give NumPy the value."""
    array = self.numpy()
    return array if dtype is None else array.astype(dtype, copy=False)


@public("__array_wrap__", function=False)
def wrap_array(self: Tensor, array: Any, context: Any = None, return_scalar: bool = False) -> Tensor:
    """Make a tensor of what a NumPy function returned."""
    from .creation import from_numpy

    if array.dtype == bool:
        array = array.astype(np.uint8)
    return from_numpy(np.asarray(array))


@public("numpy", function=False)
def numpy_array(self: Tensor, *, force: bool = False) -> Any:
    """Return the value as a NumPy array on the same memory."""
    if self._edge is not None and not force:
        raise RuntimeError(messages.NUMPY_REQUIRES_GRAD)
    if self._value.dtype.kind == "V":
        raise TypeError("Got unsupported ScalarType BFloat16")
    if watch.current is not None:
        watch.current.value_read(self, "number")
    share(self).memory.pinned = True
    return self._value.view()


@public("tolist", function=False)
def tolist(self: Tensor) -> Any:
    """Return nested lists of Python numbers."""
    if watch.current is not None:
        watch.current.value_read(self, "number")
    return self._value.tolist()


@public("__copy__", function=False)
def copied(self: Tensor) -> Tensor:
    """Return a tensor on the same memory."""
    made = alias(self, same_version=True)
    made._edge = self._edge
    return made


@public("__deepcopy__", function=False)
def deep_copied(self: Tensor, memo: dict[int, Any]) -> Tensor:
    """Return a leaf with a copy of memory and .grad."""
    if not self.is_leaf:
        raise RuntimeError(messages.DEEPCOPY)
    if id(self) in memo:
        return memo[id(self)]  # type: ignore[no-any-return]
    if watch.current is not None:
        self._rarely().copied = True
    value = self._value
    made = Tensor._of(value.copy() if isinstance(value, np.ndarray) else value, None)
    made.__class__ = type(self)
    memo[id(self)] = made
    if self._edge is not None:
        made._edge = AccumulateGrad(made)
        if self._edge.grad is not None:
            made._edge.grad = self._edge.grad.__deepcopy__(memo)
    made.__dict__.update(self.__dict__)
    return made

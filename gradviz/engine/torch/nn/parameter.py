"""Parameter: a tensor that a module keeps among its parameters when it is assigned as an attribute; and Buffer."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from gradviz.engine import dtype as dtypes
from gradviz.engine import messages, watch
from gradviz.engine.names import missing, shown_as
from gradviz.engine.node import AccumulateGrad
from gradviz.engine.surface import functions
from gradviz.engine.tensor import Tensor, TensorType


class Parameter(Tensor):
    """A leaf on the memory of `data` that requires gradients unless told otherwise."""

    __slots__ = ()
    _printed_name = "tensor"

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Any:
        source = empty() if data is None else data
        if not isinstance(source, Tensor):
            raise AttributeError(f"'{type(source).__name__}' object has no attribute 'detach'")
        if requires_grad.__class__ is not bool:
            raise TypeError(messages.wrong_kind("_make_subclass", "require_grad", requires_grad, 3))
        made = source._as(cls)
        if requires_grad:
            if not made.dtype.is_floating_point and not made.dtype.is_complex:
                raise RuntimeError(messages.INTEGER_REQUIRES_GRAD)
            made._edge = AccumulateGrad(made)
        if watch.current is not None:
            watch.current.tensor_made(made, "Parameter")
        return made

    def __repr__(self, *, tensor_contents: str | None = None) -> str:
        return "Parameter containing:\n" + super().__repr__()


class BufferType(TensorType):
    """Makes `isinstance(tensor, Buffer)` true for what Buffer made: a plain tensor with a mark, as in torch."""

    def __instancecheck__(self, instance: Any) -> bool:
        marked = isinstance(instance, Tensor) and instance.__dict__.get("_is_buffer", False)
        return bool(marked) or super().__instancecheck__(instance)


class Buffer(Tensor, metaclass=BufferType):
    """A tensor that a module keeps among its buffers when it is assigned as an attribute."""

    __slots__ = ()

    def __new__(cls, data: Tensor | None = None, *, persistent: bool = True) -> Any:
        source = empty() if data is None else data
        made = source.detach().requires_grad_(source.requires_grad)
        made.persistent, made._is_buffer = persistent, True
        return made


ALLOWED = ("detach", "is_complex", "is_floating_point")  # what may be asked of a tensor without a shape


class Uninitialized(Tensor):
    """What a lazy layer keeps in the place of a tensor until the first input tells the shape."""

    __slots__ = ()
    becomes: type = Tensor

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Any:
        made = empty(dtype)._as(cls)
        if requires_grad:
            made._edge = AccumulateGrad(made)
        return made

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """Become an ordinary tensor of this shape, with values to be filled in."""
        kind = self._value.dtype if dtype is None else dtype.numpy
        self.data = Tensor._of(np.zeros(tuple(shape), kind), None)
        self.__class__ = self.becomes

    def __getattribute__(self, name: str) -> Any:
        if (name in functions and name not in ALLOWED) or name == "numel":
            raise ValueError(
                f"Attempted to use an uninitialized parameter in <method '{name}' of 'torch._C.TensorBase' objects>. "
                "This error happens when you are using a `LazyModule` or explicitly manipulating "
                f"`torch.nn.parameter.{type(self).__name__}` objects. When using LazyModules Call `forward` with a "
                "dummy batch to initialize the parameters before calling torch functions"
            )
        return super().__getattribute__(name)

    def detach(self) -> Any:
        return self

    @property
    def shape(self) -> NoReturn:
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
            "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` "
            "to initialize the parameters before accessing their attributes."
        )

    def share_memory_(self) -> NoReturn:
        raise RuntimeError(
            "Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the parameters "
            "before calling `module.share_memory()`."
        )

    def __repr__(self, *, tensor_contents: str | None = None) -> str:
        return f"<{type(self).__name__}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return memo.setdefault(id(self), type(self)(self.requires_grad, None, self.dtype))


class UninitializedParameter(Uninitialized, Parameter):  # type: ignore[misc]
    """A parameter whose shape the first input will tell."""

    __slots__ = ()
    becomes = Parameter


class UninitializedBuffer(Uninitialized):
    """A buffer whose shape the first input will tell."""

    __slots__ = ()

    def __new__(cls, requires_grad: bool = False, device: Any = None, dtype: Any = None) -> Any:
        return super().__new__(cls, requires_grad, device, dtype)


def empty(dtype: Any = None) -> Tensor:
    """A tensor without elements."""
    return Tensor._of(np.empty(0, (dtype or dtypes.default_dtype()).numpy), None)


def is_lazy(param: Any) -> bool:
    """True for a parameter or buffer whose shape is not known yet."""
    return isinstance(param, Uninitialized)


shown_as("torch.nn.parameter", Parameter, Buffer, UninitializedParameter, UninitializedBuffer)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.parameter", name)

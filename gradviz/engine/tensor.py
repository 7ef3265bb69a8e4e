"""The Tensor: a value, the edge that its gradient would take, a version, and little else.

`_value` is a NumPy scalar for tensors without dimensions (an operation on np.float32 costs a tenth of one on a 0-d
array) and an array otherwise; where memory is shared it is always an array. `_edge` is None (no gradient wanted), the
AccumulateGrad of a leaf, the Node that made the tensor, or (Node, output number) for outputs after the first.
Methods that are operations are attached by `op.py` from the declarations in `ops/`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtype as dtypes
from . import messages, watch
from .hooks import RemovableHandle
from .memory import DETACHED, Counter, Memory
from .node import ENDS, AccumulateGrad
from .rare import Rare
from .size import Size


class TensorType(type):
    """The type of Tensor: `torch.Tensor(2, 3)` makes tensors from shapes and data, as PyTorch's class does.

    It stands here and not in `Tensor.__new__` because a class without a constructor of its own is made at half the
    cost by `blank()` below, and that is a tenth of a scalar operation.
    """

    def __call__(cls, *data: Any, **options: Any) -> Any:
        if cls.__new__ is not object.__new__:  # type: ignore[comparison-overlap]
            return type.__call__(cls, *data, **options)
        from .creation import legacy_tensor

        made = legacy_tensor(*data, **options)
        return made if cls is Tensor else made._as(cls)

    if TYPE_CHECKING:  # the operations are attached from their declarations

        def __getattr__(cls, name: str) -> Any: ...
        def __setattr__(cls, name: str, value: Any) -> None: ...


class Tensor(metaclass=TensorType):
    """A multi-dimensional array that autograd follows."""

    __slots__ = ("__dict__", "__weakref__", "_counter", "_edge", "_rare", "_value")

    _value: Any
    _edge: Any
    _counter: Any
    _rare: Rare | None

    __array_priority__ = 1000
    _printed_name = "tensor"  # a class that does not say so itself prints its own name

    if TYPE_CHECKING:

        def __add__(self, other: Any) -> Any: ...
        def __iadd__(self, other: Any) -> Any: ...
        def __isub__(self, other: Any) -> Any: ...
        def __itruediv__(self, other: Any) -> Any: ...
        def __sub__(self, other: Any) -> Any: ...
        def __rsub__(self, other: Any) -> Any: ...
        def __neg__(self) -> Any: ...
        def __eq__(self, other: object) -> Any: ...
        def __ne__(self, other: object) -> Any: ...
        def __lt__(self, other: Any) -> Any: ...
        def __le__(self, other: Any) -> Any: ...
        def __gt__(self, other: Any) -> Any: ...
        def __ge__(self, other: Any) -> Any: ...
        def __rmul__(self, other: Any) -> Any: ...
        def __mul__(self, other: Any) -> Any: ...
        def __matmul__(self, other: Any) -> Any: ...
        def __pow__(self, other: Any) -> Any: ...
        def __rpow__(self, other: Any) -> Any: ...
        def __getitem__(self, index: Any) -> Any: ...
        def __setitem__(self, index: Any, value: Any) -> None: ...
        def __getattr__(self, name: str) -> Any: ...

    @staticmethod
    def _of(value: Any, edge: Any) -> Tensor:
        """Wrap a value without copying or checking."""
        made = blank()
        made._value = value
        made._edge = edge
        made._counter = 0
        made._rare = None
        return made

    def _as(self, cls: type) -> Any:
        """Return a detached tensor of a subclass on the same memory."""
        made = alias(self, same_version=True)
        made.__class__ = cls
        return made

    def _rarely(self) -> Rare:
        """Return what few tensors have, made on first use."""
        rare = self._rare
        if rare is None:
            rare = self._rare = Rare()
        return rare

    # -- value ------------------------------------------------------------------------------------------------------

    def numpy_value(self) -> Any:
        """Return the value without copying: an array, or a NumPy scalar for a tensor without dimensions."""
        return self._value

    def _assign(self, value: Any) -> None:
        """Take a new value in place (same shape and type): the one door for every in-place change."""
        counter = self._counter
        if counter.__class__ is int:
            self._counter = counter + 1
            self._value = value
        else:
            counter.count += 1
            if self.__class__ is not StaleView and (self._rare is None or self._rare.base is None) and counter.alone():
                self._counter = counter.count
                self._value = value[()] if value.__class__ is np.ndarray and not value.ndim else value
            else:
                self._value[...] = value
                return
        if self._edge.__class__ is AccumulateGrad:
            self._edge.value = self._value

    @property
    def _version(self) -> int:
        return +self._counter % DETACHED  # type: ignore[no-any-return]

    @property
    def shape(self) -> Size:
        """The lengths of the dimensions."""
        return Size(self._value.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type."""
        return dtypes.of(self._value)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._value.ndim  # type: ignore[no-any-return]

    @property
    def device(self) -> Any:
        """Always the CPU."""
        from .device import CPU

        return CPU

    # -- place in the graph -----------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded."""
        return self._edge is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if value.__class__ is not bool:
            raise RuntimeError("requires_grad must be a bool")
        if value and not dtypes.can_require_grad(self._value):
            raise RuntimeError(messages.INTEGER_REQUIRES_GRAD_SET)
        if value and not self.is_leaf:
            raise RuntimeError("you can only change requires_grad flags of leaf variables.")
        self._set_requires_grad(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Start or stop recording operations on this leaf."""
        if requires_grad.__class__ is not bool:
            raise TypeError(messages.wrong_kind("requires_grad_", "requires_grad", requires_grad, 1))
        if requires_grad and not dtypes.can_require_grad(self._value):
            raise RuntimeError(messages.INTEGER_REQUIRES_GRAD_METHOD)
        self._set_requires_grad(requires_grad)
        return self

    def _set_requires_grad(self, value: bool) -> None:
        if not self.is_leaf:
            if value:
                return
            raise RuntimeError(messages.NONLEAF_REQUIRES_GRAD)
        if value and self._edge.__class__ is not AccumulateGrad:
            leaf = self._edge = AccumulateGrad(self)
            if self._rare is not None:
                leaf.grad, self._rare.grad = self._rare.grad, None
        elif not value and self._edge.__class__ is AccumulateGrad:
            if self._edge.grad is not None:
                self._rarely().grad = self._edge.grad
            self._edge = None
        if self._rare is not None and self._rare.views:
            from .views import follow_flag

            follow_flag(self, value)
        if watch.current is not None:
            watch.current.requires_grad_set(self, bool(value))

    @property
    def is_leaf(self) -> bool:
        """True for tensors that no recorded operation made."""
        edge = self._edge
        return edge is None or edge.__class__ in ENDS

    @property
    def grad_fn(self) -> Any:
        """The node that will send this tensor's gradient on; None for a leaf."""
        edge = self._edge
        if edge is None or edge.__class__ in ENDS:
            return None
        return edge[0] if edge.__class__ is tuple else edge

    @property
    def output_nr(self) -> int:
        """Which output of grad_fn this is."""
        return self._edge[1] if self._edge.__class__ is tuple else 0

    @property
    def grad(self) -> Tensor | None:
        """The gradient that backward passes accumulated, or None."""
        edge = self._edge
        if edge.__class__ is AccumulateGrad:
            return edge.grad  # type: ignore[no-any-return]
        rare = self._rare
        if not self.is_leaf and (rare is None or not rare.retains):
            messages.warn(messages.NONLEAF_GRAD)
        return None if rare is None else rare.grad

    @grad.setter
    def grad(self, gradient: Tensor | None) -> None:
        if gradient is not None:
            check_gradient(self, gradient)
        edge = self._edge
        before = edge.grad if edge.__class__ is AccumulateGrad else None
        if edge.__class__ is AccumulateGrad:
            edge.grad = gradient
            if watch.current is not None and gradient is not None:
                gradient._rarely().owner = weakref.ref(self)
        elif gradient is not None or self._rare is not None:
            self._rarely().grad = gradient
        if watch.current is not None and gradient is None and before is not None:
            watch.current.gradient_zeroed(self, before._value, None)

    @grad.deleter
    def grad(self) -> None:
        self.grad = None

    @property
    def data(self) -> Tensor:
        """The same memory as a tensor that autograd does not follow and whose changes it does not see."""
        return alias(self, same_version=False)

    @data.setter
    def data(self, other: Tensor) -> None:
        if not isinstance(other, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {messages.kind_of(other)}")
        if self._edge is not None and not dtypes.can_require_grad(other._value):
            raise RuntimeError(messages.DATA_REQUIRES_GRAD)
        before = self._value
        if watch.current is not None and isinstance(before, np.ndarray):
            before = before.copy()
        share(other)
        self._value = other._value
        # Versions stay apart, memory is common.
        self._counter = Counter(+self._counter, other._counter.memory)
        if self._edge.__class__ is AccumulateGrad:
            self._edge.value = self._value
        if watch.current is not None:
            watch.current.tensor_updated(self, before)

    @property
    def _base(self) -> Tensor | None:
        return None if self._rare is None else self._rare.base

    def _is_view(self) -> bool:
        return self._base is not None

    def retain_grad(self) -> None:
        """Keep the gradient of a tensor that is no leaf in its .grad."""
        edge = self._edge
        if edge is None:
            raise RuntimeError(messages.RETAIN_GRAD)
        if edge.__class__ in ENDS:
            return
        node, nr = edge if edge.__class__ is tuple else (edge, 0)
        self._rarely().retains = True
        node.full_extra().retained[nr] = weakref.ref(self)

    @property
    def retains_grad(self) -> bool:
        """True for a non-leaf tensor whose gradient is kept."""
        return self._rare is not None and self._rare.retains

    def register_hook(self, hook: Callable[[Tensor], Any]) -> RemovableHandle:
        """Call `hook(gradient)` when this tensor's gradient is known; what it returns replaces the gradient."""
        edge = self._edge
        if edge is None:
            raise RuntimeError(messages.REGISTER_HOOK)
        if edge.__class__ is AccumulateGrad:
            if edge.hooks is None:
                edge.hooks = {}
            return RemovableHandle(edge.hooks, hook)
        node, nr = edge if edge.__class__ is tuple else (edge, 0)
        return RemovableHandle(node.full_extra().hooks, (nr, hook))

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], Any]) -> RemovableHandle:
        """Call `hook(leaf)` after a gradient was added to this leaf's .grad."""
        if self._edge is None:
            raise RuntimeError(messages.REGISTER_HOOK)
        if self._edge.__class__ is not AccumulateGrad:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        if self._edge.post_hooks is None:
            self._edge.post_hooks = {}
        return RemovableHandle(self._edge.post_hooks, hook)


# An empty Tensor, past TensorType.__call__.
blank: Callable[[], Tensor] = type.__call__.__get__(Tensor)


AccumulateGrad.wrap = staticmethod(Tensor._of)


class StaleView(Tensor):
    """A view whose base was changed in place by a recorded operation: its edge is made anew when it is first read.

    Swapping the class for that time costs nothing anywhere else. PyTorch does the same work on each access of grad_fn.
    """

    __slots__ = ()
    _printed_name = "tensor"

    @property
    def _edge(self) -> Any:
        from .views import renew

        return renew(self)

    @_edge.setter
    def _edge(self, edge: Any) -> None:
        self.__class__ = Tensor  # type: ignore[assignment]
        self._edge = edge

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded, also where its place in the graph is lost."""
        return Tensor.__dict__["_edge"].__get__(self) is not None or self._edge is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        Tensor.requires_grad.__set__(self, value)  # type: ignore[attr-defined]


def share(tensor: Tensor) -> Counter:
    """Make the tensor's memory shareable (a writable array behind a Counter) and return its Counter."""
    counter = tensor._counter
    if counter.__class__ is int:
        value = tensor._value
        if value.__class__ is not np.ndarray:
            tensor._value = np.asarray(value)
        elif not value.flags.writeable:
            tensor._value = value.copy()
        counter = Counter(counter, Memory())
        tensor._counter = counter
        edge = tensor._edge
        if edge.__class__ is AccumulateGrad:
            edge.value = tensor._value
        elif edge is not None and edge.__class__ is not tuple and edge.saves_result:
            edge.full_extra().result_version = (counter, counter.count)
    return counter  # type: ignore[no-any-return]


def alias(tensor: Tensor, *, same_version: bool) -> Tensor:
    """Return a tensor on the same memory without history; `detach` shares the version, `.data` does not."""
    counter = share(tensor)
    made = blank()
    made._value = tensor._value
    made._edge = None
    made._counter = counter if same_version else Counter(0, counter.memory)
    made._rare = None
    return made


def check_gradient(tensor: Tensor, gradient: Any) -> None:
    """Raise PyTorch's errors for what cannot be a tensor's .grad."""
    if not isinstance(gradient, Tensor):
        kind = messages.kind_of(gradient)
        raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {kind}")
    if gradient is tensor:
        raise RuntimeError("can't assign Variable as its own grad")
    if gradient._value.dtype != tensor._value.dtype:
        raise RuntimeError(messages.gradient_dtype(gradient.dtype, tensor.dtype))
    if gradient._value.shape != tensor._value.shape:
        raise RuntimeError(messages.gradient_size(gradient._value.shape, tensor._value.shape))

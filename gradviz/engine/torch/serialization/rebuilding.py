"""What may stand in a file, by the names that PyTorch gives it, and how each is made from plain values."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.engine import watch
from gradviz.engine.creation import begin
from gradviz.engine.device import device
from gradviz.engine.dtype import ALL, dtype
from gradviz.engine.memory import Counter as Version
from gradviz.engine.memory import Memory
from gradviz.engine.size import Size
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.parameter import Parameter
from gradviz.engine.torch.serialization.archive import Records
from gradviz.engine.torch.serialization.numpy_values import NumpyType, Pending, scalar
from gradviz.engine.torch.serialization.placing import Place

Shape = tuple[int, ...]
LOADED = 1  # the version of a loaded tensor: torch makes it empty and then gives it its memory


@dataclass(frozen=True, slots=True)
class Constructor:
    """A name of the table that makes a value."""

    make: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class StorageType:
    """The class of a storage: it says the element type. Without one the tensor says it."""

    kind: dtype | None


@dataclass(slots=True)
class Storage:
    """A piece of memory, and the tensors that look at it."""

    values: Any
    memory: Memory = field(default_factory=Memory)
    tensors: list[Tensor] = field(default_factory=list)


class Rebuilding:
    """Makes the values of one file."""

    def __init__(self, records: Records, place: Place, weights_only: bool) -> None:
        self._records = records
        self._place = place
        self._weights_only = weights_only
        self._storages: dict[str, Storage] = {}
        self._parameters: list[Tensor] = []  # what is known by its parameter and not by itself
        self._table: dict[tuple[str, str], Any] = {
            ("torch._utils", "_rebuild_tensor_v2"): Constructor(self.tensor),
            ("torch._utils", "_rebuild_tensor_v3"): Constructor(self.typed_tensor),
            ("torch._utils", "_rebuild_parameter"): Constructor(self.parameter),
            ("torch.storage", "UntypedStorage"): StorageType(None),
            ("torch", "Size"): Constructor(Size),
            ("torch", "device"): Constructor(device),
            ("collections", "OrderedDict"): Constructor(ordered),
            ("collections", "Counter"): Constructor(Counter),
            ("collections", "defaultdict"): Constructor(lambda *_: defaultdict(dict)),
            ("_codecs", "encode"): Constructor(encoded),
            **{(module, "set"): Constructor(set) for module in ("__builtin__", "builtins")},
            **{(module, "bytes"): Constructor(no_bytes) for module in ("__builtin__", "builtins")},
            **{(module, "complex"): Constructor(complex) for module in ("__builtin__", "builtins")},
            **{(module, "dict"): Constructor(dict) for module in ("__builtin__", "builtins")},
            **{("torch", f"{kind.tensor_name}Storage"): StorageType(kind) for kind in ALL},
            **{("torch", kind.name): kind for kind in ALL},
            **{(f"numpy.{part}.multiarray", "scalar"): Constructor(scalar) for part in ("_core", "core")},
            **{(f"numpy.{part}.multiarray", "_reconstruct"): Constructor(Pending) for part in ("_core", "core")},
            ("numpy", "dtype"): Constructor(NumpyType),
            ("numpy", "ndarray"): np.ndarray,
        }

    def named(self, module: str, name: str) -> Any:
        """What a name of the stream stands for. Raises RuntimeError for one that is not in the table."""
        if (module, name) not in self._table:
            raise refuse(f"a {module}.{name}")
        if module.startswith("numpy") and self._weights_only:
            raise RuntimeError(
                f"torch.load: this file holds NumPy values ({module}.{name}). As in PyTorch, they are loaded only with "
                "weights_only=False; save tensors and Python numbers to do without it."
            )
        return self._table[module, name]

    def storage(self, storage_type: StorageType, key: str, location: str, count: int) -> Storage:
        """The memory with this key, read when it is first referred to."""
        if key not in self._storages:
            self._place(location)
            kind = np.dtype(np.uint8) if storage_type.kind is None else storage_type.kind.numpy
            self._storages[key] = Storage(self._records.storage(key, kind, count))
        return self._storages[key]

    def tensor(self, storage: Storage, offset: int, size: Shape, stride: Shape, requires_grad: bool, *_: Any) -> Tensor:
        """A tensor at its place in the memory. Raises ValueError for one that would reach beyond it."""
        values = storage.values
        last = offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
        if min((offset, *size, *stride)) < 0 or (0 not in size and last >= values.size):
            raise ValueError("a tensor reaches beyond its storage")
        steps = tuple(step * values.itemsize for step in stride)
        array = np.ndarray(size, values.dtype, values, min(offset, values.size) * values.itemsize, steps)
        made = Tensor._of(array, None)
        made._counter = Version(LOADED, storage.memory)
        storage.tensors.append(made)
        if requires_grad:
            begin(made)
        return made

    def typed_tensor(
        self, storage: Storage, offset: int, size: Shape, stride: Shape, requires_grad: bool, hooks: Any, kind: dtype
    ) -> Tensor:
        """The same on memory that does not say its element type."""
        seen = Storage(storage.values.view(kind.numpy), storage.memory, storage.tensors)
        return self.tensor(seen, offset, size, stride, requires_grad, hooks)

    def parameter(self, data: Any, requires_grad: bool, hooks: Any) -> Any:
        """A parameter on the memory of a tensor."""
        if not isinstance(data, Tensor):
            raise TypeError("a parameter of what is no tensor")
        self._parameters.append(data)
        return Parameter(data, requires_grad)

    def settle(self) -> None:
        """Let tensors that share their memory with no other own it, and tell whoever watches of all of them."""
        for storage in self._storages.values():
            for each in storage.tensors:
                value = each._value
                if len(storage.tensors) == 1 and value.flags.c_contiguous and value.size == storage.values.size:
                    each._value = value if value.ndim else value[()]
                    each._counter = LOADED
                    if each._edge is not None:
                        each._edge.value = each._value
                if watch.current is not None and all(each is not other for other in self._parameters):
                    watch.current.tensor_made(each, "load")


def ordered(pairs: Any = ()) -> OrderedDict[Any, Any]:
    """A dictionary that keeps its order."""
    return OrderedDict(pairs)


def no_bytes() -> bytes:
    """Bytes without content, which are written in a way of their own."""
    return b""


def encoded(text: str, encoding: str) -> bytes:
    """Bytes, which the stream holds as text."""
    if encoding != "latin1":
        raise ValueError("bytes in an unknown writing")
    return text.encode("latin1")


def refuse(what: str) -> RuntimeError:
    """The error for content that is more than plain data."""
    return RuntimeError(
        f"torch.load: this file holds {what}. gradviz's NumPy engine loads plain data: tensors, state dictionaries, "
        "numbers, text, lists and dictionaries. Where PyTorch is installed, choose the PyTorch engine, or save "
        "model.state_dict() instead of the model."
    )

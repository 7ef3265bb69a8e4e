"""Values as a stream of opcodes, second version of Python's object format, the one that PyTorch reads safely.

The stream is a program for a stack machine: it pushes numbers and text, gathers them into containers, and names the
few constructors that the reader knows. Each container is noted by a number when it is made, so that a second mention
refers to the first and shared things stay shared.
"""

from __future__ import annotations

import struct
from collections import Counter, OrderedDict
from typing import Any

import numpy as np

from gradviz.engine.device import device
from gradviz.engine.dtype import dtype
from gradviz.engine.size import Size
from gradviz.engine.tensor import StaleView, Tensor
from gradviz.engine.torch.nn.parameter import Parameter
from gradviz.engine.torch.serialization import numpy_values

MARK, STOP = b"(", b"."
REBUILD_TENSOR = "torch._utils", "_rebuild_tensor_v2"
REBUILD_PARAMETER = "torch._utils", "_rebuild_parameter"


class Writer:
    """Collects the stream, and the memory of the tensors in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = [b"\x80\x02"]
        self._noted: dict[Any, int] = {}
        self._kept: list[Any] = []  # what is noted by its identity must live until the end
        self._storages: dict[int, tuple[int, Any]] = {}

    def finished(self) -> bytes:
        """The whole stream."""
        return b"".join([*self._parts, STOP])

    def storages(self) -> list[bytes]:
        """The tensors' memory, in the order of its numbers."""
        return [memory.tobytes(order="A") for _, memory in self._storages.values()]

    def write(self, value: Any) -> None:
        """Append one value. Raises NotImplementedError for what is no plain data."""
        kind = type(value)
        if value is None:
            self._parts.append(b"N")
        elif kind is bool:
            self._parts.append(b"\x88" if value else b"\x89")
        elif kind is int:
            self._parts.append(_integer(value))
        elif kind is float:
            self._parts.append(b"G" + struct.pack(">d", value))
        elif kind is str:
            self._text(value)
        elif id(value) in self._noted:
            self._recall(id(value))
        else:
            self._object(value)

    def _object(self, value: Any) -> None:
        kind = type(value)
        if kind is tuple:
            self._tuple(value)
        elif kind is list:
            self._parts.append(b"]")
            self._note(value)
            self._gather(value, b"e")
        elif kind is dict:
            self._parts.append(b"}")
            self._note(value)
            self._gather([each for pair in value.items() for each in pair], b"u")
        elif kind is OrderedDict:
            self._call(("collections", "OrderedDict"), (), value)
            self._gather([each for pair in value.items() for each in pair], b"u")
            if vars(value):  # a module's state dictionary carries its layers' versions
                self.write(dict(vars(value)))
                self._parts.append(b"b")
        elif kind is Counter:
            self._call(("collections", "Counter"), (dict(value),), value)
        elif kind is set:
            self._call(("__builtin__", "set"), (list(value),), value)
        elif kind is complex:
            self._call(("__builtin__", "complex"), (value.real, value.imag), value)
        elif kind is bytes:
            self._call(("_codecs", "encode"), (value.decode("latin1"), "latin1"), value)
        elif kind is dtype:
            self._name(("torch", value.name))
        elif kind is device:
            place = (value.type,) if value.index is None else (value.type, value.index)
            self._call(("torch", "device"), place, value)
        elif kind is Size:
            self._call(("torch", "Size"), (tuple(value),), value)
        elif kind in (Tensor, StaleView):
            self._tensor(value)
        elif kind is Parameter:
            plain = Tensor._of(value.numpy_value(), None)
            self._call(REBUILD_PARAMETER, (plain, value.requires_grad, OrderedDict()), value)
        elif isinstance(value, np.generic) and value.dtype.kind in "biufc":
            self._name(("numpy._core.multiarray", "scalar"))
            self._numpy_type(value.dtype)
            self.write(value.tobytes())
            self._parts.append(b"\x86R")
            self._note(value)
        elif kind is np.ndarray and value.dtype.kind in "biufcUS":
            self._array(value)
        else:
            raise NotImplementedError(refusal(value))

    # NumPy

    def _numpy_type(self, kind: np.dtype[Any]) -> None:
        self._call(("numpy", "dtype"), (kind.str[1:], False, True), object())
        self.write(numpy_values.type_state(kind))
        self._parts.append(b"b")

    def _array(self, value: Any) -> None:
        fortran = bool(value.flags.f_contiguous and not value.flags.c_contiguous)
        self._name(("numpy._core.multiarray", "_reconstruct"))
        self._name(("numpy", "ndarray"))
        self.write((0,))
        self.write(b"b")
        self._parts.append(b"\x87R")
        self._note(value)
        self._parts.append(MARK)
        self.write(1)
        self.write(value.shape)
        self._numpy_type(value.dtype)
        self.write(fortran)
        self.write(value.tobytes("F" if fortran else "C"))
        self._parts.append(b"tb")

    # Containers and calls

    def _gather(self, values: list[Any], opcode: bytes) -> None:
        if values:
            self._parts.append(MARK)
            for each in values:
                self.write(each)
            self._parts.append(opcode)

    def _tuple(self, value: tuple[Any, ...]) -> None:
        if len(value) > 3:
            self._parts.append(MARK)
        for each in value:
            self.write(each)
        self._parts.append(b")\x85\x86\x87"[len(value) : len(value) + 1] or b"t")
        if value:
            self._note(value)

    def _call(self, name: tuple[str, str], arguments: tuple[Any, ...], value: Any) -> None:
        """A constructor that the reader knows, and what it is to be given."""
        self._name(name)
        self._tuple(arguments)
        self._parts.append(b"R")
        self._note(value)

    def _name(self, name: tuple[str, str]) -> None:
        if name in self._noted:
            self._recall(name)
            return
        self._parts.append(f"c{name[0]}\n{name[1]}\n".encode())
        self._note_as(name)

    def _text(self, value: str) -> None:
        if ("text", value) in self._noted:
            self._recall(("text", value))
            return
        content = value.encode("utf-8", "surrogatepass")
        self._parts.append(b"X" + struct.pack("<I", len(content)) + content)
        self._note_as(("text", value))

    def _note(self, value: Any) -> None:
        self._kept.append(value)
        self._note_as(id(value))

    def _note_as(self, key: Any) -> None:
        number = self._noted[key] = len(self._noted)
        self._parts.append(b"q" + bytes([number]) if number < 256 else b"r" + struct.pack("<I", number))

    def _recall(self, key: Any) -> None:
        number = self._noted[key]
        self._parts.append(b"h" + bytes([number]) if number < 256 else b"j" + struct.pack("<I", number))

    # Tensors

    def _tensor(self, value: Tensor) -> None:
        """Where it lies in its memory: all of the memory is saved once, however many tensors look at it."""
        array, memory, offset = memory_of(np.asarray(value.numpy_value()))
        # NumPy gives memory without elements no strides, torch those that it would have.
        strides = np.empty([max(length, 1) for length in array.shape], np.uint8).strides if not array.size else None
        number, _ = self._storages.setdefault(id(memory), (len(self._storages), memory))
        itemsize = array.itemsize
        self._name(REBUILD_TENSOR)
        self._parts.append(MARK)
        self._parts.append(MARK)
        self._text("storage")
        self._name(("torch", f"{value.dtype.tensor_name}Storage"))
        self._text(str(number))
        self._text("cpu")
        self.write(memory.size)
        self._parts.append(b"tQ")
        self.write(offset)
        self.write(tuple(array.shape))
        self.write(strides or tuple(stride // itemsize for stride in array.strides))
        self.write(value.requires_grad)
        self.write(OrderedDict())
        self._parts.append(b"tR")
        self._note(value)


def memory_of(array: Any) -> tuple[Any, Any, int]:
    """The array, the whole of the memory that it looks at, and the place of its first element there, in elements.

    Memory that is laid out in no order of its own (or is seen as another type) is not followed: then it is a copy.
    """
    root = array
    while isinstance(below := owner(root), np.ndarray):
        root = below
    dense = root.flags.c_contiguous or root.flags.f_contiguous
    if not dense or root.dtype != array.dtype or any(stride < 0 for stride in array.strides):
        root = array = np.ascontiguousarray(array)
    start = array.__array_interface__["data"][0] - root.__array_interface__["data"][0]
    return array, root, start // array.itemsize


def owner(array: Any) -> Any:
    """What owns an array's memory; NumPy puts a holder of the true owner between where it spreads an array."""
    base = array.base
    return base if base is None or isinstance(base, np.ndarray) else getattr(base, "base", None)


def _integer(value: int) -> bytes:
    if 0 <= value < 1 << 8:
        return b"K" + bytes([value])
    if 0 <= value < 1 << 16:
        return b"M" + struct.pack("<H", value)
    if -(1 << 31) <= value < 1 << 31:
        return b"J" + struct.pack("<i", value)
    content = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    if len(content) > 255:
        raise NotImplementedError("gradviz's NumPy engine does not save whole numbers of more than 2,000 bits.")
    return b"\x8a" + bytes([len(content)]) + content


def refusal(value: Any) -> str:
    """Why a thing is not saved, and what to do."""
    kind = type(value).__qualname__
    if hasattr(value, "state_dict"):
        advice = f"Save its state instead: torch.save(x.state_dict(), …), and load it into a new {kind}."
    else:
        advice = "Take from it what you need as tensors, numbers, text, lists or dictionaries."
    return f"torch.save: gradviz's NumPy engine saves plain data, not objects such as {kind}. {advice}"

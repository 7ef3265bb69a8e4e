"""The stream of opcodes back into values: a stack machine that knows plain data, and a table of constructors.

A name in the stream is looked up in the table and nowhere else. What is not there is refused before anything is made.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from typing import Any

from gradviz.engine.torch.serialization.archive import Records, torn
from gradviz.engine.torch.serialization.numpy_values import NumpyType, Pending
from gradviz.engine.torch.serialization.placing import Place
from gradviz.engine.torch.serialization.rebuilding import Constructor, Rebuilding, StorageType, refuse

NEWEST = 5  # the last version of the object format; torch writes the second


class Mark:
    """Where a container on the stack begins."""


class Reader:
    """Reads one stream, from its first byte to its stop."""

    def __init__(self, records: Records, place: Place, weights_only: bool) -> None:
        self._content = records["data.pkl"]
        self._position = 0
        self._stack: list[Any] = []
        self._noted: dict[int, Any] = {}
        self._rebuilding = Rebuilding(records, place, weights_only)

    def value(self) -> Any:
        """The value that was saved."""
        try:
            while True:
                opcode = self._take(1)
                if opcode == b".":
                    value = self._stack.pop()
                    self._rebuilding.settle()
                    return value
                self._step(opcode)
        except (IndexError, KeyError, ValueError, TypeError, OverflowError, struct.error, MemoryError) as error:
            raise torn(f"its description of the values makes no sense at byte {self._position} ({error})") from None

    def _take(self, count: int) -> bytes:
        start, self._position = self._position, self._position + count
        if self._position > len(self._content):
            raise torn("its description of the values ends too early")
        return self._content[start : self._position]

    def _number(self, layout: str) -> Any:
        return struct.unpack(layout, self._take(struct.calcsize(layout)))[0]

    def _line(self) -> str:
        end = self._content.index(b"\n", self._position)
        line = self._take(end - self._position)
        self._take(1)
        return line.decode("utf-8")

    def _step(self, opcode: bytes) -> None:
        stack = self._stack
        if opcode in CONSTANTS:
            stack.append(CONSTANTS[opcode])
        elif opcode in NUMBERS:
            stack.append(self._number(NUMBERS[opcode]))
        elif opcode in TEXTS:
            stack.append(self._take(self._number(TEXTS[opcode])).decode("utf-8", "surrogatepass"))
        elif opcode in TUPLES:
            count = TUPLES[opcode]
            values = tuple(stack[len(stack) - count :])
            del stack[len(stack) - count :]
            stack.append(values)
        elif opcode in CONTAINERS:
            stack.append(CONTAINERS[opcode]())
        elif opcode in NOTES:
            self._noted[self._number(NOTES[opcode])] = stack[-1]
        elif opcode in RECALLS:
            stack.append(self._noted[self._number(RECALLS[opcode])])
        elif opcode == b"\x94":
            self._noted[len(self._noted)] = stack[-1]
        elif opcode == b"\x8a":
            stack.append(int.from_bytes(self._take(self._number("<B")), "little", signed=True))
        elif opcode == b"(":
            stack.append(Mark)
        elif opcode == b"t":
            stack.append(tuple(self._gathered()))
        elif opcode in (b"a", b"e"):
            items = [stack.pop()] if opcode == b"a" else self._gathered()
            self._top(list).extend(items)
        elif opcode in (b"s", b"u"):
            items = [stack.pop(-2), stack.pop()] if opcode == b"s" else self._gathered()
            self._top(dict).update(zip(items[::2], items[1::2], strict=True))
        elif opcode == b"c":
            stack.append(self._rebuilding.named(self._line(), self._line()))
        elif opcode == b"\x93":
            name, module = stack.pop(), stack.pop()
            stack.append(self._rebuilding.named(module, name))
        elif opcode == b"R":
            arguments, constructor = stack.pop(), stack.pop()
            stack.append(self._called(constructor, arguments))
        elif opcode == b"Q":
            stack.append(self._storage(stack.pop()))
        elif opcode == b"b":
            self._build(stack.pop())
        elif opcode == b"\x80":
            version = self._number("<B")
            if version > NEWEST:
                raise torn(f"it is written in version {version} of Python's object format")
        elif opcode == b"\x95":
            self._number("<Q")  # the length of what follows, which is here already
        else:
            raise refuse(f"an object that only its own class can read (opcode {opcode!r})")

    def _build(self, state: Any) -> None:
        """Give the last value its state: a dictionary the attributes it carries, NumPy's things all that they are."""
        last = self._stack[-1]
        if not isinstance(last, (Pending, NumpyType)):
            vars(self._top(OrderedDict)).update(state)
            return
        self._stack[-1] = last.build(state)
        self._noted.update({number: self._stack[-1] for number, value in self._noted.items() if value is last})

    def _gathered(self) -> list[Any]:
        """What stands above the last mark."""
        stack = self._stack
        start = len(stack) - 1
        while stack[start] is not Mark:
            start -= 1
            if start < 0:
                raise IndexError("a container without a beginning")
        values = stack[start + 1 :]
        del stack[start:]
        return values

    def _top(self, kind: type) -> Any:
        if not isinstance(self._stack[-1], kind):
            raise TypeError(f"{kind.__name__} expected")
        return self._stack[-1]

    @staticmethod
    def _called(constructor: Any, arguments: Any) -> Any:
        if not isinstance(constructor, Constructor) or not isinstance(arguments, tuple):
            raise TypeError("a call of what is no constructor")
        return constructor.make(*arguments)

    def _storage(self, reference: Any) -> Any:
        kind, storage_type, key, location, count = reference
        if kind != "storage" or not isinstance(storage_type, StorageType):
            raise TypeError("a reference to what is no storage")
        return self._rebuilding.storage(storage_type, key, location, count)


CONSTANTS = {b"N": None, b"\x88": True, b"\x89": False}
NUMBERS = {b"K": "<B", b"M": "<H", b"J": "<i", b"G": ">d"}
TEXTS = {b"X": "<I", b"\x8c": "<B"}
TUPLES = {b")": 0, b"\x85": 1, b"\x86": 2, b"\x87": 3}
CONTAINERS: dict[bytes, type] = {b"]": list, b"}": dict, b"\x8f": set}
NOTES = {b"q": "<B", b"r": "<I"}
RECALLS = {b"h": "<B", b"j": "<I"}

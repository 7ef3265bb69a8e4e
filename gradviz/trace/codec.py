"""Messages to bytes and back.

A frame is: length of the rest (4 bytes, big-endian), CRC-32 of the rest (4 bytes), length of the text (4 bytes), JSON
text, raw array bytes. The JSON holds a record as [class name, field, field, …] and an array as
{"dtype", "shape", "at"}; the classes are the fixed list below, so reading a file can never run code.
A stored trace is the line `gradviz-trace <schema>` followed by frames; a torn tail loses that tail and nothing else.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any

import numpy as np

from . import events, forward, messages, ops, passes, value
from .messages import Message
from .value import type_name

SCHEMA = 4
MAGIC = b"gradviz-trace "
HEAD = struct.Struct(">II")
TEXT = struct.Struct(">I")
MAX_FRAME = 1 << 30
"""No honest frame is longer; a longer one is a torn or hostile file."""



def _with_bins(tree: Any) -> Any:
    """Schema 1 kept no histogram in the summary of a large value."""
    if isinstance(tree, list):
        counts = [{"dtype": "int64", "shape": [0], "at": 0}] if tree[:1] == ["Summary"] else []
        return [*map(_with_bins, tree), *counts]
    if isinstance(tree, dict):
        return {name: _with_bins(entry) for name, entry in tree.items()}
    return tree


def _as_it_is(tree: Any) -> Any:
    """Schema 2 had no steps of optimizers: all that it has is the same since."""
    return tree


def _with_skipped(tree: Any) -> Any:
    """Schema 3 did not tell which parameters a step of an optimizer passed over."""
    if isinstance(tree, list):
        return [*map(_with_skipped, tree), *([{"t": []}] if tree[:1] == ["OptimizerStepped"] else [])]
    if isinstance(tree, dict):
        return {name: _with_skipped(entry) for name, entry in tree.items()}
    return tree


MIGRATIONS: dict[int, Callable[[Any], Any]] = {1: _with_bins, 2: _as_it_is, 3: _with_skipped}
"""Schema number → the function that turns a decoded JSON tree of that schema into one of the next."""

RECORDS: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        value.Value,
        value.Summary,
        events.Source,
        events.Edge,
        events.Saved,
        events.Node,
        events.Input,
        events.Output,
        events.TensorMade,
        events.OpRan,
        events.RequiresGradSet,
        events.Root,
        events.BackwardBegan,
        events.NodeRan,
        events.LeafAccumulated,
        events.BackwardEnded,
        events.TensorUpdated,
        events.Remembered,
        events.ParameterStep,
        events.OptimizerStepped,
        events.GradientZeroed,
        events.Frame,
        events.ErrorRaised,
        ops.OpInfo,
        passes.TensorState,
        passes.Carried,
        passes.Pass,
        messages.RunBegan,
        messages.PassRecorded,
        messages.CurveKey,
        messages.CurvesExtended,
        messages.PassMarked,
        messages.PassesExpected,
        forward.Ref,
        forward.Coded,
        forward.Constant,
        forward.Step,
        forward.Forward,
        forward.ForwardRecorded,
        messages.TextPrinted,
        messages.FigureShown,
        messages.PlaneShown,
        messages.OutputThinned,
        messages.RunPaused,
        messages.RunEnded,
    )
}

_FIELDS: dict[type, tuple[str, ...]] = {}
_CONTENTS: dict[type, Callable[[Any], tuple[Any, ...]]] = {}
"""Class → its record's fields at once. A pass has some ten thousand records: encoding is most of sending one."""

_PLAIN = frozenset([type(None), str, bool, int])
_TEXT = json.JSONEncoder(separators=(",", ":"), check_circular=False)
_PARSED = json.JSONDecoder().raw_decode
LONG_TEXT, EVENTS, TUPLE = 200_000, 3, '{"t":['
"""Characters from which on a frame is parsed in pieces; how deep in it the events of a pass stand; a tuple's head."""
_WHOLE = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
_DTYPES = frozenset([*_WHOLE, "float16", "float32", "float64", "complex64", "complex128"])


class TraceError(ValueError):
    """A frame or a file that is not a trace, in words for the person who opened it."""


def register(*classes: type) -> None:
    """Let further records travel in frames: the worker's commands, which are no part of a stored trace."""
    for cls in classes:
        RECORDS[cls.__name__] = cls
        names = _FIELDS[cls] = tuple(field.name for field in fields(cls))
        _CONTENTS[cls] = attrgetter(*names) if len(names) > 1 else _contents


def _contents(record: Any) -> tuple[Any, ...]:
    """The fields of a record that has one or none, of which `attrgetter` would make no tuple."""
    return tuple(getattr(record, name) for name in _FIELDS[type(record)])


register(*RECORDS.values())


def encode(record: object) -> bytes:
    """One frame. TypeError for anything but the records above, tuples, strings, numbers, booleans and None."""
    blob = Blob()
    text = _TEXT.encode(_tree(record, blob)).encode()
    pieces = [TEXT.pack(len(text)), text, *blob.pieces]
    checksum = 0
    for piece in pieces:  # put together once: arrays are most of a frame, and each copy of it would be new memory
        checksum = zlib.crc32(piece, checksum)
    return b"".join([HEAD.pack(sum(map(len, pieces)), checksum), *pieces])


class Blob:
    """The arrays of a frame, one after the other."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.length = 0
        self.shared: dict[int, list[Any]] = {}
        """What stands in the frame for a record that comes again, by identity: a tensor is made here and saved there,
        and its elements are written once."""

    def add(self, array: value.Array) -> int:
        """Add the elements in their order, whatever that of the memory; return where they begin."""
        at = self.length
        piece = array.tobytes()
        self.pieces.append(piece)
        self.length += len(piece)
        return at


def decode(body: bytes | memoryview, schema: int = SCHEMA) -> Any:
    """The record in a frame's body (what follows its head). TraceError where it is not one."""
    try:
        (length,) = TEXT.unpack_from(body)
        text = str(body[TEXT.size : TEXT.size + length], "utf-8")
        if schema == SCHEMA and length > LONG_TEXT:
            record, end = _in_pieces(text, 0, EVENTS, memoryview(body)[TEXT.size + length :])
            if end != len(text):
                raise ValueError("it goes on after its end")
            return record
        tree = json.loads(text)
        while schema < SCHEMA:
            tree = MIGRATIONS[schema](tree)
            schema += 1
        return _record(tree, memoryview(body)[TEXT.size + length :])
    except (struct.error, ValueError, LookupError, TypeError, RecursionError) as error:
        raise TraceError(f"this is not a gradviz record: {error}") from error


class FrameReader:
    """Cuts a stream of bytes into checked frame bodies."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Add bytes; yields the bodies that are now whole. TraceError at the first damaged frame."""
        self._buffer += data
        start = 0
        try:
            while len(self._buffer) - start >= HEAD.size:
                length, checksum = HEAD.unpack_from(self._buffer, start)
                if length > MAX_FRAME:
                    raise TraceError(f"a frame of {length} bytes is not one of ours")
                end = start + HEAD.size + length
                if len(self._buffer) < end:
                    break
                body = bytes(self._buffer[start + HEAD.size : end])
                if zlib.crc32(body) != checksum:
                    raise TraceError("a frame is damaged: its checksum does not fit")
                start = end
                yield body
        finally:
            del self._buffer[:start]


def write_trace(stored: Iterable[Message]) -> Iterator[bytes]:
    """The pieces of a trace file."""
    yield MAGIC + str(SCHEMA).encode() + b"\n"
    for message in stored:
        yield encode(message)


def read_trace(data: bytes) -> Iterator[Message]:
    """The messages of a trace file up to its end or its first damaged frame. TraceError if it is no trace."""
    line, _, rest = data.partition(b"\n")
    if not line.startswith(MAGIC) or not line[len(MAGIC) :].isdigit():
        raise TraceError("this file is not a gradviz trace")
    schema = int(line[len(MAGIC) :])
    if schema > SCHEMA:
        raise TraceError(f"this trace was written by a newer gradviz (schema {schema}, this one reads {SCHEMA})")
    reader = FrameReader()
    bodies = reader.feed(rest)
    while True:
        try:
            body = next(bodies)
        except (StopIteration, TraceError):
            return
        yield decode(body, schema)


def frame_count(data: bytes) -> int:
    """How many frames a trace file has by what their heads say: for a bar that tells how far reading it is."""
    at, count = data.find(b"\n") + 1, 0
    while 0 < at <= len(data) - HEAD.size:
        at += HEAD.size + int(HEAD.unpack_from(data, at)[0])
        count += 1
    return count


def _tree(item: Any, blob: Blob) -> Any:
    cls = type(item)
    if cls in _PLAIN:
        return item
    if cls is tuple:
        return {"t": [entry if type(entry) in _PLAIN else _tree(entry, blob) for entry in item]}
    contents = _CONTENTS.get(cls)
    if contents is not None:
        tree = blob.shared.get(id(item))
        if tree is None:
            tree = [cls.__name__, *[e if type(e) in _PLAIN else _tree(e, blob) for e in contents(item)]]
            if cls is value.Value or cls is events.Source:
                blob.shared[id(item)] = tree
        return tree
    if isinstance(item, np.ndarray):
        return {"dtype": type_name(item.dtype), "shape": item.shape, "at": blob.add(item)}
    if isinstance(item, float):
        return float(item) if math.isfinite(item) else {"float": repr(float(item))}
    if isinstance(item, str | int):
        return item
    if isinstance(item, tuple):
        return _tree(tuple(item), blob)
    if isinstance(item, np.generic):
        return _tree(np.asarray(item), blob)
    raise TypeError(f"{cls.__name__} has no place in a trace")


def _in_pieces(text: str, at: int, depth: int, blob: memoryview) -> tuple[Any, int]:
    """What begins at a place of the text, and where it ends.

    The parser keeps every thread waiting while it reads, 30 ms for 10,000 ops, and once more when its tree is let go:
    so what is deeper than `depth` is parsed piece by piece. The text is as `encode` writes it, without a space.
    """
    is_tuple, is_record = text.startswith(TUPLE, at), text.startswith("[", at)
    if not depth or not (is_tuple or is_record):
        tree, end = _PARSED(text, at)
        return _record(tree, blob), end
    entries = []
    at += len(TUPLE) if is_tuple else 1
    while text[at] != "]":
        entry, at = _in_pieces(text, at + (text[at] == ","), depth - 1, blob)
        entries.append(entry)
    if is_tuple and text[at + 1] != "}":
        raise ValueError(f"a tuple does not end at {at}")
    return (tuple(entries), at + 2) if is_tuple else (_made(entries[0], entries[1:]), at + 1)


def _made(name: str, contents: list[Any]) -> Any:
    cls = RECORDS[name]
    if len(contents) != len(_FIELDS[cls]):
        raise ValueError(f"{name} has {len(contents)} fields instead of {len(_FIELDS[cls])}")
    return cls(*contents)


def _record(tree: Any, blob: memoryview) -> Any:
    if isinstance(tree, list):
        return _made(tree[0], [_record(entry, blob) for entry in tree[1:]])
    if not isinstance(tree, dict):
        return tree
    if "t" in tree:
        return tuple(_record(entry, blob) for entry in tree["t"])
    if "float" in tree:
        return float(tree["float"])
    return _array(tree, blob)


def _array(tree: dict[str, Any], blob: memoryview) -> value.Array:
    name, shape, at = tree["dtype"], tuple(tree["shape"]), tree["at"]
    if name not in _DTYPES or not all(type(n) is int and n >= 0 for n in (*shape, at)):
        raise ValueError("an array that no engine makes")
    dtype = np.dtype(name)
    end = at + math.prod(shape) * dtype.itemsize
    if end > len(blob):
        raise ValueError("an array reaches beyond its frame")
    array = np.frombuffer(blob[at:end], dtype).reshape(shape)
    array.flags.writeable = False
    return array

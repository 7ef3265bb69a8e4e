"""A trace as the messages that a file keeps, and back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from . import codec
from .messages import CurvesExtended, Message, PassMarked, PassRecorded
from .trace import Trace, TraceBuilder


def stored_messages(trace: Trace) -> Iterator[Message]:
    """What to write so that reading it gives this trace again (its kept passes, its thinned text, all its curves)."""
    if trace.began is not None:
        yield trace.began
    yield from (PassMarked(number) for number in sorted(trace.marked))
    yield from (PassRecorded(item) for item in trace.passes)
    if trace.curves.length:
        keys = trace.curves.keys
        yield CurvesExtended(0, keys, np.column_stack([trace.curves.column(key) for key in keys]))
    yield from trace.output
    yield from (item for item in (trace.expected, *trace.forwards, trace.error, trace.ended) if item is not None)


def trace_bytes(trace: Trace) -> bytes:
    """The whole content of a trace file."""
    return b"".join(codec.write_trace(stored_messages(trace)))


def trace_from(data: bytes) -> Trace:
    """The trace in a file's content; what a torn tail held is missing. TraceError if it is no trace."""
    builder = TraceBuilder()
    for message in codec.read_trace(data):
        try:
            builder.add(message)
        except ValueError as error:
            raise codec.TraceError(f"this trace is out of order: {error}") from error
    return builder.trace

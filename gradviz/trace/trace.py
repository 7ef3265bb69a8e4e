"""A whole run as one immutable value, and the builder that makes the next one from the next message."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace

from .curves import Curves
from .events import BackwardBegan, ErrorRaised
from .forward import ForwardRecorded, thinned, with_forward
from .messages import (
    CurvesExtended,
    FigureShown,
    Message,
    OutputThinned,
    PassesExpected,
    PassMarked,
    PassRecorded,
    PlaneShown,
    RunBegan,
    RunEnded,
    RunPaused,
    TextPrinted,
)
from .ops import OpInfo
from .passes import Pass

KEPT_PASSES = 200
"""How many passes stay whole: the first, the latest, and evenly spread ones between."""

KEPT_TEXT = 1_000_000
"""Characters of output kept; the beginning and the end of what was printed survive."""

KEPT_FIGURES = 50
"""How many figures are kept: the first ones; a run that shows more says so."""

KEPT_PICTURES = 64 << 20
"""Bytes of them all together."""


@dataclass(frozen=True, eq=False)
class Trace:
    """What is known of a run at one moment; `version` grows with every message."""

    version: int = 0
    began: RunBegan | None = None
    passes: tuple[Pass, ...] = ()
    """The passes kept whole, by rising number."""
    marked: frozenset[int] = frozenset()
    """Numbers of passes that stay whole whatever else goes."""
    curves: Curves = field(default_factory=Curves)
    expected: PassesExpected | None = None
    output: tuple[TextPrinted | FigureShown | PlaneShown, ...] = ()
    output_dropped: int = 0
    thinned: OutputThinned | None = None
    forwards: tuple[ForwardRecorded, ...] = ()
    """The functions that passes computed, by rising number of the first pass of each; see `forward_at`."""
    error: ErrorRaised | None = None
    paused_after: int | None = None
    ended: RunEnded | None = None

    @property
    def program(self) -> str:
        return self.began.program if self.began else ""

    @property
    def ops(self) -> dict[str, OpInfo]:
        return {op.name: op for op in self.began.ops} if self.began else {}

    @property
    def pass_count(self) -> int:
        """Passes run so far, kept or not."""
        last = self.passes[-1].number + 1 if self.passes else 0
        return max(last, self.curves.length, self.ended.passes if self.ended else 0)

    @property
    def backward_count(self) -> int:
        """Passes with a backward. What a program computes after its last one is a pass of its own, but no step of its
        training; nor is a pass that is not there to be looked at known to be such a one."""
        last = self.passes[-1] if self.passes else None
        if last is None or last.number == 0 or last.number + 1 < self.pass_count:
            return self.pass_count
        return last.number + any(isinstance(event, BackwardBegan) for event in last.events)

    def find_pass(self, number: int) -> Pass | None:
        """The kept pass of this number, or the nearest kept one before it (after it when there is none)."""
        if not self.passes:
            return None
        position = bisect_left(self.passes, number, key=lambda item: item.number)
        if position < len(self.passes) and self.passes[position].number == number:
            return self.passes[position]
        return self.passes[max(0, position - 1)]

    def nearest_pass(self, number: int) -> Pass | None:
        """The kept pass of this number, or the nearest one on either side."""
        if not self.passes:
            return None
        position = bisect_left(self.passes, number, key=lambda item: item.number)
        around = self.passes[max(0, position - 1) : position + 1]
        return min(around, key=lambda item: abs(item.number - number))

    def forward_at(self, number: int) -> ForwardRecorded | None:
        """The function that pass `number` computed, or the nearest known one before it; None before there is any."""
        position = bisect_right(self.forwards, number, key=lambda item: item.number)
        return self.forwards[max(0, position - 1)] if self.forwards else None


Item = TextPrinted | FigureShown | PlaneShown
Printed = tuple[Item, ...]


class TraceBuilder:
    """Adds messages to a trace. The traces handed out never change."""

    def __init__(self, kept_passes: int = KEPT_PASSES) -> None:
        self.trace = Trace()
        self._kept_passes = kept_passes
        self._spacing = 1
        self._text_kept = 0

    def add(self, message: Message) -> Trace:
        """Take one message; returns the trace that includes it. ValueError where messages come out of order."""
        trace = self.trace
        match message:
            case RunBegan():
                self._spacing, self._text_kept = 1, 0
                trace = Trace(version=trace.version, began=message)
            case PassRecorded(item=item):
                trace = replace(trace, passes=self._thinned(trace.passes, item), paused_after=None)
            case PassMarked(number=number):
                trace = replace(trace, marked=trace.marked | {number})
            case PassesExpected():
                trace = replace(trace, expected=message)
            case CurvesExtended():
                trace = replace(trace, curves=trace.curves.extended(message))
            case TextPrinted():
                trace = self._with_text(trace, message)
            case FigureShown() | PlaneShown():
                trace = replace(trace, output=_with_figure(trace.output, message))
            case OutputThinned():
                trace = replace(trace, thinned=message)
            case ForwardRecorded():
                trace = replace(trace, forwards=thinned(with_forward(trace.forwards, message)))
            case ErrorRaised():
                trace = replace(trace, error=message)
            case RunPaused(number=number):
                trace = replace(trace, paused_after=number)
            case RunEnded():
                trace = replace(trace, ended=message, paused_after=None)
        self.trace = replace(trace, version=trace.version + 1)
        return self.trace

    def _thinned(self, passes: tuple[Pass, ...], item: Pass) -> tuple[Pass, ...]:
        """Keep the first, the latest, and some between that are at least a spacing apart; it doubles when full."""
        if passes and passes[-1].number == item.number:
            return (*passes[:-1], item)
        if passes and passes[-1].number > item.number:
            raise ValueError(f"pass {item.number} came after pass {passes[-1].number}")
        marked = self.trace.marked
        if len(passes) > 1 and passes[-1].number - passes[-2].number < self._spacing:
            passes = passes if passes[-1].number in marked else passes[:-1]
        while len(passes) >= self._kept_passes + len(marked):
            self._spacing *= 2
            kept = [passes[0]]
            for candidate in passes[1:]:
                if candidate.number - kept[-1].number >= self._spacing or candidate.number in marked:
                    kept.append(candidate)
            passes = tuple(kept)
        return (*passes, item)

    def _with_text(self, trace: Trace, message: TextPrinted) -> Trace:
        output = trace.output
        last = output[-1] if output else None
        if (
            isinstance(last, TextPrinted)
            and (last.stream, last.number) == (message.stream, message.number)
            and len(last.text) < 4096
        ):
            output = (*output[:-1], replace(message, text=last.text + message.text))
        else:
            output = (*output, message)
        self._text_kept += len(message.text)
        dropped = trace.output_dropped
        if self._text_kept > KEPT_TEXT:
            # Thin the middle: a person wants to see how it began and how it ended.
            half = KEPT_TEXT // 2
            head, tail = _first(output, half), _last(output, half)
            kept = sum(len(item.text) for item in (*head, *tail) if isinstance(item, TextPrinted))
            dropped += self._text_kept - kept
            output, self._text_kept = (*head, *tail), kept
        return replace(trace, output=output, output_dropped=dropped)


def _with_figure(output: Printed, message: FigureShown | PlaneShown) -> Printed:
    figures = [item for item in output if not isinstance(item, TextPrinted)]
    others = [item for item in figures if item.key != message.key]
    if len(others) >= KEPT_FIGURES or sum(item.size for item in (*others, message)) > KEPT_PICTURES:
        return output
    if len(others) == len(figures):
        return (*output, message)
    return tuple(item if isinstance(item, TextPrinted) or item.key != message.key else message for item in output)


def _first(output: Printed, limit: int) -> Printed:
    kept: list[Item] = []
    for item in output:
        if limit <= 0:
            break
        if isinstance(item, TextPrinted):
            kept.append(replace(item, text=item.text[:limit]))
            limit -= len(item.text)
        else:
            kept.append(item)
    return tuple(kept)


def _last(output: Printed, limit: int) -> Printed:
    # Half of the room is left free, so that thinning happens once in a while and not at every line.
    limit //= 2
    kept: list[Item] = []
    for item in reversed(output):
        if limit <= 0:
            break
        if isinstance(item, TextPrinted):
            kept.append(replace(item, text=item.text[-limit:]))
            limit -= len(item.text)
        else:
            kept.append(item)
    return tuple(reversed(kept))

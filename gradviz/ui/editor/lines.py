"""What the run says about each line of the program: its value and its card. No Qt."""

from __future__ import annotations

from collections import defaultdict

from ...trace.events import OpRan, Source, TensorMade, TensorUpdated
from ...trace.history import History, Track
from ...trace.regions import is_region
from ...trace.value import Value


class LineValues:
    """The value that each line of a pass bound to a name, over the steps; built once for a pass."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._tracks: dict[int, Track[Value]] = defaultdict(Track)
        for state in history.carried.tensors:
            if state.name and state.source:
                self._tracks[state.source.end_line].add(0, state.value)
        for step, event in enumerate(history.events, 1):
            source = getattr(event, "source", None)
            if source is None:
                continue
            if isinstance(event, TensorMade) and event.name:
                self._tracks[source.end_line].add(step, event.value)
            elif isinstance(event, TensorUpdated):
                self._tracks[source.end_line].add(step, event.after)
            elif isinstance(event, OpRan):
                for output in event.outputs:
                    if output.name:
                        self._tracks[source.end_line].add(step, output.value)

    def at(self, step: int) -> dict[int, Value]:
        """Line → the last value bound there at or before the step."""
        found = {line: track.at(step) for line, track in self._tracks.items()}
        return {line: value for line, value in found.items() if value is not None}


def card_of_line(history: History, line: int) -> str | None:
    """The card that a line stands for: its last op, or the leaf that it makes."""
    ops = [op.id for _, op in history.ops.values() if _covers(op.source, line)]
    if ops:
        return f"o{ops[-1]}"
    leaves = [key for key, tensor in history.tensors.items() if tensor.op is None and _covers(tensor.source, line)]
    return f"t{leaves[-1]}" if leaves else None


def source_of_card(history: History, key: str) -> Source | None:
    """The piece of the program that made a card; for a group, all that its ops stand in."""
    if is_region(key):
        cards = history.region_cards(key)
        sources = [op.source for _, op in history.ops.values() if f"o{op.id}" in cards and op.source is not None]
        if not sources:
            return None
        start = min((item.line, item.column) for item in sources)
        end = max((item.end_line, item.end_column) for item in sources)
        return Source(*start, *end)
    number = key[1:].split("@")[0]
    if not number.isdigit():
        return None
    if key.startswith("o") and int(number) in history.ops:
        return history.ops[int(number)][1].source
    if key.startswith("t") and int(number) in history.tensors:
        return history.tensors[int(number)].source
    return None


def _covers(source: Source | None, line: int) -> bool:
    return source is not None and source.line <= line <= source.end_line

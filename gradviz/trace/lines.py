"""What a pass says about each line of the program, over the steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .events import Event, OpRan, TensorMade, TensorUpdated
from .passes import Carried
from .tracks import Track
from .value import Value


class LineValues:
    """The value that each line of a pass bound to a name."""

    def __init__(self, carried: Carried, events: Iterable[Event]) -> None:
        self._tracks: dict[int, Track[Value]] = defaultdict(Track)
        for state in carried.tensors:
            if state.name and state.source:
                self._tracks[state.source.end_line].add(0, state.value)
        for step, event in enumerate(events, 1):
            if isinstance(event, OpRan):
                if event.source is not None:
                    for output in event.outputs:
                        if output.name:
                            self._tracks[event.source.end_line].add(step, output.value)
            elif isinstance(event, TensorMade):
                if event.source is not None and event.name:
                    self._tracks[event.source.end_line].add(step, event.value)
            elif isinstance(event, TensorUpdated) and event.source is not None:
                self._tracks[event.source.end_line].add(step, event.after)

    def at(self, step: int) -> dict[int, Value]:
        """Line → the last value bound there at or before the step."""
        found = {line: track.at(step) for line, track in self._tracks.items()}
        return {line: value for line, value in found.items() if value is not None}

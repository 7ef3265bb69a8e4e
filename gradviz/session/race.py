"""A race: variants of the program in the editor, run at once from the same start; each is a kept run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..supervisor import Run
from ..trace.trace import Trace
from .session import Session
from .signal import Signal
from .variants import Variant

AT_ONCE = 12
"""Processes at once: all runs move together."""


class Race:
    """The program in the editor is not changed, and what runs of it goes on. `changed` when a race begins or ends."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids: tuple[int, ...] = ()
        self.is_running = False

    def start(self, variants: Sequence[Variant]) -> bool:
        """Run all variants; False, with a word why, where that cannot be."""
        session = self._session
        if session.view.question:
            session.told.emit(f"{session.view.question} Agree that it runs before it races.")
            return False
        if self.is_running:
            self.stop()
        ids = session.runs.keep(*((variant.name, Trace()) for variant in variants))
        if not ids:
            return False
        path, settings = session.document.path, session.settings
        runs = [
            Run(
                program=variant.program,
                path=str(path or session.document.name),
                directory=str(path.parent if path else Path.home()),
                engine=settings.engine,
                speed=settings.pass_speed,
            )
            for variant in variants
        ]
        # Real PyTorch takes a second of processor time and 200 MB to load: all at once would be no race.
        at_once = AT_ONCE if settings.engine == "numpy" else max(2, os.cpu_count() or 2)
        self._ids, self.is_running = ids, True
        session.runner.lanes.start(runs, at_once)
        session.told.emit(f"{len(ids)} runs race from the same start.")
        self.changed.emit()
        return True

    def stop(self) -> None:
        """End all runs of the race; how far they came is kept."""
        if self.is_running:
            self._session.runner.lanes.stop()

    def refresh(self) -> None:
        """Take over how far the runs have come."""
        if not self._ids:
            return
        lanes = self._session.runner.lanes
        is_busy, traces = lanes.is_busy, lanes.traces
        self._session.runs.follow(dict(zip(self._ids, traces, strict=False)))
        if self.is_running and not is_busy:
            self.is_running = False
            ended = sum(trace.error is None and trace.ended is not None and not trace.ended.note for trace in traces)
            words = "" if ended == len(traces) else f" {ended} of {len(traces)} runs came to their end."
            self._session.told.emit(f"The race is over.{words}")
            self.changed.emit()

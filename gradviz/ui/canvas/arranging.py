"""Makes pictures without ever blocking the window.

A small graph takes a few milliseconds and is made at once. A large one goes to a plain Python thread, which gives way
to the window often because it is pure Python. A QThread would abort the process when it is destroyed while it runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from ...layout.cancel import CancelledError
from ...scene.cards import Options
from ...scene.scene import Geometry, Scene, geometry_of, graph_for, scene_of
from ...trace.history import History
from ...trace.trace import Trace

AT_ONCE = 300
"""Ops up to which the window waits; measured: 40 ms."""


@dataclass(frozen=True, eq=False)
class Job:
    """One picture to make; `known` are the places on screen now."""

    history: History
    trace: Trace
    options: Options
    known: Geometry | None

    @property
    def is_small(self) -> bool:
        return len(self.history.ops) <= AT_ONCE

    def made(self, cancelled: Callable[[], bool]) -> Scene:
        """The picture. Another pass of a training run is other numbers in the same places."""
        known = self.known if self.known is not None and self.known.direction == self.options.direction else None
        graph = graph_for(self.history, self.trace, self.options, known.measures if known else None)
        if known is None or known.signature != graph.signature:
            previous = known.layout if known is not None else None
            known = geometry_of(graph, direction=self.options.direction, previous=previous, cancelled=cancelled)
        scene = scene_of(self.history, graph, known, self.trace)
        if not self.is_small:
            scene.prepare()
        return scene


class Arranger(QObject):
    """One job at a time. `arranged` carries the scene, on the window's thread."""

    arranged = Signal(object)
    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._next: Job | None = None
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        return self._job is not None

    def arrange(self, job: Job) -> None:
        """Do it now if it is small, in the background if not."""
        if job.is_small:
            self.cancel()
            self.arranged.emit(job.made(self._cancel.is_set))
        elif self._job is not None and self._job.trace.program == job.trace.program:
            # A program that trains brings passes faster than large pictures are made: each one made is shown, and
            # the newest is next. Cancelling would never show any.
            self._next = job
        else:
            self.cancel()
            self._start(job)

    def _start(self, job: Job) -> None:
        self._job, self._cancel = job, threading.Event()
        self._thread = threading.Thread(target=self._work, args=(job, self._cancel), name="gradviz-layout", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Give up what is under way; the thread ends by itself within milliseconds."""
        self._cancel.set()
        self._cancel = threading.Event()
        self._job = self._next = None

    def shutdown(self) -> None:
        """No thread is left after this."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(timeout=5.0)

    def _work(self, job: Job, cancel: threading.Event) -> None:
        try:
            scene = job.made(cancel.is_set)
        except CancelledError:
            return
        if not cancel.is_set():
            self._finished.emit(job, scene)

    def _deliver(self, job: Job, scene: Scene) -> None:
        if job is not self._job:
            return
        following, self._job, self._next = self._next, None, None
        self.arranged.emit(scene)
        if following is not None and self._job is None:
            self._start(following)

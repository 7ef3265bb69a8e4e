"""From the session's view to a scene on screen: when to lay out, when to restyle, and what then looks different."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ...scene.cards import Options
from ...scene.scene import Geometry, Look, Scene
from ...session.session import Session
from ...session.view import View
from ...trace.events import (
    BackwardBegan,
    BackwardEnded,
    GradientZeroed,
    LeafAccumulated,
    NodeRan,
    OpRan,
    OptimizerStepped,
    TensorUpdated,
)
from ...trace.history import History
from .arranging import Arranger, Job


def options_of(session: Session) -> Options:
    """What the person chose to see; exports are given the same."""
    settings, folding = session.settings, session.view.folding
    direction: Literal["right", "down"] = "down" if settings.direction == "down" else "right"
    return Options(
        constants=settings.constants,
        chips=settings.chips,
        saved=settings.saved,
        direction=direction,
        graph=settings.graph,
        grouping=settings.grouping,
        folding=folding.start,
        opened=folding.opened,
        folded=folding.folded,
        by_hand=folding.by_hand,
    )


class Stage(QObject):
    """Holds the picture. The old one stays until the new one is ready."""

    rebuilt = Signal(object)
    """Other cards or other places; carries the geometry before, None for the first."""
    restyled = Signal(object)
    """Another step of the same picture; carries the look before."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._history: History | None = None
        self._wanted: tuple[object, ...] = ()
        """What the picture is made from besides the history."""
        self.arranger = Arranger(self)
        self.arranger.arranged.connect(self._show)
        self.scene: Scene | None = None
        self.look: Look | None = None
        self.geometry: Geometry | None = None
        """The places at rest; while cards glide, the scene's geometry is on its way to them."""

    def follow(self, view: View) -> None:
        """Bring the picture to where the view is."""
        state = view.state
        if state is None:
            self._drop()
            return
        wanted = (options_of(self._session), view.trace.error)
        if state.history is not self._history or wanted != self._wanted:
            self._history, self._wanted = state.history, wanted
            self._rebuild(view, state.history)
        elif self.scene is not None and self.look is not None and self.scene.history is state.history:
            before = self.look
            if state.step != before.step:
                self.look = self.scene.look(state.step)
                self.restyled.emit(before)

    def _drop(self) -> None:
        self.arranger.cancel()
        if self.scene is not None or self._history is not None:
            self._history = self.scene = self.look = self.geometry = None
            self.rebuilt.emit(None)

    def _rebuild(self, view: View, history: History) -> None:
        self.arranger.arrange(Job(history, view.trace, options_of(self._session), self.geometry))

    def _show(self, scene: Scene) -> None:
        before, self.geometry = self.geometry, scene.geometry
        self.scene = scene
        state = self._session.view.state
        is_current = state is not None and state.history is scene.history
        self.look = scene.look(state.step if state is not None and is_current else scene.history.steps)
        self.rebuilt.emit(before)

    def place(self, geometry: Geometry) -> None:
        """Show the cards on their way."""
        if self.scene is not None:
            self.scene = self.scene.placed(geometry)

    def changed_since(self, before: Look) -> tuple[set[int], NDArray[np.intp]]:
        """Positions of cards and links that look different from an earlier step of this picture."""
        assert self.scene is not None, "there is a picture"
        assert self.look is not None, "a picture has a step"
        cards = set(np.flatnonzero(before.cards != self.look.cards).tolist())
        links = np.flatnonzero(before.links != self.look.links)
        # The lower line of a card counts the gradients that have arrived.
        cards |= set(self.scene.link_ends[links].reshape(-1).tolist())
        low, high = sorted((before.step, self.look.step))
        by_tensor, by_node = self.scene.table.by_tensor, self.scene.table.by_node
        # Texts may change where states do not: a value, a sum, a gradient that was cleared.
        for event in self.scene.history.events[low:high]:
            if isinstance(event, BackwardBegan | BackwardEnded):
                cards.update(range(len(self.scene.cards)))
            elif isinstance(event, LeafAccumulated | TensorUpdated | GradientZeroed) and event.tensor in by_tensor:
                cards.add(by_tensor[event.tensor])
            elif isinstance(event, OptimizerStepped):
                cards.update(by_tensor[part.tensor] for part in event.parameters if part.tensor in by_tensor)
            elif isinstance(event, OpRan) and self.scene.groups:
                # The value that leaves a group comes after its first op.
                cards.update(at for at in (self.scene.table.index.get(f"o{event.id}"),) if at is not None)
            elif isinstance(event, NodeRan) and event.node in by_node:
                cards.add(by_node[event.node])
        return cards, links

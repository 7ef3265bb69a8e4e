"""The commands that show ways through the graph from the selected cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...scene import paths

if TYPE_CHECKING:
    from .canvas import GraphCanvas


class Ways:
    """Lets everything beside a way step back; the same command again takes that away."""

    def __init__(self, canvas: GraphCanvas) -> None:
        self._canvas = canvas

    def feeding(self) -> None:
        self._show(paths.feeding, 1)

    def fed(self) -> None:
        self._show(paths.fed, 1)

    def gradient_way(self) -> None:
        self._show(paths.gradient_way, 1)

    def between(self) -> None:
        self._show(paths.between, 2)

    def _show(self, find: Callable[..., frozenset[int]], count: int) -> None:
        canvas, scene = self._canvas, self._canvas.stage.scene
        if scene is None:
            return
        index = scene.table.index
        cards = [index[key] for key in canvas.session.view.selection if key in index]
        if len(cards) < count:
            words = "a card" if count == 1 else "two cards, the second with Ctrl+click"
            canvas.session.told.emit(f"Select {words}, first.")
            return
        way = find(scene, *cards[-count:])
        canvas.hand.show_way(None if way == canvas.hand.way else way)

"""Where the canvas looks: all of a graph that can be read whole, else near to what runs; and what stays still.

A network of twenty cards in a row is 3,000 units long: shown whole it is a strip of crumbs. So a graph too large for
its texts opens at a size at which they can be read, where something happens, with the minimap for the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...scene.scene import Geometry, Scene
from ..fonts import pixels
from .camera import Box, Camera, fitted, near
from .hand import places_of
from .overlay import overlay_height

if TYPE_CHECKING:
    from .canvas import GraphCanvas

LEGIBLE, COMFORTABLE, MOST = 0.42, 0.7, 1.25
"""Zooms at the usual size of type: a graph smaller than the first is shown at the second; the last is the most."""
MARGIN, ASKING = 20, 116
"""Pixels: around the graph, and for the card that asks for a prediction."""


class Sight:
    """For one canvas."""

    def __init__(self, canvas: GraphCanvas) -> None:
        self._canvas = canvas
        self.shows_whole = False
        """Whether a person asked for the whole graph, however small."""
        self._is_near = False
        self._shown: Scene | None = None

    def forget(self) -> None:
        """There is no picture any more."""
        self.shows_whole, self._shown = False, None

    def room(self, type_size: int) -> Box:
        """The part of the canvas that nothing lies upon, in pixels."""
        canvas, margin = self._canvas, pixels(MARGIN, type_size)
        low = overlay_height(type_size)
        # The card that asks must not cover the cards that it asks about.
        high = margin + (pixels(ASKING, type_size) if canvas.session.settings.predict else 0)
        return margin, high, max(1, canvas.width() - 2 * margin), max(1, canvas.height() - high - margin - low)

    def on(self, box: Box, type_size: int) -> Camera:
        """All of a box, as large as it fits and no larger than can be taken in."""
        return fitted(box, self.room(type_size), MOST * type_size / 100)

    def holds(self, box: Box, type_size: int) -> bool:
        """Whether a box of the scene is in view, or will be when the view has come to rest."""
        left, top, width, height = self.room(type_size)
        x, y = self._canvas.aim.to_screen(box[0], box[1])
        zoom, slack = self._canvas.aim.zoom, MARGIN / 2
        inside_x = x >= left - slack and x + box[2] * zoom <= left + width + slack
        return inside_x and y >= top - slack and y + box[3] * zoom <= top + height + slack

    def camera(self, type_size: int) -> Camera:
        """Where the canvas looks as long as nobody moves it."""
        geometry = self._canvas.stage.geometry
        if geometry is None:
            return Camera()
        whole, scale = self.on(geometry.bounds, type_size), type_size / 100
        self._is_near = not self.shows_whole and whole.zoom < LEGIBLE * scale
        if not self._is_near:
            return whole
        return near(geometry.bounds, self.room(type_size), COMFORTABLE * scale, self._focus(geometry))

    def _focus(self, geometry: Geometry) -> Box:
        """What runs, else what is selected, else where backward begins."""
        scene, look = self._canvas.stage.scene, self._canvas.stage.look
        assert scene is not None, "there is a picture"
        card = look.running if look is not None else -1
        if card < 0 and (found := _middle(scene, geometry, self._selected())) is not None:
            return *found, 0.0, 0.0
        if card < 0:
            card = next((scene.table.by_node[root] for root in scene.history.roots if root in scene.table.by_node), -1)
        left, top, width, height = geometry.rects[card].tolist() if len(geometry.rects) else geometry.bounds
        return left, top, width, height

    def near_card(self, card: int, type_size: int) -> Camera:
        """As near as now, with a card in the middle."""
        geometry = self._canvas.stage.geometry
        assert geometry is not None, "there is a picture"
        left, top, width, height = geometry.rects[card].tolist()
        return near(geometry.bounds, self.room(type_size), self._canvas.aim.zoom, (left, top, width, height))

    def after(self, before: Geometry | None, type_size: int) -> Camera:
        """Where to look in a picture that has just changed: a card that was clicked stays under the pointer."""
        canvas, old = self._canvas, self._shown
        scene, geometry = canvas.stage.scene, canvas.stage.geometry
        assert scene is not None, "there is a picture"
        assert geometry is not None, "a picture has places"
        self._shown = scene
        goal = self.camera(type_size)
        kept = canvas.aim
        if canvas.is_fitted and (before is None or not self._is_near or goal.zoom != kept.zoom):
            return goal
        if before is None:
            return kept
        if old is not None and old.history.number == scene.history.number:
            was, now = (_middle(one, at, self._selected()) for one, at in ((old, before), (scene, geometry)))
            if was is not None and now is not None:
                kept = kept.moved(*((a - b) * kept.zoom for a, b in zip(was, now, strict=True)))
        return goal if canvas.is_fitted and not self._sees_cards(geometry, kept) else kept

    def _sees_cards(self, geometry: Geometry, camera: Camera) -> bool:
        left, top, width, height = camera.box_to_scene((0, 0, self._canvas.width(), self._canvas.height()))
        middles = geometry.rects[:, :2] + geometry.rects[:, 2:] / 2
        return bool(((middles > (left, top)) & (middles < (left + width, top + height))).all(axis=1).any())

    def _selected(self) -> str:
        return (self._canvas.session.view.selection or ("",))[-1]


def _middle(scene: Scene, geometry: Geometry, key: str) -> tuple[float, float] | None:
    """The middle of a card, or of the cards of an open group; None for one that is not there."""
    places = [at for at in places_of(scene, key) if at < len(geometry.rects)] if key else []
    if not places:
        return None
    rects = geometry.rects[places]
    low, high = rects[:, :2].min(axis=0), (rects[:, :2] + rects[:, 2:]).max(axis=0)
    x, y = np.add(low, high).tolist()
    return x / 2, y / 2

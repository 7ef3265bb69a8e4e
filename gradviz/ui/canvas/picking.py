"""What lies at a point, or touches an area, of a scene: a few comparisons of whole columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...scene.curves import Curves
from ...scene.pills import PILL_HEIGHT
from ...scene.scene import Look, Scene
from .camera import Box

REACH = 14.0
"""Scene units that a card's halo, ring and badge reach beyond it."""


def card_at(scene: Scene, x: float, y: float) -> int:
    """Position of the card at a point of the scene, −1 for none; the one drawn last where two meet."""
    rects = scene.geometry.rects
    if not len(rects):
        return -1
    away = np.array([x, y]) - rects[:, :2]
    hits = np.flatnonzero(((away >= 0) & (away <= rects[:, 2:])).all(axis=1))
    return int(hits[-1]) if len(hits) else -1


def pill_at(scene: Scene, look: Look, x: float, y: float) -> int:
    """Position of the link whose number lies at a point of the scene, −1 for none."""
    if not len(scene.table.links):
        return -1
    away = np.abs(scene.pill_places - np.array([x, y]))
    for link in np.flatnonzero((away[:, 1] <= PILL_HEIGHT / 2) & (away[:, 0] < 120)):
        pill = scene.pill(int(link), look.step)
        if pill is not None and away[link, 0] <= pill.width / 2:
            return int(link)
    return -1


def segments_in(curves: Curves, links: NDArray[np.intp], area: Box) -> NDArray[np.intp]:
    """The segments of these links that an area of the scene touches."""
    segments = curves.segments_of(links)
    return segments[touched(curves.boxes[segments], area, 4.0, 4.0)]


def cards_in(scene: Scene, area: Box) -> NDArray[np.intp]:
    """Positions of the cards that an area of the scene touches."""
    rects = scene.geometry.rects
    x, y, width, height = area
    inside = (
        (rects[:, 0] < x + width + REACH)
        & (rects[:, 0] + rects[:, 2] > x - REACH)
        & (rects[:, 1] < y + height + REACH)
        & (rects[:, 1] + rects[:, 3] > y - REACH)
    )
    return np.flatnonzero(inside)


def links_in(scene: Scene, area: Box) -> NDArray[np.intp]:
    """Positions of the links of which a segment may lie in an area of the scene."""
    curves = scene.geometry.curves
    found = np.zeros(len(scene.table.links), dtype=bool)
    # Numbers stand up to half their width beside an edge.
    found[curves.owner[touched(curves.boxes, area, 44.0, 24.0)]] = True
    return np.flatnonzero(found)


def touched(boxes: NDArray[np.float64], area: Box, beside: float, above: float) -> NDArray[np.bool_]:
    """Which boxes (k, 4: left, top, right, bottom) an area touches, with some reach around it."""
    x, y, width, height = area
    return (
        (boxes[:, 0] < x + width + beside)
        & (boxes[:, 2] > x - beside)
        & (boxes[:, 1] < y + height + above)
        & (boxes[:, 3] > y - above)
    )

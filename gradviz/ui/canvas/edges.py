"""Draws the edges of a scene: lines, arrowheads, the numbers that ride on them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from ...scene.arrows import arrowheads
from ...scene.curves import Curves
from ...scene.faces import Run
from ...scene.pills import PILL_HEIGHT, PILL_SIZE, Pill
from ...scene.roles import FLOW_STYLES, Flow
from ...scene.scene import Look, Scene
from ...scene.shades import mixed
from ...scene.theme import Theme
from .batches import draw_lines, lines_of, polygons
from .camera import Box
from .detail import Detail
from .lettering import Lettering, Placed
from .picking import segments_in, touched

CURVES = 400
"""Up to this many visible edges have arrowheads and dashes."""
TRUE_CURVES, SMOOTH_LINES = 12_000, 100_000
"""Pixels of the screen that bent pieces in view may be long together to be drawn so: about 2 and 3 ms."""
FLOW_ORDER = (Flow.FUTURE, Flow.QUIET, Flow.GHOST, Flow.FORWARD, Flow.AWAITED, Flow.DONE, Flow.MOVING)


class EdgePainter:
    """Paints with one theme."""

    def __init__(self, theme: Theme, lettering: Lettering) -> None:
        self.theme = theme
        self.lettering = lettering
        self._moving, self._still = QBrush(QColor(theme.gradient_fill)), QBrush(QColor(theme.canvas))
        self._known: dict[int, Pill | None] = {}
        self._pills_of: Look | None = None
        """The step whose numbers are kept: a view that moves shows the same ones again."""

    def lines(
        self,
        painter: QPainter,
        scene: Scene,
        look: Look,
        links: NDArray[np.intp],
        area: Box,
        detail: Detail,
        zoom: float,
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        curves, flows = scene.geometry.curves, look.links[links]
        for flow in FLOW_ORDER:
            chosen = links[flows == flow]
            if not len(chosen):
                continue
            painter.setPen(self._flow_pen(flow, detail, zoom))
            if detail >= Detail.TITLES and FLOW_STYLES[flow].dashed and len(chosen) <= CURVES:
                # A dash pattern must run on over the joints.
                for link in chosen:
                    painter.drawPath(_path(curves, range(curves.first[link], curves.first[link + 1])))
            elif detail >= Detail.TITLES:
                _draw_smooth(painter, curves, segments_in(curves, chosen, area), area)
            else:
                pieces = 4 if detail == Detail.BORDERED else 1
                draw_lines(painter, lines_of(curves.sampled(pieces, segments_in(curves, chosen, area))))

    def _flow_pen(self, flow: Flow, detail: Detail, zoom: float) -> QPen:
        style = FLOW_STYLES[flow]
        colour = getattr(self.theme, style.line)
        if detail < Detail.TITLES:
            # Far away the lines of hundreds of edges would hide the cards: thin and pale, apart from what moves.
            if flow != Flow.MOVING:
                colour = mixed(self.theme.canvas, colour, 0.45)
            return QPen(QColor(colour), 2 / zoom if flow == Flow.MOVING else 0)
        pen = QPen(QColor(colour), style.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if style.dashed:
            pen.setDashPattern([4, 3.4])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def lit(self, painter: QPainter, scene: Scene, links: NDArray[np.intp], area: Box, zoom: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = QColor(self.theme.text)
        colour.setAlphaF(0.55)
        pen = QPen(colour, max(2.0, 1.5 / zoom))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        curves = scene.geometry.curves
        _draw_smooth(painter, curves, segments_in(curves, links, area), area)

    def heads(self, painter: QPainter, scene: Scene, look: Look, links: NDArray[np.intp]) -> None:
        if len(links) > CURVES:
            return
        wanted = np.zeros(len(look.links), bool)
        wanted[links] = True
        positions, heads = arrowheads(scene.geometry.curves, look.links, scene.geometry.direction)
        heads, flows = heads[wanted[positions]], look.links[positions[wanted[positions]]]
        painter.setPen(Qt.PenStyle.NoPen)
        for flow in FLOW_ORDER:
            if (chosen := flows == flow).any():
                painter.setBrush(QColor(getattr(self.theme, FLOW_STYLES[flow].line)))
                painter.drawPath(polygons(heads[chosen]))

    def pills(
        self, painter: QPainter, scene: Scene, look: Look, links: NDArray[np.intp], area: Box, travel: float
    ) -> None:
        if look is not self._pills_of:
            self._pills_of = look
            self._known.clear()
        passed = links[(look.links[links] == Flow.DONE) | (look.links[links] == Flow.MOVING)]
        places = scene.pill_places[passed]
        texts: list[Placed] = []
        painter.setPen(Qt.PenStyle.NoPen)
        for link in passed[touched(np.concatenate([places, places], axis=1), area, 60.0, 20.0)].tolist():
            pill = self._pill(scene, look, link)
            if pill is None:
                continue
            moving = look.links[link] == Flow.MOVING
            x, y = scene.pill_places[link].tolist()
            if moving and travel < 1 and scene.table.links[link].target == look.running:
                x, y = _on_the_way(scene.geometry.curves.ends[1][link], (x, y), pill.width, travel)
            painter.setBrush(self._moving if moving else self._still)
            box = QRectF(x - pill.width / 2, y - PILL_HEIGHT / 2, pill.width, PILL_HEIGHT)
            painter.drawRoundedRect(box, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
            colour = "gradient" if moving else "done"
            run = Run(pill.text, 0, 4.0, colour, PILL_SIZE, pill.width, bold=moving, mono=True, anchor="middle")
            texts.append((run, x, y))
        self.lettering.draw_all(painter, texts, self.theme)

    def _pill(self, scene: Scene, look: Look, link: int) -> Pill | None:
        if link not in self._known:
            self._known[link] = scene.pill(link, look.step)
        return self._known[link]

    def slots(self, painter: QPainter, scene: Scene, links: NDArray[np.intp]) -> None:
        """At the edges of an op with several outputs: which of them."""
        for link in links:
            mark = scene.slot_mark(int(link))
            if mark is not None:
                self.lettering.draw(painter, mark, 0, 0, self.theme)


def _on_the_way(
    start: NDArray[np.float64], goal: tuple[float, float], width: float, share: float
) -> tuple[float, float]:
    """Where a number is on its way from the card that sent it: it begins beside the card, not on it."""
    way = np.array(goal) - start
    length = float(np.hypot(*way))
    beside = min(1.0, width / 2 / length) if length else 1.0
    x, y = start + way * (beside + (1 - beside) * share)
    return float(x), float(y)


def _path(curves: Curves, segments: Iterable[int]) -> QPainterPath:
    """Segments that follow one another, as one path."""
    path = QPainterPath()
    for place, segment in enumerate(segments):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curves.controls[segment].tolist()
        if not place:
            path.moveTo(x0, y0)
        path.cubicTo(x1, y1, x2, y2, x3, y3)
    return path


def _draw_smooth(painter: QPainter, curves: Curves, segments: NDArray[np.intp], area: Box) -> None:
    """Level pieces as lines; bent ones as true curves, as short lines, or as lines without smoothing: the longer all
    of them are together, the cheaper each is drawn.

    Never one path of them all: it is filled as one shape, which costs 300 ms where hundreds of edges cross. Nor with
    round ends: such a line is a shape to fill, at ten times the cost of one with square ends.
    """
    controls, pen = curves.controls[segments], painter.pen()
    level = (np.abs(controls[:, 0] - controls[:, 3]) < 0.01).any(axis=1)
    square = QPen(pen)
    square.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(square)
    draw_lines(painter, controls[level][:, [0, 3]].reshape(-1, 4))
    bent, scale = segments[~level], painter.deviceTransform().m11()
    lines = lines_of(curves.sampled(14 if scale < 1.5 else 24, bent, fine_ends=True))
    boxes = np.concatenate([np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])], axis=1)
    lines = lines[touched(boxes, area, 4.0, 4.0)]
    length = scale * float(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]).sum())
    if length <= TRUE_CURVES:
        painter.setPen(pen)
        for segment in bent:
            painter.drawPath(_path(curves, [int(segment)]))
        return
    square.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setPen(square)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, length <= SMOOTH_LINES)
    draw_lines(painter, lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)

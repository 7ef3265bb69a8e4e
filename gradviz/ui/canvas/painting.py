"""Draws a scene at a step: edges, numbers, cards, in as few calls as the detail allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from ...scene.arrows import arrowheads
from ...scene.curves import Curves
from ...scene.faces import STACKED, HeatMap, Run, short_face
from ...scene.pills import PILL_HEIGHT, PILL_SIZE
from ...scene.roles import CARD_STYLES, FLOW_STYLES, Flow, Role
from ...scene.scene import Look, Scene
from ...scene.shades import mixed, shade_colour
from ...scene.tags import MOST_SAVED, TAG_DROP, TAG_HEIGHT, TAG_PAD, TAG_SIZE
from ...scene.theme import Theme
from .batches import draw_lines, draw_rects, lines_of
from .camera import Box, Camera
from .detail import Detail, detail_for
from .lettering import Lettering
from .picking import cards_in, links_in, segments_in, touched

RADIUS = 9.0
CURVES = 400
"""Up to this many visible edges have arrowheads and dashes."""
SMALL_TEXT_ZOOM = 0.75
"""Nearer than this, tags and the numbers of outputs can be read."""
TRUE_CURVES = 60
"""Up to this many bent pieces are drawn as true curves."""
FLOW_ORDER = (Flow.FUTURE, Flow.QUIET, Flow.GHOST, Flow.FORWARD, Flow.AWAITED, Flow.DONE, Flow.MOVING)


@dataclass(frozen=True)
class Marks:
    """What a person points at, by positions of cards and links."""

    hovered: frozenset[int] = frozenset()
    lit: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    """Links of the hovered cards."""
    selected: frozenset[int] = frozenset()
    focused: int = -1
    operands: frozenset[int] | None = None
    """Cards that can be operands while a line is being built; all others step back. None otherwise."""
    chosen: frozenset[int] = frozenset()
    """Cards that are operands already."""
    way: frozenset[int] | None = None
    """Cards of a way that a person asked for; all others step back. None otherwise."""
    stops: frozenset[int] = frozenset()
    """Cards with a breakpoint."""
    notes: frozenset[int] = frozenset()
    """Cards that show something going wrong in training."""
    travel: float = 1.0
    """How far the gradients of this step have come along their edges, 0 … 1."""


class ScenePainter:
    """Paints with one theme; keeps pens and cut texts between repaints."""

    def __init__(self, theme: Theme, *, saved: bool = True) -> None:
        """`saved` says whether cards tell of their saved tensors, where few are in sight."""
        self.theme = theme
        self._saved = saved
        self.lettering = Lettering()

    def paint(self, painter: QPainter, scene: Scene, look: Look, camera: Camera, exposed: Box, marks: Marks) -> Detail:
        """Draw what lies in `exposed` (widget pixels); returns the detail that was chosen."""
        area = camera.box_to_scene(exposed)
        cards = cards_in(scene, area)
        detail = detail_for(camera.zoom, len(cards))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, detail >= Detail.TITLES)
        painter.translate(camera.x, camera.y)
        painter.scale(camera.zoom, camera.zoom)
        links = links_in(scene, area)
        self._links(painter, scene, look, links, area, detail, camera.zoom)
        if len(marks.lit):
            self._lit(painter, scene, marks.lit, area, camera.zoom)
        if detail >= Detail.TITLES:
            self._heads(painter, scene, look, links)
            for card in cards:
                self._card(painter, scene, look, int(card), detail, marks)
            if detail == Detail.FULL:
                if camera.zoom >= SMALL_TEXT_ZOOM:
                    for card in cards:
                        self._tags(painter, scene, look, int(card), saved=self._saved and len(cards) <= MOST_SAVED)
                    self._slots(painter, scene, links)
                self._pills(painter, scene, look, links, area, marks)
        else:
            self._flat(painter, scene, look, cards, detail, marks, camera.zoom)
        painter.restore()
        return detail

    # -- edges ---------------------------------------------------------------------------------------------------

    def _links(
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

    def _lit(self, painter: QPainter, scene: Scene, links: NDArray[np.intp], area: Box, zoom: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = QColor(self.theme.text)
        colour.setAlphaF(0.55)
        pen = QPen(colour, max(2.0, 1.5 / zoom))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        curves = scene.geometry.curves
        _draw_smooth(painter, curves, segments_in(curves, links, area), area)

    def _heads(self, painter: QPainter, scene: Scene, look: Look, links: NDArray[np.intp]) -> None:
        if len(links) > CURVES:
            return
        wanted = np.zeros(len(look.links), bool)
        wanted[links] = True
        positions, heads = arrowheads(scene.geometry.curves, look.links, scene.geometry.direction)
        painter.setPen(Qt.PenStyle.NoPen)
        for link, head in zip(positions[wanted[positions]], heads[wanted[positions]], strict=True):
            painter.setBrush(QColor(getattr(self.theme, FLOW_STYLES[Flow(int(look.links[link]))].line)))
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in head]))

    def _pills(
        self, painter: QPainter, scene: Scene, look: Look, links: NDArray[np.intp], area: Box, marks: Marks
    ) -> None:
        known = links[(look.links[links] == Flow.DONE) | (look.links[links] == Flow.MOVING)]
        places = scene.pill_places[known]
        for link in known[touched(np.concatenate([places, places], axis=1), area, 60.0, 20.0)]:
            pill = scene.pill(int(link), look.step)
            if pill is None:
                continue
            moving = look.links[link] == Flow.MOVING
            x, y = pill.x, pill.y
            if moving and marks.travel < 1 and scene.table.links[link].target == look.running:
                x, y = _on_the_way(scene.geometry.curves.ends[1][link], (x, y), pill.width, marks.travel)
            ground = self.theme.gradient_fill if moving else self.theme.canvas
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            box = QRectF(x - pill.width / 2, y - PILL_HEIGHT / 2, pill.width, PILL_HEIGHT)
            painter.drawRoundedRect(box, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
            colour = "gradient" if moving else "done"
            run = Run(pill.text, 0, 4.0, colour, PILL_SIZE, pill.width, bold=moving, mono=True, anchor="middle")
            self.lettering.draw(painter, run, x, y, self.theme)

    def _slots(self, painter: QPainter, scene: Scene, links: NDArray[np.intp]) -> None:
        """At the edges of an op with several outputs: which of them."""
        for link in links:
            mark = scene.slot_mark(int(link))
            if mark is not None:
                self.lettering.draw(painter, mark, 0, 0, self.theme)

    # -- cards ---------------------------------------------------------------------------------------------------

    def _flat(
        self,
        painter: QPainter,
        scene: Scene,
        look: Look,
        cards: NDArray[np.intp],
        detail: Detail,
        marks: Marks,
        zoom: float,
    ) -> None:
        """All cards of a state in one call. Pale fills vanish under lines from afar, so the border's colour fills."""
        roles, rects = look.cards[cards], scene.geometry.rects[cards]
        for role in Role:
            chosen = rects[roles == role]
            if not len(chosen):
                continue
            style = CARD_STYLES[role]
            border = getattr(self.theme, style.border)
            strong = role in (Role.RUNNING, Role.FAULT, Role.UPDATED)
            fill = border if strong else mixed(self.theme.canvas, border, 0.55 if detail == Detail.FLAT else 0.3)
            if detail == Detail.FLAT:
                painter.setPen(Qt.PenStyle.NoPen)
            else:
                painter.setPen(QPen(QColor(border), 0))
            painter.setBrush(QColor(fill))
            draw_rects(painter, chosen)
            if strong:
                # One running card among thousands must be found at a glance.
                painter.setPen(QPen(QColor(border), 3 / zoom))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                grown = chosen + np.array([-6, -6, 12, 12]) / zoom
                draw_rects(painter, grown)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.focus), 2 / zoom))
        ringed = np.array(sorted(marks.selected | marks.hovered | (marks.operands or frozenset())), dtype=np.intp)
        draw_rects(painter, scene.geometry.rects[ringed] + np.array([-3, -3, 6, 6]) / zoom)

    def _card(self, painter: QPainter, scene: Scene, look: Look, card: int, detail: Detail, marks: Marks) -> None:
        role = Role(int(look.cards[card]))
        style = CARD_STYLES[role]
        x, y, width, height = scene.geometry.rects[card]
        box = QRectF(x, y, width, height)
        radius = min(RADIUS, height / 2.4)
        steps_back = any(shown is not None and card not in shown for shown in (marks.operands, marks.way))
        painter.setOpacity(0.35 if steps_back else 1.0)
        if style.halo:
            self._rounded(painter, box, 4.5, radius, fill=getattr(self.theme, style.halo), alpha=0.22)
        border = QPen(QColor(getattr(self.theme, style.border)), style.width)
        if scene.cards[card].group is not None:
            painter.setPen(border)
            painter.setBrush(QColor(self.theme.canvas))
            painter.drawRoundedRect(box.translated(STACKED, STACKED), radius, radius)
        if style.dashed:
            border.setDashPattern([4, 3])
        if card in marks.hovered:
            border.setWidthF(style.width + 0.75)
        painter.setPen(border)
        painter.setBrush(QColor(getattr(self.theme, style.fill)))
        painter.drawRoundedRect(box, radius, radius)
        if detail == Detail.FULL:
            face = scene.face(card, look)
            for run in face.runs:
                self.lettering.draw(painter, run, x, y, self.theme)
            if face.heat is not None:
                self._heat(painter, face.heat, x, y)
        else:
            self.lettering.draw(painter, short_face(scene.cards[card], role, width, height), x, y, self.theme)
        if marks.operands is not None and card in marks.operands:
            chosen = card in marks.chosen
            self._ring(painter, box, 3.5, radius, self.theme.value, 2.5 if chosen else 1.5, dashed=not chosen)
        if card in marks.selected:
            self._ring(painter, box, 3.5, radius, self.theme.focus, 2.0)
        if card == marks.focused:
            self._ring(painter, box, 6.5, radius, self.theme.focus, 1.25, dashed=True)
        if card in marks.stops:
            painter.setPen(QPen(QColor(self.theme.canvas), 1.5))
            painter.setBrush(QColor(self.theme.text_muted))
            painter.drawRoundedRect(QRectF(x - 5, y - 5, 11, 11), 2.5, 2.5)
        if card == scene.fault:
            self._badge(painter, x + width, y, "error", "!")
        elif card in marks.notes:
            self._badge(painter, x + width, y, "text_muted", "i")
        painter.setOpacity(1.0)

    def _tags(self, painter: QPainter, scene: Scene, look: Look, card: int, *, saved: bool) -> None:
        left, top, _, height = scene.geometry.rects[card]
        y = top + height - TAG_DROP
        for tag in scene.tags(card, look, saved=saved):
            box = QRectF(left + tag.x, y, tag.width, TAG_HEIGHT)
            border = "line_strong" if tag.role in ("text_muted", "text_faint") else tag.role
            painter.setPen(QPen(QColor(getattr(self.theme, border)), 0.75))
            painter.setBrush(QColor(self.theme.error_fill if tag.role == "error" else self.theme.card))
            painter.drawRoundedRect(box, 4, 4)
            run = Run(tag.text, TAG_PAD, TAG_HEIGHT - 4.0, tag.role, TAG_SIZE, tag.width - 2 * TAG_PAD)
            self.lettering.draw(painter, run, box.x(), y, self.theme)
            if tag.struck:
                painter.setPen(QPen(QColor(getattr(self.theme, tag.role)), 0.75))
                middle = y + TAG_HEIGHT / 2
                painter.drawLine(QPointF(box.left() + TAG_PAD - 1, middle), QPointF(box.right() - TAG_PAD + 1, middle))

    def _ring(
        self,
        painter: QPainter,
        box: QRectF,
        out: float,
        radius: float,
        colour: str,
        width: float,
        *,
        dashed: bool = False,
    ) -> None:
        pen = QPen(QColor(colour), width)
        if dashed:
            pen.setDashPattern([3, 2.5])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-out, -out, out, out), radius + out, radius + out)

    def _rounded(self, painter: QPainter, box: QRectF, out: float, radius: float, *, fill: str, alpha: float) -> None:
        colour = QColor(fill)
        colour.setAlphaF(alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box.adjusted(-out, -out, out, out), radius + out, radius + out)

    def _badge(self, painter: QPainter, x: float, y: float, role: str, sign: str) -> None:
        painter.setPen(QPen(QColor(self.theme.canvas), 2))
        painter.setBrush(QColor(getattr(self.theme, role)))
        painter.drawEllipse(QPointF(x - 1, y + 1), 9.5, 9.5)
        run = Run(sign, 0, 4.5, "on_accent", 12.0, 20, bold=True, anchor="middle")
        self.lettering.draw(painter, run, x - 1, y + 1, self.theme)

    def _heat(self, painter: QPainter, heat: HeatMap, x: float, y: float) -> None:
        rows, columns = heat.shades.shape
        wide, tall = heat.width / columns, heat.height / rows
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for row in range(rows):
            for column in range(columns):
                painter.setBrush(QColor(shade_colour(float(heat.shades[row, column]), self.theme)))
                painter.drawRect(QRectF(x + heat.x + column * wide, y + heat.y + row * tall, wide, tall))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


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
    """Level pieces as lines; bent ones as curves where they are few, as short lines where they are many.

    Never one path of them all: it is filled as one shape, which costs 300 ms where hundreds of edges cross.
    """
    controls = curves.controls[segments]
    level = (np.abs(controls[:, 0] - controls[:, 3]) < 0.01).any(axis=1)
    draw_lines(painter, controls[level][:, [0, 3]].reshape(-1, 4))
    bent = segments[~level]
    if len(bent) <= TRUE_CURVES:
        for segment in bent:
            painter.drawPath(_path(curves, [int(segment)]))
        return
    # Qt has a quick way for lines of one pixel; wider ones cost twenty times as much.
    pen = painter.pen()
    pen.setWidth(0)
    painter.setPen(pen)
    lines = lines_of(curves.sampled(10, bent))
    boxes = np.concatenate([np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])], axis=1)
    draw_lines(painter, lines[touched(boxes, area, 4.0, 4.0)])

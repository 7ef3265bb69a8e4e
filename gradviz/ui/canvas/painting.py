"""Draws a scene at a step: the cards, in as few calls as the detail allows; `edges` draws what runs between them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from ...scene.faces import STACKED, Face, HeatMap, Run, short_face
from ...scene.roles import CARD_STYLES, Role
from ...scene.scene import Look, Scene
from ...scene.shades import mixed, shade_colour
from ...scene.tags import MOST_SAVED, TAG_DROP, TAG_HEIGHT, TAG_PAD, TAG_SIZE
from ...scene.theme import Theme
from .batches import draw_rects
from .camera import Box, Camera
from .detail import Detail, detail_for
from .edges import EdgePainter
from .lettering import Lettering, Placed
from .picking import cards_in, links_in

RADIUS = 9.0
BACK = 0.35
"""Opacity of cards that step back."""
SMALL_TEXT_ZOOM = 0.75
"""Nearer than this, tags and the numbers of outputs can be read."""


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
        self._edges = EdgePainter(theme, self.lettering)
        self._styles = {role: _style(theme, role) for role in Role}
        self._faces: dict[int, Face] = {}
        self._faces_of: Look | None = None
        """The step whose faces are kept: a view that moves shows the same ones again."""

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
        self._edges.lines(painter, scene, look, links, area, detail, camera.zoom)
        if len(marks.lit):
            self._edges.lit(painter, scene, marks.lit, area, camera.zoom)
        if detail >= Detail.TITLES:
            self._edges.heads(painter, scene, look, links)
            self._cards(painter, scene, look, cards.tolist(), detail, marks)
            if detail == Detail.FULL:
                if camera.zoom >= SMALL_TEXT_ZOOM:
                    for card in cards:
                        self._tags(painter, scene, look, int(card), saved=self._saved and len(cards) <= MOST_SAVED)
                    self._edges.slots(painter, scene, links)
                self._edges.pills(painter, scene, look, links, area, marks.travel)
        else:
            self._flat(painter, scene, look, cards, detail, marks, camera.zoom)
        painter.restore()
        return detail

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

    def _cards(
        self, painter: QPainter, scene: Scene, look: Look, cards: list[int], detail: Detail, marks: Marks
    ) -> None:
        """First all boxes, then all texts, then what a person has marked: as few changes of pen and font as can be."""
        if look is not self._faces_of:
            self._faces_of = look
            self._faces.clear()
        rects = scene.geometry.rects[cards].tolist()
        texts: dict[float, list[Placed]] = {1.0: [], BACK: []}
        for card, rect in zip(cards, rects, strict=True):
            steps_back = any(shown is not None and card not in shown for shown in (marks.operands, marks.way))
            opacity = BACK if steps_back else 1.0
            painter.setOpacity(opacity)
            self._box(painter, scene, Role(int(look.cards[card])), card, QRectF(*rect), hovered=card in marks.hovered)
            if detail == Detail.FULL:
                face = self._face(scene, look, card)
                texts[opacity] += [(run, rect[0], rect[1]) for run in face.runs]
                if face.heat is not None:
                    self._heat(painter, face.heat, rect[0], rect[1])
            else:
                run = short_face(scene.cards[card], Role(int(look.cards[card])), rect[2], rect[3])
                texts[opacity].append((run, rect[0], rect[1]))
        for opacity, placed in texts.items():
            painter.setOpacity(opacity)
            self.lettering.draw_all(painter, placed, self.theme)
        painter.setOpacity(1.0)
        for card, rect in zip(cards, rects, strict=True):
            self._marked(painter, scene, card, QRectF(*rect), marks)

    def _face(self, scene: Scene, look: Look, card: int) -> Face:
        face = self._faces.get(card)
        if face is None:
            face = self._faces[card] = scene.face(card, look)
        return face

    def _box(self, painter: QPainter, scene: Scene, role: Role, card: int, box: QRectF, *, hovered: bool) -> None:
        style, radius = CARD_STYLES[role], min(RADIUS, box.height() / 2.4)
        border, fill = self._styles[role]
        if style.halo:
            self._rounded(painter, box, 4.5, radius, fill=getattr(self.theme, style.halo), alpha=0.22)
        if scene.cards[card].group is not None:
            painter.setPen(QPen(border.color(), style.width))
            painter.setBrush(QColor(self.theme.canvas))
            painter.drawRoundedRect(box.translated(STACKED, STACKED), radius, radius)
        if hovered:
            border = QPen(border)
            border.setWidthF(style.width + 0.75)
        painter.setPen(border)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, radius, radius)

    def _marked(self, painter: QPainter, scene: Scene, card: int, box: QRectF, marks: Marks) -> None:
        radius = min(RADIUS, box.height() / 2.4)
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
            painter.drawRoundedRect(QRectF(box.x() - 5, box.y() - 5, 11, 11), 2.5, 2.5)
        if card == scene.fault:
            self._badge(painter, box.right(), box.y(), "error", "!")
        elif card in marks.notes:
            self._badge(painter, box.right(), box.y(), "text_muted", "i")

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


def _style(theme: Theme, role: Role) -> tuple[QPen, QBrush]:
    """Border and ground of the cards of a state."""
    style = CARD_STYLES[role]
    border = QPen(QColor(getattr(theme, style.border)), style.width)
    if style.dashed:
        border.setDashPattern([4, 3])
    return border, QBrush(QColor(getattr(theme, style.fill)))

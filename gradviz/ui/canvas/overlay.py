"""Words over the picture that do not move with it: legend, ready queue, what to do next."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ...scene.queue import queue_head
from ...scene.roles import CARD_STYLES, FLOW_LEGEND, FLOW_STYLES, LEGEND, Flow, Role
from ...scene.scene import Look, Scene
from ...scene.theme import Theme
from ...session.view import View
from ..fonts import mono, pixels, sans

MARGIN = 18
MOST_ENTRIES = 12
LEAST_WIDE, LEAST_TALL = 300, 220
"""Pixels at 100 % type: what the queue needs beside its label, and what a canvas needs for a legend."""


def overlay_height(type_size: int) -> int:
    """Pixels at the bottom that the picture leaves free when it is fitted."""
    return pixels(70, type_size)


class Overlay:
    """Paints in widget pixels, at the type size of the window."""

    def __init__(self, theme: Theme, type_size: int) -> None:
        self.theme = theme
        self.type_size = type_size

    def px(self, size: float) -> int:
        return pixels(size, self.type_size)

    def paint(
        self, painter: QPainter, width: int, height: int, scene: Scene, look: Look, *, in_order: bool = True
    ) -> None:
        """Legend above the queue, at the bottom left; the queue tells which node is next if it is `in_order`.

        Both give way to the cards where the canvas is small.
        """
        bottom = height - self.px(MARGIN)
        if scene.history.phase(look.step) == "backward" and width >= self.px(LEAST_WIDE):
            self._queue(painter, width, bottom, scene, look, in_order)
            bottom -= self.px(42)
        if height >= self.px(LEAST_TALL):
            self._legend(painter, width, bottom - self.px(6), look)

    def _legend(self, painter: QPainter, width: int, y: float, look: Look) -> None:
        """The states and arrows that occur in this picture, so that it never explains what is not there."""
        painter.setFont(sans(self.type_size, 11.5))
        metrics, x = QFontMetricsF(painter.font()), float(self.px(MARGIN))
        shown: list[tuple[float, Role | Flow]] = []
        for role in LEGEND:
            if np.any(look.cards == role):
                shown.append((self.px(17) + metrics.horizontalAdvance(CARD_STYLES[role].word), role))
        for flow in FLOW_LEGEND:
            if np.any(look.links == flow):
                shown.append((self.px(26) + metrics.horizontalAdvance(FLOW_STYLES[flow].word), flow))
        places = list(accumulate((advance + self.px(18) for advance, _ in shown), initial=x))
        kept = [each for each, end in zip(shown, places[1:], strict=True) if end <= width - self.px(MARGIN - 18)]
        if not kept:
            return
        # Cards that lie below must not mix with the words.
        ground = QColor(self.theme.canvas)
        ground.setAlphaF(0.86)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        tall, pad = metrics.height() + self.px(6), self.px(7)
        length = places[len(kept)] - x - self.px(18) + 2 * pad
        box = QRectF(x - pad, y - metrics.xHeight() / 2 - tall / 2, length, tall)
        painter.drawRoundedRect(box, self.px(6), self.px(6))
        for (_, entry), place in zip(kept, places, strict=False):
            if isinstance(entry, Role):
                self._state(painter, place, y, metrics, entry)
            else:
                self._arrow(painter, place, y, metrics, entry)

    def _state(self, painter: QPainter, x: float, y: float, metrics: QFontMetricsF, role: Role) -> None:
        style = CARD_STYLES[role]
        pen = QPen(QColor(getattr(self.theme, style.border)), max(1.25, style.width * 0.9))
        if style.dashed:
            pen.setDashPattern([2.2, 1.6])
        painter.setPen(pen)
        painter.setBrush(QColor(getattr(self.theme, style.fill)))
        radius = self.px(5)
        painter.drawEllipse(QPointF(x + radius, y - metrics.xHeight() / 2), radius - 0.5, radius - 0.5)
        painter.setPen(QColor(self.theme.text_muted))
        painter.drawText(QPointF(x + self.px(17), y), style.word)

    def _arrow(self, painter: QPainter, x: float, y: float, metrics: QFontMetricsF, flow: Flow) -> None:
        """What an arrow means, drawn as it points where data flows from left to right."""
        style, long, head = FLOW_STYLES[flow], self.px(20), self.px(4)
        colour, middle = QColor(getattr(self.theme, style.line)), y - metrics.xHeight() / 2
        painter.setPen(QPen(colour, max(1.25, style.width)))
        painter.drawLine(QPointF(x, middle), QPointF(x + long, middle))
        tip, back = (x + long, -2 * head) if style.arrow == "target" else (x, 2 * head)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        corners = (QPointF(tip, middle), QPointF(tip + back, middle - head), QPointF(tip + back, middle + head))
        painter.drawPolygon(QPolygonF(corners))
        painter.setPen(QColor(self.theme.text_muted))
        painter.drawText(QPointF(x + long + self.px(6), y), style.word)

    def _queue(
        self, painter: QPainter, width: int, bottom: float, scene: Scene, look: Look, in_order: bool
    ) -> None:
        """A box with the nodes that are ready, the next one first and marked if it is to be seen."""
        label = "Ready queue"
        entries, beyond = queue_head(scene.history, look.step, MOST_ENTRIES, in_order=in_order)
        words, small = sans(self.type_size, 12), mono(self.type_size, 11)
        pad, tall = self.px(12), self.px(34)
        left, room = self.px(MARGIN), width - 2 * self.px(MARGIN) - 2 * pad
        wide = QFontMetricsF(words).horizontalAdvance(label) + self.px(10)
        metrics = QFontMetricsF(small)
        chips: list[tuple[str, float]] = []
        for place, entry in enumerate(entries):
            text, more = entry.text, QFontMetricsF(words).horizontalAdvance("+ 000 more") + self.px(8)
            left_for = room - wide - self.px(16) - (more if beyond or place + 1 < len(entries) else 0)
            if metrics.horizontalAdvance(text) > left_for:
                if place:
                    break
                # What runs next is what one looks for: rather cut than left out.
                text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(left_for, self.px(60)))
            chip = metrics.horizontalAdvance(text) + self.px(16)
            chips.append((text, chip))
            wide += chip + self.px(6)
        left_over = len(entries) - len(chips) + beyond
        rest = "empty" if not entries else f"+ {left_over} more" if left_over else ""
        wide += QFontMetricsF(words).horizontalAdvance(rest) if rest else -self.px(6)
        box = QRectF(left + 0.5, bottom - tall + 0.5, wide + 2 * pad, tall)
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.setBrush(QColor(self.theme.card))
        painter.drawRoundedRect(box, self.px(7), self.px(7))
        x = box.left() + pad
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        x = self._words(painter, box, x, label, self.theme.text_muted) + self.px(10)
        for place, (text, chip) in enumerate(chips):
            is_next = in_order and place == 0
            ground = QRectF(x, box.center().y() - self.px(10), chip, self.px(20))
            painter.setPen(Qt.PenStyle.NoPen if is_next else QPen(QColor(self.theme.line), 1))
            painter.setBrush(QColor(self.theme.gradient_fill if is_next else self.theme.card))
            painter.drawRoundedRect(ground, self.px(10), self.px(10))
            painter.setFont(small)
            painter.setPen(QColor(self.theme.gradient if is_next else self.theme.text_muted))
            painter.drawText(ground.adjusted(self.px(8), 0, 0, 0), middle, text)
            x += chip + self.px(6)
        self._words(painter, box, x, rest, self.theme.text_faint)

    def _words(self, painter: QPainter, box: QRectF, x: float, text: str, colour: str) -> float:
        painter.setFont(sans(self.type_size, 12))
        painter.setPen(QColor(colour))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        place = QRectF(x, box.top(), width + 2, box.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        return x + width

    def paint_message(self, painter: QPainter, width: int, height: int, title: str, text: str) -> None:
        """A title and a sentence in the middle, where there is no picture."""
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        column = QRectF(0, 0, min(width - 2 * self.px(24), self.px(420)), height)
        column.moveLeft((width - column.width()) / 2)
        painter.setFont(sans(self.type_size, 16, 600))
        head = painter.boundingRect(column, middle, title)
        painter.setFont(sans(self.type_size, 13))
        body = painter.boundingRect(column, middle, text)
        top = max(self.px(8), (height - head.height() - body.height() - self.px(10)) / 2)
        painter.setPen(QColor(self.theme.text_muted))
        painter.drawText(column.translated(0, top + head.height() + self.px(10)), middle, text)
        painter.setFont(sans(self.type_size, 16, 600))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(column.translated(0, top), middle, title)

    def paint_banner(self, painter: QPainter, width: int, text: str, role: str) -> None:
        """A line at the top: what a click does now, or why the picture is not the newest."""
        colour = getattr(self.theme, role)
        fill = getattr(self.theme, f"{role}_fill")
        painter.setFont(sans(self.type_size, 12.5, 500))
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - self.px(60))
        wide = metrics.horizontalAdvance(text) + self.px(28)
        box = QRectF((width - wide) / 2, self.px(12), wide, self.px(30))
        painter.setPen(QPen(QColor(colour), 1))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(box, self.px(15), self.px(15))
        painter.setPen(QColor(colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def empty_words(view: View) -> tuple[str, str]:
    """Title and sentence for a canvas without cards: what it is waiting for, or what to do."""
    if view.question:
        return "Not run yet", f"{view.question} The button above the program runs it."
    if view.failure:
        return "The program did not finish", view.failure
    if view.is_busy:
        return "Running…", "The graph appears with the first tensor."
    if view.error is not None:
        return "No graph yet", "The program stopped with an error before it made a tensor. Problems says where."
    if view.newest.began is None:
        return "Nothing to see yet", "Run the program with Ctrl+Enter, and its graph appears here."
    return (
        "No tensors yet",
        "Make one with torch.tensor(2., requires_grad=True) and calculate with it, or open a lesson.",
    )


def banner_words(view: View, auto_run: bool) -> tuple[str, str] | None:
    """The line at the top and its colour role, where there is something to say."""
    if view.building is not None:
        return f"{view.building.op.title}: click {view.building.next_operand}. Esc gives up.", "value"
    if view.error is not None and view.newest is not view.trace:
        return "The program has an error now. This is the last run that worked.", "error"
    if view.newest is not view.trace and not view.is_busy and not view.newest.passes:
        return "This program makes no tensor. The graph is of the run before.", "ghost"
    if view.stale and not auto_run:
        return "The program has changed since this run. Ctrl+Enter runs it.", "ghost"
    return None

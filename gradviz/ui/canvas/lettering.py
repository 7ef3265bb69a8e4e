"""Text on the canvas: the fonts of the theme in scene units, and texts cut where another font makes them too wide."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ...scene.faces import Run
from ...scene.theme import MONO, SANS, Theme

UNIT = 4
"""Fonts have whole pixel sizes; 11.5 is drawn as 46 in a coordinate system four times finer."""

SHIFT = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""Part of a text's width that lies left of its origin."""
Placed = tuple[Run, float, float]
"""A run and where its origin lies."""


@cache
def font_of(size: float, bold: bool, mono: bool) -> QFont:
    """A font whose glyphs scale evenly with the zoom: hinting would make them jump between sizes."""
    font = QFont()
    font.setFamilies(list(MONO if mono else SANS))
    font.setPixelSize(round(size * UNIT))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if mono:
        font.setStyleHint(QFont.StyleHint.Monospace)
    return font


@cache
def metrics_of(size: float, bold: bool, mono: bool) -> QFontMetricsF:
    return QFontMetricsF(font_of(size, bold, mono))


class Lettering:
    """Draws runs of text and remembers how they were cut and how wide they are."""

    LIMIT = 4000

    def __init__(self) -> None:
        self._cut: dict[tuple[str, float, float, bool, bool], tuple[str, float]] = {}

    def forget(self) -> None:
        """Fonts were loaded or changed."""
        self._cut.clear()
        font_of.cache_clear()
        metrics_of.cache_clear()

    def fitted(self, run: Run) -> tuple[str, float]:
        """The text as it fits into its room, and its width in scene units."""
        key = (run.text, round(run.room, 1), run.size, run.bold, run.mono)
        found = self._cut.get(key)
        if found is None:
            if len(self._cut) > self.LIMIT:
                self._cut.clear()
            metrics = metrics_of(run.size, run.bold, run.mono)
            text = run.text
            # Half a pixel of tolerance: the estimate that made the card so wide is not exact.
            if metrics.horizontalAdvance(text) > (run.room + 2.0) * UNIT:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, (run.room + 2.0) * UNIT)
            found = self._cut[key] = (text, metrics.horizontalAdvance(text) / UNIT)
        return found

    def draw(self, painter: QPainter, run: Run, x: float, y: float, theme: Theme) -> None:
        """Draw a run whose origin is (x, y) in the painter's coordinates."""
        self.draw_all(painter, [(run, x, y)], theme)

    def draw_all(self, painter: QPainter, placed: Iterable[Placed], theme: Theme) -> None:
        """Draw runs with their origins; those of one font and colour together."""
        painter.save()
        painter.scale(1 / UNIT, 1 / UNIT)
        font = colour = None
        for run, x, y in sorted(placed, key=_look):
            text, width = self.fitted(run)
            if (look := (run.size, run.bold, run.mono)) != font:
                painter.setFont(font_of(*look))
                font = look
            if run.colour != colour:
                painter.setPen(QColor(getattr(theme, run.colour)))
                colour = run.colour
            left = x + run.x - SHIFT[run.anchor] * width
            painter.drawText(QPointF(left * UNIT, (y + run.y) * UNIT), text)
        painter.restore()


def _look(placed: Placed) -> tuple[float, bool, bool, str]:
    run = placed[0]
    return run.size, run.bold, run.mono, run.colour

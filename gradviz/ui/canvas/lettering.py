"""Text on the canvas: the fonts of the theme in scene units, and texts cut where another font makes them too wide."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ...scene.faces import Run
from ...scene.theme import MONO, SANS, Theme

UNIT = 4
"""Fonts have whole pixel sizes; 11.5 is drawn as 46 in a coordinate system four times finer."""


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
        text, width = self.fitted(run)
        shift = {"start": 0.0, "middle": width / 2, "end": width}[run.anchor]
        painter.setFont(font_of(run.size, run.bold, run.mono))
        painter.setPen(QColor(getattr(theme, run.colour)))
        painter.save()
        painter.translate(x + run.x - shift, y + run.y)
        painter.scale(1 / UNIT, 1 / UNIT)
        painter.drawText(QPointF(0, 0), text)
        painter.restore()

"""Typeset formulas: ziamath turns LaTeX into SVG, Qt draws it, and a line breaks before its signs.

Typesetting a new part takes 1 to 8 ms, too long for a key that is held down. So a line that is not in the cache is
drawn as plain text at once and typeset in the next idle moment. Lines of plain numbers need no typesetter at all.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QByteArray, QRectF, QSize, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..scene.theme import Theme
from ..scene.typeset import SIGNS, Formula
from .fonts import mono, pixels, sans

SYMBOL_SIZE = 17
"""Pixels at 100 % type; the mathematical font is small for its size."""

SMALLEST_SCALE = 0.4
"""A part that is wider than its line is made smaller down to this."""

NEARLY = 0.78
"""A line that fits at this scale is not broken."""

MOST_DRAWINGS = 2000

_BOLD = str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")


@dataclass(frozen=True)
class Drawing:
    """A typeset part: SVG, size in pixels, and how far it reaches above the base line."""

    svg: bytes
    width: float
    height: float
    ascent: float


@lru_cache(maxsize=MOST_DRAWINGS)
def drawing(latex: str, size: float, color: str) -> Drawing:
    """The typeset part; colour roles must be colours already."""
    with warnings.catch_warnings():
        # On import it uses a function that Python 3.11 called deprecated and 3.13 does not.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath  # late: a tenth of a second that the first window does not wait for

    ziamath.config.svg2 = False  # QSvgRenderer knows SVG Tiny: no <use> of symbols
    # Its \mathbf leaves digits as they are; Unicode has bold ones.
    bold = re.sub(r"\\mathbf\{([\d.]+)\}", lambda match: match[1].translate(_BOLD), latex)
    made: Any = ziamath.Latex(bold, size=size, color=color)
    width, height = made.getsize()
    return Drawing(made.svg().encode(), float(width), float(height), float(height) + float(made.getyofst()))


def with_colors(latex: str, theme: Theme) -> str:
    """Role names → the theme's colours."""
    return re.sub(r"\\textcolor\{(\w+)\}", lambda match: rf"\textcolor{{{getattr(theme, match[1])}}}", latex)


@dataclass(frozen=True)
class Run:
    """A piece of a line that Qt's own fonts can draw."""

    text: str
    role: str = "text"
    bold: bool = False


_NUMBER = r"-?[\d.]+"
_PLAIN = re.compile(
    rf"(?P<open>\\left\()?(?:\\textcolor\{{(?P<role>\w+)\}}\{{(?P<colored>{_NUMBER})\}}|(?P<sign>-?)\\mathbf\{{(?P<bold>[\d.]+)\}}"
    rf"|\\text\{{(?P<word>[\w.:()−… ]+)\}}|(?P<number>{_NUMBER}))(?P<close>\\right\))?"
)


@lru_cache(maxsize=2048)
def run_of(latex: str) -> Run | None:
    """The part as one coloured plain number (or word), None where it needs typesetting."""
    match = _PLAIN.fullmatch(latex.strip())
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    text = match["colored"] or match["word"] or match["number"] or (match["sign"] + match["bold"])
    text = text.replace("-", "−") if not match["word"] else text
    return Run(f"({text})" if match["open"] else text, match["role"] or "text", bool(match["bold"]))


@dataclass(frozen=True)
class Item:
    """A part or sign with its measures: typeset, or a run of text in a font."""

    width: float
    above: float
    below: float
    drawing: Drawing | None = None
    run: Run | None = None
    font: QFont | None = None
    left: float = 0.0
    base: float = 0.0
    scale: float = 1.0

    def scaled(self, scale: float) -> Item:
        return replace(self, width=self.width * scale, above=self.above * scale, below=self.below * scale, scale=scale)


class FormulaLabel(QWidget):
    """One formula, centred, over as many lines as its width demands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formula: Formula | None = None
        self._theme: Theme | None = None
        self._type_size = 100
        self._drawings: dict[str, Drawing | None] = {}
        self._is_plain = False
        self._places: dict[int, tuple[list[Item], float]] = {}
        """Width → where everything is, and the height: asked for many times in one layout."""
        self._renderers: dict[bytes, QSvgRenderer] = {}
        self._items: list[list[Item]] = []
        self._placed: list[Item] = []
        self._idle = QTimer(self)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._typeset_next)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_formula(self, formula: Formula | None, theme: Theme, type_size: int) -> None:
        """Show another formula; the same one again costs nothing."""
        if (formula, theme, type_size) == (self._formula, self._theme, self._type_size):
            return
        if (theme, type_size) != (self._theme, self._type_size):
            self._drawings = {}
        self._formula, self._theme, self._type_size = formula, theme, type_size
        self._is_plain = False
        self.setVisible(formula is not None)
        self.setAccessibleName(formula.plain if formula else "")
        needed: tuple[str, ...] = ()
        if formula is not None and any(run_of(part) is None for part in formula.parts):
            needed = (*formula.parts, *(SIGNS[sign] for sign in formula.signs))
        self._drawings = {latex: self._drawings.get(latex) for latex in needed}
        self._settle()
        if self.is_settled:
            self._idle.stop()
        else:
            self._idle.start()

    @property
    def formula(self) -> Formula | None:
        return self._formula

    @property
    def is_settled(self) -> bool:
        """Whether every part is drawn as it will stay."""
        return None not in self._drawings.values()

    def typeset_now(self) -> None:
        """Do not wait for an idle moment (for pictures of the window)."""
        while not self.is_settled:
            self._typeset_next()

    def _typeset_next(self) -> None:
        missing = next((latex for latex, made in self._drawings.items() if made is None), None)
        try:
            if missing is not None and self._theme is not None:
                size = float(pixels(SYMBOL_SIZE, self._type_size))
                self._drawings[missing] = drawing(with_colors(missing, self._theme), size, self._theme.text)
        finally:
            if missing is not None and self._drawings[missing] is None:
                # The typesetter cannot do it: say so once, not at every idle moment, and keep the plain line.
                self._idle.stop()
                self._drawings, self._is_plain = {}, True
                self._settle()
        if self.is_settled:
            self._idle.stop()
            self._settle()

    # -- placing -------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        self._places.clear()
        self._items = self._measured_groups()
        svgs = {item.drawing.svg for group in self._items for item in group if item.drawing is not None}
        self._renderers = {svg: made for svg, made in self._renderers.items() if svg in svgs}
        self._placed = self._placed_in(self.width())[0]
        self.updateGeometry()
        self.update()

    def _measured_groups(self) -> list[list[Item]]:
        """Parts that stay together when the line breaks: each with the sign before it, and the factors within a sum."""
        formula = self._formula
        if formula is None:
            return []
        if self._is_plain or not self.is_settled:
            # Plain text for a moment, in the height that a fraction will need.
            room = pixels(SYMBOL_SIZE, self._type_size) * 1.05
            item = self._text(Run(formula.plain, "text_muted"), sans(self._type_size))
            return [[replace(item, above=room + item.above / 3, below=room - item.above / 3)]]
        groups = [[self._item(formula.parts[0])]]
        is_sum = "+" in formula.signs
        for sign, part in zip(formula.signs, formula.parts[1:], strict=True):
            items = [self._sign(sign), self._item(part)]
            if is_sum and sign in "×·":
                groups[-1] += items
            else:
                groups.append(items)
        return groups

    def _item(self, part: str) -> Item:
        made = self._drawings.get(part)
        if made is not None:
            return Item(made.width, made.ascent, made.height - made.ascent, drawing=made)
        run = run_of(part) or Run(part)
        return self._text(run, mono(self._type_size, weight=700 if run.bold else 400))

    def _sign(self, sign: str) -> Item:
        if self._drawings:
            return self._item(SIGNS[sign])
        return self._text(Run(sign, "text_muted"), mono(self._type_size))

    def _text(self, run: Run, font: QFont) -> Item:
        metrics = QFontMetricsF(font)
        return Item(metrics.horizontalAdvance(run.text), metrics.ascent(), metrics.descent(), run=run, font=font)

    def _placed_in(self, width: int) -> tuple[list[Item], float]:
        if width not in self._places:
            self._places[width] = self._place(width)
        return self._places[width]

    def _place(self, width: float) -> tuple[list[Item], float]:
        """All items in their places, and the height that they take."""
        gap, lead = pixels(6, self._type_size), pixels(5, self._type_size)
        lines: list[list[Item]] = []
        taken = 0.0
        whole = sum(item.width for group in self._items for item in group)
        gaps = gap * (sum(len(group) for group in self._items) - 1)
        # A line that nearly fits is made a little smaller instead of broken.
        shrunk = (width - gaps) / whole if whole and whole + gaps > width else 1.0
        most = shrunk if shrunk >= NEARLY else 1.0
        for group in self._items:
            gaps, wide = gap * (len(group) - 1), sum(item.width for item in group)
            scale = max(SMALLEST_SCALE, min(most, (width - gaps) / wide)) if wide and width > 0 else 1.0
            wide = wide * scale + gaps
            if not lines or taken + gap + wide > width + 0.5:
                lines.append([])
                taken = -gap
            lines[-1] += [item.scaled(scale) for item in group]
            taken += gap + wide
        placed: list[Item] = []
        top = 0.0
        for line in lines:
            total = sum(item.width for item in line) + gap * (len(line) - 1)
            left = max(0.0, (width - total) / 2)
            base = top + max(item.above for item in line)
            for item in line:
                placed.append(replace(item, left=left, base=base))
                left += item.width + gap
            top = base + max(item.below for item in line) + lead
        return placed, max(0.0, top - lead)

    # -- Qt --------------------------------------------------------------------------------------------------------

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return int(self._placed_in(width)[1] + 1)

    def sizeHint(self) -> QSize:
        return QSize(pixels(200, self._type_size), self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        return QSize(pixels(60, self._type_size), self.heightForWidth(max(self.width(), 120)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._placed = self._placed_in(self.width())[0]
        super().resizeEvent(event)

    def _renderer(self, svg: bytes) -> QSvgRenderer:
        """Kept as long as the formula: to read a drawing takes longer than to paint it."""
        if svg not in self._renderers:
            self._renderers[svg] = QSvgRenderer(QByteArray(svg))
        return self._renderers[svg]

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for item in self._placed:
            if item.drawing is not None:
                box = QRectF(item.left, item.base - item.above, item.width, item.above + item.below)
                self._renderer(item.drawing.svg).render(painter, box)
            elif item.run is not None and item.font is not None:
                painter.save()
                painter.translate(item.left, item.base)
                painter.scale(item.scale, item.scale)
                painter.setFont(item.font)
                painter.setPen(QColor(getattr(self._theme, item.run.role)))
                painter.drawText(0, 0, item.run.text)
                painter.restore()
        painter.end()

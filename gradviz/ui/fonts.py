"""The two families of the window and their sizes.

Both are bundled, so that text has the same width on every machine; DejaVu stands behind them for ∇ ⊙ ∈ and the like.
Sizes are in pixels at 100 % type and grow with the type zoom.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from ..scene.theme import MONO, SANS
from ..session.resources import resource

BODY, SMALL, CODE = 13, 12, 13

_WEIGHTS = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 600: QFont.Weight.DemiBold, 700: QFont.Weight.Bold}


def load_fonts() -> None:
    """Make the bundled families known to Qt; once, when the application has been made."""
    for path in sorted(resource("fonts").iterdir()):
        if path.suffix in (".otf", ".ttf"):
            QFontDatabase.addApplicationFont(str(path))


def pixels(size: float, type_size: int) -> int:
    """A length or font size in pixels at a type zoom in per cent."""
    return max(1, round(size * type_size / 100))


def sans(type_size: int = 100, size: float = BODY, weight: int = 400) -> QFont:
    """The font of words. `weight` is 400, 500, 600 or 700."""
    return _font(SANS, type_size, size, weight)


def mono(type_size: int = 100, size: float = CODE, weight: int = 400) -> QFont:
    """The font of code and numbers. `weight` is 400 or 700."""
    font = _font(MONO, type_size, size, weight)
    font.setStyleHint(QFont.StyleHint.Monospace)
    # JetBrains Mono draws -> and != as one sign, which is not what a person typed.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def _font(families: tuple[str, ...], type_size: int, size: float, weight: int) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(pixels(size, type_size))
    font.setWeight(_WEIGHTS[weight])
    return font

"""How wide a text will be, without a font engine.

Cards need a size before anything is drawn, also in `gradviz export`, where no Qt may be there. The widths below are the
advances of Inter in thousandths of the type size, a little generous; numbers and code stand in a monospaced type, where
every character is 0.6 wide. Whoever draws still elides a text that does not fit, in case another font steps in.
"""

from __future__ import annotations

MONO_ADVANCE = 0.602
BOLD = 1.06
OTHER = 640

_GROUPS = {
    "ijlI|.,:;'!`·": 290,
    " ": 290,
    "frt()[]{}/\\-": 390,
    '"*°²³¹⁰⁴⁵⁶⁷⁸⁹ⁿ': 430,
    "acekszvxyJLEF?_": 580,
    "bdghnopquTSPZ0123456789": 625,
    "ABCDKRXYVUGHN+−×÷=<>←→↑↓≈∂Σ#~": 720,
    "OQwmM@%&": 830,
    "W": 1010,
    "…": 860,
}
_ADVANCES = {letter: advance for letters, advance in _GROUPS.items() for letter in letters}


def text_width(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """Width in the unit of `size`, which is the type size in scene units."""
    if mono:
        return len(text) * MONO_ADVANCE * size
    width = sum(_ADVANCES.get(letter, OTHER) for letter in text) * size / 1000
    return width * BOLD if bold else width


def fitted(text: str, room: float, size: float, *, bold: bool = False, mono: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than `room`."""
    if text_width(text, size, bold=bold, mono=mono) <= room:
        return text
    while text and text_width(text + "…", size, bold=bold, mono=mono) > room:
        text = text[:-1]
    return text + "…" if text else ""

"""How wide a text will be, without a font engine.

Cards need a size before anything is drawn, also in `gradviz export`, where no Qt may be there. The widths below are the
advances of Inter in thousandths of the type size; numbers and code stand in a monospaced type, where
every character is 0.6 wide. Whoever draws still elides a text that does not fit, in case another font steps in.
"""

from __future__ import annotations

from functools import lru_cache

MONO_ADVANCE = 0.602
BOLD = 1.04
OTHER = 680

_GROUPS = {
    "'": 220,
    "ijlI": 260,
    " !,.:;·": 280,
    "|¹()/[\\]ft{}ˣ": 360,
    'r⁷"ⁿ²⁵⁶⁸⁹': 420,
    "³⁰⁴-1^_": 460,
    "*?`s": 520,
    "Jkxz": 540,
    "Lacvy": 560,
    "7Fenu": 580,
    "25Eghopq": 600,
    "0689Zbd": 620,
    "#$&34PRSTXΣ∂": 640,
    "+<=>BKY~−×÷": 660,
    "AV": 680,
    "CD": 720,
    "GHU": 740,
    "NOQ": 760,
    "%w…": 830,
    "mM": 880,
    "@W←→": 960,
}
_ADVANCES = {letter: advance for letters, advance in _GROUPS.items() for letter in letters}


@lru_cache(maxsize=4096)
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

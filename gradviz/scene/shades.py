"""The colours of a heat map: blue for positive, grey for negative, the deeper the larger; red for NaN."""

from __future__ import annotations

import math

from .theme import Theme


def shade_colour(shade: float, theme: Theme) -> str:
    """"#rrggbb" for −1 … 1. Lightness alone tells the sizes apart, so it reads in grey and for every eye."""
    if math.isnan(shade):
        return theme.error
    return mixed(theme.canvas, theme.value if shade >= 0 else theme.ghost, 0.12 + 0.88 * abs(shade))


def mixed(ground: str, colour: str, share: float) -> str:
    """`share` of the colour over the ground."""
    pairs = ((int(ground[at : at + 2], 16), int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)

"""What stands on a card: its lines of text and its heat map, in scene units from the card's upper left corner.

The canvas and the exports both draw these, so they cannot show different things. Texts are made only for cards that
are drawn; sizes are found once, from the widest text a card can come to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..trace.history import NEVER, History
from ..trace.value import Value
from .cards import Card
from .measure import text_width
from .numbers import gradient_text, shape_text, value_text
from .roles import CARD_STYLES, Role

PAD = 9.0
STACKED = 4.0
"""How far the outline behind a folded group's card, which tells that there are more, looks out below and right."""
HEIGHT = 64.0
LOW_HEIGHT = 46.0
CHIP_HEIGHT = 26.0
LEAST_WIDTH, MOST_WIDTH = 96.0, 260.0
WIDTH_STEP = 4.0
"""Widths are rounded up to this, so that a longer number does not move the whole graph."""

TITLE, BODY, SMALL, SIGN = 11.5, 12.0, 11.0, 12.5
SHORT = 26.0
GRADIENT_ROOM = 15
BASELINES = (20.0, 38.5, 54.5)
HEAT_WIDTH, HEAT_HEIGHT = 34.0, 24.0
HEAT_ROWS, HEAT_COLUMNS = 6, 9


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text: `y` is the baseline, `colour` a role of the theme, `room` the width it must keep to."""

    text: str
    x: float
    y: float
    colour: str
    size: float
    room: float
    bold: bool = False
    mono: bool = False
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """Cells of a tensor: `shades` (rows, columns) in −1 … 1, NaN where the tensor holds one."""

    x: float
    y: float
    width: float
    height: float
    shades: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    runs: tuple[Run, ...]
    heat: HeatMap | None = None


def value_at(card: Card, history: History, step: int) -> Value | None:
    """What the card's tensor holds at a step: a later in-place op has a card of its own and does not show here."""
    if card.tensor is None:
        return None
    if card.group is not None and step < card.group.left:
        return None
    if card.op is not None:
        return card.op.outputs[0].value
    item = history.tensors[card.tensor]
    return item.values.at(step) or item.values.facts[0]


def gradient_line(card: Card, history: History, step: int) -> tuple[str, str]:
    """The lower line of a card and its colour role: what is known of the gradient at this step."""
    if card.graph == "forward" and card.kind != "ghost":
        return "", "text_faint"
    if card.kind == "leaf" and card.tensor is not None:
        gradient = history.tensors[card.tensor].gradients.at(step)
        if gradient is None:
            return "grad None", "text_faint"
        return f"grad {value_text(gradient, GRADIENT_ROOM)}", "done"
    if card.node is None:
        return (card.why, "ghost") if card.kind == "ghost" else ("", "text_faint")
    node = history.nodes[card.node]
    if step >= node.ran:
        known = [item for item in history.gradient_in(card.node, step) if item is not None]
        text = gradient_text(known[0]) if known else "none"
        return f"← {text}", "gradient" if step == node.ran else "done"
    arrived = history.buffer(card.node, step) if step >= node.waiting else ()
    if step >= node.ready and arrived:
        text = gradient_text(arrived[0].value) if len(arrived) == 1 else f"{len(arrived)} gradients met"
        return f"← {text}", "gradient"
    if step >= node.waiting and node.waiting < NEVER:
        if node.dependencies > 1 and arrived:
            return f"{len(arrived)} of {node.dependencies} arrived", "gradient"
        return "waiting", "text_faint"
    return "no gradient yet", "text_faint"


def order_text(card: Card, history: History) -> str:
    """What the backward graph says instead of a value: in which order its nodes were made, and so run."""
    if card.node is None:
        return ""
    node = history.nodes[card.node].node
    return "adds to .grad" if node.leaf is not None else f"sequence {node.sequence}"


def middle_text(card: Card, value: Value | None, history: History) -> str:
    """The middle line of a card, beside its name."""
    return order_text(card, history) if card.graph == "backward" else value_text(value)


def face_of(card: Card, role: Role, history: History, step: int, width: float, fault: tuple[str, ...] = ()) -> Face:
    """The texts of a card of this width at a step; `fault` is what the guilty one says, from long to short.

    A card that is not made yet shows its title only.
    """
    style = CARD_STYLES[role]
    inner = width - 2 * PAD
    if card.kind == "chip":
        return Face((Run(card.title, width / 2, 17.5, style.title, SMALL, width - 12, bold=True, anchor="middle"),))
    corner = corner_text(card)
    corner_width = text_width(corner, SIGN if card.kind == "op" else SMALL) + 6 if corner else 0.0
    runs = [Run(card.title, PAD, BASELINES[0], style.title, TITLE, inner - corner_width, bold=True)]
    if corner:
        size = SIGN if card.kind in ("op", "ghost") else SMALL
        colour = "text_faint" if role == Role.FUTURE else "text_muted"
        runs.append(Run(corner, width - PAD, BASELINES[0], colour, size, corner_width, anchor="end"))
    if role == Role.FUTURE:
        return Face(tuple(runs))
    value = value_at(card, history, step)
    heat = _heat(card, value, width)
    room = inner - (HEAT_WIDTH + 8 if heat else 0.0)
    left = PAD
    if card.group is not None and step < card.group.left:
        runs.append(Run("still computing", left, BASELINES[1], "text_faint", BODY, room))
    elif card.name and (card.op is not None or card.graph == "backward"):
        label = text_width(card.name, BODY, bold=True)
        runs.append(Run(card.name, left, BASELINES[1], style.title, BODY, min(label, room * 0.6), bold=True))
        left += min(label, room * 0.6) + 6
    colour = "update" if role == Role.UPDATED else "ghost" if card.kind == "ghost" else "text"
    if value is not None or card.group is None:
        is_order = card.graph == "backward"
        text, colour = middle_text(card, value, history), "text_faint" if is_order else colour
        runs.append(Run(text, left, BASELINES[1], colour, BODY, room - left + PAD, mono=not is_order))
    text, colour = gradient_line(card, history, step)
    if role == Role.FAULT:
        fitting = (words for words in fault if text_width(words, SMALL) <= room)
        text, colour = next(fitting, "error here"), "error"
    if text:
        if role == Role.RUNNING:
            colour = "gradient"
        words = card.kind == "ghost" or not text.startswith(("grad", "←"))
        runs.append(Run(text, PAD, BASELINES[2], colour, SMALL, room, mono=not words))
    return Face(tuple(runs), heat)


def short_face(card: Card, role: Role, width: float, height: float) -> Run:
    """The one thing that can be read from farther away: an op's sign, a leaf's name, large and in the middle."""
    if card.group is not None:
        words = card.title
    else:
        words = card.symbol if card.op is not None and card.symbol else card.name or card.title
    room = width - PAD
    most = min(height * 0.6, SHORT if len(words) > 2 else 1.4 * SHORT)
    size = max(SMALL, min(most, most * room / max(text_width(words, most, bold=True), 1.0)))
    style = CARD_STYLES[role]
    return Run(words, width / 2, height / 2 + size * 0.36, style.title, size, room, bold=True, anchor="middle")


def corner_text(card: Card) -> str:
    """What stands in the upper right corner: an op's sign, a tensor's kind and shape, how much a group holds."""
    if card.group is not None:
        return f"{len(card.group.ops):,} ops"
    if card.graph == "backward" and card.op is None:
        return ""
    if card.kind in ("leaf", "constant"):
        return f"{card.kind} · {shape_text(card.shape)}"
    # "mean" says nothing that "MeanBackward0" has not said.
    return "" if card.title.lower().startswith(card.symbol.lower()) else card.symbol


def size_of(card: Card, history: History) -> tuple[float, float]:
    """Width and height of a card: enough for whatever it shows at any step of the pass."""
    if card.kind == "chip":
        return min(120.0, max(36.0, 8 * np.ceil(text_width(card.title, SMALL, bold=True) / 8) + 16)), CHIP_HEIGHT
    value = value_at(card, history, history.steps)
    corner = corner_text(card)
    size = SIGN if card.kind in ("op", "ghost") else SMALL
    title = text_width(card.title, TITLE, bold=True) + (text_width(corner, size) + 8 if corner else 0.0)
    body = text_width(middle_text(card, value, history), BODY, mono=True)
    if card.name and (card.op is not None or card.graph == "backward"):
        body += text_width(card.name, BODY, bold=True) + 6
    heat = HEAT_WIDTH + 8 if has_heat(card, value) else 0.0
    lower = _lower_width(card, history)
    width = _rounded(max(LEAST_WIDTH, 2 * PAD + max(title, body + heat, lower + heat)))
    return min(width, MOST_WIDTH), LOW_HEIGHT if is_low(card) else HEIGHT


def is_low(card: Card) -> bool:
    """Whether it has no lower line: no gradient will ever be told there."""
    return card.kind == "constant" or (card.graph == "forward" and card.kind != "ghost")


def _lower_width(card: Card, history: History) -> float:
    if is_low(card):
        return 0.0
    if card.kind == "leaf" and card.tensor is not None:
        gradients = [item for item in history.tensors[card.tensor].gradients.facts[-3:] if item is not None]
        # Room for two digits before the point from the start: numbers grow while a program trains.
        texts = ["00.0000", *(value_text(item, GRADIENT_ROOM) for item in gradients)]
        return max(text_width(f"grad {text}", SMALL, mono=True) for text in texts)
    if card.kind in ("op", "group") and card.node is not None and card.op is not None:
        texts = [gradient_text(item) for item in history.gradient_in(card.node, NEVER) if item is not None]
        arrived = text_width(f"← {texts[0]}", SMALL, mono=True) if texts else 0.0
        return max(text_width("no gradient yet", SMALL), arrived)
    return text_width(card.why, SMALL) if card.kind == "ghost" else 0.0


def needs_heat(value: Value) -> bool:
    """Whether the numbers do not fit on the card, so that a heat map stands for them."""
    return value.size > 1 and value_text(value) == shape_text(value.shape)


def shades_of(value: Value) -> NDArray[np.float32]:
    """A tensor as at most `HEAT_ROWS` × `HEAT_COLUMNS` cells in −1 … 1: block means over the greatest magnitude."""
    picture = value.summary.sketch
    if picture.shape[1] == 1:
        # A column of numbers would be a hairline; lying down it can be seen.
        picture = picture.T
    rows, columns = picture.shape
    picture = picture[_picks(rows, HEAT_ROWS)][:, _picks(columns, HEAT_COLUMNS)]
    finite = np.abs(picture[np.isfinite(picture)])
    greatest = float(finite.max()) if finite.size else 0.0
    shades: NDArray[np.float32] = np.clip(picture / (greatest or 1.0), -1, 1)
    return shades


def _picks(length: int, most: int) -> NDArray[np.intp]:
    return np.linspace(0, length - 1, min(length, most)).round().astype(np.intp)


def has_heat(card: Card, value: Value | None) -> bool:
    """Whether a small picture of the value stands on the card."""
    return value is not None and card.graph != "backward" and needs_heat(value)


def _heat(card: Card, value: Value | None, width: float) -> HeatMap | None:
    if value is None or not has_heat(card, value):
        return None
    shades = shades_of(value)
    rows, columns = shades.shape
    # Cells are as square as the place allows; a vector is one row of them.
    tall = 15.0 if is_low(card) else HEAT_HEIGHT
    side = min(HEAT_WIDTH / columns, tall / rows, 12.0)
    across, down = side * columns, side * rows
    top = 26.0 + (tall - down) / 2 if is_low(card) else 30.0
    return HeatMap(width - PAD - across, top, across, down, shades)


def _rounded(width: float) -> float:
    return float(np.ceil(width / WIDTH_STEP) * WIDTH_STEP)

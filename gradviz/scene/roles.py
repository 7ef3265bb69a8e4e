"""What a card or a connection is doing at a step, and how that looks: the one table behind canvas, exports and legend.

Every state differs from the others by more than its colour: by width, dashes, halo, arrow or number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """State of a card."""

    FUTURE = 0
    LEAF = 1
    CONSTANT = 2
    WAITING = 3
    READY = 4
    RUNNING = 5
    DONE = 6
    UPDATED = 7
    GHOST = 8
    FAULT = 9
    COMPUTED = 10
    """An op of the forward graph: nothing waits there."""


class Flow(IntEnum):
    """State of a connection."""

    FUTURE = 0
    QUIET = 1
    """No gradient will ever come this way."""
    FORWARD = 2
    MOVING = 3
    DONE = 4
    GHOST = 5
    AWAITED = 6
    """One of next_functions, before a gradient comes along it."""


@dataclass(frozen=True, slots=True)
class CardStyle:
    """Names of colour roles of the theme, and line widths in scene units."""

    word: str
    border: str
    fill: str
    title: str = "text"
    width: float = 1.25
    dashed: bool = False
    halo: str = ""


@dataclass(frozen=True, slots=True)
class FlowStyle:
    """`arrow` says at which end: "target" in forward direction, "source" where the gradient went back."""

    word: str
    line: str
    width: float = 1.25
    dashed: bool = False
    arrow: str = "target"


CARD_STYLES: dict[Role, CardStyle] = {
    Role.FUTURE: CardStyle("not made yet", "line", "canvas", title="text_faint", width=1.0),
    Role.LEAF: CardStyle("leaf", "value", "value_fill"),
    Role.CONSTANT: CardStyle("constant", "waiting", "ghost_fill", width=1.0),
    Role.WAITING: CardStyle("waiting", "waiting", "card"),
    Role.READY: CardStyle("ready", "gradient", "card", width=1.5),
    Role.RUNNING: CardStyle("running", "gradient", "card", title="gradient", width=2.25, halo="gradient"),
    Role.DONE: CardStyle("done", "done", "card", width=1.5),
    Role.UPDATED: CardStyle("updated", "update", "update_fill", width=2.25, halo="update"),
    Role.GHOST: CardStyle("not tracked", "ghost", "ghost_fill", title="ghost", width=1.0, dashed=True),
    Role.COMPUTED: CardStyle("computed", "waiting", "card"),
    Role.FAULT: CardStyle("error", "error", "error_fill", title="error", width=2.25),
}

FLOW_STYLES: dict[Flow, FlowStyle] = {
    Flow.FUTURE: FlowStyle("not made yet", "line", width=1.0, arrow=""),
    Flow.QUIET: FlowStyle("no gradient flows here", "waiting", width=1.0),
    Flow.FORWARD: FlowStyle("value", "waiting"),
    Flow.MOVING: FlowStyle("gradient in motion", "gradient", width=2.25, arrow="source"),
    Flow.DONE: FlowStyle("gradient sent", "done", width=1.5, arrow="source"),
    Flow.GHOST: FlowStyle("not tracked", "ghost", width=1.0, dashed=True),
    Flow.AWAITED: FlowStyle("where the gradient will go", "waiting", arrow="source"),
}

LEGEND: tuple[Role, ...] = (
    Role.LEAF,
    Role.CONSTANT,
    Role.COMPUTED,
    Role.WAITING,
    Role.READY,
    Role.RUNNING,
    Role.DONE,
    Role.UPDATED,
    Role.GHOST,
)

FLOW_LEGEND: tuple[Flow, ...] = (Flow.FORWARD, Flow.AWAITED, Flow.MOVING, Flow.DONE)

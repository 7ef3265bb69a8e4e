"""The commands that change how things look; each flips or turns one setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .settings import GRAPHS, LIMITS, THEMES

if TYPE_CHECKING:
    from .session import Session

NORMAL_TYPE, TYPE_STEP = 100, 10
"""Per cent of the normal size of type."""

TOLD = {
    "both": "values and gradients",
    "forward": "the forward pass alone: ops and values",
    "backward": "the backward pass alone: grad_fn nodes and gradients",
}
"""What each choice of the setting `graph` shows."""


class Appearance:
    """Changes a session's settings; who shows something listens to the session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def toggle_motion(self) -> None:
        self._session.change(motion=not self._session.settings.motion, motion_chosen=True)

    def toggle_constants(self) -> None:
        self._session.change(constants=not self._session.settings.constants)

    def toggle_chips(self) -> None:
        self._session.change(chips=not self._session.settings.chips)

    def toggle_saved(self) -> None:
        self._session.change(saved=not self._session.settings.saved)

    def toggle_direction(self) -> None:
        self._session.change(direction="down" if self._session.settings.direction == "right" else "right")

    def next_graph(self) -> None:
        names = tuple(GRAPHS)
        chosen = names[(names.index(self._session.settings.graph) + 1) % len(names)]
        self._session.change(graph=chosen)
        self._session.told.emit(f"The graph shows {TOLD[chosen]}.")

    def next_theme(self) -> None:
        self._session.change(theme=THEMES[(THEMES.index(self._session.settings.theme) + 1) % len(THEMES)])

    def enlarge_type(self) -> None:
        self._size_type(self._session.settings.type_size + TYPE_STEP)

    def reduce_type(self) -> None:
        self._size_type(self._session.settings.type_size - TYPE_STEP)

    def reset_type(self) -> None:
        self._size_type(NORMAL_TYPE)

    def _size_type(self, size: int) -> None:
        least, most = LIMITS["type_size"]
        self._session.change(type_size=max(int(least), min(size, int(most))))

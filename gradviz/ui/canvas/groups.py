"""The commands that open and fold the groups of the picture, and that step over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...session.debugger import Debugger
from ...session.folding import Folder
from ...trace.regions import is_region

if TYPE_CHECKING:
    from .canvas import GraphCanvas


class Groups:
    """Acts on the card that was selected last."""

    def __init__(self, canvas: GraphCanvas) -> None:
        self._canvas = canvas
        self._folder = Folder(canvas.session)

    def open(self) -> None:
        """Open the selected group."""
        key = self._selected
        if not self.open_card(key):
            self._canvas.session.told.emit("Select a group first, with a click." if not key else "This is no group.")

    def open_card(self, key: str) -> bool:
        """Open a group; whether the card of this key is a folded one."""
        scene = self._canvas.stage.scene
        is_folded = scene is not None and is_region(key) and key in scene.table.index
        if is_folded:
            self._folder.open(key)
        return is_folded

    def fold(self) -> None:
        """Fold the innermost open group that the selected card is in."""
        key = self._selected
        groups = self.around(key)
        if groups:
            self._folder.fold(groups[-1])
        else:
            words = "This card is in no open group." if key else "Select a card first, with a click."
            self._canvas.session.told.emit(words)

    def fold_group(self, key: str) -> None:
        self._folder.fold(key)

    def fold_all(self) -> None:
        self._folder.fold_all()

    def open_all(self) -> None:
        self._folder.open_all()

    def step_over(self) -> None:
        self._step_over(1)

    def step_back_over(self) -> None:
        self._step_over(-1)

    def around(self, key: str) -> tuple[str, ...]:
        """The open groups that a card is in, outermost first; an open group that is selected is the last itself."""
        scene, grouping = self._canvas.stage.scene, self._canvas.session.settings.grouping
        if scene is None or not key or grouping == "nothing":
            return ()
        at = scene.table.index.get(key, -1)
        shown = scene.cards[scene.owner(at)].key if at >= 0 else key
        found = scene.history.regions_around(grouping, shown)
        is_open = at < 0 and key in scene.history.regions(grouping).members
        return (*found, key) if is_open else found

    @property
    def _selected(self) -> str:
        return (self._canvas.session.view.selection or ("",))[-1]

    def _step_over(self, by: int) -> None:
        scene, state = self._canvas.stage.scene, self._canvas.session.view.state
        if scene is not None and state is not None and scene.history is state.history:
            Debugger(self._canvas.session).step_over(scene.table.index, by)

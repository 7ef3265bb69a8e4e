"""The commands that open and fold the groups of the picture, and that step over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...scene.paths import enclosed
from ...session.folding import Folder
from ...trace.regions import grouping_of, is_region
from ..dialogs import ask_group

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

    def make(self) -> None:
        """Make one card of the selected ones and of all between them, under a name that is asked for."""
        canvas, scene = self._canvas, self._canvas.stage.scene
        index = scene.table.index if scene is not None else {}
        chosen = [index[key] for key in canvas.session.view.selection if key in index]
        if scene is None or len(chosen) < 2:
            told = "Select two cards or more first: Ctrl+click adds one, Shift+drag takes all in a frame."
            canvas.session.told.emit(told)
            return
        cards = [scene.cards[at] for at in enclosed(scene, chosen)]
        single = {card.op.id for card in cards if card.op is not None and card.group is None}
        ops = single.union(*(card.group.ops for card in cards if card.group is not None))
        if len(ops) < 2:
            canvas.session.told.emit("A group needs two ops or more; leaves go along with the ops that use them.")
            return
        title = ask_group(canvas, f"{len(ops)} ops")
        if title:
            self._folder.make(title, (scene.history.identities[op] for op in ops))

    def dissolve(self) -> None:
        """Take the group that was made by hand, and that the selected card is or stands in, apart for good."""
        key, made = self._selected, self._canvas.session.view.folding.by_hand
        mine = [each for each in (key, *reversed(self.around(key))) if each in made]
        if mine:
            self._folder.dissolve(mine[0])
        else:
            self._canvas.session.told.emit("Select a group that you made yourself first.")

    def step_over(self) -> None:
        self._step_over(1)

    def step_back_over(self) -> None:
        self._step_over(-1)

    def around(self, key: str) -> tuple[str, ...]:
        """The open groups that a card is in, outermost first; an open group that is selected is the last itself."""
        scene, session = self._canvas.stage.scene, self._canvas.session
        if scene is None or not key:
            return ()
        at = scene.table.index.get(key, -1)
        shown = scene.cards[scene.owner(at)].key if at >= 0 else key
        groupings = [session.settings.grouping, *map(grouping_of, session.view.folding.by_hand)]
        found: list[str] = []
        for grouping in groupings:
            if grouping != "nothing":
                found += scene.history.regions_around(grouping, shown)
                found += [key] * (at < 0 and key in scene.history.regions(grouping).members)
        return tuple(found)

    @property
    def _selected(self) -> str:
        return (self._canvas.session.view.selection or ("",))[-1]

    def _step_over(self, by: int) -> None:
        scene, state = self._canvas.stage.scene, self._canvas.session.view.state
        if scene is not None and state is not None and scene.history is state.history:
            self._canvas.session.debugger.step_over(scene.table.index, by)

"""The canvas's context menu: what can be done with a card, then the commands of the View menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from ...scene.faces import value_at
from ...session.commands import COMMANDS, Command
from ...session.placing import card_meaning
from ...session.session import Session
from ...trace.regions import grouping_of
from .describing import full_text, tip_text

if TYPE_CHECKING:
    from .canvas import GraphCanvas

SECTIONS = ("zoom", "groups", "graph")
"""Sections of the View menu that are about the graph."""


class CardAction(QAction):
    """Something to do with one card: a title and a text for the clipboard, or a key to centre on."""

    def __init__(
        self, title: str, menu: QMenu, *, text: str = "", canvas: GraphCanvas | None = None, key: str = ""
    ) -> None:
        super().__init__(title, menu)
        self._text = text
        self._canvas = canvas
        self._key = key
        self.triggered.connect(self._act)

    def _act(self) -> None:
        if self._canvas is not None:
            self._canvas.centre_on(self._key)
        else:
            QGuiApplication.clipboard().setText(self._text)


class GroupAction(QAction):
    """Opens a folded group, or folds an open one."""

    def __init__(self, title: str, menu: QMenu, canvas: GraphCanvas, key: str, opens: bool) -> None:
        super().__init__(title, menu)
        self._canvas, self._key, self._opens = canvas, key, opens
        self.triggered.connect(self._act)

    def _act(self) -> None:
        if self._opens:
            self._canvas.groups.open_card(self._key)
        else:
            self._canvas.groups.fold_group(self._key)


class StopAction(QAction):
    """Sets a breakpoint at a card, or at every use of its op, or takes it away."""

    def __init__(self, title: str, menu: QMenu, session: Session, key: str, op: str = "") -> None:
        super().__init__(title, menu)
        self._session, self._key, self._op = session, key, op
        breakpoints, state = session.view.breakpoints, session.view.state
        self.setCheckable(True)
        if state is not None:
            is_set = op in breakpoints.ops if op else card_meaning(state.history, key) in breakpoints.cards
            self.setChecked(is_set)
        self.triggered.connect(self._act)

    def _act(self) -> None:
        debugger = self._session.debugger
        if self._op:
            debugger.toggle_op(self._op)
        else:
            debugger.toggle_card(self._key)


def context_menu(canvas: GraphCanvas, card: int) -> QMenu:
    """A menu that deletes itself when it closes."""
    menu = QMenu(canvas)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    scene, look = canvas.stage.scene, canvas.stage.look
    if scene is not None and look is not None and card >= 0:
        item = scene.cards[scene.owner(card)]
        value = full_text(value_at(item, scene.history, look.step))
        menu.addAction(CardAction("Copy Value", menu, text=value))
        menu.addAction(CardAction("Copy Description", menu, text=tip_text(item, scene.history, look.step)))
        menu.addAction(CardAction("Centre", menu, canvas=canvas, key=scene.cards[card].key))
        menu.addSeparator()
        if item.group is not None:
            menu.addAction(GroupAction(f"Open {item.title}", menu, canvas, item.key, opens=True))
        for key in reversed(canvas.groups.around(item.key)):
            title = scene.history.regions(grouping_of(key)).titles[key]
            menu.addAction(GroupAction(f"Fold {title}", menu, canvas, key, opens=False))
        menu.addAction(StopAction(f"Stop at {item.title or 'This Card'}", menu, canvas.session, item.key))
        if item.key.startswith("o"):
            op = scene.history.ops[int(item.key[1:])][1].op
            menu.addAction(StopAction(f"Stop at Every {op}", menu, canvas.session, item.key, op))
        menu.addSeparator()
    group = ""
    for command in COMMANDS:
        if command.menu != "View" or command.group not in SECTIONS:
            continue
        if group and command.group != group:
            menu.addSeparator()
        group = command.group
        menu.addAction(_action(canvas, command, menu))
    return menu


def _action(canvas: GraphCanvas, command: Command, menu: QMenu) -> QAction:
    # The key is shown only: the window's own action has the shortcut, and two would be ambiguous.
    keys = f"\t{QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)}" if command.keys else ""
    action = QAction(command.title + keys, menu)
    near = {"canvas": canvas, "appearance": canvas.session.appearance}
    target = near.get(command.target) or getattr(canvas, command.target)
    action.triggered.connect(getattr(target, command.method))
    if command.toggle:
        action.setCheckable(True)
        action.setChecked(bool(getattr(canvas.session.settings, command.toggle)))
    return action

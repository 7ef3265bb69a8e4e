"""The canvas's context menu: what can be done with a card, then the commands of the View menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from ...scene.faces import value_at
from ...session.commands import COMMANDS, Command
from .describing import full_text, tip_text

if TYPE_CHECKING:
    from .canvas import GraphCanvas

GROUPS = ("zoom", "graph")
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
    group = ""
    for command in COMMANDS:
        if command.menu != "View" or command.group not in GROUPS:
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
    target = canvas if command.target == "canvas" else canvas.session
    action.triggered.connect(getattr(target, command.method))
    if command.toggle:
        action.setCheckable(True)
        action.setChecked(bool(getattr(canvas.session.settings, command.toggle)))
    return action

"""Buttons without words, in a row or a column: a name that is read out, a tip, and a picture that follows the theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QBoxLayout, QToolButton

from ..scene.theme import Theme
from .icons import icon


class IconButtons:
    """Put at the end of a layout, in their order; `[name]` is the button with the icon of this name."""

    def __init__(self, layout: QBoxLayout, *buttons: tuple[str, str, Callable[[], None]]) -> None:
        """Each is (icon, tip, what a click does)."""
        self._buttons: dict[str, QToolButton] = {}
        for name, tip, slot in buttons:
            button = QToolButton()
            button.setProperty("kind", "flat")
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(slot)
            self._buttons[name] = button
            layout.addWidget(button)

    def __getitem__(self, name: str) -> QToolButton:
        return self._buttons[name]

    def use(self, theme: Theme) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icon(name, theme.text_muted))

"""Lets a focused control keep the keys that it needs, which elsewhere step the graph."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QWidget

Key = Qt.Key
ARROWS = {Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End}
NEEDED: tuple[tuple[type[QWidget], set[Qt.Key]], ...] = (
    (QAbstractButton, {Key.Key_Space}),
    (QAbstractSlider, ARROWS),
    (QAbstractSpinBox, ARROWS | {Key.Key_Space, Key.Key_Plus, Key.Key_Minus}),
    (QComboBox, ARROWS | {Key.Key_Space}),
    (QAbstractItemView, ARROWS | {Key.Key_Space}),
)


class ControlKeys(QObject):
    """Filters the events of the one widget that has the keyboard; a filter on the application would see them all."""

    def focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is not None and isinstance(now, tuple(kind for kind, _ in NEEDED)):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            for kind, keys in NEEDED:
                if isinstance(watched, kind) and event.key() in keys and not event.modifiers():
                    event.accept()
                    return True
        return False

"""The player: to start, step back, play, step, to end, and how fast. The session knows where; this only asks."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ..session.session import Session
from ..session.view import View
from .fonts import pixels
from .icons import icon
from .style import theme_of

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0)
"""Steps a second."""

BUTTONS = (
    ("to_start", "To the start of this pass (Home)", "go_to_start", "joined-first"),
    ("step_back", "One step back (←)", "step_back", "joined"),
    ("play", "Play or pause (Space)", "toggle_play", "joined"),
    ("step_forward", "One step forward (→)", "step_forward", "joined"),
    ("to_end", "To the end of this pass (End)", "go_to_end", "joined-last"),
)


class Transport(QWidget):
    """Five buttons, the speed, and the timer that plays."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._buttons: dict[str, QToolButton] = {}
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for name, tip, method, kind in BUTTONS:
            button = QToolButton()
            button.setProperty("kind", kind)
            button.setToolTip(tip)
            button.setAccessibleName(tip.split(" (")[0])
            # A click must not take the keys away from stepping: Space would press the button again.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAutoRepeat(name.startswith("step"))
            button.clicked.connect(getattr(session, method))
            self._buttons[name] = button
            row.addWidget(button)
        self._speed = self._make_speed()
        row.addSpacing(8)
        row.addWidget(self._speed)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("theme")
        self._view_changed(session.view)

    def _make_speed(self) -> QToolButton:
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip("How fast Play goes")
        button.setAccessibleName("Speed of playing")
        self._menu = QMenu(button)
        self._choices = QActionGroup(self._menu)
        for speed in SPEEDS:
            action = self._menu.addAction(f"{speed:g} steps a second" if speed != 1 else "1 step a second")
            action.setCheckable(True)
            action.setData(speed)
            self._choices.addAction(action)
        self._choices.triggered.connect(self._choose_speed)
        button.setMenu(self._menu)
        return button

    def shutdown(self) -> None:
        self._timer.stop()

    def _choose_speed(self, action) -> None:
        self._session.change(play_speed=float(action.data()))

    def _tick(self) -> None:
        self._session.play_on()

    def _view_changed(self, view: View) -> None:
        for button in self._buttons.values():
            button.setEnabled(view.state is not None)
        if view.playing != self._timer.isActive():
            self._show_icons()
            if view.playing:
                self._timer.start(self._interval())
            else:
                self._timer.stop()

    def _interval(self) -> int:
        return max(1, round(1000 / self._session.settings.play_speed))

    def _settings_changed(self, name: str) -> None:
        if name == "play_speed" and self._timer.isActive():
            self._timer.start(self._interval())
        if name in ("theme", "type_size", "play_speed"):
            speed = self._session.settings.play_speed
            self._speed.setText(f"{speed:g}×")
            for action in self._choices.actions():
                action.setChecked(action.data() == speed)
            self._show_icons()

    def _show_icons(self) -> None:
        theme, size = theme_of(self._session.settings.theme), pixels(18, self._session.settings.type_size)
        for name, button in self._buttons.items():
            is_play = name == "play"
            shown = "hold" if is_play and self._session.view.playing else name
            button.setIcon(icon(shown, theme.value if is_play else theme.text, theme.waiting))
            button.setIconSize(QSize(size, size))

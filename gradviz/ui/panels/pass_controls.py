"""Pause, one pass, stop, and a speed limit for the running program, with the count of its passes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QWidget

from ...session.session import Session
from ...session.view import View
from ..elided import ElidedLabel
from ..fonts import pixels
from ..icons import icon
from ..progress import Progress
from ..style import theme_of

SPEEDS = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0)
"""Passes a second; 0 for no limit."""

NARROW, LEAST = 900, 480
"""Pixels at the usual type: in a narrower row the buttons show their icons only, and so it can be as narrow as that."""

RATE_SECONDS = 1.0
"""The rate is that of the last second."""


class PassControls(QWidget):
    """A row of controls; every one of them asks the session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._commands: list[QToolButton] = []
        self._counts: deque[tuple[float, int]] = deque()
        self._hold = self._button("Pause", session.toggle_hold)
        self._one = self._button("One pass", session.run_one_pass)
        self._one.setToolTip("Run one pass of the program and hold (F7).")
        self._stop = self._button("Stop", session.stop)
        self._stop.setToolTip("End the running program (Ctrl+.).")
        self._speed = QComboBox()
        self._speed.setAccessibleName("Speed limit of the program")
        self._speed.setToolTip("How many passes a second the program may run.")
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g} passes/s" if speed else "No speed limit", speed)
        self._speed.activated.connect(self._speed_chosen)
        self._count = ElidedLabel()
        self._count.setProperty("role", "muted")
        self._busy = Progress()
        self._row = QHBoxLayout(self)
        for item in (self._hold, self._one, self._stop, self._speed, self._count, self._busy):
            self._row.addWidget(item)
        self._row.addStretch(1)
        session.changed.connect(self.show_view)
        session.settings_changed.connect(self._settings_changed)
        self._restyle()
        self.show_view(session.view)

    def add(self, item: QWidget) -> None:
        """A further control at the right end."""
        self._row.addWidget(item)

    def add_commands(self, actions: Sequence[QAction]) -> None:
        """Buttons for commands, behind the controls of the run."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setAccessibleName(action.text())
            self._row.insertWidget(self._row.indexOf(self._count), button)
            self._commands.append(button)

    def fit(self, width: int) -> None:
        """In a narrow panel the buttons of commands go; their menu and their keys stay."""
        for button in self._commands:
            button.setVisible(width >= pixels(1000, self._session.settings.type_size))

    def offer(self, further: Sequence[QAction]) -> None:
        """Put further ways to go on into a menu beside "One pass"."""
        menu = QMenu(self._one)
        menu.setToolTipsVisible(True)
        menu.addActions(list(further))
        self._one.setMenu(menu)
        self._one.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)

    def _button(self, title: str, method: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setText(title)
        button.setAccessibleName(f"{title} the program" if title != "One pass" else "Run one pass")
        button.clicked.connect(method)
        return button

    def show_view(self, view: View) -> None:
        held, busy = view.status == "held", view.is_busy
        self._hold.setEnabled(busy)
        self._hold.setToolTip("Let the program go on (F6)." if held else "Hold the program after this pass (F6).")
        title = "Go on" if held else "Pause"
        if self._hold.text() != title:
            self._hold.setText(title)
            self._restyle()
        self._one.setEnabled(view.status != "stopping")
        self._stop.setEnabled(busy)
        speed = self._session.settings.pass_speed
        at = min(range(len(SPEEDS)), key=lambda position: abs(SPEEDS[position] - speed))
        self._speed.setCurrentIndex(at)
        self._count.setText(self._words(view))
        self._count.setToolTip(self._count.text())
        self._show_progress(view)

    def _show_progress(self, view: View) -> None:
        """How far the program has come; a moving bar where it does not say how many passes it will make."""
        expected = view.newest.expected
        count = expected.count if expected is not None and expected.count >= view.newest.pass_count else 0
        self._busy.setVisible(view.status in ("starting", "running") or (view.status == "held" and bool(count)))
        self._busy.show_value(view.newest.pass_count, count)

    def _words(self, view: View) -> str:
        trace, passes = view.newest, view.newest.pass_count
        expected, of = trace.expected, ""
        if expected is not None and expected.count >= passes:
            of = f" of {'at most ' if expected.at_most else ''}{expected.count:,}"
        if view.status in ("running", "starting"):
            rate = self._rate(passes)
            if not rate:
                return f"pass {passes:,}{of}"
            return f"pass {passes:,}{of} · {rate:,.{0 if rate >= 10 else 1}f} passes/s"
        self._counts.clear()
        if view.status == "held":
            return f"held after pass {passes:,}{of}"
        passes = trace.backward_count
        if not passes:
            return ""
        words = f"{passes:,} pass{'es' * (passes != 1)}"
        if trace.ended is not None:
            seconds = trace.ended.seconds
            words += f" in {seconds:.1f} s" if seconds >= 1 else f" in {seconds * 1000:.0f} ms"
        kept = len(trace.passes)
        return words + (f" · {kept} of them can be stepped" if kept < passes else "")

    def _rate(self, passes: int) -> float:
        now = time.monotonic()
        if self._counts and passes < self._counts[-1][1]:
            self._counts.clear()
        self._counts.append((now, passes))
        while len(self._counts) > 2 and now - self._counts[0][0] > RATE_SECONDS:
            self._counts.popleft()
        then, before = self._counts[0]
        return (passes - before) / (now - then) if now - then > 0.2 else 0.0

    def _speed_chosen(self, position: int) -> None:
        self._session.set_pass_speed(SPEEDS[position])

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            self._restyle()

    def minimumSizeHint(self) -> QSize:
        return QSize(pixels(LEAST, self._session.settings.type_size), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._label()

    def _label(self) -> None:
        """Words beside the icons where there is room for them."""
        styles = Qt.ToolButtonStyle
        is_narrow = self.width() < pixels(NARROW, self._session.settings.type_size)
        for button in (self._hold, self._one, self._stop):
            button.setToolButtonStyle(styles.ToolButtonIconOnly if is_narrow else styles.ToolButtonTextBesideIcon)

    def _restyle(self) -> None:
        size = self._session.settings.type_size
        self._label()
        theme = theme_of(self._session.settings.theme)
        held = self._hold.text() == "Go on"
        for button, name in ((self._hold, "run" if held else "hold"), (self._one, "one_pass"), (self._stop, "stop")):
            button.setIcon(icon(name, theme.text, theme.waiting))
            button.setIconSize(QSize(pixels(14, size), pixels(14, size)))
        self._busy.restyle(theme, size)
        self._row.setContentsMargins(pixels(10, size), pixels(3, size), pixels(10, size), pixels(3, size))
        self._row.setSpacing(pixels(6, size))

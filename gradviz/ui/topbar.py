"""The bar at the top: what is open, Run, the player, and how to look at it.

Where the window is narrow (or the type large) the least needed controls go, in a fixed order; the menus have them all.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from ..session.session import Session
from ..session.view import View
from .fonts import pixels
from .icons import icon
from .style import theme_of
from .switch import Switch
from .transport import Transport

ENGINES = {"numpy": "NumPy", "pytorch": "PyTorch"}


class TopBar(QWidget):
    """Asks for what it cannot do itself with signals."""

    open_asked = Signal()
    export_asked = Signal()
    copy_asked = Signal()
    present_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._is_busy = False
        self._name = QLabel("gradviz")
        self._name.setProperty("role", "name")
        self.lessons = self._menu_button("Lessons ▾", "Open a lesson")
        self.open = self._button("Open…", "Open a program (Ctrl+O)", self.open_asked)
        self.run = self._button("Run", "Run the program (Ctrl+Enter)", None)
        self.run.setProperty("kind", "primary")
        self.run.clicked.connect(self._run_or_stop)
        self.transport = Transport(session)
        self.auto = Switch("Auto-run")
        self.auto.setToolTip("Run the program after each pause in typing")
        self.auto.clicked.connect(session.toggle_auto_run)
        self.engine = self._menu_button("Engine ▾", "What `import torch` gives the program")
        self.present = self._button("Present", "Full screen with large type (F11)", self.present_asked)
        self.export = self._menu_button("Export ▾", "Save or copy this step as a picture")
        self._fill_menus()
        self._left = self._row(self._name, self.lessons, self.open, self.run)
        self._right = self._row(self.auto, self.engine, self.present, self.export)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(12)
        row.addWidget(self._left, 1, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.transport, 0, Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self._right, 1, Qt.AlignmentFlag.AlignRight)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._show_settings()
        self._view_changed(session.view)

    # -- making --------------------------------------------------------------------------------------------------

    def _button(self, text: str, tip: str, asks) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.rstrip("…"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if asks is not None:
            button.clicked.connect(asks)
        return button

    def _menu_button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.removesuffix(" ▾"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        return button

    def _row(self, *widgets: QWidget) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in widgets:
            row.addWidget(widget)
        box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        return box

    def _fill_menus(self) -> None:
        engines = QActionGroup(self.engine.menu())
        for engine, title in ENGINES.items():
            action = self.engine.menu().addAction(title)
            action.setCheckable(True)
            action.setData(engine)
            engines.addAction(action)
        engines.triggered.connect(self._choose_engine)
        self.engine.menu().aboutToShow.connect(self._tell_engines)
        self.export.menu().addAction("Export Picture…").triggered.connect(self.export_asked)
        self.export.menu().addAction("Copy Picture").triggered.connect(self.copy_asked)

    # -- doing ---------------------------------------------------------------------------------------------------

    def _run_or_stop(self) -> None:
        if self._is_busy:
            self._session.stop()
        else:
            self._session.run()

    def _choose_engine(self, action) -> None:
        self._session.change(engine=action.data())
        self._session.run()

    def _tell_engines(self) -> None:
        ready = self._session.runner.ready
        for action in self.engine.menu().actions():
            if action.data() == "pytorch":
                version = ready.pytorch if ready else ""
                action.setEnabled(bool(version))
                action.setText(f"PyTorch {version}" if version else "PyTorch (not installed)")

    # -- showing -------------------------------------------------------------------------------------------------

    def _view_changed(self, view: View) -> None:
        if view.is_busy != self._is_busy:
            self._is_busy = view.is_busy
            self._show_run()

    def _show_run(self) -> None:
        theme = theme_of(self._session.settings.theme)
        self.run.setText("Stop" if self._is_busy else "Run")
        self.run.setAccessibleName(self.run.text())
        self.run.setToolTip("End the program (Ctrl+.)" if self._is_busy else "Run the program (Ctrl+Enter)")
        self.run.setIcon(icon("stop", theme.error) if self._is_busy else icon("run", theme.on_accent))
        kind = "stop" if self._is_busy else "primary"
        if self.run.property("kind") != kind:
            self.run.setProperty("kind", kind)
            self.run.style().unpolish(self.run)
            self.run.style().polish(self.run)

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size", "engine", "auto_run"):
            self._show_settings()
            self._fit()

    def _show_settings(self) -> None:
        settings = self._session.settings
        size = pixels(16, settings.type_size)
        self.run.setIconSize(QSize(size, size))
        # Run and Stop take turns many times a minute while one types: the bar must not twitch.
        self.run.setMinimumWidth(pixels(78, settings.type_size))
        self.auto.setChecked(settings.auto_run)
        self.auto.use(theme_of(settings.theme), settings.type_size)
        self.engine.setText(f"Engine: {ENGINES[settings.engine]} ▾")
        for action in self.engine.menu().actions():
            action.setChecked(action.data() == settings.engine)
        self._show_run()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Hide the least needed controls until the rest fits."""
        order = (self._name, self.open, self.engine, self.export, self.auto, self.lessons, self.present)
        hidden: set[QWidget] = set()

        def width_of(box: QWidget) -> int:
            shown = [item.sizeHint().width() for item in _items(box) if item not in hidden]
            return sum(shown) + 8 * max(0, len(shown) - 1)

        def wanted() -> int:
            # The player stands in the middle, so the wider side counts twice.
            return 2 * max(width_of(self._left), width_of(self._right)) + self.transport.sizeHint().width() + 52

        for widget in order:
            if wanted() <= self.width():
                break
            hidden.add(widget)
        for widget in order:
            if widget.isHidden() != (widget in hidden):
                widget.setHidden(widget in hidden)

    def minimumSizeHint(self) -> QSize:
        return QSize(
            self.transport.sizeHint().width() + 2 * self.run.sizeHint().width(), super().minimumSizeHint().height()
        )


def _items(box: QWidget) -> list[QWidget]:
    layout = box.layout()
    found = [layout.itemAt(place).widget() for place in range(layout.count())] if layout else []
    return [widget for widget in found if widget is not None]

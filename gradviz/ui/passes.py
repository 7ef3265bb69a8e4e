"""Which pass of a training run is shown: a number to type, two arrows, and a strip that marks the passes kept whole."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ..session.session import Session
from ..session.view import View
from ..trace.query import end_of
from .field import Field
from .fonts import pixels
from .icons import icon
from .style import theme_of

LEAST, WIDE = 640, 960
"""Pixels of the bar at the usual type."""


class PassPicker(QWidget):
    """Hidden while there is one pass only."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[int, int, int] = (0, 0, 0)
        self._has_room = True
        self._label = QLabel("pass")
        self._label.setProperty("role", "muted")
        self._back = self._arrow("Previous pass (Shift+←)", session.pass_back)
        self._on = self._arrow("Next pass (Shift+→)", session.pass_forward)
        self._field = Field()
        self._field.setProperty("kind", "number")
        self._field.setAccessibleName("Pass number")
        self._field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._field.returnPressed.connect(self._typed)
        self._field.escaped.connect(self._leave)
        self._of = QLabel()
        self._of.setProperty("role", "muted")
        self._strip = PassStrip(session)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        for widget in (self._label, self._back, self._field, self._of, self._on, self._strip):
            row.addWidget(widget)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("theme")
        self.hide()
        self._view_changed(session.view)

    def fit(self, width: int) -> None:
        """In a narrow bar the strip goes first, then all of it: Shift with an arrow still goes from pass to pass."""
        size = self._session.settings.type_size
        self._has_room = width >= pixels(LEAST, size)
        self._strip.setVisible(width >= pixels(WIDE, size))
        self.setVisible(self._has_room and self._shown[1] > 1)

    def _arrow(self, tip: str, slot) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "flat")
        button.setToolTip(tip)
        button.setAccessibleName(tip.split(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(slot)
        return button

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            settings = self._session.settings
            theme = theme_of(settings.theme)
            self._back.setIcon(icon("chevron_left", theme.text_muted, theme.line))
            self._on.setIcon(icon("chevron_right", theme.text_muted, theme.line))
            self._widen_field()

    def _widen_field(self) -> None:
        """As wide as the number of the last pass, of which a long run has six digits and more."""
        size = self._session.settings.type_size
        digits = self._field.fontMetrics().horizontalAdvance("0" * len(str(self._shown[1])))
        self._field.setFixedWidth(max(pixels(52, size), digits + pixels(26, size)))

    def _leave(self) -> None:
        self._field.clearFocus()
        self._field.setText(f"{self._shown[0] + 1}")

    def _view_changed(self, view: View) -> None:
        trace = view.trace
        shown = (view.state.history.number if view.state else 0, trace.pass_count, len(trace.passes))
        if shown == self._shown:
            return
        self._shown = shown
        number, count, kept = shown
        self.setVisible(self._has_room and count > 1)
        if not self._field.hasFocus():
            self._field.setText(f"{number + 1}")
        self._of.setText(f"of {count:,}")
        self._widen_field()
        self._field.setToolTip(
            "" if kept == count else f"{kept:,} of {count:,} passes are kept whole; the nearest one is shown."
        )
        self._strip.update()

    def _typed(self) -> None:
        text = self._field.text().replace(",", "").strip()
        if text.isdigit() and int(text) > 0:
            self._session.go_to_pass(min(int(text), self._session.view.trace.pass_count) - 1)
        self._field.clearFocus()
        self._shown = (0, 0, 0)
        self._view_changed(self._session.view)


class PassStrip(QWidget):
    """The kept passes as ticks on a line; drag to go through them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setAccessibleName("Passes")
        self.setToolTip("The passes that are kept whole. Drag to go through them.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(pixels(110, self._session.settings.type_size), pixels(24, self._session.settings.type_size))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, view = theme_of(self._session.settings.theme), self._session.view
        middle = self.height() / 2
        painter.setPen(QPen(QColor(theme.line), 2))
        painter.drawLine(QPointF(5, middle), QPointF(self.width() - 5, middle))
        count = max(1, view.trace.pass_count - 1)
        painter.setPen(QPen(QColor(theme.waiting), 1))
        for item in view.trace.passes:
            x = self._x(item.number, count)
            painter.drawLine(QPointF(x, middle - 4), QPointF(x, middle + 4))
        if view.state is not None:
            x = self._x(view.state.history.number, count)
            painter.setPen(QPen(QColor(theme.window), 1))
            painter.setBrush(QColor(theme.value))
            painter.drawEllipse(QPointF(x, middle), 5, 5)

    def _x(self, number: int, count: int) -> float:
        return 5 + (self.width() - 10) * number / count

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def _go(self, x: float) -> None:
        view = self._session.view
        wanted = round((x - 5) / max(1, self.width() - 10) * (view.trace.pass_count - 1))
        nearest = view.trace.nearest_pass(wanted)
        if nearest is not None and (view.state is None or nearest.number != view.state.history.number):
            self._session.go_to(end_of(view.trace, nearest.number))

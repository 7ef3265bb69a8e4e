"""VALUES: a slider for each number that makes a leaf. It edits the number in the program, which runs again."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QStyle, QStyleOptionSlider, QVBoxLayout, QWidget

from ...session.edits import Literal, set_literal
from ...session.session import Session
from ...session.view import View
from ..field import Field
from ..fonts import pixels
from ..style import theme_of

NOTCHES = 400
MOST = 40
"""Sliders shown; more numbers than this are data."""

PATIENCE = 0.3
"""Seconds that a run may take before a dragged slider interrupts it."""


def range_of(literal: Literal) -> tuple[float, float]:
    """A first range: ±10 for a leaf, from 0 for numbers such as a learning rate or a count."""
    size = abs(literal.value)
    if literal.is_leaf:
        reach = 10.0 if size <= 10 else 10.0 ** math.ceil(math.log10(size))
        return -reach, reach
    reach = 10.0 ** math.ceil(math.log10(size) + 0.3) if size else 1.0
    if literal.is_integer:
        reach = max(10.0, reach)
    return (0.0 if literal.value >= 0 else -reach), reach


def widened(low: float, high: float, value: float) -> tuple[float, float]:
    """The range once a value reaches its end: twice as wide, on the side it went to."""
    span = high - low
    if value >= high - span / 50:
        high = max(high + span, value + span / 2)
    if value <= low + span / 50 and low != 0:
        low = min(low - span, value - span / 2)
    elif value < low:
        low = value - span / 2
    return low, high


class Sliders(QWidget):
    """One row per literal; the rows follow the text as it is typed."""

    left = Signal()
    """The person is done typing a number."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: list[Row] = []
        self._wants_run = False
        self._started = 0.0
        heading = QLabel("VALUES")
        heading.setProperty("role", "heading")
        self._empty = QLabel("Numbers such as torch.tensor(2., requires_grad=True) get a slider here.", wordWrap=True)
        self._empty.setProperty("role", "muted")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self._empty)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._later = QTimer(self, singleShot=True, interval=60)
        self._later.timeout.connect(self._read)
        self._again = QTimer(self, singleShot=True, interval=16)
        self._again.timeout.connect(self._run)
        session.document_changed.connect(self._text_changed)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._read()

    def _settings_changed(self, name: str) -> None:
        if name == "theme":
            self._read()

    def shutdown(self) -> None:
        self._later.stop()
        self._again.stop()

    def _text_changed(self) -> None:
        self._later.start()

    def _read(self) -> None:
        if not self._session.parses():
            # Half-typed text: the rows stay as they are until it is a program again.
            for row in self._rows:
                row.set_enabled(False)
            return
        found = self._session.literals()[:MOST]
        if [item.label for item in found] != [row.literal.label for row in self._rows]:
            self._rebuild(found)
        labels = [item.label for item in found]
        muted = theme_of(self._session.settings.theme).text_muted
        for row, literal in zip(self._rows, found, strict=True):
            row.show_literal(literal)
            row.show_name(labels.count(literal.label) > 1, muted)
            row.set_enabled(True)

    def _rebuild(self, found: tuple[Literal, ...]) -> None:
        for row in self._rows:
            row.remove(self._grid)
        self._rows = []
        self._empty.setVisible(not found)
        for place, literal in enumerate(found):
            row = Row(self, literal, self._session.settings.type_size)
            row.add_to(self._grid, place)
            row.turned.connect(self._turned)
            row.left.connect(self.left)
            self._rows.append(row)

    # -- turning -------------------------------------------------------------------------------------------------

    def _turned(self, label: str, value: float, joins: bool) -> None:
        # Every edit moves the numbers behind it, so the places are read anew.
        for row, literal in zip(self._rows, self._session.literals(), strict=False):
            if literal.label == label and row.literal.label == label and row is self.sender():
                self._session.apply([set_literal(literal, value)], joins)
                break
        self._wants_run = True
        self._run()

    def _run(self) -> None:
        """Run again; while a run is under way wait for it a little, so that a drag shows every graph it can."""
        if not self._wants_run:
            return
        if self._session.view.is_busy and time.monotonic() - self._started < PATIENCE:
            self._again.start()
            return
        self._wants_run = False
        self._started = time.monotonic()
        self._session.run()

    def _view_changed(self, view: View) -> None:
        if self._wants_run and not view.is_busy and not self._again.isActive():
            self._again.start()


class Row(QWidget):
    """Label, slider and number of one literal. The widget itself is never shown; it owns the three."""

    turned = Signal(str, float, bool)
    left = Signal()

    def __init__(self, parent: QWidget, literal: Literal, type_size: int) -> None:
        super().__init__(parent)
        self.hide()
        self.literal = literal
        self._origin = literal.value
        self._low, self._high = range_of(literal)
        self._sent: float | None = None
        self._is_dragging = False
        self.label = QLabel(parent)
        self.slider = ValueSlider(parent)
        self.slider.setToolTip("Drag to change the number in the program. Double-click to take it back.")
        self.field = NumberField(parent)
        self.field.setProperty("kind", "number")
        self.field.setToolTip("Type a number; the up and down keys change it by a notch.")
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setFixedWidth(pixels(72, type_size))
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderPressed.connect(self._pressed)
        self.slider.sliderReleased.connect(self._released)
        self.slider.taken_back.connect(self._take_back)
        self.field.editingFinished.connect(self._typed)
        self.field.nudged.connect(self._nudged)
        self.field.left.connect(self._leave)
        self.field.escaped.connect(self._leave)
        self.show_literal(literal)

    def show_name(self, is_repeated: bool, muted: str) -> None:
        """Two leaves of one name are told apart by their lines, which are written in the muted colour."""
        line = f" line {self.literal.line}" if is_repeated else ""
        self.label.setText(f'<b>{self.literal.label}</b><span style="color: {muted}">{line}</span>')
        self.slider.setAccessibleName(self.literal.label + line)
        self.field.setAccessibleName(f"Value of {self.literal.label}{line}")

    def add_to(self, grid: QGridLayout, place: int) -> None:
        for column, widget in enumerate((self.label, self.slider, self.field)):
            grid.addWidget(widget, place, column)
            widget.show()

    def remove(self, grid: QGridLayout) -> None:
        for widget in (self.label, self.slider, self.field, self):
            grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def set_enabled(self, enabled: bool) -> None:
        self.slider.setEnabled(enabled)
        self.field.setEnabled(enabled)

    def show_literal(self, literal: Literal) -> None:
        """Follow the text: its number, and whether it has another one than the slider gave it."""
        if literal.value != self._sent:
            self._origin = literal.value
        self.literal = literal
        if not self._is_dragging:
            self._low, self._high = widened(self._low, self._high, literal.value)
            self._place(literal.value)
        if not self.field.hasFocus():
            self.field.setText(_number_text(literal))

    @property
    def notch(self) -> float:
        """How far the number moves with one notch: a round number near a four-hundredth of the range."""
        if self.literal.is_integer:
            return max(1.0, float(round((self._high - self._low) / NOTCHES)))
        rough = (self._high - self._low) / NOTCHES
        power = 10.0 ** math.floor(math.log10(rough))
        return power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)

    def _place(self, value: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setRange(round(self._low / self.notch), round(self._high / self.notch))
        self.slider.setValue(round(value / self.notch))
        self.slider.blockSignals(False)

    def _slid(self, place: int) -> None:
        value = float(f"{place * self.notch:.12g}")
        joins = self._sent is not None and (self._is_dragging or self.slider.hasFocus())
        self._send(value, joins)

    def _pressed(self) -> None:
        self._is_dragging = True
        self._sent = None

    def _released(self) -> None:
        self._is_dragging = False
        self._low, self._high = widened(self._low, self._high, self.literal.value)
        self._place(self.literal.value)

    def _take_back(self) -> None:
        origin = self._origin
        self._send(origin, False)
        self._place(origin)

    def _typed(self) -> None:
        try:
            value = float(self.field.text().replace(",", ".").replace("−", "-"))
        except ValueError:
            value = math.nan
        if self.field.isModified() and math.isfinite(value) and value != self.literal.value:
            value = float(round(value)) if self.literal.is_integer else value
            self._send(value, False)
            self._origin = value
            self.literal = replace(self.literal, value=value)  # the text is read again only after a moment
        self.field.setText(_number_text(self.literal))

    def _nudged(self, notches: int) -> None:
        value = float(f"{self.literal.value + notches * self.notch:.12g}")
        self._send(value, self.literal.value == self._sent)
        self.literal = replace(self.literal, value=value)
        self.field.setText(_number_text(self.literal))

    def _leave(self) -> None:
        self.field.setText(_number_text(self.literal))
        self.field.clearFocus()
        self.left.emit()

    def _send(self, value: float, joins: bool) -> None:
        origin = self._origin
        self._sent = float(f"{value:.6g}") if not self.literal.is_integer else value
        self.turned.emit(self.literal.label, value, joins)
        self._origin = origin


class NumberField(Field):
    """A number that is typed: Return takes it and gives the keyboard away."""

    nudged = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.nudged.emit(1 if key == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.left.emit()


class ValueSlider(QSlider):
    """A slider that jumps to where it is clicked and keeps the arrow keys to itself."""

    taken_back = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setMinimumWidth(60)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, super().minimumSizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._handle().contains(event.position().toPoint()):
            x, half = event.position().x(), self._handle().width() / 2
            self.setSliderDown(True)
            self.setValue(
                QStyle.sliderValueFromPosition(
                    self.minimum(), self.maximum(), round(x - half), max(1, round(self.width() - 2 * half))
                )
            )
            self.setSliderDown(False)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.taken_back.emit()

    def _handle(self):
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )

    def event(self, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
        is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and event.key() in keys and not event.modifiers():
            event.accept()
            return True
        return super().event(event)


def _number_text(literal: Literal) -> str:
    if literal.is_integer:
        return str(round(literal.value))
    size = abs(literal.value)
    return f"{literal.value:.3f}" if size == 0 or 0.01 <= size < 1e5 else f"{literal.value:.4g}"

"""A card over the canvas that asks what the next step will bring, and then says whether that was right."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...scene.predict import Question, UnreadableError, judged, question_of, revealed
from ...scene.theme import MONO
from ...session.view import View
from ...trace.prediction import MOST_CHOICES, Prediction
from ..field import Field
from ..flow import FlowLayout
from ..fonts import pixels

if TYPE_CHECKING:
    from .canvas import GraphCanvas

WIDTH, MARGIN = 470, 12
KEYS = "Enter answers · Esc shows it"
CHOICE_KEYS = "← → and Enter, or its number · Esc shows it"


class ChoiceButton(QPushButton):
    """An answer to pick; it keeps the keys that would step the graph elsewhere in the window."""

    moved = Signal(int)
    numbered = Signal(int)
    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._does(event):
            event.accept()
            return True
        return super().event(event)

    def _does(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return key in (*arrows, Qt.Key.Key_Space) or (bool(event.text()) and event.text() in "123456")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.moved.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.text() and event.text() in "123456":
            self.numbered.emit(int(event.text()) - 1)
        else:
            super().keyPressEvent(event)


class PredictionCard(QFrame):
    """Seen while a question is open, and with its outcome until the person moves on."""

    def __init__(self, canvas: GraphCanvas) -> None:
        super().__init__(canvas)
        self.setObjectName("floating")
        self._canvas, self._session = canvas, canvas.session
        self._asked: Prediction | None = None
        self._question = Question("", "")
        self._told: tuple[Prediction, str] | None = None
        """The question that was answered last, and what was said to it."""
        self._words, self._tally, self._hint = QLabel(wordWrap=True), QLabel(), QLabel(wordWrap=True)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._words.setAccessibleName("Prediction")
        for label in (self._tally, self._hint):
            label.setProperty("role", "muted")
        self._tally.setAccessibleName("Right predictions")
        self.field = Field()
        self.field.setAccessibleName("Your prediction")
        self.field.returnPressed.connect(self._typed)
        self.field.escaped.connect(self._show_me)
        self.choices = [ChoiceButton() for _ in range(MOST_CHOICES)]
        self._answer, self._reveal = QPushButton("Answer"), QPushButton("Show me")
        self._answer.setProperty("kind", "primary")
        self._answer.clicked.connect(self._typed)
        self._reveal.clicked.connect(self._show_me)
        self._arrange()
        self.hide()
        canvas.installEventFilter(self)
        self._session.changed.connect(self._view_changed)
        self._session.settings_changed.connect(self._settings_changed)

    def _arrange(self) -> None:
        top, bottom, self._entry, self._picks = QHBoxLayout(), QHBoxLayout(), QWidget(), QWidget()
        top.addWidget(self._words, 1)
        top.addWidget(self._tally, 0, Qt.AlignmentFlag.AlignTop)
        entry = QHBoxLayout(self._entry)
        entry.setContentsMargins(0, 0, 0, 0)
        entry.addWidget(self.field, 1)
        entry.addWidget(self._answer)
        flow = FlowLayout(self._picks)
        for number, button in enumerate(self.choices, 1):
            button.setAccessibleName(f"Answer {number}")
            button.clicked.connect(self._picked)
            button.moved.connect(self._go_along)
            button.numbered.connect(self._pick_number)
            button.escaped.connect(self._show_me)
            flow.addWidget(button)
        bottom.addWidget(self._hint, 1)
        bottom.addWidget(self._reveal)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._entry)
        column.addWidget(self._picks)
        column.addLayout(bottom)

    # -- following the session -----------------------------------------------------------------------------------

    def _view_changed(self, view: View) -> None:
        prediction, state = view.prediction, view.state
        if prediction is not None:
            if prediction is not self._asked:
                self._ask(view, prediction)
            return
        had_keyboard = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self._asked = None
        told = self._told
        is_here = told is not None and state is not None and (state.history, state.step) == (
            told[0].history, told[0].step)  # fmt: skip
        if had_keyboard:
            self._canvas.setFocus()
        if is_here and told is not None and self._session.settings.predict:
            self._tell(view, told[1])
        elif self.isVisible():
            self.hide()

    def _ask(self, view: View, prediction: Prediction) -> None:
        self._asked, self._question = prediction, question_of(view.trace, prediction)
        self._words.setText(self._rich(self._question.words))
        self.field.clear()
        self.field.setPlaceholderText(self._question.hint)
        choices = self._question.choices
        for position, button in enumerate(self.choices):
            button.setVisible(position < len(choices))
            if position < len(choices):
                button.setText(f"{position + 1}  {choices[position]}")
                button.setAccessibleName(choices[position])
        self._entry.setVisible(not choices)
        self._picks.setVisible(bool(choices))
        self._reveal.show()
        self._show_hint(CHOICE_KEYS if choices else KEYS)
        self._show_tally(view)
        self._place()
        self.show()
        self.raise_()
        (self.choices[0] if choices else self.field).setFocus()

    def _tell(self, view: View, sentence: str) -> None:
        self._words.setText(self._rich(sentence))
        for part in (self._entry, self._picks, self._reveal):
            part.hide()
        self._show_hint("")
        self._show_tally(view)
        self._place()
        self.show()

    def _show_tally(self, view: View) -> None:
        self._tally.setText(f"{view.tally} right" if view.tally.answered else "")

    def _show_hint(self, text: str) -> None:
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    # -- answering -----------------------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._judge(self.field.text())

    def _picked(self) -> None:
        self._judge(self._question.choices[self._chosen])

    def _pick_number(self, position: int) -> None:
        if position < len(self._question.choices):
            self._judge(self._question.choices[position])

    def _go_along(self, by: int) -> None:
        self.choices[(self._chosen + by) % len(self._question.choices)].setFocus()

    @property
    def _chosen(self) -> int:
        """Which of the buttons sent the signal."""
        sender = self.sender()
        return next(position for position, button in enumerate(self.choices) if button is sender)

    def _judge(self, answer: str) -> None:
        prediction = self._session.view.prediction
        if prediction is None:
            return
        try:
            verdict = judged(self._session.view.trace, prediction, answer)
        except UnreadableError as error:
            self._show_hint(str(error))
            self._place()
            return
        self._told = prediction, verdict.sentence
        self._session.predicting.answer(verdict.is_right)

    def _show_me(self) -> None:
        prediction = self._session.view.prediction
        if prediction is not None:
            self._told = prediction, _capital(revealed(self._session.view.trace, prediction))
            self._session.predicting.reveal()

    # -- look ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        wide = min(pixels(WIDTH, self._session.settings.type_size), self._canvas.width() - 2 * MARGIN)
        self.setFixedWidth(wide)
        self.layout().activate()
        tall = self.heightForWidth(wide) if self.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry((self._canvas.width() - wide) // 2, MARGIN, wide, tall)

    def _rich(self, text: str) -> str:
        """A sentence with its back-quoted names in the code font."""
        families = ", ".join(f"'{family}'" for family in MONO)
        code = f'<span style="font-family:{families};font-weight:700">'
        pieces = re.split(r"`([^`]*)`", text)
        return "".join(f"{code}{escape(piece)}</span>" if at % 2 else escape(piece) for at, piece in enumerate(pieces))

    def _settings_changed(self, name: str) -> None:
        if name == "type_size" and self.isVisible():
            self._place()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

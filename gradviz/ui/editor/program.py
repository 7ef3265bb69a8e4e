"""The PROGRAM panel: joins the editor with the session, and says in words what is wrong with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ...scene.numbers import gradient_text
from ...session.edits import TextEdit
from ...session.lines import LineMap
from ...session.session import Session
from ...session.view import View
from ...trace.events import BackwardBegan, ErrorRaised, Source
from ...trace.history import History
from ...trace.messages import OutputThinned
from ..elided import ElidedLabel
from ..problem import sentence_of, sentence_of_thinned
from ..style import theme_of
from .editor import CodeEditor, Mark
from .find import FindBar
from .lines import card_of_line, source_of_card

if TYPE_CHECKING:
    from ...scene.findings import Finding

Underline = QTextCharFormat.UnderlineStyle


class ProgramPanel(QWidget):
    """Heading, a question about trust, the editor, and the sentence of the last error."""

    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._session = session
        self._map = LineMap(0, 0, 0)
        self._findings: tuple[Finding, ...] = ()
        self._mapped: tuple[str, str] | None = None
        self._is_fresh = True
        self._shown_step: tuple[int, int] | None = None
        self.editor = CodeEditor()
        self.find_bar = FindBar(self.editor)
        self._heading = QLabel("PROGRAM")
        self._heading.setProperty("role", "heading")
        self._name = ElidedLabel()
        self._name.setProperty("role", "muted")
        self._name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.editor.setMinimumHeight(48)  # a long sentence below may take the rest of a low panel
        self._question, self._words = self._make_question()
        self._trouble, self._sentence = self._make_trouble()
        head = QHBoxLayout()
        head.setContentsMargins(14, 10, 12, 6)
        head.addWidget(self._heading)
        head.addWidget(self._name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._question)
        column.addWidget(self.find_bar)
        column.addWidget(self.editor, 1)
        column.addWidget(self._trouble)
        self.editor.edited.connect(self._typed)
        self.editor.line_clicked.connect(self._line_clicked)
        self.editor.left.connect(self.left)
        self.editor.breakpoint_asked.connect(self._breakpoint_asked)
        session.document_changed.connect(self._show_document)
        session.edits_made.connect(self._edits_made)
        session.changed.connect(self._show_view)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("theme")
        self._show_document()
        self._show_view(session.view)

    def _make_question(self) -> tuple[QFrame, QLabel]:
        frame = QFrame(objectName="notice")
        words = QLabel(wordWrap=True)
        agree = QPushButton("Run it")
        agree.setProperty("kind", "primary")
        agree.clicked.connect(self._session.trust)
        agree.clicked.connect(self.left)
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 8, 12, 8)
        row.addWidget(words, 1)
        row.addWidget(agree)
        frame.hide()
        return frame, words

    def _make_trouble(self) -> tuple[QFrame, QLabel]:
        frame = QFrame(objectName="trouble")
        sentence = QLabel(wordWrap=True)
        sentence.setAccessibleName("What went wrong")
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 8, 12, 8)
        row.addWidget(sentence, 1)
        frame.hide()
        return frame, sentence

    # -- commands ------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        self.editor.undo()

    def redo(self) -> None:
        self.editor.redo()

    def find(self) -> None:
        self.find_bar.start()

    def toggle_comment(self) -> None:
        self.editor.toggle_comment()

    # -- text ----------------------------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._session.set_text(self.editor.toPlainText())

    def _show_document(self) -> None:
        document = self._session.document
        if document.text != self.editor.toPlainText():
            self.editor.show_text(document.text)
            self._is_fresh = True
        # A dot, as on other desktops: unsaved.
        self._name.setText(document.name + (" •" if document.is_modified else ""))
        self._name.setToolTip(str(document.path or document.name))

    def _edits_made(self, edits: list[TextEdit], join: bool) -> None:
        self.editor.apply_edits(edits, join)

    # -- look ----------------------------------------------------------------------------------------------------

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            settings = self._session.settings
            theme = theme_of(settings.theme)
            self.editor.use(theme, settings.type_size)
            self.find_bar.use(theme)
            self._show_view(self._session.view)

    def _show_view(self, view: View) -> None:
        self._question.setVisible(bool(view.question))
        self._words.setText(view.question)
        self._remap(view.trace.program)
        self.editor.show_notes(self._notes())
        lines = map(self._map.new, view.breakpoints.lines)
        self.editor.show_breakpoints(frozenset(line for line in lines if line))
        state, text = view.state, self._session.document.text
        is_newest = view.newest.program == text
        error = view.error if is_newest else None
        thinned = view.newest.thinned if is_newest else None
        trouble = error or thinned
        self._show_trouble(error, thinned, view.failure)
        if state is None:
            self.editor.show_values({})
            self.editor.mark([self._error_mark(trouble.source)] if trouble and trouble.source else [], _line(trouble))
            return
        self._show_values(state.history, state.step)
        marks = []
        step_source = self._moved(state.history.source(state.step))
        if step_source is not None:
            marks.append(self._step_mark(step_source, state.phase))
        chosen = source_of_card(state.history, view.selection[-1]) if view.selection else None
        chosen = self._moved(chosen)
        if chosen is not None:
            theme = self.editor.theme
            marks.append(Mark(chosen, theme.value_fill, theme.value, Underline.SingleUnderline))
        if trouble is not None and trouble.source is not None:
            marks.append(self._error_mark(trouble.source))
        self.editor.mark(marks, _line(trouble))
        self._show_line_of(chosen or step_source, view)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """What the newest run shows to be going wrong, at its lines."""
        self._findings = findings
        self._show_view(self._session.view)

    def _notes(self) -> dict[int, str]:
        notes: dict[int, str] = {}
        for finding in self._findings:
            line = self._map.new(finding.sight.line) if finding.sight.line else None
            if line:
                notes[line] = f"{notes[line]}\n{finding.sentence}" if line in notes else finding.sentence
        return notes

    def _remap(self, program: str) -> None:
        text = self._session.document.text
        if self._mapped is None or self._mapped[0] is not program or self._mapped[1] is not text:
            self._map = LineMap.between(program, text)
            self._mapped = (program, text)

    def _moved(self, source: Source | None) -> Source | None:
        """The source where it is now; None where its lines were changed."""
        if source is None:
            return None
        first, last = self._map.new(source.line), self._map.new(source.end_line)
        if first is None or last is None:
            return None
        return Source(first, source.column, last, source.end_column, source.function)

    def _step_mark(self, source: Source, phase: str) -> Mark:
        theme = self.editor.theme
        ground, accent = {
            "forward": (theme.value_fill, theme.value),
            "backward": (theme.gradient_fill, theme.gradient),
            "update": (theme.update_fill, theme.update),
        }[phase]
        return Mark(source, ground, accent, Underline.SingleUnderline)

    def _error_mark(self, source: Source) -> Mark:
        return Mark(source, self.editor.theme.error_fill, self.editor.theme.error, Underline.WaveUnderline)

    def _show_values(self, history: History, step: int) -> None:
        texts = {line: gradient_text(value) for line, value in history.lines.at(step).items()}
        if history.backward_began <= step:
            began = history.events[history.backward_began - 1]
            if isinstance(began, BackwardBegan) and began.source is not None and step <= history.backward_ended:
                last = min(history.backward_ended - 1, history.steps)
                done = min(step, last) - history.backward_began
                texts[began.source.end_line] = f"◂ {done} of {last - history.backward_began}"
        self.editor.show_values({new: text for line, text in texts.items() if (new := self._map.new(line))})

    def _show_trouble(self, error: ErrorRaised | None, thinned: OutputThinned | None, failure: str) -> None:
        words = failure or (sentence_of(error) if error else sentence_of_thinned(thinned) if thinned else "")
        self._trouble.setVisible(bool(words))
        self._sentence.setText(words)

    def _show_line_of(self, source: Source | None, view: View) -> None:
        """Scroll to the marked line when the step or the selection moved, never while the person types.

        A program that was just opened shows its first lines, with the note on what to do, until the person steps or
        selects: a training run that is followed moves the cursor many times.
        """
        place = (hash(view.cursor), hash(view.selection))
        self._is_fresh = self._is_fresh and view.following and not view.selection
        is_moved = place != self._shown_step and not self._is_fresh
        if source is not None and is_moved and not self.editor.hasFocus():
            self.editor.show_line(source.line)
        self._shown_step = place

    # -- clicks --------------------------------------------------------------------------------------------------

    def _line_clicked(self, line: int) -> None:
        view = self._session.view
        old = self._map.old(line)
        if view.state is None or view.building is not None or old is None:
            return
        card = card_of_line(view.state.history, old)
        self._session.select(*([card] if card else []))

    def _breakpoint_asked(self, line: int) -> None:
        old = self._map.old(line)
        if self._session.view.state is not None and old is not None:
            self._session.debugger.toggle_line(old)

    def go_to_line(self, line: int) -> None:
        """Show a line and put the caret there."""
        self.editor.go_to_line(line)
        self.editor.setFocus()


def _line(trouble: ErrorRaised | OutputThinned | None) -> int:
    return trouble.source.line if trouble and trouble.source else 0

"""The model of the window: what is open, what ran, where the person stands. No Qt; all on one thread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ..supervisor import Goal, Run
from ..trace.ops import OpInfo
from ..trace.query import Cursor
from ..trace.regions import is_region
from ..trace.trace import Trace
from .appearance import Appearance
from .consent import QUESTIONS, shares_no_line
from .debugger import Debugger
from .document import Document, DocumentError, parses, read_document
from .edits import Literal, Operand, TextEdit, apply_edits, literals, set_literal, write_op
from .folding import Folding
from .placing import before_backward, card_meaning, first_place, is_presentable, same_cards, same_place
from .predicting import Predicting
from .recovery import RecoveryFile
from .runner import Runner
from .runs import Runs
from .saving import write_file
from .settings import RECENT_FILES, TRUSTED_PROGRAMS, Settings, read_settings, write_settings
from .signal import Signal
from .stepping import clamped, is_at_end, moved, moved_by_pass
from .stops import Breakpoints
from .view import Building, View


class Session:
    """Signals tell that something changed; what it is now is read from `view`, `document` and `settings`."""

    changed = Signal(View)
    document_changed = Signal()
    edits_made = Signal(list, bool)
    """TextEdits that the editor makes too, and whether they join the undo step before them."""
    settings_changed = Signal(str)
    told = Signal(str)
    """A sentence for the status bar."""

    def __init__(self, runner: Runner, folder: Path) -> None:
        self.runner, self.folder = runner, folder
        self.settings: Settings = read_settings(folder / "settings.json")
        self.document = Document()
        self.view = View()
        self.appearance, self.debugger = Appearance(self), Debugger(self)
        self.predicting = Predicting(self)
        self.recovery = RecoveryFile(folder)
        self.runs = Runs(self.told.emit)
        self._is_trusted, self._opened = True, ""
        self._sent_program: str | None = None

    # -- document ------------------------------------------------------------------------------------------------

    def show_document(self, document: Document) -> None:
        """Put another document into the window; what ran before is gone from view."""
        self.runner.stop()
        self.document = document
        self._is_trusted = document.origin not in QUESTIONS or document.fingerprint in self.settings.trusted
        self._opened = document.text
        self._sent_program = None
        self.document_changed.emit()
        self._set(
            trace=Trace(), newest=Trace(), cursor=Cursor(), selection=(), stale=False, following=True,
            playing=False, building=None, failure="", question=self._question, breakpoints=Breakpoints(), bookmarks=(),
            folding=Folding(),
        )  # fmt: skip
        if document.path is not None:
            self.remember(document.path)

    def new(self) -> None:
        self.show_document(Document(title="untitled.py"))

    def open(self, path: Path) -> None:
        """Open a program. DocumentError in words where that fails; the document that was open stays."""
        self.show_document(read_document(path.resolve()))

    def save(self, path: Path | None = None) -> None:
        """Write the program to its file or to `path`. DocumentError in words where that fails."""
        target = path or self.document.path
        if target is None:
            raise DocumentError("This program has no file yet; use Save As.")
        try:
            write_file(target, self.document.text.encode("utf-8"))
        except OSError as error:
            raise DocumentError(f"{target.name} could not be saved: {error.strerror or error}.") from error
        self.document = self.document.saved_as(target)
        if self._is_trusted:
            # What a person wrote here and saved must not be asked about when it is opened again.
            self._remember_trust()
        self.recovery.forget()
        self.remember(target)
        self.document_changed.emit()
        self.told.emit(f"Saved {target.name}.")

    def set_text(self, text: str) -> None:
        """The person typed."""
        if text == self.document.text:
            return
        self.document = self.document.with_text(text)
        if not self._is_trusted and shares_no_line(text, self._opened):
            # Nothing is left of what was opened: the person wrote all of it.
            self._is_trusted = True
        self.document_changed.emit()
        self._set(stale=text != self.view.trace.program, question=self._question)

    def apply(self, edits: list[TextEdit], join: bool = False) -> None:
        """Change the program without typing; the editor makes the same edits as one step of its undo stack."""
        if not edits:
            return
        text = apply_edits(self.document.text, edits)
        self.document = self.document.with_text(text)
        self.edits_made.emit(edits, join)
        self.document_changed.emit()
        self._set(stale=text != self.view.trace.program)

    def parses(self) -> bool:
        return parses(self.document.text)

    def literals(self) -> tuple[Literal, ...]:
        return literals(self.document.text)

    def turn(self, literal: Literal, value: float, join: bool = False) -> None:
        """Give a literal another value and run again."""
        self.apply([set_literal(literal, value)], join)
        self.run()

    def keep_recovery(self) -> None:
        """Store unsaved work; a full disk is told, not raised."""
        try:
            self.recovery.keep(self.document)
        except OSError as error:
            self.told.emit(f"Unsaved work cannot be kept safe: {error.strerror or error}.")

    # -- building a line -----------------------------------------------------------------------------------------

    @property
    def catalog(self) -> tuple[OpInfo, ...]:
        """The ops that can be written without typing; empty until the first worker has answered."""
        return self.runner.ready.ops if self.runner.ready else ()

    def start_building(self, op: OpInfo) -> None:
        """Choose an op; its operands are clicked next."""
        self._set(building=Building(op), selection=())

    def add_operand(self, key: str) -> None:
        """Take a card as the next operand; with the last one the line is written and the program runs."""
        building = self.view.building
        if building is None or self.operand(key) is None:
            return
        building = replace(building, operands=(*building.operands, key))
        if len(building.operands) < len(building.op.inputs):
            self._set(building=building)
            return
        operands = [operand for operand in map(self.operand, building.operands) if operand is not None]
        self._set(building=None)
        try:
            edits, _ = write_op(self.document.text, building.op, operands)
        except ValueError as error:
            self.told.emit(str(error))
            return
        self.apply(edits)
        self.told.emit(f"Wrote `{edits[-1].text.strip()}` into the program.")
        self.run()

    def operand(self, key: str) -> Operand | None:
        """What a new line would call a card; None for a card that cannot be an operand."""
        state = self.view.state
        if state is None or is_region(key) or card_meaning(state.history, key) is None:
            return None
        number = int(key[1:].split("@")[0])
        if key[0] == "t":
            tensor = state.history.tensors[number]
            return Operand(tensor.name, tensor.source) if tensor.name or tensor.source else None
        op = state.history.ops[number][1]
        name = op.outputs[0].name if op.outputs else None
        return Operand(name, op.source) if name or op.source else None

    # -- running -------------------------------------------------------------------------------------------------

    @property
    def _question(self) -> str:
        return "" if self._is_trusted else QUESTIONS[self.document.origin]

    def trust(self) -> None:
        """The person agrees that this opened program may run, now and whenever its content is the same."""
        self._is_trusted = True
        self._remember_trust()
        self._set(question="")
        self.told.emit("")  # nothing waits any more
        self.run()

    def run(self, held: bool = False, goal: Goal | None = None) -> None:
        """Run the program from the start, instead of what runs now."""
        if not self._is_trusted:
            self._set(question=self._question)
            self.told.emit("This program waits until you agree: the button Run it above the program runs it.")
            return
        path, newest = self.document.path, self.view.newest
        self._sent_program = self.document.text
        self.runner.run(
            Run(
                program=self.document.text,
                path=str(path or self.document.name),
                directory=str(path.parent if path else Path.home()),
                engine=self.settings.engine,
                held=held,
                goal=goal,
                speed=self.settings.pass_speed,
                # What the last run marked and could not keep.
                keep=tuple(newest.marked) if newest.program == self.document.text else (),
            )
        )
        self._set(status=self.runner.status, failure="", playing=False)

    def run_if_changed(self) -> None:
        """What a pause in typing asks for: run a program that is whole and has not run yet."""
        ran = self.view.newest.program if self._sent_program is None else self._sent_program
        if self._is_trusted and self.document.text != ran and self.parses():
            self.run()

    def stop(self) -> None:
        self.runner.stop()
        self.refresh()

    def toggle_hold(self) -> None:
        if self.view.status == "held":
            self.runner.resume()
        elif self.view.is_busy:
            self.runner.hold()

    def run_one_pass(self) -> None:
        if self.view.status == "held":
            self._set(following=True)
            self.runner.resume(1)
        elif self.view.is_busy:
            self.runner.hold()
        else:
            self._set(following=True)
            self.run(held=True)

    def set_pass_speed(self, speed: float) -> None:
        self.change(pass_speed=speed)
        self.runner.set_speed(speed)

    def refresh(self) -> None:
        """Take over what the worker has said since the last time."""
        newest, view = self.runner.trace, self.view
        if newest.began is not None and newest.program != self._sent_program:
            # The last words of a program that is not open any more.
            newest = view.newest
        if view.newest is newest and (view.status, view.failure) == (self.runner.status, self.runner.failure):
            return
        trace, cursor, selection = view.trace, view.cursor, view.selection
        if newest.began is not None and newest.began is trace.began:
            trace = newest
            if view.following and trace.pass_count > 1:
                cursor = first_place(trace)
        elif newest.began is not None and is_presentable(newest, trace):
            old, trace = trace, newest
            cursor = first_place(trace) if view.following or not old.passes else same_place(old, cursor, trace)
            selection = same_cards(old, view.cursor, trace, selection)
        self._set(
            trace=trace, newest=newest, cursor=cursor, selection=selection,
            status=self.runner.status, failure=self.runner.failure, stale=self.document.text != trace.program,
            breakpoints=view.breakpoints.after(view.trace.program, trace.program),
        )  # fmt: skip

    # -- stepping ------------------------------------------------------------------------------------------------

    def go_to(self, cursor: Cursor) -> None:
        """Move to a step; numbers out of range mean the nearest."""
        self._move(clamped(self.view.trace, cursor))

    def go_to_pass(self, number: int) -> None:
        """To the end of a pass, or of the nearest one that was kept whole; which one that is is told."""
        item = self.view.trace.nearest_pass(number)
        if item is not None:
            if item.number != number:
                nearest = f"pass {item.number + 1:,} is the nearest that was"
                self.told.emit(f"Pass {number + 1:,} was not kept whole; {nearest}.")
            self.go_to(Cursor(item.number, len(item.events)))

    def _move(self, cursor: Cursor | None, following: bool = False) -> None:
        if cursor is not None:
            playing = self.view.playing and not is_at_end(self.view.trace, cursor)
            self._set(cursor=cursor, following=following, selection=(), playing=playing, asked=None)

    def step(self, by: int = 1) -> None:
        """Move by steps, over the ends of passes into their neighbours."""
        self._move(moved(self.view.trace, self.view.cursor, by))

    def step_forward(self) -> None:
        """One step on; a person who predicts is asked first."""
        if not self.predicting.asks():
            self.step(1)

    def step_back(self) -> None:
        self.step(-1)

    def step_pass(self, by: int = 1) -> None:
        """Move by kept passes, to the place that corresponds to this one."""
        self._move(moved_by_pass(self.view.trace, self.view.cursor, by))

    def pass_forward(self) -> None:
        self.step_pass(1)

    def pass_back(self) -> None:
        self.step_pass(-1)

    def go_to_start(self) -> None:
        self.go_to(Cursor(self.view.cursor.number, 0))

    def go_to_backward(self) -> None:
        state = self.view.state
        if state is not None:
            self.go_to(Cursor(self.view.cursor.number, before_backward(state.history)))

    def go_to_end(self) -> None:
        """To the end of this pass; from there on a running program is followed again if it is the last one."""
        state, trace = self.view.state, self.view.trace
        if state is not None:
            is_last = trace.passes[-1].number == self.view.cursor.number
            self._move(Cursor(self.view.cursor.number, state.history.steps), following=is_last)

    def play_on(self) -> None:
        """One step of playing; a breakpoint ends it, and so does a question."""
        if self.predicting.asks():
            return
        self.step(1)
        state = self.view.state
        if state is not None and self.view.cursor.step and self.view.breakpoints(state.history, self.view.cursor.step):
            self._set(playing=False)

    def mark(self, **values: Any) -> None:
        """Change the person's own marks: `breakpoints`, `bookmarks`, `folding`, `asked`; or follow the run."""
        self._set(**values)

    def toggle_play(self) -> None:
        """Play or pause; played to the end, the pass starts over."""
        view = self.view
        if view.playing or view.state is None:
            self._set(playing=False)
            return
        if is_at_end(view.trace, view.cursor):
            self.go_to_start()
        self._set(playing=True, following=False)

    # -- selection -----------------------------------------------------------------------------------------------

    def select(self, *keys: str) -> None:
        """Select cards; none clears the selection. While a line is built, a card is an operand instead."""
        if self.view.building is not None and keys:
            self.add_operand(keys[0])
        else:
            self._set(selection=keys)

    def clear(self) -> None:
        """Give up a half-built line, or else the selection."""
        if self.view.building is not None:
            self._set(building=None)
        else:
            self._set(selection=())

    # -- settings ------------------------------------------------------------------------------------------------

    def change(self, **values: Any) -> None:
        """Change settings and store them; a full disk is told, not raised."""
        before = self.settings
        self.settings = replace(before, **values)
        if self.settings == before:
            return
        try:
            write_settings(self.folder / "settings.json", self.settings)
        except OSError as error:
            self.told.emit(f"Settings cannot be saved: {error.strerror or error}.")
        for name in values:
            self.settings_changed.emit(name)

    def toggle_auto_run(self) -> None:
        self.change(auto_run=not self.settings.auto_run)

    # -- inside --------------------------------------------------------------------------------------------------

    def _set(self, **values: Any) -> None:
        self.view = replace(self.view, **values)
        self.changed.emit(self.view)

    def _remember_trust(self) -> None:
        others = tuple(item for item in self.settings.trusted if item != self.document.fingerprint)
        self.change(trusted=(*others, self.document.fingerprint)[-TRUSTED_PROGRAMS:])

    def remember(self, path: Path, is_program: bool = True) -> None:
        """Put a file in front of the recent ones; a program is opened again at the next start."""
        others = tuple(item for item in self.settings.recent if item != str(path))
        last = str(path) if is_program else self.settings.last_file
        self.change(recent=(str(path), *others)[:RECENT_FILES], last_file=last)

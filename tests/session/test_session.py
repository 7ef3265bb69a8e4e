import json

import numpy as np
import pytest

from gradviz.session.document import Document, DocumentError, cells, notebook_text
from gradviz.session.recovery import lost_documents
from gradviz.session.session import Session
from gradviz.session.settings import Settings, read_settings
from gradviz.trace.events import (
    BackwardBegan,
    BackwardEnded,
    Edge,
    ErrorRaised,
    Input,
    LeafAccumulated,
    Node,
    NodeRan,
    OpRan,
    Output,
    Root,
    TensorMade,
)
from gradviz.trace.messages import PassMarked, PassRecorded, RunBegan, RunEnded
from gradviz.trace.passes import Carried, Pass
from gradviz.trace.query import Cursor
from gradviz.trace.trace import Trace, TraceBuilder
from gradviz.trace.value import Value


def number(value):
    return Value.of(np.float32(value))


def square_pass(index, value):
    """y = x * x and its backward: seven events, the backward begins with the third."""
    leaf = Node(1, "AccumulateGrad", 2**64 - 1, leaf=1)
    node = Node(2, "MulBackward0", 0, (Edge(1, 0, 0), Edge(1, 0, 1)))
    operands = (Input("self", 1), Input("other", 1))
    events = (
        TensorMade(1, number(value), True, "tensor", "x", None),
        OpRan(1, "mul", operands, (), (Output(2, number(value**2), True, "y"),), node, (leaf,), None, False, None),
        BackwardBegan((Root(2, 2, 0, number(1)),), None, False, None),
        NodeRan(2, (number(1),), (number(value), number(value))),
        LeafAccumulated(1, 1, None, number(2 * value), number(2 * value)),
        BackwardEnded(True),
    )
    return Pass(index, Carried(), events)


class ScriptedRunner:
    """Plays the supervisor: the test says what the worker would."""

    def __init__(self):
        self.ready, self.trace, self.status, self.failure = None, Trace(), "idle", ""
        self.calls = []
        self.builder = TraceBuilder()

    def run(self, run):
        self.calls.append("run")
        self.kept = run.keep
        self.status = "running"
        self.builder = TraceBuilder()
        self.say(RunBegan("numpy", run.program, run.path, ()))

    def say(self, *messages):
        for message in messages:
            self.trace = self.builder.add(message)
            if isinstance(message, RunEnded):
                self.status = "ended"

    def hold(self):
        self.calls.append("hold")
        self.status = "held"

    def resume(self, passes=0, goal=None):
        self.calls.append(f"resume {passes}")

    def set_speed(self, speed):
        self.calls.append(f"speed {speed}")

    def stop(self):
        self.calls.append("stop")
        self.status = "idle"


@pytest.fixture
def runner():
    return ScriptedRunner()


@pytest.fixture
def session(runner, tmp_path):
    return Session(runner, tmp_path / "settings")


def run(session, runner, *passes, error=None):
    session.run()
    runner.say(*map(PassRecorded, passes))
    if error:
        runner.say(error)
    runner.say(RunEnded(1 if error else 0, len(passes), 0.1))
    session.refresh()


def test_a_single_pass_is_shown_before_its_backward(session, runner):
    run(session, runner, square_pass(0, 3.0))
    assert session.view.cursor == Cursor(0, 2)
    assert session.view.state.phase == "forward"
    session.step_forward()
    assert isinstance(session.view.state.event, BackwardBegan)


def test_work_after_the_last_backward_does_not_take_the_first_look(session, runner):
    tail = Pass(2, Carried(), (square_pass(2, 2.0).events[0],))
    run(session, runner, square_pass(0, 2.0), square_pass(1, 2.0), tail)
    assert session.view.cursor == Cursor(1, 6)
    session.pass_forward()
    assert session.view.cursor == Cursor(2, 1)


def test_steps_cross_passes_and_come_back(session, runner):
    run(session, runner, *(square_pass(index, 2.0) for index in range(3)))
    session.go_to(Cursor(0, 0))
    seen = [session.view.cursor]
    for _ in range(30):
        session.step_forward()
        if session.view.cursor == seen[-1]:
            break
        seen.append(session.view.cursor)
    assert len(seen) == 3 * 7
    back = [session.view.cursor]
    for _ in range(len(seen) - 1):
        session.step_back()
        back.append(session.view.cursor)
    assert back == seen[::-1]


def test_a_changed_number_keeps_the_step(session, runner):
    run(session, runner, square_pass(0, 3.0))
    session.go_to(Cursor(0, 4))
    session.select("t1")
    run(session, runner, square_pass(0, 5.0))
    assert session.view.cursor == Cursor(0, 4)
    assert session.view.selection == ("t1",)
    assert session.view.state.history.tensors[1].values.at(4) == number(5.0)


def test_a_failed_run_keeps_the_last_good_graph(session, runner):
    run(session, runner, square_pass(0, 3.0))
    good = session.view.trace
    run(session, runner, error=ErrorRaised("NameError", "name 'z' is not defined", None))
    assert session.view.trace is good
    assert session.view.error.kind == "NameError"


def test_a_run_without_tensors_keeps_the_last_good_graph_until_nothing_is_left_to_run(session, runner):
    run(session, runner, square_pass(0, 3.0))
    good = session.view.trace
    session.set_text("print(1)")
    run(session, runner)
    assert session.view.trace is good
    session.set_text("# print(1)")
    run(session, runner)
    assert session.view.trace.passes == ()


def test_a_run_that_fails_after_a_backward_is_shown(session, runner):
    run(session, runner, square_pass(0, 3.0), error=ErrorRaised("RuntimeError", "second time", None))
    assert len(session.view.trace.passes) == 1
    assert session.view.error


def test_a_running_program_is_followed_until_the_person_steps(session, runner):
    session.run()
    runner.say(PassRecorded(square_pass(0, 1.0)), PassRecorded(square_pass(1, 1.0)))
    session.refresh()
    assert session.view.cursor.number == 1
    session.step_back()
    runner.say(PassRecorded(square_pass(2, 1.0)))
    session.refresh()
    assert session.view.cursor.number == 1
    session.step_pass(1)
    session.go_to_end()
    runner.say(PassRecorded(square_pass(3, 1.0)))
    session.refresh()
    assert session.view.cursor.number == 3


def test_opened_programs_wait_for_consent_once_per_content(session, runner, tmp_path):
    path = tmp_path / "model.py"
    path.write_text("print(1)")
    session.open(path)
    session.run()
    assert "run" not in runner.calls
    assert session.view.question.startswith("This program came from a file.")
    session.trust()
    assert runner.calls.count("run") == 1
    session.new()
    session.open(path)
    session.run()
    assert runner.calls.count("run") == 2
    path.write_text("print(2)")
    session.open(path)
    session.run()
    assert runner.calls.count("run") == 2


def test_what_was_typed_anew_in_an_opened_file_needs_no_consent(session, runner, tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text("print('theirs')\n")
    session.open(path)
    session.set_text("print('theirs')\nprint('mine')\n")
    assert session.view.question
    session.set_text("p")
    session.set_text("print('mine')")
    assert not session.view.question
    session.run()
    assert runner.calls[-1] == "run"


def test_saving_clears_the_mark_and_remembers_the_file(session, tmp_path):
    session.new()
    session.set_text("x = 1\n")
    assert session.document.is_modified
    with pytest.raises(DocumentError, match="Save As"):
        session.save()
    session.save(tmp_path / "a.py")
    assert not session.document.is_modified
    assert (tmp_path / "a.py").read_text() == "x = 1\n"
    assert session.settings.recent == (str(tmp_path / "a.py"),)
    with pytest.raises(DocumentError, match="could not be saved"):
        session.save(tmp_path / "no" / "a.py")


@pytest.mark.parametrize(
    ("content", "words"), [(b"\0\1", "not a text file"), (b"\xff\xfe\xfa", "not UTF-8"), (None, "could not be opened")]
)
def test_files_that_cannot_be_opened_are_refused_in_words(session, tmp_path, content, words):
    session.new()
    session.set_text("kept")
    path = tmp_path / "bad.py"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DocumentError, match=words):
        session.open(path)
    assert session.document.text == "kept"


def test_notebooks_become_programs(tmp_path):
    book = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Title\n", "words"]},
            {"cell_type": "code", "source": "%matplotlib inline\nx = 1"},
        ]
    }
    text = notebook_text(json.dumps(book), "a.ipynb")
    assert text == "# %% [markdown]\n# # Title\n# words\n\n# %%\n# %matplotlib inline\nx = 1\n"
    assert [(cell.first, cell.is_note) for cell in cells(text)] == [(1, True), (5, False)]
    with pytest.raises(DocumentError, match="not a notebook"):
        notebook_text("[]", "a.ipynb")


def test_unsaved_work_is_found_again(session, runner, tmp_path):
    session.new()
    session.set_text("precious")
    session.keep_recovery()
    (path,) = (session.folder / "recovery").glob("*.json")
    assert lost_documents(session.folder) == [], "this window is still open"
    path.rename(path.with_name("999999999.json"))
    ((_, document),) = lost_documents(session.folder)
    assert document.text == "precious"
    assert document.origin == "recovered"


def test_settings_survive_and_bad_ones_fall_back(session, tmp_path):
    session.change(theme="dark", type_size=150)
    assert read_settings(session.folder / "settings.json") == session.settings
    path = tmp_path / "bad.json"
    path.write_text('{"theme": "pink", "type_size": 9000, "play_speed": 3, "recent": ["a", 1], "motion": 0}')
    assert read_settings(path) == Settings(play_speed=3.0, recent=("a",))
    path.write_text("torn {")
    assert read_settings(path) == Settings()


def test_play_stops_at_the_end_and_starts_over(session, runner):
    run(session, runner, square_pass(0, 3.0))
    session.go_to_end()
    session.toggle_play()
    assert session.view.cursor.step == 0
    for _ in range(6):
        assert session.view.playing
        session.step_forward()
    assert not session.view.playing


def test_stop_and_hold_reach_the_runner(session, runner):
    session.set_text("x")
    session.run()
    session.refresh()
    session.toggle_hold()
    session.refresh()
    session.run_one_pass()
    session.stop()
    assert runner.calls == ["run", "hold", "resume 1", "stop"]


def test_what_a_run_marked_is_kept_when_the_same_program_runs_again(session, runner):
    session.show_document(Document("x = 1"))
    session.run()
    assert runner.kept == ()
    runner.say(PassMarked(7), PassMarked(8))
    session.refresh()
    session.run()
    assert set(runner.kept) == {7, 8}
    runner.say(PassMarked(7))
    session.refresh()
    session.document = Document("x = 2")
    session.run()
    assert runner.kept == (), "another program"


def test_show_document_forgets_the_old_run(session, runner):
    run(session, runner, square_pass(0, 3.0))
    session.show_document(Document("y = 1", title="lesson", origin="lesson"))
    assert not session.view.trace.passes
    assert session.view.state is None
    session.refresh()
    assert not session.view.trace.passes, "what the old program said does not come back"

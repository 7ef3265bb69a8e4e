"""Runs as files: opened, they are what was saved; torn at any byte, altered or hostile, they are refused in words."""

import io
import json
import random
import time
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from gradviz.session import run_file
from gradviz.session.document import DocumentError
from gradviz.session.errand import GivenUpError
from gradviz.session.run_file import CARD, PROGRAM, RECORD, open_run, read_run, run_bytes, save_run, seed_of
from gradviz.session.session import Session
from gradviz.session.stored_runs import StoredRuns
from gradviz.trace import codec
from gradviz.trace.messages import CurveKey, CurvesExtended
from gradviz.trace.query import Cursor, state_at
from gradviz.trace.storage import stored_messages
from tests import descents, traces
from tests.ui.played import PlayedRunner


def zipped(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", [*traces.ALL, "descent"])
def test_what_is_opened_is_what_was_saved(name, tmp_path):
    trace = descents.minimum() if name == "descent" else traces.ALL[name]()
    path = tmp_path / "a.gradrun"
    save_run(path, " my  run ", trace)
    back = open_run(path)
    assert back.name == "my run"
    assert back.engine == trace.began.engine
    # What is shared in memory is written once, so both are compared as they are after being read.
    ours = [codec.encode(codec.decode(codec.encode(each)[codec.HEAD.size :])) for each in stored_messages(trace)]
    assert ours == list(map(codec.encode, stored_messages(back.trace)))
    for item in trace.passes:
        for step in range(len(item.events) + 1):
            one, other = (state_at(each, Cursor(item.number, step)) for each in (trace, back.trace))
            assert one.history.steps == other.history.steps


def test_a_torn_file_is_refused_wherever_it_was_torn():
    data = run_bytes("run", traces.line())
    for end in [*range(0, len(data), 37), len(data) - 1]:
        with pytest.raises(DocumentError, match=r"a\.gradrun is (torn|not a run)"):
            read_run(data[:end], "a.gradrun")


def test_an_altered_file_is_refused_or_still_whole():
    data = bytearray(run_bytes("run", traces.line()))
    draw = random.Random(3)
    refused = 0
    for _ in range(400):
        place, bit = draw.randrange(len(data)), 1 << draw.randrange(8)
        data[place] ^= bit
        try:
            read_run(bytes(data), "a.gradrun")
        except DocumentError:
            refused += 1
        data[place] ^= bit
    assert refused > 300


def with_parts(**changed):
    parts = parts_of(run_bytes("run", traces.line()))
    names = {"card": CARD, "code": PROGRAM, "trace": RECORD}
    return zipped({**parts, **{names[name]: text for name, text in changed.items()}})


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        zipped({}),
        zipped({CARD: "{}"}),
        with_parts(card="[]"),
        with_parts(card='{"gradviz run": "1", "name": "x", "seed": null}'),
        with_parts(card='{"gradviz run": 1, "name": 5, "seed": null}'),
        with_parts(card="[" * 100_000),
        with_parts(code="import os"),
        with_parts(trace=b""),
        with_parts(trace=b"gradviz-trace 2\n"),
    ],
)
def test_what_is_no_run_is_refused(data):
    with pytest.raises(DocumentError, match=r"a\.gradrun is (torn|damaged)"):
        read_run(data, "a.gradrun")


def test_newer_files_are_told_apart():
    with pytest.raises(DocumentError, match="newer gradviz"):
        read_run(with_parts(card='{"gradviz run": 2, "name": "x", "seed": null}'), "a.gradrun")
    with pytest.raises(DocumentError, match="newer gradviz"):
        read_run(with_parts(trace=b"gradviz-trace 99\n"), "a.gradrun")


def test_other_files_are_no_runs(tmp_path):
    path = tmp_path / "a.gradrun"
    with pytest.raises(DocumentError, match="could not be opened"):
        open_run(path)
    path.write_bytes(b"print(1)")
    with pytest.raises(DocumentError, match="not a run saved by gradviz"):
        open_run(path)


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setitem(run_file.LIMITS, RECORD, 1_000_000)
    parts = parts_of(run_bytes("run", traces.line()))
    bomb = zipped({**parts, RECORD: b"\0" * 300_000_000})
    assert len(bomb) < 1_000_000
    began = time.process_time()
    with pytest.raises(DocumentError, match="torn or no whole run"):
        read_run(bomb, "a.gradrun")
    assert time.process_time() - began < 1.0


def test_a_record_that_asks_for_memory_is_refused():
    began = next(stored_messages(traces.line()))
    huge = CurvesExtended(10**12, (CurveKey("loss"),), np.zeros((1, 1)))
    parts = parts_of(run_bytes("run", traces.line()))
    with pytest.raises(DocumentError, match="torn or no whole run"):
        read_run(zipped({**parts, RECORD: b"".join(codec.write_trace([began, huge]))}), "a.gradrun")


def test_an_illegal_record_is_refused():
    trace = traces.line()
    (item,) = trace.passes
    backwards = replace(trace, passes=(replace(item, events=item.events[::-1]),))
    with pytest.raises(DocumentError, match="torn or no whole run"):
        read_run(run_bytes("run", backwards), "a.gradrun")


def test_the_seed_is_on_the_card():
    assert seed_of("import torch\ntorch.manual_seed(42)\n") == 42
    assert seed_of("torch.manual_seed(n)") is None
    card = json.loads(parts_of(run_bytes("x", traces.line()))[CARD])
    assert card == {"gradviz run": 1, "name": "x", "engine": "numpy", "seed": None}


def test_nothing_runs_when_a_run_is_opened_also_by_itself(tmp_path):
    session = Session(PlayedRunner(), tmp_path)
    trace, path = descents.minimum(), tmp_path / "a.gradrun"
    # The very program has run just before, and is trusted: even so the record of the file is what is shown.
    session.runner.answers[trace.program] = descents.minimum(7)
    session.set_text(trace.program)
    session.run()
    session.refresh()
    session.save(tmp_path / "a.py")
    save_run(path, "slow", trace)
    runs = len(session.runner.runs)
    StoredRuns(session).show(path, open_run(path))
    session.refresh()
    session.run_if_changed()
    assert len(session.runner.runs) == runs
    assert session.view.trace.pass_count == 60
    assert (session.document.text, session.document.is_modified) == (trace.program, False)
    assert not session.view.question
    session.go_to(Cursor(0, 3))
    session.step_forward()
    assert session.view.state.step == 4
    assert [run.name for run in session.runs.kept] == ["slow"]
    assert session.settings.recent[0] == str(path)
    StoredRuns(session).show(path, open_run(path))
    assert len(session.runs.kept) == 1, "opened twice it is kept once"


def test_an_opened_run_waits_for_consent_when_it_is_to_run(tmp_path):
    session = Session(PlayedRunner(), tmp_path)
    save_run(tmp_path / "a.gradrun", "x", descents.minimum())
    StoredRuns(session).show(tmp_path / "a.gradrun", open_run(tmp_path / "a.gradrun"))
    session.run()
    assert session.view.question
    assert session.runner.runs == []


def test_there_must_be_a_folder(tmp_path):
    with pytest.raises(DocumentError, match="could not be saved"):
        save_run(tmp_path / "none" / "a.gradrun", "x", traces.line())


def test_reading_and_writing_tell_how_far_they_are_and_can_be_given_up(tmp_path):
    path, trace = tmp_path / "a.gradrun", descents.minimum()
    for work in (lambda tell: save_run(path, "x", trace, tell), lambda tell: open_run(path, tell)):
        told = []
        work(told.append)
        assert told == sorted(told)
        assert len(told) > 20
        assert 0 <= told[0] < 0.5 < told[-1] <= 1
        left = path.read_bytes()

        def give_up(part):
            if part > 0.3:
                raise GivenUpError

        with pytest.raises(GivenUpError):
            work(give_up)
        assert path.read_bytes() == left
        assert list(tmp_path.iterdir()) == [path], "nothing half written is left"

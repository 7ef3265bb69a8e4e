"""Kept runs: names, looks, undo, the thirteenth; against a plain list that is changed by hand."""

import pytest

from gradviz.session.runs import MOST_RUNS, Runs
from gradviz.trace.trace import Trace
from tests import descents


@pytest.fixture
def told():
    return []


@pytest.fixture
def runs(told):
    return Runs(told.append)


def names(runs):
    return [run.name for run in runs.kept]


def test_a_run_keeps_its_trace_name_and_look(runs):
    first, second = descents.minimum(5), descents.minimum(6)
    ids = runs.keep(("lr 0.1", first), ("lr 0.1", second))
    assert names(runs) == ["lr 0.1", "lr 0.1 (2)"]
    assert [runs.find(id).trace for id in ids] == [first, second]
    assert [run.mark.look for run in runs.kept] == [0, 1]
    runs.delete(ids[0])
    runs.keep(("third", first))
    assert [run.mark.look for run in runs.kept] == [1, 0], "looks stay with their runs, free ones are used again"


def test_the_thirteenth_is_refused_in_words(runs, told):
    runs.keep(*((f"run {n}", Trace()) for n in range(MOST_RUNS)))
    assert len({run.mark.look for run in runs.kept}) == MOST_RUNS == 12
    assert runs.keep(("one more", Trace())) == ()
    assert len(runs.kept) == 12
    assert told == [
        "12 runs are kept, as many as can be told apart. Delete one before you keep another."
    ]
    runs.delete(*(run.id for run in runs.kept[:2]))
    assert runs.keep(*((f"more {n}", Trace()) for n in range(3))) == ()
    assert told[-1] == "There is room for 2 more of 12 runs, not for 3. Delete some, or race fewer."


def test_every_change_can_be_undone_in_turn(runs, told):
    (one, two) = runs.keep(("a", descents.minimum(3)), ("b", Trace()))
    states = []
    for change in (
        lambda: runs.rename(one, " first  run "),
        lambda: runs.show(one, False),
        lambda: runs.recolour(one, 1),
        lambda: runs.delete(one, two),
    ):
        states.append([(run.mark, run.trace) for run in runs.kept])
        change()
    assert runs.kept == ()
    while states:
        runs.undo()
        assert [(run.mark, run.trace) for run in runs.kept] == states.pop()
    runs.undo()
    assert runs.kept == ()
    assert not runs.can_undo
    runs.undo()
    assert told[-1] == "There is no change of the kept runs to undo."


def test_a_look_that_is_taken_is_exchanged(runs):
    one, _ = runs.keep(("a", Trace()), ("b", Trace()))
    runs.recolour(one, 1)
    assert [run.mark.look for run in runs.kept] == [1, 0]


def test_names_stay_unlike_one_another(runs, told):
    one, _ = runs.keep(("a", Trace()), ("b", Trace()))
    runs.rename(one, "b")
    runs.rename(one, "  ")
    assert names(runs) == ["a", "b"]
    assert told == ["Another run is called b already.", "A run needs a name."]


def test_a_race_grows_what_was_deleted_too_and_undo_brings_it_back_whole(runs):
    (one,) = runs.keep(("a", Trace()))
    runs.delete(one)
    longer = descents.minimum(9)
    runs.follow({one: longer, 99: longer})
    runs.undo()
    assert runs.find(one).trace is longer
    heard = []
    runs.changed.connect(lambda: heard.append(1))
    runs.follow({one: longer})
    assert heard == [], "nothing is told where nothing is new"

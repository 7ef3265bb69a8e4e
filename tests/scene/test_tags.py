"""Tags of cards: what they say at each step, that they fit, and that exports say the same."""

import re
from dataclasses import replace

import numpy as np
import pytest

from gradviz.export.svg import write_svg
from gradviz.scene.cards import Options
from gradviz.scene.faces import PAD
from gradviz.scene.scene import picture
from gradviz.scene.theme import THEMES
from gradviz.trace.events import OpRan
from gradviz.trace.query import State
from tests import traces


def tags(trace, key, step, saved=True):
    scene = picture(trace.passes[-1].history, trace)
    card = next(at for at, card in enumerate(scene.cards) if card.key == key or card.name == key)
    return scene.tags(card, scene.look(step), saved=saved)


def texts(*given):
    return [tag.text for tag in tags(*given)]


def edited(run, **fields):
    """The last op with other fields."""
    event = run.events.pop()
    assert isinstance(event, OpRan)
    run.events.append(replace(event, **fields))


def test_saved_tensors_until_they_are_freed():
    trace = traces.line()
    history = trace.passes[0].history
    product = next(f"o{op.id}" for _, op in history.ops.values() if op.op == "mul")
    assert texts(trace, product, history.backward_began) == ["saved self, other"]
    assert texts(trace, product, history.backward_began, False) == []
    assert texts(trace, product, 0) == []
    (tag,) = tags(trace, product, history.saved_freed)
    assert tag.struck
    assert not tags(trace, product, history.saved_freed - 1)[0].struck


def test_a_kept_graph_frees_nothing():
    run = traces.Writer()
    x = run.tensor(3.0, "x")
    y = run.op("mul", (x, x), 9.0, name="y", saved=(("self", x), ("other", x)))
    run.backward(y)
    run.ran(y, 1.0, 3.0, 3.0)
    run.accumulated(x, 6.0)
    run.ended(freed=False)
    trace = run.trace()
    assert [tag.struck for tag in tags(trace, "y", trace.passes[0].history.steps)] == [False]


def test_in_place_ops_have_versions_and_views_their_base():
    run = traces.Writer()
    x = run.tensor(np.ones((2, 2)), "x")
    y = run.op("mul", (x, "2"), 2 * np.ones((2, 2)), name="y")
    v = run.op("mul", (y, "1"), [2.0, 2.0], name="v")
    out = run.events[-1].outputs[0]
    edited(run, outputs=(replace(out, view_of=y),))
    z = run.op("mul", (v, "3"), [6.0, 6.0], name="z")
    out = run.events[-1].outputs[0]
    edited(run, in_place=True, outputs=(replace(out, version=3, view_of=y),))
    assert z
    trace = run.trace()
    end = trace.passes[0].history.steps
    assert texts(trace, "v", end) == ["view of y"]
    assert texts(trace, "z", end) == ["version 3"]


def test_a_leaf_counts_its_updates():
    trace = traces.untracked()
    history = trace.passes[0].history
    leaf = next(f"t{id}" for id, item in history.tensors.items() if item.versions.facts[-1])
    assert texts(trace, leaf, history.steps - 1) == ["version 1"]
    assert texts(trace, leaf, history.steps) == ["cleared all 0.667", "v1"]
    assert texts(trace, leaf, history.backward_began) == []


def test_what_is_not_a_number_is_counted_where_it_is_not_seen():
    run = traces.Writer()
    bad = np.ones((6, 6))
    bad[0, :4], bad[1, 1] = np.nan, np.inf
    run.tensor(bad, "bad")
    run.tensor([np.nan, 1.0], "seen")
    run.tensor(np.ones((6, 6)), "good")
    trace = run.trace()
    assert [texts(trace, name, 3) for name in ("bad", "seen", "good")] == [["4 NaN, 1 inf"], [], []]
    assert tags(trace, "bad", 3)[0].role == "error"


@pytest.mark.parametrize("name", traces.ALL)
def test_tags_stand_beside_each_other_within_their_card(name):
    trace = traces.ALL[name]()
    scene = picture(trace.passes[-1].history, trace)
    for step in range(scene.history.steps + 1):
        look = scene.look(step)
        for card in range(len(scene.cards)):
            right = PAD
            for tag in scene.tags(card, look):
                assert tag.x >= right
                right = tag.x + tag.width
            assert right <= scene.geometry.rects[card, 2] - PAD + 1e-6


def test_the_export_says_the_same():
    trace = traces.line()
    history = trace.passes[0].history
    state = State(history, history.saved_freed)
    drawn = write_svg(state, THEMES["light"], trace).decode()
    assert "saved self, other" in re.sub(r"<[^>]*>", "|", drawn)
    assert "saved" not in write_svg(state, THEMES["light"], trace, Options(saved=False)).decode()


def test_edges_of_several_outputs_are_numbered():
    run = traces.Writer()
    x = run.tensor([1.0, 2.0], "x")
    run.op("unbind", (x,), 1.0, name="p")
    event = run.events[-1]
    second = replace(event.outputs[0], tensor=900, name="q")
    edited(run, outputs=(event.outputs[0], second), node=replace(event.node, outputs=2))
    run.tracked[900] = (event.node, 1)
    run.needs.add(900)
    run.op("mul", (900, event.outputs[0].tensor), 2.0, name="y")
    trace = run.trace()
    scene = picture(trace.passes[0].history, trace)
    marks = [scene.slot_mark(link) for link in range(len(scene.table.links))]
    assert [mark and mark.text for mark in marks] == [None, "1", "0"]

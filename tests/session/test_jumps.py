"""A step looks the same whether a person came to it forwards, backwards or by a jump: every cursor of every lesson."""

import random

import pytest

from gradviz.scene.cards import Options
from gradviz.scene.explain import explain
from gradviz.scene.scene import picture
from gradviz.session.document import Document
from gradviz.session.session import Session
from gradviz.trace.query import Cursor
from tests.grouped import LESSONS, ran
from tests.ui.played import PlayedRunner

LEAST = 10_000


class Walk:
    """Somebody who steps through a run and notes all that is there to see."""

    def __init__(self, trace, folder):
        runner = PlayedRunner()
        runner.answers[trace.program] = trace
        self.session = Session(runner, folder)
        self.session.show_document(Document(trace.program, title="lesson.py", origin="lesson"))
        self.session.run()
        self.session.refresh()
        self.scenes = {}

    def seen(self):
        view, state = self.session.view, self.session.view.state
        history, step = state.history, state.step
        if id(history) not in self.scenes:
            self.scenes[id(history)] = picture(history, view.trace, Options(grouping="auto"))
        scene = self.scenes[id(history)]
        look = scene.look(step)
        # What runs, and one of the others: all of them at each cursor would take a minute.
        faces = [scene.face(card, look) for card in {max(look.running, 0), step % len(scene.cards)}]
        return (
            (view.cursor, history.phase(step), history.source(step), history.queue(step)),
            (look.cards.tobytes(), look.links.tobytes(), look.running),
            [(face.runs, face.heat and face.heat.shades.tobytes()) for face in faces],
            [scene.pill(link, step) for link in scene.links_at(step, max(look.running, 0)).tolist()],
            [(history.status(node, step), history.remaining(node, step)) for node in history.nodes],
            [
                (item.values.at(step), item.versions.at(step), item.gradients.at(step))
                for item in history.tensors.values()
            ],
            explain(view.trace, state).text,
        )


def cursors_of(trace):
    return [Cursor(item.number, step) for item in trace.passes for step in range(item.history.steps + 1)]


@pytest.mark.parametrize("slug", LESSONS)
def test_forwards_backwards_and_at_random(slug, tmp_path):
    trace = ran(LESSONS[slug].source())
    walk = Walk(trace, tmp_path)
    session, cursors = walk.session, cursors_of(trace)
    session.go_to(cursors[0])
    forwards = [walk.seen()]
    for cursor in cursors[1:]:
        session.step(1)
        assert session.view.cursor == cursor
        forwards.append(walk.seen())
    for at in reversed(range(len(cursors) - 1)):
        session.step(-1)
        assert walk.seen() == forwards[at]
    draw = random.Random(slug)
    for at in draw.sample(range(len(cursors)), len(cursors)) + draw.sample(range(len(cursors)), len(cursors) // 10):
        session.go_to(cursors[at])
        assert walk.seen() == forwards[at]


def test_there_are_enough_pairs():
    lengths = [len(cursors_of(ran(lesson.source()))) for lesson in LESSONS.values()]
    assert sum(2 * length - 1 + length // 10 for length in lengths) >= LEAST

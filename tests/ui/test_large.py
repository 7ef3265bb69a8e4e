"""The large models open, folded to what can be taken in, and step in both directions in both themes."""

import pytest

from gradviz.ui.canvas import GraphCanvas
from tests.grouped import ran
from tests.programs.large import LARGE
from tests.ui.test_canvas import show
from tests.ui.test_sight import canvas, session, settled  # noqa: F401 (fixtures)

READABLE = 60


@pytest.mark.parametrize("name", [name for name in LARGE if name != "scalars"])
def test_opens_folded_and_steps(canvas: GraphCanvas, session, qtbot, name):  # noqa: F811
    trace = ran(LARGE[name])
    history = trace.passes[-1].history
    show(session, trace, history.backward_began - 1)
    settled(canvas, qtbot)
    scene = canvas.stage.scene
    assert len(scene.cards) <= READABLE
    assert len(history.ops) <= READABLE or scene.groups
    for theme in ("light", "dark"):
        session.change(theme=theme)
        pictures = []
        for by in (1, 5, 10, -16):
            session.step(by)
            pictures.append(canvas.grab().toImage())
        assert len({bytes(picture.constBits()) for picture in pictures}) == 4
    assert canvas.stage.look.step == history.backward_began - 1


def test_leaves_used_three_times_are_chips_at_each_use_by_a_switch(canvas, session, qtbot):  # noqa: F811
    session.change(grouping="nothing")
    show(session, ran(LARGE["rnn"]), 0)
    settled(canvas, qtbot)
    chips = [card for card in canvas.stage.scene.cards if card.kind == "chip"]
    assert len(chips) >= 6 * 100, "four weights of the cell and two of the head, at each of a hundred steps"
    with_chips = len(canvas.stage.scene.cards)
    session.change(chips=False)
    settled(canvas, qtbot)
    qtbot.waitUntil(lambda: len(canvas.stage.scene.cards) < with_chips, timeout=60_000)
    assert not [card for card in canvas.stage.scene.cards if card.kind == "chip"]


def test_top_to_bottom(canvas, session, qtbot):  # noqa: F811
    session.change(direction="down")
    show(session, ran(LARGE["mlp"]), 0)
    settled(canvas, qtbot)
    scene = canvas.stage.scene
    for source, target in scene.link_ends:
        above, below = scene.geometry.rects[source], scene.geometry.rects[target]
        assert above[1] + above[3] <= below[1], "data flows down"

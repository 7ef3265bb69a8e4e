"""Cards are framed, grouped under a name, opened, folded and taken apart in a real canvas."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gradviz.scene.faces import short_face
from gradviz.scene.roles import Role
from gradviz.ui.canvas import groups
from tests.grouped import PROGRAMS
from tests.ui.test_groups import open_program

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def single_cards(session):
    session.change(grouping="nothing")


def frame(canvas, first, last):
    """Shift+drag over everything between two corners."""
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, SHIFT, first)
    QTest.mouseMove(canvas, (first + last) / 2)
    assert canvas.hand.band is not None
    QTest.mouseMove(canvas, last)
    canvas.grab()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, SHIFT, last)
    assert canvas.hand.band is None


def test_cards_in_a_frame_become_one_card_and_many_again(canvas, session, qtbot, monkeypatch):
    trace = open_program(session, PROGRAMS["mlp"], qtbot, canvas.stage)
    canvas.fit()
    camera = canvas.camera
    frame(canvas, QPoint(2, 2), QPoint(canvas.width() - 2, canvas.height() - 2))
    assert canvas.camera == camera, "framing does not move the view"
    scene = canvas.stage.scene
    assert set(session.view.selection) == {scene.cards[scene.owner(at)].key for at in range(len(scene.cards))}
    ops = [card.key for card in scene.cards if card.op is not None and card.node is not None]
    session.select(*ops[:3])
    asked = []
    monkeypatch.setattr(groups, "ask_group", lambda parent, suggestion: asked.append(suggestion) or "first steps")
    canvas.groups.make()
    assert asked == ["3 ops"]
    (made,) = session.view.folding.by_hand
    card = canvas.stage.scene.cards[canvas.stage.scene.table.index[made]]
    assert (card.title, len(card.group.ops)) == ("first steps", 3)
    assert short_face(card, Role.FUTURE, 90, 40).text == "first steps", "its name can be read from farther away, too"
    assert session.view.selection == (made,)
    canvas.groups.open()
    assert made not in canvas.stage.scene.table.index
    assert canvas.groups.around(ops[0]) == (made,)
    session.select(ops[0])
    canvas.groups.fold()
    assert made in canvas.stage.scene.table.index
    session.run()
    session.refresh()
    assert made in canvas.stage.scene.table.index, "it is there in the next run"
    session.select(made)
    canvas.groups.dissolve()
    assert session.view.folding.by_hand == ()
    assert len(canvas.stage.scene.cards) == len(scene.cards)
    assert trace.passes


def test_what_cannot_be_grouped_is_said(canvas, session, qtbot, monkeypatch):
    open_program(session, PROGRAMS["mlp"], qtbot, canvas.stage)
    told = []
    session.told.connect(told.append)
    monkeypatch.setattr(groups, "ask_group", lambda *_: pytest.fail("asked for a name"))
    canvas.groups.make()
    leaves = [card.key for card in canvas.stage.scene.cards if card.kind == "leaf"]
    session.select(*leaves[:1])
    canvas.groups.make()
    canvas.groups.dissolve()
    assert [words.split(":")[0] for words in told] == [
        "Select two cards or more first",
        "Select two cards or more first",
        "Select a group that you made yourself first.",
    ]


def test_shift_and_a_click_add_a_card(canvas, session, qtbot):
    open_program(session, PROGRAMS["mlp"], qtbot, canvas.stage)
    boxes = [canvas.screen_box(at).center() for at in (0, 1)]
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=boxes[0])
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, SHIFT, boxes[1])
    assert len(session.view.selection) == 2
    canvas.zoom_to_selection()
    area = canvas.rect()
    assert all(area.contains(canvas.screen_box(at)) for at in canvas.marks.selected)
    assert canvas.camera.zoom > 0.9

"""The map, the strip that finds cards, and ways that stand out."""

import pytest
from PySide6.QtCore import QPoint, Qt

import tests.traces as traces
from gradviz.session.placing import before_backward
from gradviz.trace.query import Cursor
from gradviz.trace.trace import Trace
from gradviz.ui.canvas.canvas import GraphCanvas
from tests.ui.conftest import discard


@pytest.fixture
def canvas(qapp, session):
    session.change(motion=False, grouping="nothing")
    made = GraphCanvas(session)
    made.resize(700, 420)
    made.show()
    yield made
    made.shutdown()
    discard(made)


def put(session, trace: Trace):
    session._set(trace=trace, newest=trace, cursor=Cursor(0, before_backward(trace.passes[0].history)))


def keys_named(canvas, *names):
    scene = canvas.stage.scene
    return [card.key for name in names for card in scene.cards if name in (card.title, card.name)]


def test_the_map_shows_while_a_part_is_out_of_view_and_moves_the_view(canvas, session, qtbot):
    put(session, traces.chain(60))
    qtbot.waitUntil(lambda: canvas.stage.geometry is not None)
    canvas.fit()
    assert not canvas.minimap.isVisible()
    canvas.zoom_reset()
    assert canvas.minimap.isVisible()
    inside = canvas.minimap.rect()
    qtbot.mouseClick(canvas.minimap, Qt.MouseButton.LeftButton, pos=QPoint(8, inside.height() // 2))
    left, _ = canvas.camera.to_scene(0, 0)
    qtbot.mouseClick(canvas.minimap, Qt.MouseButton.LeftButton, pos=QPoint(inside.width() - 8, inside.height() // 2))
    right, _ = canvas.camera.to_scene(canvas.width(), 0)
    x, _, width, _ = canvas.stage.geometry.bounds
    assert left < x
    assert right > x + width
    picture = canvas.minimap.grab().toImage()
    colours = {picture.pixelColor(px, py).name() for px in range(picture.width()) for py in range(picture.height())}
    assert len(colours) > 4, "cards in their colours, a ground, a border and a frame"
    canvas.fit()
    assert not canvas.minimap.isVisible()


def test_words_find_cards_one_after_another(canvas, session, qtbot):
    put(session, traces.polynomial())
    qtbot.waitUntil(lambda: canvas.stage.geometry is not None)
    canvas.find_card()
    strip = canvas.search
    assert strip.isVisible()
    qtbot.keyClicks(strip.field, "mul")
    hits = strip._hits()
    assert len(hits) > 1
    assert session.view.selection == (hits[0],)
    seen = []
    for _ in hits:
        qtbot.keyClick(strip.field, Qt.Key.Key_Return)
        seen.append(session.view.selection[0])
    assert seen == [*hits[1:], hits[0]]
    qtbot.keyClick(strip.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert session.view.selection == (hits[-1],)
    assert strip._count.text() == f"{len(hits)} of {len(hits)}"
    qtbot.keyClicks(strip.field, " zzz")
    assert strip._count.text() == "not found"
    qtbot.keyClick(strip.field, Qt.Key.Key_Escape)
    assert not strip.isVisible()


def test_a_way_stands_out_and_escape_takes_it_away(canvas, session, qtbot):
    put(session, traces.line())
    qtbot.waitUntil(lambda: canvas.stage.geometry is not None)
    scene = canvas.stage.scene
    said = []
    session.told.connect(said.append)
    canvas.ways.feeding()
    assert said == ["Select a card, first."]
    (mul,) = keys_named(canvas, "MulBackward0")
    session.select(mul)
    before = canvas.grab().toImage()
    canvas.ways.feeding()
    assert {scene.cards[at].title for at in canvas.marks.way} == {"w", "x", "MulBackward0"}
    assert len(canvas.marks.lit) == 2
    assert canvas.grab().toImage() != before
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.marks.way is None
    assert session.view.selection == (mul,)
    assert canvas.grab().toImage().size() == before.size()


def test_two_cards_are_selected_with_ctrl(canvas, session, qtbot):
    put(session, traces.line())
    qtbot.waitUntil(lambda: canvas.stage.geometry is not None)
    index = canvas.stage.scene.table.index
    first, last = keys_named(canvas, "w", "PowBackward0")
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.screen_box(index[first]).center())
    qtbot.mouseClick(
        canvas,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ControlModifier,
        canvas.screen_box(index[last]).center(),
    )
    assert session.view.selection == (first, last)
    canvas.ways.between()
    titles = {canvas.stage.scene.cards[at].title for at in canvas.marks.way}
    assert titles == {"w", "MulBackward0", "AddBackward0", "SubBackward0", "PowBackward0"}
    canvas.ways.between()
    assert canvas.marks.way is None, "the same command again takes it away"

"""Groups in a real canvas and window: opened, folded, stepped over, looked at."""

import itertools
from types import SimpleNamespace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gradviz.scene.roles import Role
from gradviz.session.document import Document
from gradviz.trace.query import Cursor
from gradviz.ui.canvas import hand
from gradviz.ui.canvas.describing import group_text, spoken_text, tip_page
from gradviz.ui.canvas.menu import context_menu
from gradviz.ui.canvas.stage import options_of
from gradviz.ui.editor.lines import card_of_line, source_of_card
from tests.grouped import LARGE, PROGRAMS, ran


def open_program(session, program, qtbot, stage=None):
    trace = ran(program)
    session.runner.answers[trace.program] = trace
    session.show_document(Document(trace.program, saved_text=trace.program, title="program.py", origin="lesson"))
    session.run()
    session.refresh()
    if stage is not None:
        settle(stage, qtbot)
    return trace


def settle(stage, qtbot):
    qtbot.waitUntil(lambda: not stage.arranger.is_busy and stage.scene is not None, timeout=10_000)


def folded_keys(canvas):
    return {card.key for card in canvas.stage.scene.cards if card.group is not None}


def spot(canvas, key):
    return canvas.screen_box(canvas.stage.scene.table.index[key]).center()


def test_large_graphs_open_folded_and_small_ones_do_not(canvas, session, qtbot):
    open_program(session, LARGE, qtbot, canvas.stage)
    assert len(canvas.stage.scene.cards) < 60
    assert len(folded_keys(canvas)) >= 6
    open_program(session, PROGRAMS["loop"], qtbot, canvas.stage)
    assert folded_keys(canvas) == set()
    open_program(session, PROGRAMS["transformer"], qtbot, canvas.stage)
    assert {f"gauto:model/layers.{number}" for number in range(6)} <= folded_keys(canvas)


def test_a_double_click_opens_and_commands_fold(canvas, session, qtbot):
    open_program(session, PROGRAMS["transformer"], qtbot, canvas.stage)
    layer, attention = "gauto:model/layers.2", "gauto:model/layers.2/self_attn"
    before = folded_keys(canvas)
    assert attention not in before
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=spot(canvas, layer))
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=spot(canvas, layer))
    settle(canvas.stage, qtbot)
    assert layer not in folded_keys(canvas)
    assert attention in folded_keys(canvas)
    # The open group is still selected: all of its cards have the ring.
    rung = {canvas.stage.scene.cards[at].key for at in canvas.marks.selected}
    assert attention in rung
    assert len(rung) > 5
    session.step()
    session.run()
    session.refresh()
    settle(canvas.stage, qtbot)
    assert attention in folded_keys(canvas), "what is open survives steps and runs"
    session.select(attention)
    canvas.groups.fold()
    settle(canvas.stage, qtbot)
    assert folded_keys(canvas) == before
    assert session.view.selection == (layer,)
    canvas.groups.fold()
    settle(canvas.stage, qtbot)
    assert "gauto:model" in folded_keys(canvas), "and the group around it next"


def test_a_card_in_an_open_group_folds_it(canvas, session, qtbot):
    open_program(session, PROGRAMS["mlp"], qtbot, canvas.stage)
    session.change(grouping="module")
    canvas.groups.open_all()
    scene = canvas.stage.scene
    assert folded_keys(canvas) == set()
    weight = next(card for card in scene.cards if card.name == "net.1.first.weight")
    session.select(weight.key)
    canvas.groups.fold()
    (key,) = folded_keys(canvas)
    assert session.view.selection == (key,)
    assert canvas.stage.scene.table.index[weight.key] == canvas.stage.scene.table.index[key]
    canvas.groups.open()
    assert folded_keys(canvas) == set()
    canvas.groups.fold_all()
    assert folded_keys(canvas) == {"gmodule:net"}


def test_commands_say_why_they_do_nothing(canvas, session, qtbot):
    told = []
    session.told.connect(told.append)
    canvas.groups.step_over()
    open_program(session, PROGRAMS["loop"], qtbot, canvas.stage)
    session.change(grouping="nothing")
    canvas.groups.open()
    canvas.groups.fold()
    card = canvas.stage.scene.cards[-1].key
    session.select(card)
    canvas.groups.open()
    canvas.groups.fold()
    assert told == [
        "Select a group first, with a click.",
        "Select a card first, with a click.",
        "This is no group.",
        "This card is in no open group.",
    ]
    menu = context_menu(canvas, len(canvas.stage.scene.cards) - 1)
    lines = {action.text().split("\t")[0] for action in menu.actions()}
    commands = {"Open Group", "Fold Group", "Open All Groups", "Fold All Groups"}
    assert {line for line in lines if line.startswith(("Open", "Fold"))} == commands
    menu.deleteLater()


def test_stepping_over_leaves_the_group_both_ways(canvas, session, qtbot):
    open_program(session, PROGRAMS["transformer"], qtbot, canvas.stage)
    session.go_to_backward()
    seen = []
    while True:
        before = session.view.cursor
        canvas.groups.step_over()
        if session.view.cursor == before:
            break
        seen.append((session.view.cursor.step, canvas.stage.look.running))
    assert len(seen) < 40, "and not a stop for each of 390 nodes"
    assert all(running >= 0 for _, running in seen)
    assert all(one[1] != other[1] for one, other in itertools.pairwise(seen))
    for step, _ in seen:
        assert canvas.stage.scene.look(step).cards[canvas.stage.scene.running(step)] in (Role.RUNNING, Role.UPDATED)
    canvas.groups.step_back_over()
    assert session.view.cursor.step < seen[-1][0]


def test_the_menu_opens_folds_and_stops(canvas, session, qtbot):
    open_program(session, PROGRAMS["transformer"], qtbot, canvas.stage)
    layer = "gauto:model/layers.1"

    def act(key, title):
        menu = context_menu(canvas, canvas.stage.scene.table.index[key])
        next(action for action in menu.actions() if action.text() == title).trigger()
        menu.deleteLater()
        settle(canvas.stage, qtbot)

    act(layer, "Stop at layers.1")
    assert session.view.breakpoints.cards == {(layer, None)}
    assert canvas.marks.stops == {canvas.stage.scene.table.index[layer]}
    act(layer, "Open layers.1")
    assert layer not in folded_keys(canvas)
    act("gauto:model/layers.1/self_attn", "Fold layers.1")
    assert layer in folded_keys(canvas)
    act(layer, "Fold model")
    assert "gauto:model" in folded_keys(canvas)


def test_words_for_ears_and_pointers(canvas, session, qtbot, monkeypatch):
    open_program(session, PROGRAMS["transformer"], qtbot, canvas.stage)
    scene, key = canvas.stage.scene, "gauto:model/layers.1"
    at = scene.table.index[key]
    card, history = scene.cards[at], scene.history
    assert group_text(card, history, 0) == "layers.1: a group of 64 ops\nnot made yet at this step"
    assert "still computing" in group_text(card, history, card.made)
    full = group_text(card, history, history.steps)
    assert "shape (2, 7, 16) · float32" in full
    assert "gradient that arrived:" in full
    assert spoken_text(card, Role.FUTURE, history, 0) == "layers.1, group of 64 ops, not made yet"
    assert spoken_text(card, Role.WAITING, history, card.made).startswith(
        "layers.1, group of 64 ops, waiting, still computing"
    )
    QAccessible.setActive(True)
    interface = QAccessible.queryAccessibleInterface(canvas)
    assert interface.child(at).text(QAccessible.Text.Name).startswith("layers.1, group of 64 ops")
    said = []
    # The offscreen platform warns whenever a tip is raised, so that the words are caught before they are shown.
    monkeypatch.setattr(hand, "QToolTip", SimpleNamespace(showText=lambda where, text, *rest: said.append(text)))
    where = spot(canvas, key)
    QApplication.sendEvent(canvas, QHelpEvent(QEvent.Type.ToolTip, where, canvas.mapToGlobal(where)))
    assert said == [tip_page(group_text(card, history, session.view.state.step))]


def test_lines_and_groups_know_each_other(canvas, session, qtbot):
    trace = open_program(session, PROGRAMS["scalars"], qtbot, canvas.stage)
    session.change(grouping="line")
    history, index = trace.passes[0].history, canvas.stage.scene.table.index
    clicked = card_of_line(history, 6)
    session.select(clicked)
    shown = canvas.stage.scene.cards[index[clicked]]
    assert shown.title.startswith("line 6")
    assert canvas.marks.selected == {index[clicked]}
    source = source_of_card(history, shown.key)
    assert (source.line, source.end_line) == (6, 6)
    assert source.column < source.end_column
    assert source_of_card(history, "gline:line 999") is None


def test_the_pictures_on_screen_and_in_a_file_are_of_the_same_cards(canvas, session, qtbot):
    open_program(session, PROGRAMS["transformer"], qtbot, canvas.stage)
    options = options_of(session)
    assert (options.grouping, options.folding) == ("auto", "auto")
    from gradviz.export import FORMATS, THEMES

    drawn = FORMATS["svg"].write(session.view.state, THEMES["dark"], session.view.trace, options).decode()
    for card in canvas.stage.scene.cards:
        assert f'id="card-{card.key}"' in drawn


def test_every_step_of_a_folded_graph_paints_what_changed(canvas, session, qtbot):
    """Only parts are painted anew: the widget must look as if all of it were."""
    trace = open_program(session, PROGRAMS["loop"], qtbot, canvas.stage)
    session.change(grouping="line")
    canvas.fit()
    for step in range(trace.passes[0].history.steps + 1):
        before = canvas.stage.look
        session.go_to(Cursor(0, step))
        cards, _ = canvas.stage.changed_since(before)
        scene = canvas.stage.scene
        for at in range(len(scene.cards)):
            old, new = scene.face(at, before), scene.face(at, canvas.stage.look)
            if [run.text for run in old.runs] != [run.text for run in new.runs]:
                assert at in cards, (step, scene.cards[at].key)


class TestWindow:
    def test_the_submenu_chooses_and_ticks(self, window, session, qtbot):
        open_program(session, PROGRAMS["mlp"], qtbot, window.canvas.stage)
        choices = {action.text(): action for action in window.menus._groupings.actions()}
        assert list(choices) == ["By Nothing", "Automatic", "By Module", "By Function", "By Line", "By Loop Iteration"]
        assert choices["Automatic"].isChecked()
        choices["By Module"].trigger()
        assert session.settings.grouping == "module"
        assert choices["By Module"].isChecked()
        assert folded_keys(window.canvas) == {"gmodule:net"}

    def test_keys_open_fold_and_step_over(self, window, session, qtbot):
        open_program(session, PROGRAMS["mlp"], qtbot, window.canvas.stage)
        session.change(grouping="module", motion=False)
        session.select("gmodule:net")
        window.canvas.setFocus()
        for command, expected in (("view.open_group", False), ("view.fold_group", True)):
            window.action(command).trigger()
            assert ("gmodule:net" in folded_keys(window.canvas)) == expected
        window.action("view.open_all").trigger()
        assert folded_keys(window.canvas) == set()
        window.action("view.fold_all").trigger()
        assert folded_keys(window.canvas) == {"gmodule:net"}
        session.go_to(Cursor(0, 0))
        window.action("step.over").trigger()
        first = session.view.cursor
        window.action("step.over").trigger()
        window.action("step.back_over").trigger()
        assert session.view.cursor.step >= first.step

    def test_the_inspector_tells_of_the_selected_group(self, window, session, qtbot):
        open_program(session, PROGRAMS["transformer"], qtbot, window.canvas.stage)
        session.go_to_end()
        session.select("gauto:model/layers.4")
        panel = window.panels["inspector"]
        assert panel._title.text() == "layers.4"
        assert panel._node_heading.text() == "OPS"
        assert panel._tensor_heading.text() == "IN AND OUT"
        assert not panel._tensor_heading.isHidden()
        session.select()
        assert panel._node_heading.text() == "NODE"

    def test_pointing_at_a_group(self, window, session, qtbot):
        open_program(session, PROGRAMS["transformer"], qtbot, window.canvas.stage)
        canvas = window.canvas
        canvas.fit()
        place = spot(canvas, "gauto:model/layers.0")
        QTest.mouseMove(canvas, QPoint(place))
        assert canvas.card_at(QPointF(place).x(), QPointF(place).y()) == canvas.stage.scene.table.index[
            "gauto:model/layers.0"
        ]
        canvas.find_card()
        canvas.search.field.setText("layers.5")
        assert session.view.selection == ("gauto:model/layers.5",)
        canvas.search.close_strip()

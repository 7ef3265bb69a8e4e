"""Palette, sliders, output and problems."""

import dataclasses

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

import tests.traces as traces
from gradviz.session.document import Document
from gradviz.session.edits import Literal
from gradviz.trace.events import ErrorRaised, Frame, Source
from gradviz.trace.messages import OutputThinned, RunBegan, RunEnded, TextPrinted
from gradviz.trace.trace import TraceBuilder
from gradviz.ui.panels.output import Output
from gradviz.ui.panels.palette import OpButton, Palette
from gradviz.ui.panels.problems import Problems
from gradviz.ui.panels.sliders import Sliders, range_of, widened
from gradviz.ui.problem import sentence_of
from tests.ui.conftest import discard


def made(kind, session):
    widget = kind(session)
    widget.resize(380, 400)
    widget.show()
    return widget


@pytest.fixture
def palette(qapp, session):
    widget = made(Palette, session)
    yield widget
    discard(widget)


@pytest.fixture
def sliders(qapp, session):
    widget = made(Sliders, session)
    yield widget
    widget.shutdown()
    discard(widget)


@pytest.fixture
def output(qapp, session):
    widget = made(Output, session)
    yield widget
    discard(widget)


@pytest.fixture
def problems(qapp, session):
    widget = made(Problems, session)
    yield widget
    discard(widget)


# -- palette -----------------------------------------------------------------------------------------------------


def buttons(palette):
    return {button.op.name: button for button in palette.findChildren(OpButton) if not button.isHidden()}


def test_the_palette_offers_ops_that_can_be_written(palette, session):
    assert set(buttons(palette)) <= {op.name for op in session.catalog if op.code}
    assert {"add", "mul", "mean"} <= set(buttons(palette))


def test_search_finds_by_name_and_title_and_says_when_nothing_is_found(palette):
    palette.field.setText("matrix")
    assert [op.name for op in palette.matching()] == ["mm"]
    palette.field.setText("zebra")
    assert palette.matching() == ()
    assert "zebra" in palette._empty.text()
    assert not palette._empty.isHidden()


def test_a_line_is_built_by_op_and_two_cards(palette, session, show, qtbot):
    show("line")
    qtbot.mouseClick(buttons(palette)["mul"], Qt.MouseButton.LeftButton)
    assert "click <b>the first operand</b>" in palette._asks.text()
    assert buttons(palette)["mul"].isChecked()
    tensors = session.view.state.history.tensors
    keys = {tensors[tensor].name: f"t{tensor}" for tensor in tensors if tensors[tensor].op is None}
    session.select(keys["x"])
    assert "click <b>the second operand</b>" in palette._asks.text()
    session.select(keys["b"])
    lines = session.document.text.split("\n")
    assert "u = x * b" in lines
    assert palette._banner.isHidden()


def test_a_second_click_lets_go(palette, session, show, qtbot):
    show("line")
    for _ in range(2):
        qtbot.mouseClick(buttons(palette)["add"], Qt.MouseButton.LeftButton)
    building = session.view.building
    assert building is None
    assert not buttons(palette)["add"].isChecked()


# -- sliders -----------------------------------------------------------------------------------------------------


def literal(value, is_leaf=True, is_integer=False):
    return Literal("x", None, value, 0, 1, 1, is_integer, is_leaf)


def test_first_ranges():
    assert range_of(literal(4.0)) == (-10, 10)
    assert range_of(literal(250.0)) == (-1000, 1000)
    low, high = range_of(literal(0.1, is_leaf=False))
    assert low == 0
    assert 0.2 <= high <= 1
    assert range_of(literal(100, is_leaf=False, is_integer=True)) == (0, 1000)


def test_ranges_widen_where_the_value_arrives():
    assert widened(-10, 10, 10) == (-10, 30)
    assert widened(-10, 10, -10) == (-30, 10)
    assert widened(-10, 10, 3) == (-10, 10)
    low, high = widened(-10, 10, 500)
    assert low < 500 < high


def test_every_leaf_has_a_row(sliders, show):
    show("line")
    sliders._read()
    assert [row.literal.label for row in sliders._rows] == ["x", "w", "b"]
    assert [row.field.text() for row in sliders._rows] == ["4.000", "2.000", "3.000"]


def test_leaves_of_one_name_are_told_apart_by_their_lines(sliders, session, qtbot):
    session.show_document(Document("a = torch.tensor(1., requires_grad=True)\n" * 2 + "lr = 0.1\n"))
    qtbot.waitUntil(lambda: len(sliders._rows) == 3)
    assert [row.slider.accessibleName() for row in sliders._rows] == ["a line 1", "a line 2", "lr"]


def test_a_drag_edits_the_number_and_joins_its_edits(sliders, session, show):
    show("line")
    sliders._read()
    joins = []
    session.edits_made.connect(lambda edits, join: joins.append(join))
    slider = sliders._rows[1].slider
    slider.setSliderDown(True)
    for place in (50, 60, 70):
        slider.setValue(place)
    slider.setSliderDown(False)
    lines = session.document.text.split("\n")
    assert lines[3] == "w = torch.tensor(3.5, requires_grad=True)"
    assert joins == [False, True, True]


def test_a_drag_runs_the_program_again(sliders, session, show):
    show("line")
    sliders._read()
    before = len(session.runner.runs)
    sliders._rows[0].slider.setValue(0)
    assert len(session.runner.runs) == before + 1
    assert "x = torch.tensor(0.," in session.runner.runs[-1].program


def test_a_double_click_takes_the_number_back(sliders, session, show):
    show("line")
    sliders._read()
    slider = sliders._rows[0].slider
    slider.setValue(100)
    sliders._read()
    assert "tensor(5.," in session.document.text
    place = QPointF(5, 5)
    event = QMouseEvent(
        QEvent.Type.MouseButtonDblClick,
        place,
        place,
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(slider, event)
    assert "x = torch.tensor(4., " in session.document.text


def test_a_number_can_be_typed(sliders, session, show, qtbot):
    show("line")
    sliders._read()
    field = sliders._rows[2].field
    field.selectAll()
    field.setFocus()
    qtbot.keyClicks(field, "-250.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "-250.500"
    assert not field.hasFocus()
    assert "b = torch.tensor(-250.5," in session.document.text
    sliders._read()
    slider = sliders._rows[2].slider
    assert slider.minimum() < slider.value() < slider.maximum()
    field.selectAll()
    qtbot.keyClicks(field, "nonsense")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "b = torch.tensor(-250.5," in session.document.text


def test_a_typed_number_is_taken_back_with_escape_and_nudged_with_arrows(sliders, session, show, qtbot):
    show("line")
    sliders._read()
    before = session.document.text
    row = sliders._rows[2]
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, "7")
    qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert (row.field.text(), session.document.text) == ("3.000", before)
    row.field.setFocus()
    for _ in range(3):
        qtbot.keyClick(row.field, Qt.Key.Key_Up)
    qtbot.keyClick(row.field, Qt.Key.Key_Down)
    assert row.field.text() == f"{3 + 2 * row.notch:.3f}"
    assert f"b = torch.tensor({3 + 2 * row.notch:g}," in session.document.text


def test_looking_at_a_number_does_not_round_it(sliders, session, show, qtbot):
    show("line")
    sliders._read()
    session.set_text(session.document.text.replace("tensor(3.", "tensor(0.123456"))
    sliders._read()
    row = sliders._rows[2]
    assert row.field.text() == "0.123"
    row.field.setFocus()
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert "0.123456" in session.document.text


def test_rows_wait_while_the_text_is_no_program(sliders, session, show):
    show("line")
    sliders._read()
    session.set_text(session.document.text + "(")
    sliders._read()
    assert len(sliders._rows) == 3
    assert not sliders._rows[0].slider.isEnabled()


# -- output ------------------------------------------------------------------------------------------------------


def printed(session, builder, *pieces):
    for stream, text in pieces:
        builder.add(TextPrinted(stream, text))
    session.runner.trace = builder.trace
    session.refresh()


@pytest.fixture
def builder(session):
    made = TraceBuilder()
    made.add(RunBegan("numpy", "print()", "", ()))
    session._sent_program = "print()"
    return made


def test_output_adds_what_is_new(output, session, builder):
    printed(session, builder, ("stdout", "one\n"))
    printed(session, builder, ("stdout", "two\n"), ("stderr", "oh\n"))
    printed(session, builder, ("stderr", "no\n"))
    assert output.text.toPlainText() == "one\ntwo\noh\nno\n"
    output.copy_all()
    assert QApplication.clipboard().text() == "one\ntwo\noh\nno\n"


def test_a_flood_is_cut_to_its_newest_part(output, session, builder):
    printed(session, builder, ("stdout", "x" * 99 + "\n" * 1), *[("stdout", "y" * 99 + "\n")] * 30_000)
    text = output.text.toPlainText()
    assert "left out" in text
    assert len(text) < 200_000


def test_empty_output_says_what_would_be_here(output):
    assert "print(" in output._empty.text()
    assert output._pages.currentWidget() is output._empty


# -- problems ----------------------------------------------------------------------------------------------------


def test_problems_say_line_message_and_advice(problems, show, qtbot):
    show("error")
    chosen = []
    problems.line_chosen.connect(chosen.append)
    text = problems.list.item(0).text()
    assert text.startswith("Line 6: RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3).")
    assert "columns of the left matrix" in text
    problems.list.itemClicked.emit(problems.list.item(0))
    assert chosen == [6]


def test_a_flood_of_text_is_a_problem_at_its_line(problems, session, builder):
    builder.add(OutputThinned(2_000_000, Source(7, 4, 7, 20)))
    session.runner.trace = builder.trace
    session.refresh()
    assert problems.sentences() == [
        ("Line 7: The program has printed more than 2,000,000 characters. From here on only the newest are kept.", 7)
    ]


def test_calls_on_the_way_to_the_error_are_listed(problems, session, show):
    show("line")
    error = ErrorRaised("ValueError", "no", Source(2, 0, 2, 5, "f"), (Frame("<module>", 9), Frame("f", 2)))
    trace = dataclasses.replace(session.runner.trace, error=error)
    session.runner.trace = trace
    session.refresh()
    assert [line for _, line in problems.sentences()] == [2, 9]


def test_a_function_that_calls_itself_is_one_call_and_one_problem(problems, session, show):
    show("line")
    frames = (Frame("<module>", 2), *[Frame("f", 1)] * 90)
    error = ErrorRaised("RecursionError", "maximum recursion depth exceeded", Source(1, 0, 1, 4, "f"), frames)
    session.runner.trace = dataclasses.replace(session.runner.trace, error=error)
    session.refresh()
    assert [text for text, _ in problems.sentences()][1:] == [
        "called from line 1 (f), 89 times",
        "called from line 2 (<module>)",
    ]
    assert problems.count() == 1


def test_a_stop_is_told_and_is_no_problem(problems, session, builder):
    builder.add(RunEnded(0, 12, 1.0, "Stopped at line 8."))
    session.runner.trace = builder.trace
    session.refresh()
    assert problems.list.item(0).text() == "Stopped at line 8."
    assert problems.count() == 0


def test_no_problems_says_so(problems):
    assert problems._pages.currentWidget() is problems._empty


def test_a_syntax_error_needs_no_name():
    error = ErrorRaised("SyntaxError", "'(' was never closed", Source(3, 1, 3, 2))
    assert sentence_of(error) == "Line 3: '(' was never closed. A bracket was opened here and has no partner."
    assert traces.ERROR

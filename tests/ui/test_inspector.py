"""The inspector in front of hand-written runs: what it says, where it leads, and that stepping stays cheap."""

import re
import time

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from gradviz.trace.query import Cursor
from gradviz.ui.formula import FormulaLabel
from gradviz.ui.panels.elements import Elements
from gradviz.ui.panels.inspector import EMPTY, Inspector
from gradviz.ui.panels.value_view import ValueView, statistics_text
from tests import traces
from tests.ui.quiet import put, quiet_session


@pytest.fixture
def session(tmp_path):
    return quiet_session(tmp_path)


@pytest.fixture
def inspector(session, qtbot):
    made = Inspector(session)
    qtbot.addWidget(made)
    made.resize(300, 800)
    made.show()
    return made


def words(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def rules(inspector):
    return [card.rule for card in inspector._rules if not card.isHidden()]


def test_nothing_ran_yet(inspector):
    assert EMPTY.split("\n")[0] in words(inspector)
    assert not rules(inspector)


def test_the_step_of_the_mock_up(inspector, session):
    put(session, traces.line(), Cursor(0, 13))
    assert inspector._place.text() == "BACKWARD · STEP 5 OF 7"
    assert inspector._title.text() == "MulBackward0"
    assert [rule.numbers.plain for rule in rules(inspector)] == ["12.0 × 4.0 = 48.0", "12.0 × 2.0 = 24.0"]
    facts = {(fact.label, fact.text) for fact in inspector._node.facts}
    assert {("grad_fn", "<MulBackward0>"), ("_saved_self", "2.0 (w)"), ("sequence", "0"), ("line", "7")} <= facts
    assert [fact.text for fact in inspector._queue_table.facts] == ["first", "first"]
    assert inspector._back.isHidden()


def test_a_selected_card_wins_and_lets_go(inspector, session, qtbot):
    trace = traces.line()
    op = next(op for _, op in trace.passes[0].history.ops.values() if op.op == "add")
    put(session, trace, Cursor(0, 13), f"o{op.id}")
    assert inspector._place.text() == "SELECTED CARD"
    assert inspector._title.text() == "y"
    assert rules(inspector)[1].title == "Chain rule for b"
    inspector._back.click()
    assert session.view.selection == ()
    assert inspector._title.text() == "MulBackward0"


def test_saved_tensors_are_freed_after_the_backward(inspector, session):
    trace = traces.line()
    op = next(op for _, op in trace.passes[0].history.ops.values() if op.op == "mul")
    put(session, trace, Cursor(0, 16), f"o{op.id}")
    saved = [fact.text for fact in inspector._node.facts if fact.label.startswith("_saved")]
    assert saved == ["freed", "freed"]


def test_links_lead_to_cards_and_lines(inspector, session, qtbot):
    trace = traces.line()
    put(session, trace, Cursor(0, 13))
    target = next(fact.card for fact in inspector._node.facts if fact.card)
    inspector._node._follow(target)
    assert session.view.selection == (target,)
    put(session, trace, Cursor(0, 13))
    with qtbot.waitSignal(inspector.line_chosen) as caught:
        inspector._node._follow("line:7")
    assert caught.args == [7]


def test_the_sum_of_two_uses(inspector, session):
    put(session, traces.polynomial(), Cursor(0, 13))
    assert inspector._buffer_sum.formula.plain == "4.0 + 12.0 = 16.0"
    assert inspector._sum.formula.plain == ".grad ← 16.0"
    assert [fact.text for fact in inspector._buffer_table.facts] == ["4.0", "12.0"]


def test_values_as_table_and_as_picture(inspector, session, qtbot):
    put(session, traces.matrix(), Cursor(0, 7))
    QApplication.processEvents()
    shown = [view for view in inspector.findChildren(ValueView) if not view.isHidden()]
    assert len(shown) == 2
    model = shown[0].table.model()
    assert (model.rowCount(), model.columnCount()) == (8, 3)
    big = traces.Writer()
    big.tensor(np.where(np.eye(300) > 0, np.nan, 1.0), "big")
    put(session, big.trace(), Cursor(0, 1))
    QApplication.processEvents()
    (view,) = [view for view in inspector.findChildren(ValueView) if not view.isHidden()]
    assert view.table.isHidden()
    assert not view.heat.isHidden()
    assert "300 NaN" in words(view)


def test_a_histogram_tells_its_counts(inspector, session):
    data = np.repeat(np.arange(33.0) - 8, np.arange(1, 34))
    run = traces.Writer()
    run.tensor(data, "many")
    run.tensor(np.zeros((8, 8)), "even")
    trace = run.trace()
    put(session, trace, Cursor(0, 2), "t1")
    QApplication.processEvents()
    (view,) = [view for view in inspector.findChildren(ValueView) if not view.isHidden()]
    wide = view.histogram.width() / 32
    expected, edges = np.histogram(data, 32)
    for bar in range(32):
        said = view.histogram.words_at((bar + 0.5) * wide)
        count, low, high = re.fullmatch(r"([\d,]+) elements? from (\S+) to (\S+)", said.replace("−", "-")).groups()
        assert int(count) == expected[bar]
        assert (float(low), float(high)) == pytest.approx((edges[bar], edges[bar + 1]), rel=1e-3)
    assert view.histogram.words_at(-1) == "" == view.histogram.words_at(view.histogram.width())
    assert not view.histogram.grab().isNull()
    put(session, trace, Cursor(0, 2), "t2")
    QApplication.processEvents()
    (view,) = [view for view in inspector.findChildren(ValueView) if not view.isHidden()]
    assert view.histogram.isHidden()
    assert view.heat.isHidden()
    assert not view.table.isHidden()


def test_statistics_count_what_is_not_a_number():
    value = traces.value([1.0, np.inf, np.nan, 3.0, -np.inf])
    assert statistics_text(value) == "min 1.0 · max 3.0 · mean 2.0 · std 1.0 · 1 NaN · 2 inf"
    assert statistics_text(traces.value(np.zeros(0))) == "no elements"


def test_copying(inspector, session):
    put(session, traces.line(), Cursor(0, 13))
    card = inspector._rules[0]
    card.actions()[0].trigger()
    assert QGuiApplication.clipboard().text().splitlines()[-1] == "12.0 × 4.0 = 48.0"
    card.actions()[1].trigger()
    assert r"\frac{\partial L}{\partial w}" in QGuiApplication.clipboard().text()
    inspector._node._copy_table()
    assert "_saved_self\t2.0 (w)" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize("name", traces.ALL)
@pytest.mark.parametrize(("size", "width"), [(100, 220), (100, 300), (150, 285), (150, 420)])
def test_every_step_of_every_run_fits_the_width(inspector, session, name, size, width):
    session.change(type_size=size)
    inspector.resize(width, 700)
    trace = traces.ALL[name]()
    for item in trace.passes:
        for step in range(item.history.steps + 1):
            put(session, trace, Cursor(item.number, step))
            inspector._column.activate()
            assert inspector._content.minimumSizeHint().width() <= width


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_themes_can_change_at_any_time(inspector, session, theme):
    put(session, traces.line(), Cursor(0, 13))
    session.change(theme=theme)
    for label in inspector.findChildren(FormulaLabel):
        label.typeset_now()
    assert not inspector.grab().isNull()


def test_a_held_key_is_not_held_up(inspector, session):
    """60 steps a second leave 16 ms for everything; the inspector takes a part of that, formulas come when idle."""
    trace = traces.line()
    put(session, trace, Cursor(0, 0))
    times = []
    for _ in range(4):
        for step in range(trace.passes[0].history.steps + 1):
            began = time.process_time()
            put(session, trace, Cursor(0, step))
            times.append(time.process_time() - began)
    assert sorted(times)[len(times) // 2] < 0.008


def test_a_hidden_inspector_does_no_work(inspector, session, monkeypatch):
    inspector.hide()
    monkeypatch.setattr(inspector, "_fill", lambda shown: pytest.fail("filled while hidden"))
    put(session, traces.line(), Cursor(0, 13))


def test_numbers_follow_a_turn_after_the_words_and_only_the_newest(inspector, session, monkeypatch):
    filled = []
    for view in inspector.findChildren(ValueView):
        monkeypatch.setattr(view, "show_value", lambda shown, *look: filled.append(shown))
    trace = traces.matrix()
    for step in range(3, 8):
        put(session, trace, Cursor(0, step))
        assert not filled, "who holds the key down waits for words alone"
    QApplication.processEvents()
    assert len([shown for shown in filled if shown is not None]) == 2


def test_headers_of_a_large_table_are_not_read_through(inspector, session, monkeypatch):
    """Qt would ask for hundreds of texts at each change of size."""
    run = traces.Writer()
    run.tensor(np.arange(9000.0).reshape(30, 300), "wide")
    asked = []
    real = Elements.headerData
    monkeypatch.setattr(Elements, "headerData", lambda self, *given: asked.append(given) or real(self, *given))
    put(session, run.trace(), Cursor(0, 1), "t0")
    QApplication.processEvents()
    assert len(asked) < 120
    table = next(view.table for view in inspector.findChildren(ValueView) if not view.isHidden())
    assert table.verticalHeader().width() > 20
    assert table.horizontalHeader().height() > 10

"""The inspector at an optimizer's step: formulas with numbers, elements to choose, words for updates by hand."""

import pytest
from PySide6.QtWidgets import QApplication

from gradviz.session.document import Document
from gradviz.trace.events import OptimizerStepped, TensorUpdated
from gradviz.trace.query import Cursor
from gradviz.ui.panels.inspector import Inspector
from gradviz.ui.panels.update_card import UpdateCard
from tests.stepped import ADAM, stepped
from tests.ui.conftest import discard

BY_HAND = """
w = torch.tensor(4.0, requires_grad=True)
for n in range(3):
    (w * w).backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
"""


@pytest.fixture
def inspector(qapp, session):
    made = Inspector(session)
    made.resize(360, 900)
    made.show()
    yield made
    discard(made)


def ran(session, text):
    trace = stepped(text)
    program = trace.program
    session.runner.answers[program] = trace
    session.show_document(Document(program, saved_text=program, title="program.py", origin="lesson"))
    session.run()
    session.refresh()
    session.go_to(Cursor(0, 0))
    return trace


def cards(inspector):
    return [card for card in inspector.findChildren(UpdateCard) if card.isVisible()]


def said(card):
    return [label.formula.plain for label in card.lines]


def test_an_optimizers_step_shows_how_it_moves_each_parameter(inspector, session):
    ran(session, ADAM)
    debugger = session.debugger
    debugger.next_update()
    assert isinstance(session.view.state.event, OptimizerStepped)
    shown = cards(inspector)
    assert [card.rule.title for card in shown] == ["How Adam moves w", "How Adam moves b"]
    assert said(shown[1]) == [
        "m ← β₁ · m + (1 − β₁) · g = 0.9 × 0.0 + (1 − 0.9) × 3.0 = 0.3",
        "v ← β₂ · v + (1 − β₂) · g² = 0.999 × 0.0 + (1 − 0.999) × 3.0² = 0.009",
        "m̂ ← m / (1 − β₁^t) = 0.3 / (1 − 0.9¹) = 3.0",
        "v̂ ← v / (1 − β₂^t) = 0.009 / (1 − 0.999¹) = 9.0",
        "b ← b − η · m̂ / (sqrt(v̂) + ε) = 0.5 − 0.1 × 3.0 / (sqrt(9.0) + 1e−8) = 0.4",
    ]
    assert "β₁ 0.9" in shown[1].note
    assert not shown[1].element.isVisible()
    session.step(1)
    assert isinstance(session.view.state.event, TensorUpdated)
    assert [card.rule.title for card in cards(inspector)] == ["How Adam moves w"]
    debugger.next_update()
    assert session.view.cursor.number == 1
    debugger.previous_update()
    assert session.view.cursor.number == 0


def test_an_element_is_chosen_and_stays_chosen(inspector, session):
    ran(session, ADAM)
    debugger = session.debugger
    debugger.next_update()
    card = cards(inspector)[0]
    card.element.choose(-1)
    assert card.element.text == "[1, 1]"
    assert said(card)[-1].endswith("2.9")
    debugger.next_update()
    assert cards(inspector)[0].element.element == 3
    card.actions()[0].trigger()
    assert QApplication.clipboard().text().splitlines() == said(card)


def test_an_update_by_hand_is_the_learning_rate_times_the_gradient(inspector, session):
    ran(session, BY_HAND)
    session.debugger.next_update()
    (card,) = cards(inspector)
    assert said(card) == ["w ← w − η · g = 4.0 − 0.1 × 8.0 = 3.2"]
    assert card.note == "where g is w.grad, η learning rate 0.1"


def test_the_selected_parameter_shows_its_last_update(inspector, session):
    trace = ran(session, ADAM)
    session.go_to_end()
    leaf = next(key for key, item in trace.passes[-1].history.tensors.items() if item.name == "b")
    session.select(f"t{leaf}")
    assert [card.rule.name for card in cards(inspector)] == ["b"]


def test_a_step_is_a_place_for_a_breakpoint(session):
    ran(session, ADAM)
    debugger = session.debugger
    debugger.next_update()
    here = session.view.cursor
    debugger.toggle_here()
    session.go_to(Cursor(0, 0))
    debugger.go_on()
    assert session.view.cursor == here

import pytest

from gradviz.scene.cards import Options, cards_of, symbol_text
from gradviz.trace.events import Input, OpRan
from tests import traces


def cards_for(trace, number=-1, options=None):
    item = trace.passes[number]
    return cards_of(item.history, trace.ops, options)


def by_title(cards):
    return {card.name or card.title: card for card in cards.cards}


def test_line():
    cards = cards_for(traces.line())
    assert [card.kind for card in cards.cards] == ["leaf"] * 3 + ["op"] * 4
    assert [card.symbol for card in cards.cards[3:]] == ["×", "+", "− 5", "x²"]
    arrows = [(cards.cards[link.source].title, cards.cards[link.target].title) for link in cards.links]
    assert arrows == [
        ("w", "MulBackward0"),
        ("x", "MulBackward0"),
        ("MulBackward0", "AddBackward0"),
        ("b", "AddBackward0"),
        ("AddBackward0", "SubBackward0"),
        ("SubBackward0", "PowBackward0"),
    ]
    assert all(link.node is not None for link in cards.links)


def test_both_operands_of_a_square_are_links():
    cards = cards_for(traces.accumulate_twice())
    assert [(link.source, link.target, link.slot, link.edge) for link in cards.links] == [(0, 1, 0, 0), (0, 1, 1, 1)]


def test_the_card_of_a_leaf_holds_its_accumulate_grad():
    trace = traces.line()
    cards, history = cards_for(trace), trace.passes[0].history
    for node, item in history.nodes.items():
        card = cards.cards[cards.by_node[node]]
        assert card.kind == ("leaf" if item.node.leaf is not None else "op")
        assert card.tensor == (item.node.leaf or item.op.outputs[0].tensor)


def test_ghosts_say_why_and_can_be_hidden():
    trace = traces.untracked()
    ghosts = [card for card in cards_for(trace).cards if card.kind == "ghost"]
    assert [(card.title, card.name) for card in ghosts] == [("mul", "z"), ("detach", "c")]
    assert ghosts[0].why == "it ran inside torch.no_grad()"
    hidden = cards_for(trace, options=Options(ghosts=False))
    assert not [card for card in hidden.cards if card.kind == "ghost"]
    assert len(hidden.links) == 2


def test_constants_are_shown_by_choice_and_get_no_gradient():
    trace = traces.matrix()
    cards = cards_for(trace)
    assert by_title(cards)["X"].kind == "constant"
    quiet = [link for link in cards.links if cards.cards[link.source].name == "X"]
    assert [link.node for link in quiet] == [None]
    assert "X" not in by_title(cards_for(trace, options=Options(constants=False)))


def test_identities_survive_other_ids():
    """The second pass has other node and op ids, and the same picture."""
    trace = traces.accumulate_twice()
    first, second = cards_for(trace, 0), cards_for(trace, 1)
    assert [card.identity for card in first.cards] == [card.identity for card in second.cards]
    assert {card.key for card in first.cards} != {card.key for card in second.cards}


def test_identities_are_unique():
    for make in traces.ALL.values():
        identities = [card.identity for card in cards_for(make()).cards]
        assert len(set(identities)) == len(identities)


def test_a_leaf_made_by_untracked_work_hangs_on_it():
    run = traces.Writer()
    start = run.tensor(2.0, None, 1, tracked=False)
    w = run.op("mul", (start, "0.1"), 0.2, name="w", line=1)
    run.require(w)
    run.op("mul", (w, "3"), 0.6, name="y", line=2)
    cards = cards_for(run.trace())
    assert [(card.kind, card.title) for card in cards.cards] == [
        ("constant", "tensor"),
        ("ghost", "mul"),
        ("leaf", "w"),
        ("op", "MulBackward0"),
    ]
    assert [(link.source, link.target) for link in cards.links] == [(0, 1), (1, 2), (2, 3)]


class TestPassingWork:
    """Untracked work that has no name and leads to nothing that is shown."""

    def test_a_condition_is_not_drawn(self):
        run = traces.Writer()
        v = run.tensor([0.5, -1.0], "v", 1)
        y = run.op("mul", (v, "2"), [1.0, -2.0], name="y", line=2)
        cut = run.op("detach", (y,), [1.0, -2.0], line=3, untracked="detach() cuts it off the graph")
        norm = run.op("norm", (cut,), 2.2, line=3)
        run.op("lt", (norm, "30"), True, line=3)
        assert [card.title for card in cards_for(run.trace()).cards] == ["v", "MulBackward0"]

    def test_a_nameless_result_is_drawn(self):
        run = traces.Writer()
        v = run.tensor(0.5, "v", 1)
        run.op("mul", (v, "3"), 1.5, line=2, untracked="it ran inside torch.no_grad()")
        assert [card.kind for card in cards_for(run.trace()).cards] == ["leaf", "ghost"]

    def test_the_arithmetic_of_an_update_is_not_drawn(self):
        run = traces.Writer()
        x = run.tensor(3.0, "x", 1)
        y = run.op("mul", (x, x), 9.0, name="y", line=2)
        run.backward(y)
        run.ran(y, 1.0, 3.0, 3.0)
        run.accumulated(x, 6.0)
        run.ended()
        gradient = run.tensor(6.0, None, 3, tracked=False)
        run.op("mul", (gradient, "0.1"), 0.6, line=3)
        run.op("mul", (gradient, "0.2"), 1.2, name="kept", line=4)
        names = [card.name or card.title for card in cards_for(run.trace()).cards]
        assert names == ["x", "y", "tensor", "kept"]


@pytest.mark.parametrize(
    ("op", "operands", "symbol"),
    [
        ("mul", ("3", None), "3 ×"),
        ("sub", (None, "5.0"), "− 5"),
        ("sub", (None, "-5.0"), "− −5"),
        ("pow", (None, "2"), "x²"),
        ("pow", (None, "-0.5"), "x⁻⁰·⁵"),
        ("pow", ("2", None), "2ˣ"),
        ("mul", (None, "123456789"), "×"),
        ("mean", (None,), "mean"),
        ("never heard of", (), "never heard of"),
    ],
)
def test_symbols_carry_the_number(op, operands, symbol):
    inputs = tuple(Input("", 1) if text is None else Input("", None, text=text) for text in operands)
    event = OpRan(1, op, inputs, (), (), None, (), None, False, None)
    assert symbol_text(event, {item.name: item for item in traces.OPS}.get(op)) == symbol


def test_what_is_subtracted_from_stands_before_the_sign():
    """PyTorch gives rsub(a, 1) its operands the other way round; a person reads 1 − a."""
    event = OpRan(1, "rsub", (Input("a", 1), Input("", None, text="1")), (), (), None, (), None, False, None)
    info = next(item for item in traces.OPS if item.name == "sub")
    assert symbol_text(event, info) == "1 −"

import pytest

from gradviz.session.edits import Operand, apply_edits, literals, number_literal, set_literal, write_op
from gradviz.trace.events import Source
from gradviz.trace.ops import OpInfo

MUL = OpInfo("mul", "×", "arithmetic", "multiply", "{self} * {other}", "MulBackward0", ("self", "other"))
EXP = OpInfo("exp", "exp", "pointwise", "exponential", "torch.exp({self})", "ExpBackward0", ("self",))

PROGRAM = """import torch
x = torch.tensor(4., requires_grad=True)
w = torch.FloatTensor([2])
w.requires_grad = True
v = torch.tensor([1., -2.5], requires_grad=True)
data = torch.tensor([1., 2.])
lr, steps = 0.1, 5
rate = 0.01
n = 3
y = w * x + 1
"""


def test_literals_are_the_numbers_worth_a_slider():
    found = {literal.label: literal for literal in literals(PROGRAM)}
    assert list(found) == ["x", "w", "v[0]", "v[1]", "rate", "n"]
    assert found["v[1]"].value == -2.5
    assert PROGRAM[found["v[1]"].start : found["v[1]"].end] == "-2.5"
    assert found["w"].is_leaf
    assert not found["rate"].is_leaf
    assert found["n"].is_integer


@pytest.mark.parametrize("label", ["x", "w", "v[0]", "v[1]", "rate", "n"])
def test_turning_one_literal_changes_it_alone(label):
    before = {literal.label: literal for literal in literals(PROGRAM)}
    changed = apply_edits(PROGRAM, [set_literal(before[label], -7.0)])
    after = {literal.label: literal.value for literal in literals(changed)}
    assert after == {name: -7.0 if name == label else literal.value for name, literal in before.items()}


def test_positions_count_characters_not_bytes():
    text = "größe = 1.5; s = 'äöü'; z = 2.5\n"
    assert [text[item.start : item.end] for item in literals(text)] == ["1.5", "2.5"]


@pytest.mark.parametrize("value", [0.1, 1 / 3, -2.0, 1e-9, 1e20, 123456.7, 0.0, 5e6])
def test_number_literals_are_floats_of_that_value(value):
    text = number_literal(value)
    assert isinstance(eval(text), float)
    assert eval(text) == pytest.approx(value, rel=1e-5)


def test_infinite_numbers_are_no_literals():
    with pytest.raises(ValueError, match="finite"):
        number_literal(float("inf"))


def test_an_op_on_named_operands_goes_behind_their_last_line():
    edits, name = write_op(PROGRAM, MUL, [Operand("x", None), Operand("w", None)])
    lines = apply_edits(PROGRAM, edits).split("\n")
    assert lines[4] == f"{name} = x * w", "behind the line that makes w require gradients"


def test_an_unnamed_operand_is_moved_into_a_variable():
    line = PROGRAM.split("\n").index("y = w * x + 1") + 1
    edits, name = write_op(PROGRAM, EXP, [Operand(None, Source(line, 4, line, 9))])
    text = apply_edits(PROGRAM, edits)
    assert f"u = w * x\ny = u + 1\n{name} = torch.exp(u)\n" in text


def test_the_same_unnamed_operand_twice_is_moved_once():
    line = PROGRAM.split("\n").index("y = w * x + 1") + 1
    operand = Operand(None, Source(line, 4, line, 9))
    edits, name = write_op(PROGRAM, MUL, [operand, operand])
    assert f"u = w * x\ny = u + 1\n{name} = u * u\n" in apply_edits(PROGRAM, edits)


def test_new_names_are_not_taken_and_indents_fit():
    program = "for u in range(2):\n    a = make()\n"
    edits, name = write_op(program, EXP, [Operand("a", None)])
    assert apply_edits(program, edits) == "for u in range(2):\n    a = make()\n    v = torch.exp(a)\n"
    assert name == "v"


@pytest.mark.parametrize(
    ("program", "operands", "words"),
    [
        ("x = (", [Operand("x", None)], "syntax error"),
        ("y = 1", [Operand("x", None)], "not in the program"),
        ("y = 1", [], "takes 1 operands"),
        ("y = f(1)", [Operand(None, Source(1, 0, 1, 3))], "changed"),
        ("y = 1", [Operand("y", Source(1, 0, 1, 5, "f"))], "inside a function"),
    ],
)
def test_what_cannot_be_written_is_said_in_words(program, operands, words):
    with pytest.raises(ValueError, match=words):
        write_op(program, EXP, operands)


@pytest.mark.parametrize("rubbish", ["", "\0", "x = (" * 500, "a=" + "(" * 300 + ")" * 300, "é = 'ü", "\t x"])
def test_rubbish_has_no_literals(rubbish):
    assert literals(rubbish) == ()

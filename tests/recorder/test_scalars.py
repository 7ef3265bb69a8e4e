"""Curves that need no logging, and those that are logged: in this process, against what the program itself computes."""

import numpy as np
import pytest

from gradviz.engine import torch as engine
from gradviz.recorder.gate import Gate
from gradviz.recorder.modules import Modules
from gradviz.recorder.numpy_engine import NumPyReader, NumPyRecorder
from gradviz.recorder.scalars import Scalars
from gradviz.trace.messages import CurveKey, PassMarked
from tests.recorder.test_numpy_engine import record

DESCENT = """
w = torch.tensor({w}, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
{optimizer}
moves = []
for n in range({passes}):
    loss = ((w - 3.0) ** 2).sum() + (b - 2.0) ** 2
    loss.backward()
    before = [w.detach().clone(), b.detach().clone()]
    with torch.no_grad():
        {step}
    moves.append([((x - y).norm() / y.norm()).item() for x, y in zip((w, b), before)])
    w.grad = b.grad = None
"""
BY_HAND = "w -= 0.1 * w.grad; b -= 0.1 * b.grad"


@pytest.mark.parametrize("w", ["4.0", "[4.0, -2.0]", "[[4.0, 1.0], [0.5, 2.0]]"])
@pytest.mark.parametrize(
    ("optimizer", "step"),
    [
        ("pass", BY_HAND),
        ("pass", "w.mul_(0.9); w.add_(w.grad, alpha=-0.1); b -= 0.1 * b.grad"),
        ("pass", "w.data -= 0.1 * w.grad; b.data = b.data - 0.1 * b.grad"),
        ("optimizer = torch.optim.SGD([w, b], lr=0.1, momentum=0.9)", "optimizer.step()"),
        ("optimizer = torch.optim.AdamW([w, b], lr=0.1)", "optimizer.step()"),
    ],
)
def test_how_far_leaves_moved(w, optimizer, step):
    trace, space, _ = record(DESCENT.format(w=w, optimizer=optimizer, step=step, passes=30))
    moves = np.array(space["moves"])
    for leaf, expected in zip("wb", moves.T, strict=True):
        np.testing.assert_allclose(trace.curves.column(CurveKey("update", leaf)), expected, rtol=2e-4, atol=1e-7)


def test_leaves_that_take_turns_have_moved_when_the_other_one_is_written():
    trace, _, _ = record(
        "w = torch.tensor(4.0, requires_grad=True)\nv = torch.tensor([1.0, 2.0], requires_grad=True)\n"
        "for n in range(6):\n    leaf = v if n % 2 else w\n    (leaf ** 2).sum().backward()\n"
        "    with torch.no_grad(): leaf -= 0.1 * leaf.grad\n    leaf.grad = None"
    )
    for leaf, rows in (("w", [0, 2, 4]), ("v", [1, 3, 5])):
        column = trace.curves.column(CurveKey("update", leaf))
        np.testing.assert_allclose(column[rows], 0.2, rtol=1e-5)


def test_learning_rates():
    trace, _, _ = record(
        "w = torch.tensor(4.0, requires_grad=True)\nb = torch.tensor(1.0, requires_grad=True)\n"
        "optimizer = torch.optim.SGD([w], lr=0.5)\n"
        "other = torch.optim.SGD([{'params': [b], 'lr': 0.25}, {'params': [torch.zeros(1)]}], lr=0.125)\n"
        "schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)\n"
        "for n in range(6):\n    (w * b).backward()\n    optimizer.step()\n    schedule.step()\n"
        "    if n > 3: other.step()"
    )
    assert trace.curves.column(CurveKey("rate")).tolist() == [0.5, 0.5, 0.25, 0.25, 0.125, 0.125]
    column = trace.curves.column(CurveKey("rate", "other group 1"))
    np.testing.assert_array_equal(column, [np.nan] * 4 + [0.25] * 2)
    assert trace.curves.column(CurveKey("rate", "other group 2"))[-1] == 0.125


@pytest.mark.parametrize(
    ("program", "marked"),
    [
        # 1e38 → the square overflows in the forward pass of number 3
        ("loss = w ** 2\n    loss.backward()\n    with torch.no_grad(): w *= 1e9", 3),
        # sqrt at 0: the loss is finite, its slope is not
        ("loss = (w * 0).sqrt() if n == 50 else w * 1\n    loss.backward()", 50),
        # the update makes it: the pass after has it first
        ("loss = w * 1.0\n    loss.backward()\n    if n == 70: w.data *= float('nan')", 71),
    ],
)
def test_the_pass_that_made_the_first_nan_is_kept(program, marked):
    trace, _, messages = record(
        f"w = torch.tensor(2., requires_grad=True)\nfor n in range(3000):\n    {program}", live=False
    )
    assert [message.number for message in messages if isinstance(message, PassMarked)] == [marked - 1, marked]
    numbers = [item.number for item in trace.passes]
    assert {marked - 1, marked} <= set(numbers)
    assert trace.marked == {marked - 1, marked}


@pytest.mark.parametrize(
    "body",
    [
        "(w * n).backward(); log(n)",
        "(w * n).backward(); w * 2; log(n)",
        "(w * n).backward(); log(7); log(n)",
        "y = w * n; log(n); y.backward()",
        "log(n); (w * n).backward()",
    ],
)
def test_a_logged_number_belongs_to_its_turn_of_the_loop(body):
    rows = Scalars(NumPyReader(), Modules({}))
    recorder = NumPyRecorder("", "program.py", {}, lambda _: None, Gate())
    recorder._scalars = rows
    space = {"torch": engine, "log": lambda value: recorder.logged("n", value)}
    recorder.start()
    text = "w = torch.tensor(2., requires_grad=True)\nfor n in range(5):\n    " + body
    exec(compile(text, "program.py", "exec"), space)
    block = rows.take(whole=True)
    recorder.stop(None)
    assert block.rows[:, block.keys.index(CurveKey("logged", "n"))].tolist() == [0, 1, 2, 3, 4]


def test_numbers_whose_sum_is_too_large_are_no_fault():
    trace, _, _ = record(
        "w = torch.tensor(1.7e308, requires_grad=True, dtype=torch.float64)\n"
        "for n in range(3):\n    (w * 1).backward()\n    w.grad = None\n(w * float('inf')).backward()"
    )
    assert trace.marked == {2, 3}


@pytest.mark.parametrize("kept", ["pass", "every.append(optimizer)"])
def test_the_next_optimizer_in_a_variable_goes_on_with_its_curve(kept):
    """Whether or not the one before is still alive."""
    trace, _, _ = record(
        "every = []\n"
        "def descend(lr):\n    w = torch.tensor(4.0, requires_grad=True)\n"
        "    optimizer = torch.optim.SGD([w], lr=lr)\n    other = torch.optim.SGD([w], lr=lr / 2)\n"
        "    for n in range(3):\n        (w * w).backward()\n        optimizer.step()\n        other.step()\n"
        f"    {kept}\n"
        "descend(0.5)\ndescend(0.25)"
    )
    assert trace.curves.column(CurveKey("rate")).tolist() == [0.5] * 3 + [0.25] * 3
    assert trace.curves.column(CurveKey("rate", "other")).tolist() == [0.25] * 3 + [0.125] * 3
    assert {key.leaf for key in trace.curves.keys if key.kind == "rate"} == {"", "other"}

"""How many passes a program says it will make: compared with how many it makes."""

import pytest

from gradviz.trace.messages import PassesExpected
from tests.recorder.test_numpy_engine import record

HEAD = "w = torch.tensor(2., requires_grad=True)\n"
STEP = "(w * 2).backward()"

KNOWN = {
    "range": f"for n in range(7):\n    {STEP}",
    "a name": f"steps = 9\nfor n in range(steps):\n    {STEP}",
    "bounds and a step": f"n = 20\nfor i in range(2, n, 3):\n    {STEP}",
    "arithmetic": f"n = 4\nfor i in range(2 * n - 1):\n    {STEP}",
    "nested": f"for i in range(3):\n    for j in range(4):\n        {STEP}",
    "rates": f"for rate in [0.1, 0.2, 0.3]:\n    for j in range(4):\n        {STEP}",
    "samples": f"xs, ys = torch.rand(5), [1.] * 5\nfor i, (x, y) in enumerate(zip(xs, ys)):\n    {STEP}",
    "batches": "from torch.utils.data import DataLoader\nloader = DataLoader(list(range(10)), batch_size=4)\n"
    f"for epoch in range(2):\n    for batch in loader:\n        {STEP}",
    "a function": f"def train(n):\n    for i in range(n):\n        {STEP}\ntrain(6)",
    "a step in a function": f"def step():\n    {STEP}\nfor i in range(6):\n    step()",
    "a method": f"class Trainer:\n    def step(self):\n        {STEP}\ntrainer = Trainer()\n"
    "for i in range(6):\n    trainer.step()",
    "two in a turn": f"for i in range(3):\n    {STEP}\n    {STEP}",
    "one": STEP,
    "with": f"for i in range(3):\n    with torch.enable_grad():\n        {STEP}",
    "no range of its own": f"for i in range(len([1, 2, 3])):\n    {STEP}",
}  # fmt: skip

UNKNOWN = {
    "while": f"n = 0\nwhile n < 5:\n    n += 1\n    {STEP}",
    "if": f"for n in range(7):\n    if n % 2:\n        {STEP}",
    "two places": f"for n in range(3):\n    {STEP}\nfor n in range(4):\n    {STEP}",
    "changed in the loop": f"n = 3\nfor n in range(n):\n    {STEP}",
    "grows": f"todo = [1, 2]\nfor n in todo:\n    if len(todo) < 5: todo.append(3)\n    {STEP}",
    "a generator": f"for n in (i for i in range(3)):\n    {STEP}",
    "another range": f"def range(n): return [1] * (n + 1)\nfor n in range(3):\n    {STEP}",
    "called twice": f"def train(n):\n    for i in range(n):\n        {STEP}\ntrain(3)\ntrain(4)",
}


def expected(messages):
    return [message for message in messages if isinstance(message, PassesExpected)]


@pytest.mark.parametrize("program", KNOWN.values(), ids=KNOWN)
def test_a_program_that_says_how_many(program):
    trace, _, messages = record(HEAD + program)
    assert expected(messages) == [PassesExpected(trace.ended.passes if trace.ended else trace.pass_count)]
    assert trace.expected == expected(messages)[0]


@pytest.mark.parametrize("program", UNKNOWN.values(), ids=UNKNOWN)
def test_a_program_that_does_not(program):
    _, _, messages = record(HEAD + program)
    assert expected(messages) == []


def test_a_loop_that_may_be_left_says_at_most():
    _, _, messages = record(HEAD + f"for n in range(7):\n    {STEP}\n    if n == 3: break")
    assert expected(messages) == [PassesExpected(7, at_most=True)]

"""A program that rests between passes: what is sent meanwhile stays in order."""

import pytest

from gradviz.trace.messages import PassRecorded

PROGRAM = """
import time, torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
for step in range({passes}):
    w.grad = None
    (w * w).sum().backward()
after = w * 2
time.sleep(0.25)
print(after)
"""


@pytest.mark.parametrize("passes", [40, 101])
def test_the_last_pass_of_a_training_comes_before_the_open_one(runs, passes):
    assert runs.run(PROGRAM.format(passes=passes)).exit_code == 0
    numbers = [message.item.number for message in runs.messages if isinstance(message, PassRecorded)]
    assert numbers == sorted(numbers)
    assert [item.number for item in runs.supervisor.trace.passes[-2:]] == [passes - 1, passes]


def test_every_kind_of_number_reaches_the_window(runs):
    program = "import torch\nfor kind in (torch.bfloat16, torch.float16, torch.uint8, torch.int16, torch.complex64):\n"
    program += "    x = torch.ones(2, dtype=kind)\n    print(x + x)\n"
    program += "y = torch.tensor([1.5], dtype=torch.bfloat16, requires_grad=True)\n(y * y).sum().backward()\n"
    program += "print(y.grad)\n"
    ended = runs.run(program)
    assert (ended.exit_code, ended.note) == (0, "")
    assert runs.text().endswith("tensor([3.], dtype=torch.bfloat16)\n")
    leaves = runs.supervisor.trace.passes[-1].events
    assert any(getattr(event, "value", None) is not None and event.value.dtype == "bfloat16" for event in leaves)

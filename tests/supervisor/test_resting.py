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

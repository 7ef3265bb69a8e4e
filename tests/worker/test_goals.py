import math

import pytest

from gradviz.recorder import records
from gradviz.recorder.gate import Gate, PassEnd
from gradviz.worker.goals import reached
from gradviz.worker.protocol import Goal


@pytest.mark.parametrize(
    ("goal", "end", "there"),
    [
        (Goal("pass", 3), PassEnd(1), False),
        (Goal("pass", 3), PassEnd(2), True),
        (Goal("loss", 0.5), PassEnd(0, 0.5), False),
        (Goal("loss", 0.5), PassEnd(0, 0.4), True),
        (Goal("loss", 0.5), PassEnd(0, math.nan), True),
        (Goal("loss", 0.5), PassEnd(0, math.inf), False),
        (Goal("step"), PassEnd(0, 1.0, [records.ENDED, True]), False),
        (Goal("step"), PassEnd(0, 1.0, [records.UPDATED, None, None, None, 0, ()]), True),
    ],
)
def test_where_a_goal_is_reached(goal, end, there):
    assert reached(goal)(end) is there


def test_the_gate_shuts_at_the_goal_and_forgets_it():
    gate, held = Gate(), []
    gate.resume(goal=reached(Goal("pass", 3)))
    assert not gate.open
    gate.pass_ended(lambda: held.append(0), PassEnd(0))
    gate.pass_ended(lambda: held.append(1), PassEnd(1))
    assert gate.shuts(PassEnd(2))

    def there():
        held.append(2)
        gate.resume()  # or this thread would wait

    gate.pass_ended(there, PassEnd(2))
    assert held == [2]
    assert gate.open

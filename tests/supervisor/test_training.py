"""A training loop under the person's hand: hold, one pass, speed, and curves that are complete."""

import time

import numpy as np
import pytest

from gradviz.supervisor import Goal
from gradviz.trace.check import check
from gradviz.trace.messages import CurveKey, RunPaused

LOOP = """
import torch
w = torch.tensor(4.0, requires_grad=True)
for n in range({passes}):
    loss = (w - 1) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
    {body}
print("done")
"""


def loop(passes=10**9, body="pass"):
    return LOOP.format(passes=passes, body=body)


def test_curves_are_complete_and_right(runs):
    runs.run(loop(1000))
    trace = runs.supervisor.trace
    assert trace.pass_count == trace.curves.length == trace.ended.passes == 1000
    w, expected = np.float32(4.0), []
    for _ in range(1000):
        expected.append((float((w - 1) ** 2), float(w), float(2 * (w - 1))))
        w -= np.float32(0.1) * (2 * (w - 1))
    columns = [trace.curves.column(CurveKey(*key)) for key in (("loss",), ("value", "w"), ("gradient", "w"))]
    assert np.allclose(np.column_stack(columns), expected, rtol=1e-6, atol=1e-9)
    assert trace.passes[0].number == 0
    assert trace.passes[-1].number == 999
    assert check(trace) == []


def test_held_from_the_start_then_one_pass_at_a_time(runs):
    runs.begin(loop(), held=True)
    runs.wait_for(lambda: runs.supervisor.status == "held")
    assert runs.supervisor.trace.paused_after == 0
    for expected in (1, 2, 3):
        runs.supervisor.resume(1)
        runs.wait_for(lambda n=expected: runs.supervisor.trace.paused_after == n)
        shown = runs.supervisor.trace.passes[-1]
        assert shown.number == expected
        # What a person sees at rest: the whole pass with its update and the zeroing.
        kinds = [type(event).__name__ for event in shown.events[-4:]]
        assert kinds == ["BackwardEnded", "OpRan", "TensorUpdated", "GradientZeroed"]
        assert [operand.text for operand in shown.events[-3].inputs] == ["w.grad", "0.1"]
    runs.supervisor.resume()
    runs.wait_for(lambda: runs.supervisor.trace.curves.length > 100)
    assert runs.supervisor.status == "running"
    assert check(runs.supervisor.trace) == []


def test_hold_and_go_on_while_it_runs(runs):
    runs.begin(loop())
    runs.wait_for(lambda: runs.supervisor.trace.curves.length > 50)
    runs.supervisor.hold()
    runs.wait_for(lambda: runs.supervisor.status == "held")
    trace = runs.supervisor.trace
    assert trace.paused_after == trace.passes[-1].number == trace.curves.length - 1
    time.sleep(0.1)
    assert runs.supervisor.trace.curves.length == trace.curves.length
    runs.supervisor.resume()
    runs.wait_for(lambda: runs.supervisor.trace.curves.length > trace.curves.length)


def test_a_speed_limit_set_changed_and_lifted(runs):
    runs.begin(loop(), speed=20.0)
    runs.wait_for(lambda: runs.supervisor.trace.curves.length >= 3)
    began, before = time.perf_counter(), runs.supervisor.trace.curves.length
    runs.wait_for(lambda: runs.supervisor.trace.curves.length >= before + 10)
    # A busy machine makes it slower; nothing may make it faster.
    assert (runs.supervisor.trace.curves.length - before) / (time.perf_counter() - began) < 26
    runs.supervisor.set_speed(0)
    runs.wait_for(lambda: runs.supervisor.trace.curves.length > 1000)


def test_hold_is_answered_while_the_program_sleeps_between_passes(runs):
    runs.begin(loop(body="import time; time.sleep(3)"))
    runs.wait_for(lambda: runs.supervisor.trace.curves.length == 1)
    began = time.perf_counter()
    runs.supervisor.hold()
    runs.wait_for(lambda: runs.supervisor.status == "held")
    assert time.perf_counter() - began < 0.5
    assert runs.supervisor.trace.paused_after == 0
    assert check(runs.supervisor.trace) == []


def test_a_slow_program_shows_its_open_pass(runs):
    runs.begin("import torch, time\nx = torch.ones(3, requires_grad=True)\ny = x * 2\ntime.sleep(60)")
    runs.wait_for(lambda: runs.supervisor.trace.passes and len(runs.supervisor.trace.passes[0].events) == 2)


def test_a_held_program_can_be_stopped(runs):
    runs.begin(loop(), held=True)
    runs.wait_for(lambda: runs.supervisor.status == "held")
    began = time.perf_counter()
    runs.supervisor.stop()
    runs.finish(2)
    assert time.perf_counter() - began < 0.5
    assert runs.supervisor.trace.ended.note.startswith("Stopped")


def test_every_pause_is_told_once(runs):
    runs.begin(loop(), held=True)
    runs.wait_for(lambda: runs.supervisor.status == "held")
    time.sleep(0.2)
    assert [m.number for m in runs.messages if isinstance(m, RunPaused)] == [0]


def test_fifty_thousand_passes_take_no_more_memory_than_ten_thousand(runs):
    program = loop(50_000, "pass").replace(
        "    loss = ",
        "    if n in (10_000, 49_999): print(int(open('/proc/self/statm').read().split()[1]) * 4096)\n    loss = ",
    )
    runs.begin(program)
    assert runs.finish(60).passes == 50_000
    early, late = map(int, runs.text().split()[:2])
    assert late - early < 4 << 20, "a leak of 110 bytes a pass would show"
    assert len(runs.supervisor.trace.passes) <= 200


@pytest.mark.parametrize("kind", ["torch.ones(10**9)", "torch.ones(10**5, 10**4)", "np.ones(10**9)"])
def test_a_tensor_of_a_billion_elements_ends_in_a_sentence(runs, kind):
    ended = runs.run(f"import torch\nimport numpy as np\nprint('up')\nx = {kind}\n")
    assert ended.exit_code == 1
    error = runs.supervisor.trace.error
    assert "needs more memory than the 2 GB" in error.message
    assert error.source.line == 4
    assert runs.run("print('next')").exit_code == 0


def test_a_gigabyte_of_prints_is_thinned_and_can_be_stopped(runs):
    runs.begin("line = 'x' * 999\nwhile True: print(line)")
    runs.wait_for(lambda: runs.supervisor.trace.output_dropped > 0)
    time.sleep(0.5)
    began = time.perf_counter()
    runs.supervisor.stop()
    runs.finish(2)
    assert time.perf_counter() - began < 1.0
    assert sum(len(text.text) for text in runs.supervisor.trace.output) <= 1_100_000


def test_goals_from_the_start_and_from_a_hold(runs):
    runs.begin(loop(), goal=Goal("pass", 5))
    runs.wait_for(lambda: runs.supervisor.status == "held")
    assert runs.supervisor.trace.paused_after == 4
    runs.supervisor.resume(goal=Goal("loss", 1e-6))
    runs.wait_for(lambda: (runs.supervisor.trace.paused_after or 0) > 4)
    losses = runs.supervisor.trace.curves.column(CurveKey("loss"))
    assert losses[-1] < 1e-6 <= losses[-2]
    assert runs.supervisor.trace.paused_after == len(losses) - 1


def test_one_update_where_gradients_are_gathered_over_three_passes(runs):
    program = (
        "import torch\nw = torch.tensor(4.0, requires_grad=True)\noptimizer = torch.optim.SGD([w], lr=0.1)\n"
        "for n in range(10**6):\n    ((w - 1) ** 2 / 3).backward()\n"
        "    if n % 3 == 2:\n        optimizer.step()\n        optimizer.zero_grad()\n"
    )
    runs.begin(program, goal=Goal("step"))
    for expected in (2, 5, 8):
        runs.wait_for(lambda n=expected: runs.supervisor.trace.paused_after == n)
        runs.supervisor.resume(goal=Goal("step"))

"""Passes of which only the curves are wanted: the curves are the same, and what a person asks for is there."""

import math

import numpy as np
import pytest

from gradviz.recorder import curves_only, numpy_engine, recording
from gradviz.recorder.curves_only import CurvesOnly
from gradviz.recorder.gate import Gate
from gradviz.recorder.notes import TOO_LARGE, UNHEARD
from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.recorder.schedule import FIRST
from gradviz.trace.check import check
from gradviz.trace.events import ErrorRaised, GradientZeroed, LeafAccumulated, OptimizerStepped
from gradviz.trace.messages import CurveKey, PassMarked, PassRecorded, RunPaused
from gradviz.trace.trace import TraceBuilder
from tests.in_process import namespace
from tests.recorder.test_numpy_engine import record

PASSES = 300

SCALARS = """
w = torch.tensor(4.0, requires_grad=True)
b = torch.tensor(-1.0, requires_grad=True)
for n in range({passes}):
    loss = (w * b - 3.0) ** 2 + b * b
    loss.backward()
    with torch.no_grad():
        w -= 0.01 * w.grad
        b -= 0.01 * b.grad
    w.grad.zero_()
    b.grad = None
"""
TENSORS = """
torch.manual_seed(0)
w = torch.rand(10, requires_grad=True)
V = torch.rand(40, 10, requires_grad=True)
x = torch.rand(10)
for n in range({passes}):
    loss = ((V @ (w * x)) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        V -= 0.1 * V.grad
    w.grad.zero_()
    V.grad.zero_()
"""
TRAINING = """
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
x, y = torch.rand(16, 3), torch.rand(16, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99)
for epoch in range({passes} // 10):
    for batch in range(10):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        schedule.step()
"""
HOOKED = """
w = torch.tensor([4.0, 2.0], requires_grad=True)
w.register_hook(lambda gradient: gradient * 0.5)
for n in range({passes}):
    (w * w).sum().backward()
    w.data -= 0.01 * w.grad
    w.grad = None
"""
IN_A_FUNCTION = """
def train(passes):
    for n in range(passes):
        (w ** 2).backward()
        with torch.no_grad():
            w.sub_(0.1 * w.grad)
        w.grad = None
w = torch.tensor(4.0, requires_grad=True)
train({passes})
"""
MANY_LEAVES = """
ws = [torch.tensor(float(n), requires_grad=True) for n in range(120)]
for n in range({passes}):
    loss = sum(w * w for w in ws)
    loss.backward()
    with torch.no_grad():
        for w in ws:
            w -= 0.01 * w.grad
            w.grad = None
"""
PROGRAMS = {
    "many leaves": MANY_LEAVES,
    "scalars": SCALARS,
    "tensors": TENSORS,
    "training": TRAINING,
    "hooked": HOOKED,
    "function": IN_A_FUNCTION,
}


@pytest.fixture
def stretches(monkeypatch):
    """Runs leave passes out from the first one on that need not be sent; the passes at which that began."""
    monkeypatch.setattr(curves_only, "AFTER", 0.0)
    begun = []
    take_over = CurvesOnly.take_over

    def noted(self, *given):
        begun.append(self._recorder.number)
        take_over(self, *given)

    monkeypatch.setattr(CurvesOnly, "take_over", noted)
    return begun


def run(program, gate=None, on_send=None, **options):
    """The trace of a program that may end with an error, and its recorder."""
    program = "import torch\n" + program
    space, builder, error = namespace(), TraceBuilder(), None

    def send(message):
        builder.add(message)
        if on_send is not None:
            on_send(message)

    recorder = NumPyRecorder(program, "program.py", space, send, gate or Gate(), **options)
    recorder.start()
    try:
        exec(compile(program, "program.py", "exec"), space)
    except RuntimeError as fault:
        error = ErrorRaised(type(fault).__name__, str(fault), None)
    finally:
        recorder.stop(error)
    return builder.trace, recorder


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("live", [False, True])
def test_curves_are_those_of_a_run_that_is_heard_whole(name, live, stretches, monkeypatch):
    program = PROGRAMS[name].format(passes=PASSES)
    trace, _, _ = record(program, live=live)
    assert stretches, "passes were left out"
    monkeypatch.setattr(curves_only, "AFTER", math.inf)
    whole, _, _ = record(program, live=live)
    assert trace.curves.length == whole.curves.length == PASSES
    assert set(trace.curves.keys) == set(whole.curves.keys)
    for key in whole.curves.keys:
        np.testing.assert_array_equal(trace.curves.column(key), whole.curves.column(key), err_msg=str(key))


@pytest.mark.parametrize("name", PROGRAMS)
def test_passes_that_are_sent_are_those_of_a_run_that_is_heard_whole(name, stretches, monkeypatch):
    program = PROGRAMS[name].format(passes=PASSES)
    trace, _, _ = record(program, live=False, keep=(77, 200))
    assert stretches
    monkeypatch.setattr(curves_only, "AFTER", math.inf)
    whole, _, _ = record(program, live=False, keep=(77, 200))
    kept = [item.number for item in trace.passes]
    assert kept == [item.number for item in whole.passes]
    assert {*range(FIRST), 77, 200, PASSES - 1} <= {*kept}
    for one, other in zip(trace.passes, whole.passes, strict=True):
        assert [type(event) for event in one.events] == [type(event) for event in other.events], one.number
        for kind in (LeafAccumulated, GradientZeroed, OptimizerStepped):
            for mine, its in zip(of(one, kind), of(other, kind), strict=True):
                assert numbers(mine) == numbers(its), one.number


def of(item, kind):
    return [event for event in item.events if isinstance(event, kind)]


def numbers(event):
    """What an event says of values."""
    if isinstance(event, OptimizerStepped):
        return [
            (each.gradient.data.tolist(), part.name, part.before is None, part.after.data.tolist())
            for each in event.parameters
            for part in each.remembered
        ]
    return [value.data.tolist() for value in (event.before, event.after) if value is not None]


@pytest.mark.parametrize(
    "loop",
    [
        "while loss is None or n < 200:\n    n += 1",
        "for n in iter(range(200)):\n    pass",
        "for n in range(400):\n    if n > 200: break",
        "for n in range(200):\n    if n % 2: continue",
    ],
)
def test_where_the_end_is_not_known_all_passes_are_heard(loop, stretches):
    trace, _, _ = record(
        f"w = torch.tensor(2.0, requires_grad=True)\nloss, n = None, 0\n{loop}\n    loss = w * n\n    loss.backward()",
        live=False,
    )
    assert not stretches
    assert trace.passes[-1].number == trace.curves.length - 1


def test_short_runs_are_heard_whole(monkeypatch):
    monkeypatch.setattr(curves_only, "AFTER", 60.0)  # however slow this machine is
    monkeypatch.setattr(CurvesOnly, "take_over", None)
    record("w = torch.tensor(2.0, requires_grad=True)\nfor n in range(100): (w * n).backward()")


def test_a_program_that_is_held_stops_at_a_whole_pass(stretches):
    gate, paused = Gate(), []
    builder = TraceBuilder()

    def on_send(message):
        builder.add(message)
        if isinstance(message, PassRecorded) and message.item.number == FIRST + 1 and not paused:
            gate.hold()
        if isinstance(message, RunPaused):
            paused.append(message.number)
            item = builder.trace.passes[-1]
            assert item.number == message.number
            assert of(item, LeafAccumulated)
            gate.resume()

    trace, _ = run(SCALARS.format(passes=PASSES), gate, on_send)
    assert paused
    assert trace.curves.length == PASSES


def test_a_hold_in_the_middle_of_passes_that_are_left_out(stretches, monkeypatch):
    gate, paused, builder = Gate(), [], TraceBuilder()

    def on_send(message):
        builder.add(message)
        if isinstance(message, RunPaused):
            newest = builder.trace.passes[-1]
            paused.append((message.number, newest.number, len(of(newest, LeafAccumulated))))
            gate.resume()

    take_over = CurvesOnly.take_over

    def held(self, *given):
        take_over(self, *given)
        if len(stretches) == 3:
            gate.hold()

    monkeypatch.setattr(CurvesOnly, "take_over", held)
    trace, _ = run(SCALARS.format(passes=PASSES), gate, on_send, live=False)
    # The pass that was running is not heard; the one after it is, and is shown.
    assert paused == [(stretches[2] + 1, stretches[2] + 1, 2)]
    assert trace.curves.length == PASSES


def test_nan_in_a_pass_that_is_not_heard_is_marked_and_the_next_one_kept(stretches, monkeypatch):
    monkeypatch.setattr(recording, "TICK", 0.0)  # it is found when rows are sent
    trace, _, messages = record(
        "w = torch.tensor(2., requires_grad=True)\nfor n in range(3000):\n"
        "    loss = (w * 0).sqrt() if n == 1000 else w * 1\n    loss.backward()\n    w.grad.zero_()",
        live=False,
    )
    assert {1001, 1002, 1003} & {item.number for item in trace.passes}
    assert [message.number for message in messages if isinstance(message, PassMarked)] == [999, 1000]
    assert not np.isfinite(trace.curves.column(CurveKey("gradient", "w"))[1000])


def test_a_loss_that_grows_without_end_is_heard_before_it_is_infinite(stretches):
    trace, _, messages = record(
        "w = torch.tensor(2., requires_grad=True)\nfor n in range(3000):\n    loss = w ** 2\n    loss.backward()\n"
        "    with torch.no_grad(): w -= (0.1 if n < 1500 else 1.5) * w.grad\n    w.grad = None",
        live=False,
    )
    marked = [message.number for message in messages if isinstance(message, PassMarked)]
    assert marked
    assert set(marked) <= {item.number for item in trace.passes}


def test_an_error_in_a_pass_that_is_not_heard_is_told(stretches):
    trace, recorder = run(
        "w = torch.tensor([2., 1.], requires_grad=True)\nfor n in range(3000):\n"
        "    loss = (w * torch.ones(3 if n == 1000 else 2)).sum()\n    loss.backward()\n    w.grad.zero_()",
        live=False,
    )
    assert trace.curves.length == 1000
    assert recorder.note == UNHEARD
    assert trace.marked == {999}, "the next run is asked to keep it"
    assert not any(of(item, ErrorRaised) for item in trace.passes)
    assert of(trace.passes[-1], LeafAccumulated), "the newest pass is a whole one"
    assert check(trace) == []


def test_a_backward_that_breaks_off_ends_the_stretch(stretches):
    trace, _, _ = record(
        "class Fails(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, x): return x * 1\n"
        "    @staticmethod\n    def backward(ctx, gradient):\n"
        "        if n == 100: raise ValueError('no')\n        return gradient\n"
        "w = torch.tensor(2., requires_grad=True)\nfor n in range(300):\n    loss = Fails.apply(w * 2)\n"
        "    try:\n        loss.backward()\n    except ValueError:\n        pass",
        live=False,
    )
    assert stretches
    assert trace.curves.length == 300
    assert np.isnan(trace.curves.column(CurveKey("gradient", "w"))[100])


def test_a_function_that_runs_a_backward_of_its_own_is_left_alone(stretches):
    program = (
        "class Inner(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, x):\n        ctx.save_for_backward(x)\n        return x * 3\n"
        "    @staticmethod\n    def backward(ctx, gradient):\n"
        "        x = ctx.saved_tensors[0].detach().requires_grad_()\n"
        "        with torch.enable_grad():\n            y = x * 3\n"
        "        y.backward(gradient)\n        return x.grad\n"
        "w = torch.tensor(2., requires_grad=True)\nfor n in range(300):\n    Inner.apply(w * 2).backward()\n"
        "    w.grad = None"
    )
    trace, _, _ = record(program, live=False)
    assert trace.curves.length == 300 or not stretches
    assert trace.passes[-1].number == trace.curves.length - 1


def test_a_pass_after_one_that_was_too_long_is_not_heard_either(stretches, monkeypatch):
    monkeypatch.setattr(numpy_engine, "ITEMS", 2_000)
    trace, recorder = run(
        "w = torch.tensor(1., requires_grad=True)\nfor n in range(40):\n    y = w\n"
        "    for _ in range(500 if n > 14 else 3):\n        y = y * 1.0\n    y.backward()\n    w.grad = None",
        live=False,
    )
    assert trace.curves.length == 40
    assert min(np.diff(stretches)) > curves_only.WHILE_FULL
    assert recorder.note == TOO_LARGE


def test_leaves_that_a_function_makes_anew_have_their_names(stretches):
    trace, _, _ = record(
        "def descend(rate):\n    x = torch.tensor(4., requires_grad=True)\n    for step in range(25):\n"
        "        (x ** 2).backward()\n        with torch.no_grad():\n            x -= rate * x.grad\n"
        "        x.grad = None\nfor rate in [0.1, 0.2, 0.3]:\n    descend(rate)",
        live=False,
    )
    assert stretches
    assert {key.leaf for key in trace.curves.keys} == {"", "x"}

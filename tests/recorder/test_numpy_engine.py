"""The recorder on the NumPy engine: programs run in this process, their traces checked and looked into."""

import random
from itertools import pairwise

import numpy as np
import pytest

from gradviz.recorder.gate import Gate
from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.recorder.schedule import FIRST
from gradviz.trace.check import check
from gradviz.trace.events import LeafAccumulated, NodeRan, OpRan, TensorMade, TensorUpdated
from gradviz.trace.trace import TraceBuilder
from tests.in_process import namespace


def record(program, on_send=None, **options):
    """The trace of a program, the namespace it left, and every message; `on_send` sees each when it is sent."""
    program = "import torch\n" + program
    space = namespace()
    builder, messages = TraceBuilder(), []

    def send(message):
        messages.append(message)
        if on_send is not None:
            on_send(message)
        builder.add(message)

    recorder = NumPyRecorder(program, "program.py", space, send, Gate(), **options)
    recorder.start()
    try:
        exec(compile(program, "program.py", "exec"), space)
    finally:
        recorder.stop(None)
    assert recorder.note == ""
    assert check(builder.trace) == []
    return builder.trace, space, messages


def events(trace, kind, number=-1):
    return [event for event in trace.passes[number].events if isinstance(event, kind)]


def test_names_and_sources():
    trace, _, _ = record("x = torch.tensor(2.0, requires_grad=True)\ny = 3 * x ** 2 + 1\ny.backward()")
    assert [made.name for made in events(trace, TensorMade)] == ["x"]
    ops = events(trace, OpRan)
    assert [(op.node.name, op.outputs[0].name) for op in ops] == [
        ("PowBackward0", None),
        ("MulBackward0", None),
        ("AddBackward0", "y"),
    ]
    assert [(op.source.line, op.source.column, op.source.end_column) for op in ops] == [
        (3, 8, 14),
        (3, 4, 14),
        (3, 4, 18),
    ]


def test_a_value_keeps_what_it_was_when_memory_is_written():
    trace, _, _ = record(
        "v = torch.tensor([1.0, 2.0], requires_grad=True)\nfor _ in range(2):\n    (v * 3).sum().backward()\n"
        "    v.data[0] = 5.0\n    v.data -= 1\n"
    )
    first, second = trace.passes
    assert first.events[0].value.data.tolist() == [1.0, 2.0]
    updates = [(e.before.data.tolist(), e.after.data.tolist()) for e in events(trace, TensorUpdated, 0)]
    assert updates == [([1.0, 2.0], [5.0, 2.0]), ([5.0, 2.0], [4.0, 1.0])]
    assert second.carried.tensors[0].value.data.tolist() == [4.0, 1.0]
    assert second.carried.tensors[0].gradient.data.tolist() == [3.0, 3.0]


def test_an_in_place_operation_on_shared_memory_keeps_the_earlier_value():
    trace, _, _ = record("x = torch.ones(3, requires_grad=True)\ny = x * 2\nz = y[0]\ny += 1\n(y.sum() + z).backward()")
    assert events(trace, OpRan)[0].outputs[0].value.data.tolist() == [2.0, 2.0, 2.0]


def test_a_retained_graph_is_carried_into_the_second_pass():
    trace, _, _ = record(
        "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 3\ny.backward(retain_graph=True)\ny.backward()"
    )
    second = trace.passes[1]
    assert [op.op for op in second.carried.ops] == ["pow"]
    assert [leaf.name for leaf in second.carried.leaves] == ["AccumulateGrad"]
    (accumulated,) = events(trace, LeafAccumulated)
    assert (accumulated.before.item(), accumulated.after.item()) == (12.0, 24.0)


def test_a_graph_whose_pass_was_not_kept_is_still_carried():
    trace, _, _ = record(
        "x = torch.tensor(2.0, requires_grad=True)\nold = None\nfor n in range(60):\n"
        "    if n == 40: old = x ** 3\n    (x * n).backward()\n(old + 1).backward()",
        live=False,
    )
    (carried,) = trace.passes[-1].carried.ops
    assert carried.node.name == "PowBackward0"
    assert carried.outputs[0].value.item() == 8.0


def test_untracked_work_says_why():
    trace, _, _ = record(
        "x = torch.tensor(2.0, requires_grad=True)\na = x.detach()\nb = a * 2\nwith torch.no_grad():\n    c = x * 3\n"
        "d = x > 1"
    )
    reasons = {op.outputs[0].name: op.untracked for op in events(trace, OpRan)}
    assert "cuts" in reasons["a"]
    assert reasons["b"] == "no operand requires a gradient"
    assert "no_grad" in reasons["c"]
    assert "bool" in reasons["d"]


def test_names_of_passes_that_share_a_leaf_and_of_new_leaves():
    trace, _, _ = record(
        "for n in range(20):\n    w = torch.tensor(float(n), requires_grad=True)\n    (w * w).backward()"
    )
    values = trace.curves.column(next(key for key in trace.curves.keys if key.kind == "value"))
    assert {key.leaf for key in trace.curves.keys} == {"", "w"}
    assert values.tolist() == list(range(20))


def test_first_newest_last_and_asked_for_passes_are_kept():
    program = "x = torch.tensor(2.0, requires_grad=True)\nfor n in range(500):\n    (x * n).backward()\n"
    trace, _, _ = record(program, live=False, keep=(77, 300))
    kept = [item.number for item in trace.passes]
    assert {*range(FIRST), 77, 300, 499} <= {*kept}
    assert len(kept) < 70
    gaps = [after - before for before, after in pairwise(kept)]
    assert all(gap <= max(1, before / 8) for gap, before in zip(gaps, kept, strict=False)), "evenly spread"


def test_an_evaluation_loop_does_not_fill_the_pass():
    trace, _, _ = record(
        "x = torch.tensor(2.0, requires_grad=True)\nwith torch.no_grad():\n    for _ in range(20_000): y = x * 2\n"
        "(x * 3).backward()"
    )
    assert len(trace.passes[0].events) < 6000
    assert events(trace, LeafAccumulated)[0].after.item() == 3.0


def test_a_pass_that_is_too_large_is_in_the_curves_only(monkeypatch):
    from gradviz.recorder import numpy_engine

    monkeypatch.setattr(numpy_engine, "ITEMS", 2000)
    program = "import torch\nx = torch.tensor(1.0, requires_grad=True)\nfor n in (500, 3):\n    y = x\n"
    program += "    for _ in range(n): y = y * 1.5\n    y.backward()\n"
    builder, space = TraceBuilder(), namespace()
    recorder = NumPyRecorder(program, "program.py", space, builder.add, Gate())
    recorder.start()
    exec(compile(program, "program.py", "exec"), space)
    recorder.stop(None)
    assert "in the curves only" in recorder.note
    assert (recorder.passes, builder.trace.curves.length) == (2, 2)
    assert [item.number for item in builder.trace.passes] == [1]
    assert check(builder.trace) == []


def test_a_recorder_that_fails_does_not_fail_the_program(monkeypatch):
    from gradviz.recorder import recording

    def broken(*_):
        raise LookupError("lost")

    monkeypatch.setattr(recording, "Assembly", broken)
    with pytest.raises(AssertionError, match="the recorder failed"):
        record("x = torch.tensor(2.0, requires_grad=True)\n(x * x).backward()")


LINES = (
    "{n} = {a} * {b}",
    "{n} = {a} + {b}",
    "{n} = {a} - {k}",
    "{n} = {a} ** 2",
    "{n} = {a}.tanh() / ({b} * {b} + 1)",
    "{n} = torch.exp({a} * 0.1)",
    "{n} = ({a} @ W) if {a}.dim() else {a} * 2",
    "{n} = {a}.sum() * {b}",
    "{n} = {a}.mean() + {b}.sum()",
    "{n} = {a}.relu()",
    "{n} = {a}.detach() * {b}",
    "with torch.no_grad(): {n} = {a} * 3",
    "{n} = torch.stack([{a}.sum(), {b}.mean()])",
    "{n} = {a} * 1.0; {n} += 1",
    "{n} = {a} * 1.0; {n}.mul_(0.5)",
    "{n} = {a}[..., :1] if {a}.dim() else {a} + 0",
)


def random_program(seed):
    """Leaves, then lines that use anything made so far, then a few passes with updates in different styles."""
    chance = random.Random(seed)
    lines = ["torch.manual_seed(0)", "W = torch.rand(2, 2, requires_grad=True)"]
    leaves = ["x0", "x1", "x2"]
    for leaf in leaves:
        shape = chance.choice(["()", "(2,)", "(3, 2)"])
        lines.append(f"{leaf} = torch.rand({shape}, requires_grad={chance.random() < 0.8})")
    lines.append(f"for step in range({chance.randint(1, 4)}):")
    names = list(leaves)
    for count in range(chance.randint(2, 14)):
        name = f"t{count}"
        line = chance.choice(LINES).format(n=name, a=chance.choice(names), b=chance.choice(names), k=count)
        lines.append("    try:\n        " + line.replace("; ", "\n        ") + "\n    except RuntimeError:\n"
                     f"        {name} = W.sum()")  # fmt: skip
        names.append(name)
    lines.append("    loss = W.sum() * 0.1 + " + " + ".join(f"{name}.sum()" for name in chance.sample(names, 3)))
    lines.append(chance.choice(["    loss.backward()", "    loss.backward(retain_graph=True)\n    loss.backward()"]))
    lines.append(
        chance.choice(
            [
                "    with torch.no_grad():\n        W -= 0.1 * W.grad\n    W.grad.zero_()",
                "    W.data -= 0.1 * W.grad\n    W.grad = None",
                "    W.data[0] -= 0.1\n    W.grad *= 0",
                "    pass",
            ]
        )
    )
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(100))
def test_random_programs_give_legal_traces(seed):
    trace, namespace, _ = record(random_program(seed))
    last = [item for item in trace.passes if any(isinstance(event, NodeRan) for event in item.events)][-1]
    history = last.history
    for made in last.carried.tensors:
        if made.name == "W" and namespace["W"].grad is not None:
            recorded = history.tensors[made.tensor].gradients.at(history.steps)
            assert np.allclose(recorded.data, namespace["W"].grad.numpy_value())

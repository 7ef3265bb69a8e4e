"""Both engines, each watched by its own recorder, must tell the same story of the same program.

The PyTorch recorder learns order and gradients from hooks on PyTorch's own nodes, the NumPy one from our engine. So
this is the independent witness of the backward order and of every gradient that the app shows.
"""

import builtins
import contextlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradviz.recorder.gate import Gate
from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.recorder.pytorch import PyTorchRecorder
from gradviz.trace import storage
from gradviz.trace.check import check
from gradviz.trace.events import LeafAccumulated, NodeRan, OpRan
from gradviz.trace.messages import RunBegan
from gradviz.trace.trace import TraceBuilder
from tests.in_process import engine_import

ROOT = Path(__file__).parent.parent.parent
LESSONS = sorted((ROOT / "resources" / "lessons").glob("*.py"))

PROGRAMS = {
    "line": """
w, x, b = (torch.tensor(v, requires_grad=True) for v in (2., 3., 1.))
((w * x + b) - 5).pow(2).backward()
""",
    "used twice": """
x = torch.tensor(3., requires_grad=True)
y = x * x + x.exp() * x
y.backward()
""",
    "broadcast": """
x = torch.ones(3, 1, requires_grad=True)
y = torch.arange(4.).requires_grad_()
(x * y + y / (x + 1)).sum().backward()
""",
    "matrix": """
torch.manual_seed(0)
a, b = torch.rand(3, 4, requires_grad=True), torch.rand(4, 2, requires_grad=True)
((a @ b).tanh() ** 2).mean().backward()
""",
    "views": """
x = torch.arange(6.).requires_grad_()
y = x.view(2, 3).t()
(y[0] * y[1] + y.reshape(-1)[2]).sum().backward()
""",
    "unbind and stack": """
x = torch.arange(6.).view(3, 2).requires_grad_()
a, b, c = x.unbind()
torch.stack([a * b, c]).sum().backward()
""",
    "cat of many leaves": """
xs = [torch.full((2,), float(n), requires_grad=True) for n in range(6)]
(torch.cat(xs) ** 2).sum().backward()
""",
    "two backwards": """
x = torch.tensor(2., requires_grad=True)
y = x ** 3
y.backward(retain_graph=True)
y.backward()
""",
    "gradient given": """
x = torch.tensor([1., 2.], requires_grad=True)
(x * 3).backward(torch.tensor([1., 0.1]))
""",
    "grad function": """
x = torch.tensor(2., requires_grad=True)
z = torch.tensor(1., requires_grad=True)
print(torch.autograd.grad(x * x * z, (x, z)))
""",
    "grad function towards one of several": """
x = torch.tensor(2., requires_grad=True)
z = torch.tensor(1., requires_grad=True)
y = x * (z * z)
print(torch.autograd.grad(y + x, y, retain_graph=True), torch.autograd.grad(y, x))
""",
    "in place": """
x = torch.ones(3, requires_grad=True)
y = x * 2
y += 1
y.mul_(x.detach() + 1)
y.sum().backward()
""",
    "descent": """
w = torch.tensor([1., -2.], requires_grad=True)
for _ in range(4):
    loss = (w ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
""",
    "data": """
w = torch.tensor(3., requires_grad=True)
for _ in range(3):
    (w * w).backward()
    w.data -= 0.1 * w.grad.data
    w.grad = None
""",
    "module": """
torch.manual_seed(1)
model = torch.nn.Linear(3, 2)
x = torch.ones(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), torch.zeros(4, 2))
    loss.backward()
    optimizer.step()
""",
}


def trace_of(program, engine):
    """Run in this very process: a worker for each would spend most of its time on importing PyTorch."""
    builder = TraceBuilder()
    importing = engine_import if engine is NumPyRecorder else builtins.__import__
    namespace = {"__name__": "__main__", "__builtins__": {**vars(builtins), "__import__": importing}}
    recorder = engine(program, "program.py", namespace, builder.add, Gate(), live=False, keep=range(20))
    builder.add(RunBegan(engine.__name__, program, "program.py", ()))
    printed = io.StringIO()
    code = compile(program, "program.py", "exec")
    recorder.start()
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, namespace)
    finally:
        recorder.stop(None)
    assert recorder.note == ""
    assert check(builder.trace) == []
    return printed.getvalue(), builder.trace


def story(item):
    """The backward pass: (node name, gradients in, gradients sent) in order."""
    nodes, told = {}, []
    for op in (*item.carried.ops, *(event for event in item.events if isinstance(event, OpRan))):
        if op.node is not None:
            nodes[op.node.id] = op.node.name
    for event in item.events:
        if isinstance(event, NodeRan):
            told.append((nodes[event.node], event.gradients_in, event.sent))
        elif isinstance(event, LeafAccumulated):
            told.append(("AccumulateGrad", (event.added,), (event.after,)))
    return told


def same(ours, real):
    assert [name for name, _, _ in ours] == [name for name, _, _ in real]
    for (name, *our_sides), (_, *real_sides) in zip(ours, real, strict=True):
        for our_side, real_side in zip(our_sides, real_sides, strict=True):
            pairs = [(a, b) for a, b in zip(our_side, real_side, strict=False) if a is not None or b is not None]
            for a, b in pairs:
                assert a is not None, name
                assert b is not None, name
                assert (a.shape, a.dtype) == (b.shape, b.dtype), name
                if a.data is not None:
                    assert np.allclose(a.data, b.data, rtol=1e-4, atol=1e-6, equal_nan=True), name


def compare(program):
    our_text, ours = trace_of(program, NumPyRecorder)
    real_text, real = trace_of(program, PyTorchRecorder)
    assert our_text == real_text
    assert ours.pass_count == real.pass_count
    assert [item.number for item in ours.passes] == [item.number for item in real.passes]
    for our_pass, real_pass in zip(ours.passes, real.passes, strict=True):
        same(story(our_pass), story(real_pass))
    assert {(key.kind, key.leaf) for key in ours.curves.keys} == {(key.kind, key.leaf) for key in real.curves.keys}
    for key in ours.curves.keys:
        assert np.allclose(ours.curves.column(key), real.curves.column(key), rtol=1e-3, atol=1e-5, equal_nan=True), key


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_engines_tell_the_same_of_a_program(name):
    compare("import torch\n" + PROGRAMS[name])


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_engines_tell_the_same_of_a_lesson(path):
    compare(path.read_text(encoding="utf-8"))


def test_real_pytorch_in_a_worker(tmp_path):
    path, kept = tmp_path / "program.py", tmp_path / "run.trace"
    path.write_text("import torch\n" + PROGRAMS["descent"] + "\nprint(torch.__version__, w)", encoding="utf-8")
    command = [sys.executable, "-m", "gradviz", "run", "--engine", "pytorch", "--trace", str(kept), str(path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=90)
    real = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=90)
    assert (told.returncode, told.stdout, told.stderr) == (0, real.stdout, "")
    trace = storage.trace_from(kept.read_bytes())
    assert trace.began.engine == "pytorch"
    assert check(trace) == []
    assert len(trace.passes) == 4

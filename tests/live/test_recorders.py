"""Both engines, each watched by its own recorder, must tell the same story of the same program.

The PyTorch recorder learns order and gradients from hooks on PyTorch's own nodes, the NumPy one from our engine. So
this is the independent witness of the backward order and of every gradient that the app shows.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradviz.trace import storage
from gradviz.trace.check import check
from gradviz.trace.events import LeafAccumulated, NodeRan, OpRan

ROOT = Path(__file__).parent.parent.parent
LESSONS = sorted((ROOT / "resources" / "lessons").glob("*.py"))

PROGRAMS = {
    "line": "w, x, b = (torch.tensor(v, requires_grad=True) for v in (2., 3., 1.))\n((w * x + b) - 5).pow(2).backward()",
    "used twice": "x = torch.tensor(3., requires_grad=True)\ny = x * x + x.exp() * x\ny.backward()",
    "broadcast": "x = torch.ones(3, 1, requires_grad=True)\ny = torch.arange(4.).requires_grad_()\n"
    "(x * y + y / (x + 1)).sum().backward()",
    "matrix": "torch.manual_seed(0)\na, b = torch.rand(3, 4, requires_grad=True), torch.rand(4, 2, requires_grad=True)\n"
    "((a @ b).tanh() ** 2).mean().backward()",
    "views": "x = torch.arange(6.).requires_grad_()\ny = x.view(2, 3).t()\n(y[0] * y[1] + y.reshape(-1)[2]).sum().backward()",
    "unbind and stack": "x = torch.arange(6.).view(3, 2).requires_grad_()\na, b, c = x.unbind()\n"
    "torch.stack([a * b, c]).sum().backward()",
    "cat of many leaves": "xs = [torch.full((2,), float(n), requires_grad=True) for n in range(6)]\n"
    "(torch.cat(xs) ** 2).sum().backward()",
    "two backwards": "x = torch.tensor(2., requires_grad=True)\ny = x ** 3\ny.backward(retain_graph=True)\ny.backward()",
    "gradient given": "x = torch.tensor([1., 2.], requires_grad=True)\n(x * 3).backward(torch.tensor([1., 0.1]))",
    "grad function": "x = torch.tensor(2., requires_grad=True)\nz = torch.tensor(1., requires_grad=True)\n"
    "g, = torch.autograd.grad(x * x * z, x)\nprint(g)",
    "in place": "x = torch.ones(3, requires_grad=True)\ny = x * 2\ny += 1\ny.mul_(y.detach())\ny.sum().backward()",
    "descent": "w = torch.tensor([1., -2.], requires_grad=True)\nfor _ in range(4):\n    loss = (w ** 2).sum()\n"
    "    loss.backward()\n    with torch.no_grad():\n        w -= 0.1 * w.grad\n    w.grad.zero_()",
    "data": "w = torch.tensor(3., requires_grad=True)\nfor _ in range(3):\n    (w * w).backward()\n"
    "    w.data -= 0.1 * w.grad.data\n    w.grad = None",
    "module": "torch.manual_seed(1)\nm = torch.nn.Linear(3, 2)\nx = torch.ones(4, 3)\n"
    "o = torch.optim.SGD(m.parameters(), lr=0.1)\nfor _ in range(3):\n    o.zero_grad()\n"
    "    loss = torch.nn.functional.mse_loss(m(x), torch.zeros(4, 2))\n    loss.backward()\n    o.step()",
}


def trace_of(path, engine, tmp_path):
    kept = tmp_path / f"{engine}.trace"
    command = [sys.executable, "-m", "gradviz", "run", "--engine", engine, "--trace", str(kept), str(path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=90)
    assert told.returncode == 0, told.stderr
    trace = storage.trace_from(kept.read_bytes())
    assert check(trace) == []
    return told.stdout, trace


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
                    assert np.allclose(a.data, b.data, rtol=1e-4, atol=1e-6), name


def compare(path, tmp_path):
    our_text, ours = trace_of(path, "numpy", tmp_path)
    real_text, real = trace_of(path, "pytorch", tmp_path)
    assert our_text == real_text
    assert ours.pass_count == real.pass_count
    assert [item.number for item in ours.passes] == [item.number for item in real.passes]
    for our_pass, real_pass in zip(ours.passes, real.passes, strict=True):
        same(story(our_pass), story(real_pass))
    assert {(key.kind, key.leaf) for key in ours.curves.keys} == {(key.kind, key.leaf) for key in real.curves.keys}
    for key in ours.curves.keys:
        assert np.allclose(ours.curves.column(key), real.curves.column(key), rtol=1e-3, atol=1e-5, equal_nan=True), key


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_engines_tell_the_same_of_a_program(name, tmp_path):
    path = tmp_path / "program.py"
    path.write_text("import torch\n" + PROGRAMS[name], encoding="utf-8")
    compare(path, tmp_path)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_engines_tell_the_same_of_a_lesson(path, tmp_path):
    compare(path, tmp_path)

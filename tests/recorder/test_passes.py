"""Passes that ran unobserved: what is put into the record afterwards must be what would have been heard."""

import pytest

from gradviz.engine.dtype import Uncommon
from gradviz.engine.hooks import RemovableHandle
from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.trace.events import LeafAccumulated, NodeRan
from tests.recorder.test_numpy_engine import random_program, record

PROGRAMS = {
    "broadcasting": "x = torch.ones(3, 1, requires_grad=True)\ny = torch.arange(4.).requires_grad_()\n"
    "(x * y + y / (x + 1)).sum().backward()",
    "data written since": "w = torch.tensor(3., requires_grad=True)\nfor _ in range(3):\n    (w * w).backward()\n"
    "    w.data -= 0.1 * w.grad.data\n    w.grad = None",
    "large data written since": "w = torch.ones(1100, 1000, requires_grad=True)\nfor _ in range(2):\n"
    "    (w * w).sum().backward()\n    w.data -= 0.1 * w.grad.data\n    w.grad = None",
    "freed": "x = torch.tensor(2., requires_grad=True)\nh = x * x\n(h * 3).backward()\ntry:\n    (h * h).backward()\n"
    "except RuntimeError: pass\n(x * 4).backward()",
    "several roots": "x = torch.tensor(2., requires_grad=True)\ntorch.autograd.backward([x * x, x + 1])",
    "hook": "x = torch.tensor(2., requires_grad=True)\ny = x * x\ny.register_hook(lambda g: g * 2)\n(y * x).backward()",
    "retained": "x = torch.tensor(3., requires_grad=True)\ny = x * x\n(y * 2).backward(retain_graph=True)\n"
    "(y * 3).backward()",
    "three edges": "torch.manual_seed(0)\nx = torch.rand(4, 3)\nlayer = torch.nn.Linear(3, 2)\n"
    "def step():\n    loss = (layer(x) ** 2).sum()\n    loss.backward()\nfor _ in range(2):\n    step()\n"
    "m, a, b = (torch.rand(3, 3, requires_grad=True) for _ in range(3))\n"
    "torch.addmm(m, a, b, beta=2, alpha=0.5).sum().backward()\n(torch.addcmul(m, a, b) * m).sum().backward()",
    "leaves that wait": "a, b, c, w = (torch.tensor(float(k), requires_grad=True) for k in range(1, 5))\n"
    "h = a * w\nh = (h + b) * w\n((h + c) * w + torch.stack([a, b, c]).sum()).backward()",
    "many at once": "x = torch.tensor(2., requires_grad=True)\nb = torch.tensor(1., requires_grad=True)\n"
    "(torch.stack([x * k for k in range(20)]).sum() * b).backward()",
    "the user's node": "class Half(torch.autograd.Function):\n    @staticmethod\n"
    "    def forward(ctx, a, b): return a + b\n"
    "    @staticmethod\n    def backward(ctx, g): return g * 2, None\n"
    "x, y = (torch.tensor(k, requires_grad=True) for k in (2., 3.))\n(Half.apply(x * y, y * y) * y).backward()",
    "an error in the middle": "x, w = (torch.tensor([k, k], requires_grad=True) for k in (2., 3.))\nh = x.exp()\n"
    "loss = (h * 2).sum() + (w * 5).sum()\nh.detach().zero_()\ntry:\n    loss.backward()\nexcept RuntimeError: pass\n"
    "(x * w).sum().backward()",
    "types": "x = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)\n"
    "y = torch.tensor([1., 3.], requires_grad=True)\n(x * y + 2 * y - x / 3).sum().backward()",
}


def steps(program, monkeypatch, told):
    """What nodes and leaves did, in order."""
    with monkeypatch.context() as patch:
        patch.setattr(RemovableHandle, "seen", False)  # by another program
        patch.setattr(Uncommon, "seen", False)
        if told:
            patch.setattr(NumPyRecorder, "scalar_pass", lambda self, root, keep: False)
            patch.setattr(NumPyRecorder, "pass_planned", lambda self, nodes, due: True)
        trace, _, _ = record(program)
    found = []
    for item in trace.passes:
        for event in item.events:
            if isinstance(event, NodeRan):
                found.append((event.node, event.gradients_in, event.raw, event.sent))
            elif isinstance(event, LeafAccumulated):
                found.append((event.tensor, event.before, event.added, event.after))
    return found


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_pass_is_told_afterwards_as_it_would_have_been_heard(program, monkeypatch):
    heard = steps(program, monkeypatch, told=True)
    assert heard
    assert steps(program, monkeypatch, told=False) == heard


@pytest.mark.parametrize("seed", range(100, 130))
def test_random_passes_too(seed, monkeypatch):
    program = random_program(seed)
    assert steps(program, monkeypatch, told=False) == steps(program, monkeypatch, told=True)


def test_a_descent_hears_of_no_node(monkeypatch):
    heard = []
    monkeypatch.setattr(RemovableHandle, "seen", False)  # by another test
    monkeypatch.setattr(Uncommon, "seen", False)
    monkeypatch.setattr(NumPyRecorder, "node_ran", lambda *told: heard.append(told))
    trace, _, _ = record(
        "w = torch.ones(3, requires_grad=True)\nfor _ in range(5):\n    loss = ((w * 2 + w[0:1]) ** 2).sum()\n"
        "    loss.backward()\n    with torch.no_grad(): w -= 0.01 * w.grad\n    w.grad.zero_()"
    )
    assert len(trace.passes) == 5
    assert {call[1].name() for call in heard} <= {"SliceBackward0"}

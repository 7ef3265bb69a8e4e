"""Functions that PyTorch computed, run again on the engine with other leaves, against PyTorch with those leaves."""

import builtins

import numpy as np
import pytest
import torch

from gradviz.recorder.gate import Gate
from gradviz.recorder.pytorch import PyTorchRecorder
from gradviz.trace import codec
from gradviz.trace.forward import ForwardRecorded
from gradviz.worker.forward import Replay
from tests.recorder.test_forward import ALIASES, UNRECORDED, loss_of

PROGRAMS = {
    "numbers": (
        {"a": -1.2, "b": 1.0},
        "y = (1 - a) ** 2 + 100 * (b - a * a) ** 2 + 2 ** b + torch.add(a, b, alpha=2)",
    ),
    "a linear model": (
        {"w": [[0.3], [-0.2]], "b": [0.1]},
        "X = torch.linspace(-1, 1, 12).reshape(6, 2)\ny = ((torch.tanh(X @ w) + b - X[:, :1] * 2) ** 2).mean()",
    ),
    "classes": (
        {"w": [[0.3, -0.1, 0.4], [-0.2, 0.5, 0.9]]},
        "X = torch.linspace(-1, 1, 8).reshape(4, 2)\nt = torch.tensor([0, 2, 1, 1])\n"
        "y = torch.nn.functional.cross_entropy(X @ w, t) + torch.softmax(X @ w, dim=1)[:, 0].sum()",
    ),
    "losses": (
        {"p": [0.3, -0.4, 2.0]},
        "t = torch.tensor([0.0, 1.0, 0.5])\nF = torch.nn.functional\n"
        "y = F.mse_loss(p, t) + F.smooth_l1_loss(p, t, reduction='sum') + F.binary_cross_entropy_with_logits(p, t)",
    ),
    "shapes": (
        {"v": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]},
        "m = v.view(2, 3)\nc = torch.cat([m, m.t().reshape(2, 3).contiguous()], dim=0)\n"
        "y = (c.unsqueeze(0).expand(2, 4, 3).transpose(1, 2)[..., 1:3].sum(dim=1) ** 2).sum() + c.sum(dim=0).norm()",
    ),
}


def told(program):
    frames = []

    def send(message):
        if isinstance(message, ForwardRecorded):
            frames.append(codec.encode(message))

    recorder = PyTorchRecorder(program, "p.py", {}, send, Gate(), False)
    recorder.start()
    try:
        exec(compile(program, "p.py", "exec"), {"__name__": "__main__", "__builtins__": builtins})
    finally:
        recorder.stop(None)
    return [codec.decode(frame[codec.HEAD.size :]) for frame in frames]


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_replayed_loss_is_pytorch_s_with_other_leaves(name):
    leaves, body = PROGRAMS[name]
    made = "".join(f"{leaf} = torch.tensor({value}, requires_grad=True)\n" for leaf, value in leaves.items())
    (record,) = told(f"import torch\n{made}{body}\ny.backward()")
    assert record.why_not == ""
    replay = Replay(record.forward)
    draw = np.random.default_rng(1)
    for _ in range(5):
        others = [(own + draw.normal(0, 0.5, own.shape)).astype(own.dtype) for own in replay.own_leaves()]
        space = {"torch": torch, **{n: torch.tensor(v) for n, v in zip(record.forward.names, others, strict=True)}}
        exec(body, space)
        assert replay.loss(others) == pytest.approx(float(space["y"]), rel=2e-5)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("y = x * 2 if x > 2 else x\n", "Line 3 reads"),
        ("h = x * 3\ny = h * h.item()\n", "Line 4 reads"),
        ("h = (x * 3).detach().numpy()\ny = x * float(h)\n", "Line 3 reads"),
        ("y = torch.special.airy_ai(x.detach()) * x\n", "special_airy_ai"),
    ],
)
def test_what_cannot_be_run_again_is_said(body, why):
    (record,) = told(f"import torch\nx = torch.tensor(3.0, requires_grad=True)\n{body}y.backward()")
    assert record.forward is None
    assert why in record.why_not


@pytest.mark.parametrize("name", UNRECORDED)
def test_what_is_written_unrecorded_is_held_and_it_says_so(name):
    begin = "import torch\nw = torch.tensor([1.0, 2.0], requires_grad=True)\nc = torch.zeros(2)\n"
    (record,) = told(f"{begin}{UNRECORDED[name]}\ny.backward()")
    assert "writes into a tensor, without autograd's knowledge, is held" in record.forward.note
    replay = Replay(record.forward)
    assert replay.loss(replay.own_leaves()) == pytest.approx(record.forward.loss, rel=1e-6)


@pytest.mark.parametrize("name", ALIASES)
def test_another_name_of_a_leaf_follows_it(name):
    leaves, body = ALIASES[name]
    (record,) = told(f"import torch\n{leaves}{body}\ny.backward()")
    replay = Replay(record.forward)
    (own,) = replay.own_leaves()
    assert replay.loss([own]) == pytest.approx(record.forward.loss, rel=1e-6)
    assert replay.loss([own * 2 + 1]) == pytest.approx(loss_of(leaves, body, {"w": (own * 2 + 1).tolist()}), rel=1e-6)

"""The forward of a pass as data: run again it gives the losses that the program itself gets with other leaves."""

import numpy as np
import pytest

from gradviz.trace import codec
from gradviz.trace.forward import ForwardRecorded
from gradviz.worker.forward import Replay
from tests.recorder.test_numpy_engine import record

PROGRAMS = {
    "a parabola": ("x = torch.tensor(3.0, requires_grad=True)\n", "y = (x - 1) ** 2 + torch.exp(-x)"),
    "two numbers": (
        "a = torch.tensor(-1.2, requires_grad=True); b = torch.tensor(1.0, requires_grad=True)\n",
        "y = (1 - a) ** 2 + 100 * (b - a * a) ** 2",
    ),
    "tensors and data": (
        "X = torch.linspace(-1, 1, 12).reshape(6, 2); t = X[:, :1] * 2 - 1\n"
        "w = torch.tensor([[0.3], [-0.2]], requires_grad=True); b = torch.zeros(1, requires_grad=True)\n",
        "y = ((torch.tanh(X @ w) + b - t) ** 2).mean()",
    ),
    "in place and indexed": (
        "v = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)\n",
        "h = v * 2\nh.mul_(3).relu_()\ny = h[1:].sum() + h[0] * v[torch.argmax(v).reshape(1)].sum()",
    ),
    "types mixed": (
        "v = torch.tensor([1.0, 2.0], requires_grad=True)\n"
        "s = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)\n",
        "y = (v * s).sum() * s + torch.arange(3)[v.long().clamp(max=2)].sum() * v[0]",
    ),
}


def forwards(program):
    """What is told of a program's functions, through the bytes that it travels in."""
    messages = record(program)[2]
    found = [m for m in messages if isinstance(m, ForwardRecorded)]
    return [codec.decode(codec.encode(each)[codec.HEAD.size :]) for each in found]


def loss_of(leaves, body, values):
    """What the engine gets when the program itself runs with these leaves."""
    from gradviz.engine import torch

    space = {"torch": torch}
    exec(leaves, space)
    for name, value in values.items():
        space[name] = torch.tensor(value, dtype=space[name].dtype, requires_grad=True)
    exec(body, space)
    return float(space["y"].item())


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_replayed_loss_is_that_of_the_program_with_other_leaves(name):
    leaves, body = PROGRAMS[name]
    (told,) = forwards(f"{leaves}{body}\ny.backward()")
    assert told.why_not == ""
    replay = Replay(told.forward)
    own = replay.own_leaves()
    assert replay.loss(own) == told.forward.loss
    draw = np.random.default_rng(1)
    for _ in range(6):
        others = [(leaf + draw.normal(0, 0.7, leaf.shape)).astype(leaf.dtype) for leaf in own]
        values = dict(zip(told.forward.names, others, strict=True))
        assert replay.loss(others) == loss_of(leaves, body, values)


def test_a_function_is_told_once_and_again_when_it_changes():
    loop = "x = torch.tensor(3.0, requires_grad=True)\nfor n in range({n}):\n    y = (x * {k}) ** 2\n    y.backward()\n"
    update = "    with torch.no_grad(): x -= 0.01 * x.grad\n    x.grad = None\n"
    assert [each.number for each in forwards(loop.format(n=9, k=2) + update)] == [0]
    assert [each.number for each in forwards(loop.format(n=4, k="(n // 2)") + update)] == [0, 2]


def test_what_the_program_writes_later_does_not_reach_what_was_told():
    (told,) = forwards(
        "data = torch.ones(3)\nx = torch.ones(3, requires_grad=True)\n(x * data).sum().backward()\n"
        "data.mul_(5)\nwith torch.no_grad(): x.mul_(7)"
    )
    replay = Replay(told.forward)
    assert replay.loss(replay.own_leaves()) == 3.0


WHY_NOT = {
    "if": ("if x > 2: y = x * 2\nelse: y = x\n", "Line 3 reads a value that depends on x"),
    "while": ("y = x * 1\nwhile y < 100: y = y * 2\n", "Line 4 reads"),
    "item": ("h = x * 3\nk = h.item()\ny = h * k\n", "Line 4 reads"),
    "named, decided on": ("a = x.item()\nprint(a)\ny = x * 2 if a > 1 else x\n", "Line 3 reads"),
    "numpy": ("h = x * 3\nk = float(h.detach().numpy())\ny = h * k\n", "Line 4 reads"),
    "custom": (
        "class Twice(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, a): return a * 2\n"
        "    @staticmethod\n    def backward(ctx, g): return g * 2\ny = Twice.apply(x)\n",
        "Twice is a Function of the program's own",
    ),
    "large": ("y = (x * torch.ones(5_000_000)).sum()\n", "larger than 16 MB"),
    "outside": ("h = x * 3\nh.data.mul_(2)\ny = h * h\n", "changed outside of the graph"),
    "places": ("v = x * torch.arange(3.0)\ny = v[(v > 1).nonzero()].sum()\n", "Places that depend"),
    "copied": ("h = x * 3\ny = x * torch.tensor([h])[0]\n", "Line 4 reads"),
    "part": (
        "h = x * torch.ones(3)\nh[0] = 1.0\ny = h.sum()\n",
        "A part of a tensor is changed in place on the way to the loss in line 4: such a change is not run again.",
    ),
    "part by a view": ("h = x * torch.ones(3)\nv = h[1:]\nv.mul_(2)\ny = h.sum()\n", "in line 5: such a change"),
    "part of a buffer": (
        "out = torch.zeros(3)\nfor i in range(3):\n    out[i] = x * i\ny = out.sum()\n",
        "in line 5: such a change",
    ),
    "part filled": ("h = x * torch.ones(3)\nh[0].fill_(4.0)\ny = h.sum()\n", "in line 4: such a change"),
}


@pytest.mark.parametrize("name", WHY_NOT)
def test_why_a_forward_cannot_be_run_again(name):
    body, why = WHY_NOT[name]
    (told,) = forwards(f"x = torch.tensor(3.0, requires_grad=True)\n{body}y.backward()")
    assert told.forward is None
    assert why in told.why_not


HARMLESS = {
    "printed": "y = x * 2\nprint(x.item())\ny = y * y\n",
    "logged": "import gradviz\ngradviz.log('x', x.item())\ny = x * x\n",
    "named and printed": "a = (x * 2).item()\nprint(f'{a:.2f}')\ny = x * x\n",
    "summed up and printed": "a = 0.0\na += x.item()\nprint(a)\ny = x * x\n",
    "kept": "xs = []\nxs.append(x.item())\ny = x * x\n",
    "stopped": "for _ in range(3):\n    y = x * x\n    if y.item() < 1e-9:\n        break\ny = y + 1\n",
    "stopped in one line": "for _ in range(3):\n    y = x * x\n    if y < 1e-9: break\ny = y + 1\n",
    "asserted": "assert x > 0\ny = x * x\n",
    "after the loss": "y = x * x\nlast = y.item()\n",
    "of data": "d = torch.tensor(2.0)\ny = x * 2 if d > 1 else x\n",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_reading_a_value_to_show_it_changes_nothing(name):
    (told,) = forwards(f"x = torch.tensor(3.0, requires_grad=True)\n{HARMLESS[name]}y.backward()")
    assert told.why_not == ""


def test_random_numbers_are_held_and_it_says_so():
    *_, told = forwards(
        "x = torch.tensor(3.0, requires_grad=True)\nfor _ in range(2): ((x * torch.randn(4)) ** 2).sum().backward()"
    )
    assert told.forward.note == "Random numbers that this pass drew are held as they were drawn."
    replay = Replay(told.forward)
    assert replay.loss([np.float32(6.0)]) == pytest.approx(4 * told.forward.loss)


@pytest.mark.parametrize(
    "random",
    [
        "F.dropout(h, 0.5)", "torch.nn.Dropout(0.3)(h)", "F.dropout1d(h)", "F.dropout2d(h.reshape(1, 2, 1, 2))",
        "F.dropout3d(h.reshape(1, 2, 1, 1, 2))", "F.alpha_dropout(h, 0.5, True)",
        "F.feature_alpha_dropout(h, 0.5, True)", "F.rrelu(-h, training=True)", "F.gumbel_softmax(h)",
        "torch._standard_gamma(torch.ones(2)) * h", "F.scaled_dot_product_attention(h, h, h, dropout_p=0.5)",
    ],
)  # fmt: skip
def test_layers_that_draw_say_so(random):
    *_, told = forwards(
        "import torch.nn.functional as F\nx = torch.tensor(3.0, requires_grad=True)\n"
        f"for _ in range(2):\n    h = x * torch.ones(2, 2)\n    (({random}) ** 2).sum().backward()"
    )
    assert told.forward.note == "Random numbers that this pass drew are held as they were drawn."
    replay = Replay(told.forward)
    assert replay.loss(replay.own_leaves()) == pytest.approx(told.forward.loss)


@pytest.mark.parametrize("layer", ["F.dropout(h, training=False)", "F.dropout(h, 1.0)", "F.rrelu(-h)"])
def test_layers_that_do_not_draw_do_not_say_so(layer):
    told = forwards(
        "import torch.nn.functional as F\nx = torch.tensor(3.0, requires_grad=True)\n"
        f"for k in range(2):\n    h = x * torch.ones(2, 2) * (k + 1)\n    (({layer}) ** 2).sum().backward()"
    )
    assert {each.forward.note for each in told} == {""}


def test_a_loss_of_an_earlier_pass_says_so():
    begin = "x = torch.tensor(3.0, requires_grad=True)\ny = x * 2\ny.backward(retain_graph=True)\n"
    told = forwards(f"{begin}(y * y).backward()")
    assert [each.why_not for each in told] == ["", "The loss was computed in an earlier pass."]


def test_only_the_leaves_behind_a_read_are_named():
    """The other leaves of the pass have nothing to do with the decision."""
    (told,) = forwards(
        "a = torch.tensor(1.0, requires_grad=True)\nb = torch.tensor(2.0, requires_grad=True)\n"
        "c = torch.tensor(3.0, requires_grad=True)\nh = b * 2\ny = a * h * c\nif h * c > 1: y = y * 2\ny.backward()"
    )
    assert "Line 7 reads a value that depends on c and b and goes on" in told.why_not


UNRECORDED = {
    "a part under no_grad": "with torch.no_grad(): c[0] = w[0] * 3\ny = (w * c).sum()",
    "a part of data": "h = w * 1\nc.data[0] = w.data[0] * 3\ny = (h * c).sum()",
    "copied": "h = w * 1\nwith torch.no_grad(): c.copy_(w * 3)\ny = (h * c).sum()",
    "a running mean": "h = w * 2\nwith torch.no_grad(): c.mul_(0.9).add_(h * 0.1)\ny = ((h - c) ** 2).sum()",
    "between two uses": "a = (w + c).pow(2).sum()\nwith torch.no_grad(): c[0] = 5.0\ny = (w * c).sum() + a",
    "seen through a view": "v = c[:1]\na = (w + v).sum()\nwith torch.no_grad(): c[0] = 5.0\ny = (w * v).sum() + a",
}


@pytest.mark.parametrize("name", UNRECORDED)
def test_what_is_written_unrecorded_is_held_and_it_says_so(name):
    begin = "w = torch.tensor([1.0, 2.0], requires_grad=True)\nc = torch.zeros(2)\n"
    (told,) = forwards(f"{begin}{UNRECORDED[name]}\ny.backward()")
    line = next(at for at, text in enumerate(UNRECORDED[name].splitlines(), 4) if "no_grad" in text or "c.data" in text)
    assert told.forward.note == (
        f"What line {line} writes into a tensor, without autograd's knowledge, is held as it was written."
    )
    replay = Replay(told.forward)
    assert replay.loss(replay.own_leaves()) == told.forward.loss


@pytest.mark.parametrize(
    "body",
    ["c[0] = 4.0\ny = (w * c).sum()", "h = (w + c) * 2\nc = torch.ones(2)\nc[0] = 2\ny = h.sum()"],
)
def test_writes_that_no_leaf_can_be_behind_are_not_spoken_of(body):
    begin = "w = torch.tensor([1.0, 2.0], requires_grad=True)\nc = torch.zeros(2)\n"
    (told,) = forwards(f"{begin}{body}\ny.backward()")
    assert told.forward.note == ""


ALIASES = {
    "a vector": ("w = torch.tensor([1.0, 2.0], requires_grad=True)\n", "y = (w * w.data).sum()"),
    "a number": ("w = torch.tensor(3.0, requires_grad=True)\n", "y = w * w.data + w.detach()"),
    "a part": ("w = torch.tensor([1.0, 2.0], requires_grad=True)\n", "y = (w * w.data[0]).sum()"),
    "of a result": ("w = torch.tensor([1.0, 2.0], requires_grad=True)\n", "h = w * 2\ny = (w * h.data).sum()"),
    "a copy is none": ("c = torch.tensor(3.0)\nw = c.clone().requires_grad_()\n", "y = w * c"),
}


@pytest.mark.parametrize("name", ALIASES)
def test_another_name_of_a_leaf_follows_it(name):
    leaves, body = ALIASES[name]
    (told,) = forwards(f"{leaves}{body}\ny.backward()")
    replay = Replay(told.forward)
    (own,) = replay.own_leaves()
    assert replay.loss([own]) == told.forward.loss
    values = {"w": (own * 2 + 1).tolist()}
    assert replay.loss([own * 2 + 1]) == loss_of(leaves, body, values)

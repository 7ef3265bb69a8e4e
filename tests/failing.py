"""Programs that train badly, each in one way; what is to be found in them stands beside them."""

from __future__ import annotations

STEPS = """
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""

NETWORK = """\
import torch
from torch import nn
torch.manual_seed(0)
X = torch.randn(20, 8)
{model}
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(30):
    loss = ((model(X) - 1) ** 2).mean()
""" + STEPS

POINT = """\
import torch
x = torch.tensor(4., requires_grad=True)
for step in range({passes}):
    y = {function}
    y.backward()
    with torch.no_grad():
        x -= {rate} * x.grad
{clear}
"""
CLEAR = "    x.grad = None"


def point(function: str = "(x - 1) ** 2", rate: float = 0.1, passes: int = 40, clear: str = CLEAR) -> str:
    return POINT.format(function=function, rate=rate, passes=passes, clear=clear)


def network(model: str) -> str:
    return NETWORK.format(model=model)


LINE = """\
import torch
w = torch.tensor(1., requires_grad=True)
b = torch.tensor(0., requires_grad=True)
optimizer = torch.optim.SGD([w, b], lr=0.1)
x = torch.tensor([1., 2., 3.])
for step in range(50):
    loss = ((w * x + {offset} - 2 * x - 1) ** 2).mean()
""" + STEPS

RAVINE = """\
import torch
p = torch.tensor([4., 1.], requires_grad=True)
optimizer = torch.optim.SGD([p], lr=0.0985)
for step in range(60):
    loss = 0.5 * (p[0] ** 2 + 20 * p[1] ** 2)
""" + STEPS

SPARE = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.used, self.spare = nn.Linear(8, 1), nn.Linear(8, 1)
    def forward(self, x):
        return self.used(x)
model = Net()
"""

SIGMOIDS = "model = nn.Sequential(*[part for _ in range(20) for part in (nn.Linear(8, 8), nn.Sigmoid())])"
DEAD = "model = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 1))\nmodel[0].bias.data -= 10"

PARTLY = (
    "model = nn.Sequential(nn.Linear(8, {units}), nn.ReLU(), nn.Linear({units}, 1))\nmodel[0].bias.data[:{dead}] -= 10"
)
GIVEN = "spare = torch.ones(3, requires_grad=True)\nmodel = nn.Linear(8, 1)"
GIVES = "SGD(model.parameters()", "SGD([*model.parameters(), spare]"

REPLACED_LAYER = network("model = nn.Sequential(nn.Linear(8, 4), nn.Tanh(), nn.Linear(4, 1))").replace(
    "for step", "model[2] = nn.Linear(4, 1)\nfor step"
)

FAILING = {
    "never cleared by hand": (point(clear=""), "never_cleared", 5),
    "never cleared with an optimizer": (
        network("model = nn.Linear(8, 1)").replace("    optimizer.zero_grad()\n", ""),
        "never_cleared",
        10,
    ),
    "diverges": (point(rate=1.1), "diverges", 7),
    "diverges with ten weights": (
        network("model = nn.Linear(8, 1)").replace("lr=0.05", "lr=3.").replace("range(30)", "range(80)"),
        "diverges",
        12,
    ),
    "swings ever wider": (point(rate=1.02), "swings", 7),
    "swings ever wider in a ravine": (
        RAVINE.replace("lr=0.0985", "lr=0.102").replace("range(60)", "range(25)"),
        "swings",
        9,
    ),
    "swings ever wider with momentum": (
        "import torch\nx = torch.tensor(4., requires_grad=True)\n"
        "optimizer = torch.optim.SGD([x], lr=1.52, momentum=0.5)\nfor step in range(18):\n    loss = (x - 1) ** 2"
        + STEPS,
        "swings",
        8,
    ),
    "zigzags": (point(rate=0.98), "zigzags", 7),
    "zigzags in a ravine": (RAVINE, "zigzags", 9),
    "dead": (network(DEAD), "dead_relu", 9),
    "dead in part": (network(PARTLY.format(units=8, dead=3)), "partly_dead", 9),
    "dead channels": (
        network(
            "X = torch.randn(20, 1, 5, 5)\nmodel = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(),"
            " nn.Linear(36, 1))\nmodel[0].bias.data[1:3] -= 10"
        ),
        "partly_dead",
        10,
    ),
    "vanishes": (network(SIGMOIDS), "vanishes", 8),
    "vanishes for one number": (
        "import torch\nx = y = torch.tensor(0.5, requires_grad=True)\n"
        "for _ in range(20):\n    y = torch.sigmoid(y)\ny.backward()\n",
        "vanishes",
        4,
    ),
    "cut off": (LINE.format(offset="b.detach()"), "never_reached", 7),
    "given to the optimizer and used nowhere": (network(GIVEN).replace(*GIVES), "never_reached", 5),
    "given to the optimizer and used without a gradient": (
        LINE.format(offset="shift").replace(
            "    loss =", "    with torch.no_grad():\n        shift = b * 2\n    loss ="
        ),
        "never_reached",
        8,
    ),
    "a layer that is not used": (network(SPARE), "never_reached", 8),
    "replaced after the optimizer": (
        LINE.format(offset="b").replace("x = torch", "b = torch.tensor(5., requires_grad=True)\nx = torch"),
        "replaced",
        5,
    ),
    "a last layer that is replaced after the optimizer": (REPLACED_LAYER, "replaced", 7),
    "the root of a negative number": (point("x.sqrt()", rate=3.0), "breaks", 4),
}
"""What is wrong → program, the one finding it must have, and its line."""

SOUND = {
    "accumulates over four passes": network("model = nn.Linear(8, 1)").replace(
        STEPS, "    loss.backward()\n    if step % 4 == 3:\n        optimizer.step()\n        optimizer.zero_grad()\n"
    ),
    "clears after the forward of the next": network("model = nn.Linear(8, 1)"),
    "adds up without updates": "import torch\nw = torch.ones(3, requires_grad=True)\n"
    "for _ in range(20):\n    (w * w).sum().backward()\n",
    "a rate that alternates and arrives": point(rate=0.8),
    "swings wider for seven passes, then arrives": point(rate="(1.02 if step < 8 else 0.3)"),
    "a few units are idle": network(PARTLY.format(units=16, dead=3)),
    "units that one sample in twenty comes through": network(
        PARTLY.format(units=8, dead=3) + "\nmodel[0].weight.data[:3] = 1.\nX[0] = 2."
    ).replace("lr=0.05", "lr=0.001"),
    "units of which too few samples were seen": network("X = X[:1]\n" + PARTLY.format(units=8, dead=3)),
    "a tensor beside the network, for something else": network(GIVEN),
    "given to the optimizer, but frozen": network(GIVEN + "\nspare.requires_grad_(False)").replace(*GIVES),
    "given to the optimizer, and used late": network(GIVEN)
    .replace(*GIVES)
    .replace(STEPS, "    if step > 24:\n        loss = loss + (spare ** 2).sum()" + STEPS),
    "given to the optimizer for four steps": network(GIVEN).replace(*GIVES).replace("range(30)", "range(4)"),
    "replaced before the optimizer": LINE.format(offset="b").replace(
        "optimizer =", "b = torch.tensor(5., requires_grad=True)\noptimizer ="
    ),
    "replaced, and moved by another optimizer": LINE.format(offset="b").replace(
        "x = torch", "b = torch.tensor(5., requires_grad=True)\nother = torch.optim.SGD([b], lr=0.1)\nx = torch"
    )
    + "    other.step()\n    other.zero_grad()\n",
    "replaced, and given to the optimizer": LINE.format(offset="b").replace(
        "x = torch", "b = torch.tensor(5., requires_grad=True)\noptimizer.add_param_group({'params': [b]})\nx = torch"
    ),
    "grows because the program says so": "import torch\nfor power in range(20):\n"
    "    x = torch.tensor(2. ** power, requires_grad=True)\n    (x ** 3).backward()\n",
    "climbs on purpose": point(rate=-0.5, passes=30),
    "a neuron that is not active for one sample": "import torch\nw = torch.tensor([1., -1.], requires_grad=True)\n"
    "for step in range(40):\n    h = [torch.relu(each * 0.5) for each in w.unbind()]\n"
    "    loss = (sum(h) - 1) ** 2\n    loss.backward()\n"
    "    with torch.no_grad():\n        w -= 0.1 * w.grad\n    w.grad = None\n",
    "a network that another one learns from": (
        network("teacher = nn.Linear(8, 1)\nmodel = nn.Linear(8, 1)")
        .replace("model(X) - 1", "model(X) - goal")
        .replace("    loss =", "    with torch.no_grad():\n        goal = teacher(X)\n    loss =")
    ),
    "a network that is copied into now and then": (
        network("target = nn.Linear(8, 1)\nmodel = nn.Linear(8, 1)").replace(
            "model(X) - 1", "model(X) - target(X).detach()"
        )
        + "    if step % 3 == 2:\n        target.load_state_dict(model.state_dict())\n"
    ),
    "the two networks of a game": """\
import torch
from torch import nn
torch.manual_seed(0)
maker, judge = nn.Linear(2, 1), nn.Linear(1, 1)
first, second = torch.optim.Adam(maker.parameters(), lr=0.01), torch.optim.Adam(judge.parameters(), lr=0.01)
for step in range(30):
    made = maker(torch.randn(8, 2))
    second.zero_grad()
    (judge(made.detach()).sigmoid().mean() - judge(torch.ones(8, 1)).sigmoid().mean()).backward()
    second.step()
    first.zero_grad()
    (-judge(made).sigmoid().mean()).backward()
    first.step()
""",
}
"""Programs that look a little like the ones above and have none of it."""

"""The eight programs that the engine's speed is measured on: what is done once, and the step that is repeated.

Each is a program text that any of the libraries can run; `leaf(number)` makes a scalar that wants a gradient. Those
with `scalar=True` use nothing but scalars, so that micrograd can run them as well.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """`limit` is the share of PyTorch's time that is wanted at most."""

    letter: str
    title: str
    limit: float
    once: str
    step: str
    scalar: bool = False


SCALAR_MLP = """
import random
random.seed(0)
def layer(inputs, outputs):
    return [([leaf(random.uniform(-1, 1)) for _ in range(inputs)], leaf(0.0)) for _ in range(outputs)]
layers = [layer(2, 16), layer(16, 16), layer(16, 1)]
samples = [(random.uniform(-1, 1), random.uniform(-1, 1)) for _ in range(100)]
answers = [1.0 if a * b > 0 else -1.0 for a, b in samples]
"""

SCALAR_STEP = """
loss = 0.0
for sample, answer in zip(samples, answers):
    values = sample
    for layer in layers:
        values = [sum((w * x for w, x in zip(ws, values)), b).relu() for ws, b in layer]
    loss = loss + (1 - values[0] * answer) ** 2
loss.backward()
"""

IMAGES = """
torch.manual_seed(0)
points, answers = torch.rand({rows}, {shape}), torch.randint(0, 10, ({rows},))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
"""

TRAIN = """
optimizer.zero_grad()
loss = torch.nn.functional.cross_entropy(model(points), answers)
loss.backward()
optimizer.step()
"""

MLP = """
nn = torch.nn
model = nn.Sequential(nn.Linear({0}, {1}), nn.ReLU(), nn.Linear({1}, {2}))
"""

LENET = """
nn = torch.nn
model = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
"""

WORKLOADS = (
    Workload(
        "a",
        "3x² + 4x + 2, forward and backward",
        0.15,
        "x = leaf(3.0)",
        "y = 3 * x**2 + 4 * x + 2\ny.backward()\nx.grad = None",
    ),
    Workload(
        "b",
        "step of gradient descent on it",
        0.15,
        "x = leaf(3.0)",
        "y = 3 * x**2 + 4 * x + 2\ny.backward()\nwith torch.no_grad():\n    x -= 0.01 * x.grad\nx.grad.zero_()",
    ),
    Workload(
        "c",
        "linear regression, 100 points, 10 weights",
        0.40,
        "torch.manual_seed(0)\nw = torch.zeros(10, requires_grad=True)\nb = torch.zeros(1, requires_grad=True)\n"
        "points = torch.rand(100, 10)\nanswers = points.sum(1)",
        "loss = ((points @ w + b - answers) ** 2).mean()\nloss.backward()\nwith torch.no_grad():\n"
        "    w -= 0.01 * w.grad\n    b -= 0.01 * b.grad\nw.grad.zero_()\nb.grad.zero_()",
    ),
    Workload("d", "scalar MLP of 65,000 nodes", 0.20, SCALAR_MLP, SCALAR_STEP, scalar=True),
    Workload("e", "MLP 64-128-10, 64 rows", 0.80, MLP.format(64, 128, 10) + IMAGES.format(rows=64, shape=64), TRAIN),
    Workload(
        "f",
        "chain of 100,000 operations",
        0.20,
        "x = leaf(1.0)",
        "y = x\nfor _ in range(100_000):\n    y = y * 1.0001\ny.backward()",
        scalar=True,
    ),
    Workload("g", "MLP 784-256-10, 64 rows", 1.15, MLP.format(784, 256, 10) + IMAGES.format(rows=64, shape=784), TRAIN),
    Workload("h", "LeNet, 16 images", 1.20, LENET + IMAGES.format(rows=16, shape="1, 28, 28"), TRAIN),
)

# What micrograd runs in the place of a and b, where programs set gradients to zero in its own way.
MICROGRAD = {"a": "y = 3 * x**2 + 4 * x + 2\ny.backward()\nx.grad = 0",
             "b": "y = 3 * x**2 + 4 * x + 2\ny.backward()\nx.data -= 0.01 * x.grad\nx.grad = 0"}  # fmt: skip


def program(work: Workload, *, function: bool, step: str = "") -> str:
    """The text of a program that calls `tick()` before and after `count` steps, at the top or inside a function."""
    lines = [*work.once.splitlines(), "tick()", "for _step in range(count):"]
    lines += ["    " + line for line in (step or work.step).splitlines()]
    lines.append("tick()")
    if function:
        lines = ["def run():", *("    " + line for line in lines), "run()"]
    return "\n".join(lines) + "\n"

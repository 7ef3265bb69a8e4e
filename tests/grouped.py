"""Programs with something to group, run once by the worker for all tests that fold their graphs."""

import threading
from functools import cache

from gradviz.session.lessons import lessons
from gradviz.supervisor import Run
from gradviz.supervisor.supervisor import Supervisor

TRANSFORMER = """\
import torch
from torch import nn
torch.manual_seed(0)
model = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4, 32, batch_first=True), 6)
head = nn.Linear(16, 5)
loss = head(model(torch.randn(2, 7, 16))).pow(2).mean()
loss.backward()
"""

MLP = """\
import torch
from torch import nn
torch.manual_seed(0)
class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.second = nn.Linear(width, width), nn.Linear(width, width)
    def forward(self, x):
        return x + self.second(torch.relu(self.first(x)))
net = nn.Sequential(nn.Linear(3, 8), Block(8), Block(8), nn.Linear(8, 1))
x = torch.randn(4, 3)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for step in range(3):
    loss = ((net(x) - 1) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""

SCALARS = """\
import torch
torch.manual_seed(0)
def neuron(weights, bias, inputs):
    total = bias
    for weight, value in zip(weights, inputs):
        total = total + weight * value
    return total.tanh()
def weight():
    return torch.randn((), requires_grad=True)
values = [torch.tensor(float(number)) for number in range({inputs})]
for width in {widths}:
    values = [neuron([weight() for _ in values], weight(), values) for _ in range(width)]
loss = (values[0] - 1) ** 2
loss.backward()
"""

LOOP = """\
import torch
w = torch.tensor(0.5, requires_grad=True)
h = torch.tensor(0.1)
for step in range(5):
    h = torch.tanh(w * h + 1)
loss = h ** 2
loss.backward()
"""

THERE_AND_BACK = """\
import torch
def double(x):
    return (x + x) * 1.5
w = torch.tensor(0.5, requires_grad=True)
a = double(w)
b = a * a
c = double(b)
made = (torch.tensor([1.0]) * 3).requires_grad_()
d = [(c * made).sum() for turn in range(2)]
e = torch.stack(d).unbind()
with torch.no_grad():
    f = e[0] * 2
(e[0] + 3 * e[1]).backward()
"""

PIECES = """\
import torch
class Neuron:
    def __init__(self):
        self.w = [torch.tensor(0.5, requires_grad=True) for _ in range(3)]
    def __call__(self, x):
        return sum((w * item for w, item in zip(self.w, x)), torch.tensor(0.0)).tanh()
def outer(x):
    def inner(y):
        return (y * 2).exp()
    return inner(x)
x = [torch.tensor(float(number)) for number in range(3)]
total = outer(Neuron()(x)) + 1
total.backward()
"""

PROGRAMS = {
    "pieces": PIECES,
    "transformer": TRANSFORMER,
    "mlp": MLP,
    "scalars": SCALARS.format(inputs=4, widths=(4, 3, 1)),
    "scalars again": SCALARS.format(inputs=4, widths=(4, 3, 1)) + "# Once more.\n",
    "loop": LOOP,
    "there and back": THERE_AND_BACK,
}
LARGE = SCALARS.format(inputs=30, widths=(40, 25, 10, 1))
"""5,000 nodes."""
LESSONS = {lesson.slug: lesson for lesson in lessons()}


@cache
def ran(program):
    """The trace of a program that ran to its end."""
    woken = threading.Event()
    supervisor = Supervisor(wake=woken.set)
    try:
        supervisor.run(Run(program=program, path="program.py", directory=".", live=False))
        while supervisor.trace.program != program or supervisor.trace.ended is None:
            assert woken.wait(30), supervisor.failure or "the worker said nothing"
            woken.clear()
        return supervisor.trace
    finally:
        supervisor.shutdown()


def history_of(name):
    return ran(PROGRAMS[name]).passes[-1].history

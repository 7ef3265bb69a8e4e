"""The five large models that must open, step and stay readable."""

MLP = """\
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(
    nn.Linear(64, 128), nn.ReLU(),
    nn.Linear(128, 128), nn.ReLU(),
    nn.Linear(128, 10),
)
optimizer = torch.optim.Adam(model.parameters())
x, labels = torch.randn(32, 64), torch.randint(10, (32,))
for step in range(3):
    loss = nn.functional.cross_entropy(model(x), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""

RNN = """\
import torch
from torch import nn

torch.manual_seed(0)
cell, head = nn.RNNCell(3, 8), nn.Linear(8, 1)
x, y = torch.randn(100, 1, 3), torch.randn(100, 1, 1)
h = torch.zeros(1, 8)
loss = 0
for t in range(100):
    h = cell(x[t], h)
    loss = loss + nn.functional.mse_loss(head(h), y[t])
loss.backward()
"""

TRANSFORMER = """\
import torch
from torch import nn

torch.manual_seed(0)
layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)
model = nn.TransformerEncoder(layer, 6)
head = nn.Linear(32, 5)
x, labels = torch.randn(2, 7, 32), torch.randint(5, (14,))
scores = head(model(x))
loss = nn.functional.cross_entropy(scores.flatten(0, 1), labels)
loss.backward()
"""

RESNET = """\
import torch
from torch import nn

torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, inside, outside, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.shortcut = nn.Identity()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x):
        out = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(out)) + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.layer1 = nn.Sequential(Block(8, 8), Block(8, 8))
        self.layer2 = nn.Sequential(Block(8, 16, 2), Block(16, 16))
        self.layer3 = nn.Sequential(Block(16, 32, 2), Block(32, 32))
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.stem(x))))
        return self.head(x.mean((2, 3)))


model = ResNet()
loss = nn.functional.cross_entropy(model(torch.randn(2, 3, 16, 16)), torch.tensor([3, 7]))
loss.backward()
"""

SCALARS = """\
import torch

torch.manual_seed(0)


def weight():
    return torch.randn((), requires_grad=True)


def neuron(weights, bias, inputs):
    total = bias
    for w, x in zip(weights, inputs):
        total = total + w * x
    return total.tanh()


def layer(inputs, width):
    return [neuron([weight() for _ in inputs], weight(), inputs) for _ in range(width)]


x = [torch.tensor(float(number)) for number in range(30)]
h1 = layer(x, 40)
h2 = layer(h1, 25)
h3 = layer(h2, 10)
y = layer(h3, 1)[0]
loss = (y - 1) ** 2
loss.backward()
"""

LARGE = {"mlp": MLP, "rnn": RNN, "transformer": TRANSFORMER, "resnet": RESNET, "scalars": SCALARS}

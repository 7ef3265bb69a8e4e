"""How modules look when printed, and walking through them."""
from collections import OrderedDict
import torch
from torch import nn

class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.act = nn.GELU()
        self.lin = nn.Linear(width, width, bias=False)
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))

    def forward(self, x):
        return x + self.scale * self.lin(self.act(self.norm(x)))

    def extra_repr(self):
        return f"width={self.lin.in_features}"

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(OrderedDict([("embed", nn.Embedding(5, 4)), ("drop", nn.Dropout(0.1))]))
        self.blocks = nn.ModuleList(Block(4) for _ in range(3))
        self.heads = nn.ModuleDict({"class": nn.Linear(4, 2), "value": nn.Sequential(nn.Linear(4, 1), nn.Tanh())})
        self.weights = nn.ParameterList([torch.zeros(2), torch.ones(2, 3)])

    def forward(self, x, head="class"):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.heads[head](x)

torch.manual_seed(37)
net = Net()
print(net)
print(net.blocks[0])
print([name for name, _ in net.named_children()], len(list(net.modules())))
for name, module in net.named_modules():
    print(repr(name), type(module).__name__)
for name, p in net.named_parameters():
    print(name, tuple(p.shape), p.requires_grad)
print([n for n, _ in net.named_buffers()], list(net.state_dict())[-3:])
print(net(torch.tensor([0, 1])).shape, net(torch.tensor([2]), "value").shape)
print(net.get_submodule("heads.value.0"), net.get_parameter("blocks.1.scale"))
print(isinstance(net.stem, nn.Sequential), net.stem.embed is net.stem[0], len(net.stem), net.stem[-1])
net.eval()
print(net.training, all(not m.training for m in net.modules()))
net.requires_grad_(False)
print(sum(p.requires_grad for p in net.parameters()))
net.double()
print(next(net.parameters()).dtype, net.blocks[0].steps.dtype)

seq = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
seq.append(nn.Linear(2, 1))
seq.add_module("last", nn.Sigmoid())
print(seq, seq[1:3])
seq[1] = nn.Tanh()
del seq[0]
print(seq)
print(list(seq.children())[0], [type(m).__name__ for m in nn.Sequential(seq, seq).modules()])
print(nn.Module(), nn.ModuleList(), nn.Sequential(), nn.Identity())
print(nn.Parameter(torch.tensor([1.0, 2.0])), nn.Parameter(torch.zeros(2), requires_grad=False))
for layer in (nn.CrossEntropyLoss(), nn.Softmax(dim=1), nn.LeakyReLU(0.1), nn.ELU(), nn.PReLU(), nn.Softplus(), nn.Flatten(), nn.Unflatten(1, (2, 2)),
              nn.Conv2d(1, 2, (3, 1), padding=1, bias=False), nn.MaxPool2d(2, 2), nn.LSTM(2, 3, 2, batch_first=True), nn.BatchNorm2d(2),
              nn.Embedding(4, 3, padding_idx=0), nn.AdaptiveAvgPool2d((1, 1)), nn.Bilinear(1, 2, 3), nn.CosineSimilarity(), nn.LogSoftmax(1),
              nn.Hardtanh(), nn.ReLU6(), nn.SiLU(), nn.GELU("tanh"), nn.ReLU(inplace=True), nn.Threshold(0.1, 20), nn.L1Loss()):
    print(layer)

# %% linear layers start with torch's numbers
import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(3)
layer = nn.Linear(4, 3)
print(layer)
print(layer.weight)
print(layer.bias)
print(list(layer.parameters())[1].tolist())
print(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False).bias)

# %% forward and backward of a linear layer, by number of dimensions
for shape in ((4,), (5, 4), (2, 3, 4), (0, 4)):
    x = torch.randn(shape, requires_grad=True)
    y = layer(x)
    print(tuple(y.shape), y.grad_fn.name(), type(y.grad_fn.next_functions[0][0]).__name__)
    y.sum().backward()
    print(x.grad, layer.bias.grad)
print(layer.weight.grad)
layer.zero_grad()
print(layer.weight.grad)

# %% the graph of a linear layer
y = layer(torch.ones(1, 4))
print(y)
for node, slot in y.grad_fn.next_functions:
    print(node and type(node).__name__, slot)
print(type(y.grad_fn.next_functions[2][0].next_functions[0][0]).__name__)

# %% a matrix without bias
plain = nn.Linear(3, 2, bias=False)
for shape in ((3,), (4, 3), (2, 2, 3)):
    out = plain(torch.ones(shape))
    print(out.shape, out.grad_fn.name())

# %% a model of one's own
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 4)
        self.second = nn.Linear(4, 1)
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("seen", torch.zeros(1))
        self.name = "net"

    def forward(self, x):
        return self.scale * self.second(torch.tanh(self.first(x)))

net = Net()
print(net)
print(net.scale)
for name, parameter in net.named_parameters():
    print(name, tuple(parameter.shape), parameter.requires_grad, parameter.is_leaf)
print([name for name, _ in net.named_buffers()], [name for name, _ in net.named_children()])
print([name for name, _ in net.named_modules()])
print(sum(p.numel() for p in net.parameters()))
print(net.training, net.eval().training, net.first.training, net.train().first.training)

# %% its output and gradients
x = torch.tensor([[0.5, -1.0], [2.0, 0.25]])
out = net(x)
print(out)
out.sum().backward()
print(net.scale.grad, net.first.weight.grad)
net.zero_grad(set_to_none=False)
print(net.scale.grad)
net.zero_grad()
print(net.scale.grad)

# %% state
state = net.state_dict()
print(list(state), type(state).__name__)
other = Net()
print(other.load_state_dict(state))
print(torch.equal(other.first.weight, net.first.weight), other.first.weight is net.first.weight)
state["scale"].fill_(7.0)
print(net.scale)
with torch.no_grad():
    net.first.weight.copy_(torch.zeros(4, 2))
print(net.first.weight.requires_grad, other.first.weight.abs().sum().item() > 0)

# %% state that does not fit
try:
    nn.Linear(2, 3).load_state_dict({"weight": torch.zeros(2, 3), "extra": torch.ones(1)})
except RuntimeError as error:
    print(error)
print(nn.Linear(2, 3).load_state_dict({"weight": torch.zeros(3, 2)}, strict=False))
try:
    nn.Linear(2, 3).load_state_dict([1])
except TypeError as error:
    print(error)

# %% containers
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
print(model)
print(model[0], len(model), model[-1].out_features)
print(model[:2])
model.append(nn.Sigmoid())
print([type(layer).__name__ for layer in model])
print(model(torch.ones(1, 2)))
layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
layers.append(nn.Tanh())
print(layers)
print(len(list(layers.parameters())), layers[-1], len(layers[1:]))
choices = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
choices["linear"] = nn.Linear(1, 1)
print(choices, list(choices.keys()), "relu" in choices)
from collections import OrderedDict
named = nn.Sequential(OrderedDict([("hidden", nn.Linear(2, 2)), ("act", nn.ELU())]))
print(named, named.hidden.in_features)
print(nn.Sequential(), nn.ModuleList(), nn.ModuleDict())

# %% containers that change
chain = nn.Sequential(nn.Linear(1, 1), nn.ReLU())
chain.insert(1, nn.Tanh())
print([type(m).__name__ for m in chain], list(chain._modules))
del chain[0]
print([type(m).__name__ for m in chain], list(chain._modules))
chain[0] = nn.Sigmoid()
print(chain, chain.pop(0), len(chain))
try:
    chain[5]
except IndexError as error:
    print(error)
print(nn.Sequential(nn.ReLU()) + nn.Sequential(nn.Tanh()))

# %% texts of layers
print(nn.Sequential(
    nn.Dropout(0.2), nn.Flatten(), nn.Softmax(dim=1), nn.LogSoftmax(dim=-1), nn.LeakyReLU(0.2), nn.ELU(), nn.GELU(), nn.SiLU(),
    nn.Softplus(), nn.Tanh(), nn.Sigmoid(), nn.Identity(), nn.Embedding(3, 4), nn.MSELoss(), nn.L1Loss(), nn.BCELoss(),
    nn.BCEWithLogitsLoss(), nn.NLLLoss(), nn.CrossEntropyLoss(), nn.ReLU(inplace=True), nn.GELU(approximate="tanh"),
    nn.Embedding(3, 2, padding_idx=0), nn.Sequential(nn.ModuleList([nn.Identity()])),
))

# %% activations
x = torch.tensor([-30.0, -2.0, -0.5, 0.0, 0.5, 2.0, 30.0], requires_grad=True)
for act in (nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.LeakyReLU(0.1), nn.ELU(1.5), nn.GELU(), nn.GELU(approximate="tanh"), nn.SiLU(), nn.Softplus(), nn.Softmax(dim=0), nn.LogSoftmax(dim=0)):
    x.grad = None
    y = act(x)
    y.backward(torch.arange(1.0, 8.0))
    print(act, y, x.grad)

# %% activations in place
for act in (F.relu, F.leaky_relu, F.elu, F.silu):
    x = torch.tensor([-2.0, 3.0], requires_grad=True)
    y = x * 1
    z = act(y, inplace=True)
    print(z is y, z.detach())
    z.sum().backward()
    print(x.grad)

# %% squared and absolute losses
pred = torch.tensor([[1.0, 2.0], [3.0, -4.0]], requires_grad=True)
goal = torch.tensor([[0.5, 2.5], [2.0, 1.0]], requires_grad=True)
for loss in (nn.MSELoss(), nn.MSELoss(reduction="sum"), nn.MSELoss(reduction="none"), nn.L1Loss(), nn.L1Loss(reduction="sum"), nn.L1Loss(reduction="none"), nn.SmoothL1Loss(beta=0.6), nn.HuberLoss(delta=0.75)):
    pred.grad = goal.grad = None
    value = loss(pred, goal)
    print(value)
    value.sum().backward()
    print(pred.grad, goal.grad)

# %% losses of classes
scores = torch.tensor([[1.0, 2.0, -1.0], [0.5, 0.1, 0.2], [3.0, -2.0, 1.0]], requires_grad=True)
classes = torch.tensor([1, 0, 2])
weights = torch.tensor([1.0, 2.0, 0.5])
for loss in (nn.CrossEntropyLoss(), nn.CrossEntropyLoss(reduction="sum"), nn.CrossEntropyLoss(reduction="none"), nn.CrossEntropyLoss(weight=weights), nn.CrossEntropyLoss(ignore_index=0), nn.NLLLoss(), nn.NLLLoss(reduction="none", weight=weights)):
    scores.grad = None
    value = loss(scores if isinstance(loss, nn.CrossEntropyLoss) else F.log_softmax(scores, dim=1), classes)
    print(value)
    value.sum().backward()
    print(scores.grad)
single = F.cross_entropy(scores[0], torch.tensor(1))
print(single, type(single.grad_fn.next_functions[0][0]).__name__)
soft = F.cross_entropy(scores, torch.softmax(torch.arange(9.0).reshape(3, 3), 1))
print(round(soft.item(), 4))

# %% losses of probabilities
logits = torch.tensor([[0.5, -1.0, 3.0]], requires_grad=True)
truth = torch.tensor([[1.0, 0.0, 0.25]])
value = F.binary_cross_entropy(torch.sigmoid(logits), truth)
print(value)
value.backward()
print(logits.grad)
for loss in (nn.BCEWithLogitsLoss(), nn.BCEWithLogitsLoss(reduction="sum"), nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0, 1.0, 0.5])), nn.BCEWithLogitsLoss(weight=torch.tensor([2.0, 1.0, 0.5]))):
    logits.grad = None
    value = loss(logits, truth)
    print(value)
    value.backward()
    print(logits.grad)
print(nn.BCELoss(reduction="none")(torch.tensor([0.0, 1.0, 0.5]), torch.tensor([0.0, 0.0, 1.0])))

# %% dropout
torch.manual_seed(1)
drop = nn.Dropout(0.4)
x = torch.ones(2, 6, requires_grad=True)
y = drop(x)
print(y)
y.sum().backward()
print(x.grad)
print(drop.eval()(x) is x, F.dropout(x, 1.0), torch.rand(2))

# %% embedding
torch.manual_seed(1)
table = nn.Embedding(5, 3)
rows = table(torch.tensor([[1, 2], [1, 4]]))
print(rows)
rows.sum().backward()
print(table.weight.grad)
print(nn.Embedding(4, 2, padding_idx=1).weight)

# %% numbers of classes as rows
print(F.one_hot(torch.tensor([[0, 2], [1, 0]])), F.one_hot(torch.tensor([1]), 4))

# %% flatten and identity
x = torch.arange(24.0).reshape(2, 3, 4)
print(nn.Flatten()(x).shape, nn.Flatten(0)(x).shape, nn.Flatten(0, 1)(x).shape, nn.Identity(3, a=4)(x) is x)

# %% initialisation
torch.manual_seed(2)
w = torch.empty(3, 4)
print(nn.init.uniform_(w), nn.init.normal_(w, 1.0, 0.5))
print(nn.init.xavier_uniform_(w), nn.init.xavier_normal_(w, gain=2.0))
print(nn.init.kaiming_uniform_(w), nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"))
print(nn.init.constant_(w, 2.5)[0], nn.init.zeros_(w)[0], nn.init.ones_(w)[0], nn.init.eye_(w))
print(nn.init.calculate_gain("tanh"), nn.init.calculate_gain("leaky_relu", 0.2), nn.init.calculate_gain("relu"))
p = nn.Parameter(torch.zeros(2, 2))
print(nn.init.ones_(p), p.requires_grad, p._version)

# %% apply, and what torch says when something is missing
def start(module):
    if isinstance(module, nn.Linear):
        nn.init.constant_(module.weight, 0.5)
        nn.init.zeros_(module.bias)

print(nn.Sequential(nn.Linear(2, 1), nn.Linear(1, 1)).apply(start)(torch.ones(2)))
def complaint(action):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)

class Half(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(1, 1)

class Empty(nn.Module):
    pass

complaint(Half)
complaint(lambda: Empty()(torch.ones(1)))
complaint(lambda: Empty().nothing)
complaint(lambda: setattr(layer, "weight", torch.ones(3, 4)))
complaint(lambda: layer.register_parameter("weight.x", None))
complaint(lambda: layer.register_buffer("weight", torch.ones(1)))
complaint(lambda: nn.Dropout(1.5))
complaint(lambda: nn.Linear(2, 3)(torch.ones(4, 5)))
complaint(lambda: F.cross_entropy(torch.ones(3, 2), torch.tensor([0, 1])))
complaint(lambda: F.cross_entropy(torch.ones(3, 2), torch.tensor([0, 1, 2])))
complaint(lambda: F.mse_loss(torch.ones(1), torch.ones(1), reduction="median"))
complaint(lambda: F.binary_cross_entropy(torch.ones(1), torch.ones(2)))
complaint(lambda: F.binary_cross_entropy_with_logits(torch.ones(1), torch.ones(2)))
complaint(lambda: model.get_submodule("0.nothing"))
complaint(lambda: nn.init.xavier_uniform_(torch.ones(3)))
complaint(lambda: layer.to(torch.int64))
complaint(lambda: nn.Linear(2, 2)(torch.ones(3, 2, dtype=torch.float64)))
complaint(lambda: nn.Linear(2, 2)([1.0, 2.0]))
complaint(lambda: F.cross_entropy(torch.ones(2, 3), torch.ones(2, 1)))
complaint(lambda: F.cross_entropy(torch.ones(2, 3), torch.ones(2)))
complaint(lambda: F.cross_entropy(torch.ones(2, 3), torch.ones(2, 3, dtype=torch.int64)))
complaint(lambda: F.cross_entropy(torch.ones(2, 3, 4), torch.ones(2, dtype=torch.int64)))
complaint(lambda: nn.Embedding(3, 2)(torch.tensor([5])))
complaint(lambda: nn.Embedding(3, 2)(torch.tensor([0.5])))
complaint(lambda: F.one_hot(torch.tensor([0, 2]), 2))
complaint(lambda: nn.Dropout()(torch.ones(3, dtype=torch.int64)))
complaint(lambda: nn.Parameter(torch.tensor([1])))
complaint(lambda: nn.BCELoss()(torch.tensor([2.0]), torch.tensor([1.0])))
print(model.get_submodule("0"), tuple(model.get_parameter("0.bias").shape))

# %% where things come from
print(type(torch.ones(1)), type(torch.ones(1).shape), type(torch.float32), type(torch.device("cpu")))
for thing in (nn.Parameter(torch.ones(1)), nn.Linear(1, 1), nn.Sequential(), nn.Flatten(), nn.Dropout(), nn.Embedding(1, 1), nn.ReLU(), nn.MSELoss(), nn.Identity(), nn.ModuleList(), torch.optim.SGD([torch.ones(1)]), torch.optim.Adam([torch.ones(1)]), torch.optim.AdamW([torch.ones(1)])):
    print(type(thing))
print(nn.Module, torch.optim.Optimizer, torch.Generator, type(torch.ones(1, requires_grad=True).exp().grad_fn))

# %% hooks
calls = []
torch.manual_seed(0)
net = nn.Linear(1, 1)
handle = net.register_forward_hook(lambda module, args, output: calls.append((type(module).__name__, len(args))))
pre = net.register_forward_pre_hook(lambda module, args: (args[0] * 2,))
a = net(torch.ones(1))
handle.remove()
pre.remove()
b = net(torch.ones(1))
print(calls, torch.allclose((a - net.bias) / 2, b - net.bias))
net.register_forward_hook(lambda module, args, output: output * 0)
print(net(torch.ones(1)))

# %% parameters that are shared, frozen or converted
tied = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
tied[1].weight = tied[0].weight
print([name for name, _ in tied.named_parameters()], len(tied.state_dict()))
for parameter in tied[0].parameters():
    parameter.requires_grad = False
print(tied(torch.ones(2)).requires_grad, tied.requires_grad_(False)(torch.ones(2)).requires_grad)
print(nn.Linear(1, 1).double().weight.dtype, nn.Linear(1, 1).to(torch.float64).bias.dtype, nn.Linear(1, 1, dtype=torch.float64).bias.dtype)
print(nn.Parameter(torch.ones(2)) * 2, nn.Parameter(torch.ones(1), requires_grad=False))
print(isinstance(nn.Parameter(torch.ones(1)), torch.Tensor), type(nn.Parameter(torch.ones(1)).data) is torch.Tensor)
import copy
clone = copy.deepcopy(tied)
print(type(clone[0].weight).__name__, clone[0].weight is clone[1].weight, clone[0].weight is tied[0].weight)

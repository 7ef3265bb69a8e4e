"""Sequences, attention and whole modules: every cell prints, and prints under the engine what it printed under torch."""

# %% recurrent layers
import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(0)
x = torch.randn(2, 3, 4)
for kind in (nn.RNN, nn.GRU, nn.LSTM):
    layer = kind(4, 2, num_layers=2, batch_first=True)
    output, state = layer(x)
    print(layer)
    print(output, type(output.grad_fn).__name__)
    print(state)
    output.sum().backward()
    print([(name, tuple(p.shape), round(p.grad.abs().sum().item(), 3)) for name, p in layer.named_parameters()])

# %% both directions, relu, a projection, one sequence alone
torch.manual_seed(1)
both = nn.LSTM(4, 3, bidirectional=True)
output, (h, c) = both(x)
print(output.shape, h.shape, c.shape, list(both.state_dict()))
print(nn.RNN(4, 3, nonlinearity="relu")(x[0])[0])
print(nn.LSTM(4, 3, proj_size=2), [tuple(p.shape) for p in nn.LSTM(4, 3, proj_size=2).parameters()])

# %% cells in a loop
torch.manual_seed(2)
cell, state = nn.GRUCell(4, 3), None
for step in x.transpose(0, 1):
    state = cell(step, state)
print(state)
h, c = nn.LSTMCell(4, 3)(x[:, 0])
print(h, c, nn.RNNCell(4, 3, bias=False))

# %% packed sequences
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence
torch.manual_seed(3)
words = [torch.randn(n, 4) for n in (3, 1, 2)]
padded = pad_sequence(words, batch_first=True)
packed = pack_padded_sequence(padded, [3, 1, 2], batch_first=True, enforce_sorted=False)
print(padded.shape, packed.batch_sizes, packed.sorted_indices, packed.data.shape)
output, h = nn.GRU(4, 2, batch_first=True)(packed)
print(pad_packed_sequence(output, batch_first=True), h)
print(pack_sequence([torch.tensor([1, 2, 3]), torch.tensor([4, 5])]))

# %% tables
torch.manual_seed(4)
table = nn.Embedding(5, 3, padding_idx=0)
print(table, table(torch.tensor([[0, 2], [4, 4]])))
bag = nn.EmbeddingBag(5, 3, mode="sum")
total = bag(torch.tensor([1, 2, 4, 4]), torch.tensor([0, 3]))
total.sum().backward()
print(bag, total, bag.weight.grad)
print(nn.Embedding.from_pretrained(torch.eye(3)).weight.requires_grad, nn.Embedding(3, 2, max_norm=1.0))

# %% attention
torch.manual_seed(5)
q, k, v = (torch.randn(1, 2, 3, 4, requires_grad=True) for _ in range(3))
seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
print(seen, seen[0, 0, 0].allclose(v[0, 0, 0]))
heads = nn.MultiheadAttention(4, 2, batch_first=True)
output, weights = heads(x, x, x)
print(heads, output, weights, [name for name, _ in heads.named_parameters()])
mask = nn.Transformer.generate_square_subsequent_mask(3)
print(mask, heads(x, x, x, attn_mask=mask)[1][0])

# %% a transformer
torch.manual_seed(6)
layer = nn.TransformerEncoderLayer(4, 2, dim_feedforward=8, batch_first=True)
encoder = nn.TransformerEncoder(layer, 2)
print(encoder)
print(encoder(x))
print(encoder.eval()(x, src_key_padding_mask=torch.tensor([[False, False, True], [False, False, False]])))
model = nn.Transformer(4, 2, 1, 1, 8, dropout=0.0, batch_first=True)
print(model(x, x[:, :2]), len(model.state_dict()))

# %% starting values
torch.manual_seed(7)
w = torch.empty(2, 3)
for start in (nn.init.xavier_uniform_, nn.init.kaiming_normal_, nn.init.trunc_normal_, nn.init.orthogonal_, nn.init.eye_):
    print(start.__name__, start(w))
print(nn.init.sparse_(torch.empty(4, 2), 0.5), nn.init.dirac_(torch.empty(2, 2, 3)), nn.init.calculate_gain("tanh"))

# %% clipping
torch.manual_seed(8)
net = nn.Linear(3, 2)
net(torch.ones(4, 3)).pow(2).sum().backward()
print(nn.utils.clip_grad_norm_(net.parameters(), 1.0), net.weight.grad)
nn.utils.clip_grad_value_(net.parameters(), 0.1)
print(net.bias.grad, nn.utils.parameters_to_vector(net.parameters()).shape)

# %% hooks of a module
log = []
net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
net[0].register_full_backward_hook(lambda module, into, out: log.append((type(module).__name__, len(into), out[0].shape)))
net.register_forward_pre_hook(lambda module, args: log.append("before"))
net.register_forward_hook(lambda module, args, out: log.append("after"))
y = net(torch.ones(1, 2, requires_grad=True))
y.sum().backward()
print(log, y)

# %% what a module remembers
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(1, 1) for _ in range(3)])
        self.heads = nn.ModuleDict({"a": nn.Tanh(), "b": nn.GRU(1, 1)})
        self.scales = nn.ParameterList([torch.ones(2), torch.zeros(1)])
        self.register_buffer("count", torch.tensor(3))

net = Net()
print(net)
print([(n, tuple(p.shape)) for n, p in net.named_parameters()], [n for n, _ in net.named_modules()])
state = net.state_dict()
state.pop("count")
state["extra"] = torch.ones(1)
print(net.load_state_dict(state, strict=False))
try:
    net.load_state_dict({**state, "layers.0.weight": torch.ones(2)})
except RuntimeError as error:
    print(error)
try:
    net.count = "three"
except TypeError as error:
    print(error)

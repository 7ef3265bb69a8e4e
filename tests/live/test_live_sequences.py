# ruff: noqa: E501 - one line is one program
"""Recurrent layers, cells and packed sequences beside real torch: value, gradients, graph, text, errors."""

import pytest

from tests.live.beside import differences

LAYERS = ("RNN", "GRU", "LSTM")
CELLS = ("RNNCell", "GRUCell", "LSTMCell")
ARGUMENTS = (
    "", "num_layers=2", "bidirectional=True", "num_layers=2, bidirectional=True, batch_first=True", "batch_first=True",
    "bias=False", "num_layers=2, dropout=0.5", "batch_first=True, num_layers=2, bias=False",
)  # fmt: skip
# K is the layer; state(…) makes what it takes as its state.
LAYER_CALLS = """
m = K(4, 5, dropout=0.5); out = repr(m)
m = K(4, 5, 2, dropout=1, bidirectional=True, batch_first=True, bias=False); out = repr(m), list(m.state_dict())
m = K(4, 5); out = m(data(1, 1, 3))
m = K(4, 5); out = m(data(1, 1, 1, 3))
m = K(4, 5).double(); out = m(data(2, 3, 4).double())
m = K(4, 5); out = m(data(2, 3, 4).double())
m = K(4, 0)
m = K(4, 5.0)
m = K(4, 5, bias=1)
m = K(4, 5, dropout=2)
m = K(4, 5, num_layers=0)
m = K(4, 5, proj_size=9)
h = leaf(1, 3, 5); m = K(4, 5); out = m(data(2, 3, 4), state(h))
h = leaf(1, 3, 5); m = K(4, 5); out = m(data(2, 2, 4), state(h))
h = leaf(1, 3, 5); m = K(4, 5); out = m(data(2, 4), state(h))
h = leaf(1, 5); m = K(4, 5); out = m(data(2, 4), state(h))
h = leaf(4, 3, 5); m = K(4, 5, 2, bidirectional=True); out = m(data(2, 3, 4), state(h))
m = K(4, 5); out = len(m.all_weights), str(type(m)), [n for n, _ in m.named_parameters()], m.flatten_parameters()
m = K(4, 5, 2, dropout=0.5).eval(); out = m(data(2, 3, 4))
m = K(4, 5); x = leaf(5, 4)
for _ in range(2): out = m(x)
with torch.no_grad(): m = K(4, 5); out = m(leaf(5, 2, 4))
"""
PACKED = """
x = leaf(4, 3, 4); p = rnn.pack_padded_sequence(x, [4, 2, 1]); o, h = m(p); out = o, h, rnn.pad_packed_sequence(o)
x = leaf(4, 3, 4); p = rnn.pack_padded_sequence(x, [2, 4, 1], enforce_sorted=False); o, h = m(p); out = o, h
"""
CELL_CALLS = """
m = K(4, 5); x = leaf(3, 4); out = m(x)
m = K(4, 5); x = leaf(4); out = m(x)
m = K(4, 5, bias=False); x = leaf(3, 4); h = leaf(3, 5); out = repr(m), m(x, state(h)), list(m.state_dict())
m = K(4, 5); x = leaf(4); h = leaf(5); out = m(x, state(h))
m = K(4, 5); out = m(leaf(3, 3))
m = K(4, 5); out = m(leaf(3, 4), state(leaf(2, 5)))
m = K(4, 5); out = m(leaf(3, 4), state(leaf(3, 4)))
m = K(4, 5); out = m(leaf(3, 4, 2))
m = K(4, 5); out = m(leaf(3, 4), state(leaf(3, 4, 2)))
"""
OTHERS = """
x = leaf(3, 2, 4); m = nn.LSTM(4, 5, 2, bidirectional=True); y, h = m(x); g, = torch.autograd.grad(y.pow(2).sum() + h[0].sum(), x, create_graph=True); g.pow(2).sum().backward(); out = m.bias_hh_l0.grad
x = leaf(3, 2, 4); m = nn.LSTM(4, 5, bias=False); y, h = m(x); g, = torch.autograd.grad(h[1].sum(), x, create_graph=True); g.pow(2).sum().backward(); out = m.weight_hh_l0.grad
x = leaf(3, 2, 4); m = nn.GRU(4, 5); y, h = m(x); g, = torch.autograd.grad(y.pow(2).sum(), x, create_graph=True); g.pow(2).sum().backward(); out = m.bias_hh_l0.grad
m = nn.LSTM(4, 5); m(torch.ones(2, 3, 4), torch.zeros(1, 3, 5))
m = nn.LSTM(4, 5); m(torch.ones(2, 3, 4), (torch.zeros(1, 2, 5), torch.zeros(1, 3, 5)))
m = nn.LSTM(4, 5); m(torch.zeros(0, 2, 4))
m = nn.RNN(4)
m = nn.LSTM(4, 5, proj_size=2, num_layers=2, bidirectional=True, bias=False).double(); out = m(data(2, 3, 4).double())
m = nn.LSTM(4, 5, proj_size=2); out = repr(m), list(m.state_dict())
m = nn.RNN(4, 5, nonlinearity="relu"); out = repr(m), m(data(2, 3, 4))
m = nn.RNN(4, 5, 2, "relu"); out = repr(m), m(data(2, 3, 4)), m.nonlinearity
m = nn.RNN(4, 5, nonlinearity="x")
m = nn.RNNCell(4, 5, nonlinearity="relu"); out = repr(m), m(leaf(3, 4))
a = leaf(3); b = leaf(2); out = rnn.pad_sequence([a, b])
a = leaf(3, 2); b = leaf(2, 2); out = rnn.pad_sequence([a, b], batch_first=True, padding_value=-1)
a = leaf(3, 2); b = leaf(2, 2); out = rnn.pad_sequence([a, b], padding_side="left")
a = leaf(3, 2); b = leaf(2, 2); p = rnn.pack_sequence([a, b]); out = p, repr(p)
p = rnn.pack_sequence([data(2), data(3)], enforce_sorted=False); out = repr(p), rnn.unpack_sequence(p)
p = rnn.pack_sequence([data(2), data(3)])
p = rnn.pack_padded_sequence(data(3, 2), [3, 0])
p = rnn.pack_padded_sequence(data(3, 2), [3])
p = rnn.pack_padded_sequence(data(3, 2), torch.tensor([3.0, 1]))
p = rnn.pack_padded_sequence(torch.zeros(0, 2), [3, 1])
p = rnn.pad_sequence([])
p = rnn.pad_sequence(3)
p = rnn.pad_packed_sequence(rnn.pack_sequence([data(3)]), total_length=1)
a = leaf(3); p = rnn.pack_sequence([a, data(2)]); out = rnn.pad_packed_sequence(p, total_length=5, padding_value=9)
a = leaf(3, 2); out = rnn.unpad_sequence(a * 1, torch.tensor([3, 1]))
p = rnn.pack_sequence([data(3), data(2)]); out = p.double().data, p.to(torch.int64).data, p.cpu() is p, p.is_cuda
out = str(rnn.PackedSequence), str(type(nn.GRUCell(1, 1)))
x = leaf(3); y = leaf(2, 2); ((x * x).sum() + (y**3).sum()).backward(); out = nn.utils.clip_grad_norm_([x, y], 1.0)
x = leaf(3); y = leaf(2); (x * x).sum().backward(); out = nn.utils.clip_grad_norm_([x, y], 100, float("inf"))
x = leaf(3); (x * x).sum().backward(); out = nn.utils.clip_grad_norm_(x, 1, norm_type=1), x.grad
x = leaf(3); (x * x).sum().backward(); nn.utils.clip_grad_value_(x, 0.5); out = x.grad
x = leaf(3); out = nn.utils.clip_grad_norm_([x], 1.0)
x = leaf(3); (x * float("nan")).sum().backward(); nn.utils.clip_grad_norm_(x, 1.0, error_if_nonfinite=True)
x = leaf(3); out = nn.utils.get_total_norm([x, x])
m = nn.Linear(2, 3); out = nn.utils.parameters_to_vector(m.parameters())
m = nn.Linear(2, 3); nn.utils.vector_to_parameters(torch.arange(9.0), m.parameters()); out = list(m.parameters())
nn.utils.vector_to_parameters([1], [])
"""


def calls(text, names):
    """The lines for each of these classes; a line that starts with "for" belongs to the one before it."""
    lines = text.strip().replace("\nfor", "§for").splitlines()
    for name in names:
        state = "state = lambda h: (h, h)" if name.startswith("LSTM") else "state = lambda h: h"
        yield from (f"K = nn.{name}; {state}\n{line.replace('§', chr(10))}" for line in lines)


def cases():
    yield from calls(LAYER_CALLS, LAYERS)
    yield from calls(CELL_CALLS, CELLS)
    yield from OTHERS.strip().splitlines()
    for name in LAYERS:
        for arguments in ARGUMENTS:
            for x in ("leaf(2, 3, 4)", "data(2, 3, 4)", "data(2, 4)", "leaf(1, 1, 4)"):
                yield f"m = nn.{name}(4, 5, {arguments}); x = {x}; out = m(x)"
        for arguments in ARGUMENTS[:3]:
            yield from (f"m = nn.{name}(4, 5, {arguments}); {line}" for line in PACKED.strip().splitlines())


@pytest.mark.parametrize("code", list(cases()))
def test_sequences(code):
    assert differences(code) == []

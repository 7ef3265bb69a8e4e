"""A recurrent cell written out, and nn.RNN with the same weights."""
import torch
import torch.nn as nn

torch.manual_seed(15)
inputs, hidden, steps = 3, 4, 5
rnn = nn.RNN(inputs, hidden, batch_first=True)
print(rnn)
for name, p in rnn.named_parameters():
    print(name, p.shape)
print(rnn.weight_ih_l0)

x = torch.randn(2, steps, inputs)
output, h_n = rnn(x)
print(output.shape, h_n.shape)
print(output[0])
print(h_n, torch.equal(output[:, -1], h_n[0]))

h = torch.zeros(2, hidden)
seen = []
for t in range(steps):
    h = torch.tanh(x[:, t] @ rnn.weight_ih_l0.T + rnn.bias_ih_l0 + h @ rnn.weight_hh_l0.T + rnn.bias_hh_l0)
    seen.append(h)
by_hand = torch.stack(seen, dim=1)
print(by_hand.shape, torch.allclose(by_hand, output, atol=1e-6), by_hand.grad_fn)

# Through time the gradient of the first step shrinks or grows.
for scale in (0.3, 1.0, 3.0):
    W = torch.eye(hidden) * scale
    h = torch.zeros(hidden, requires_grad=True)
    s = h
    for t in range(10):
        s = W @ s
    s.sum().backward()
    print(scale, h.grad)

cell = nn.RNNCell(inputs, hidden, nonlinearity="relu")
print(cell, cell(torch.ones(2, inputs)).shape)
both = nn.RNN(inputs, hidden, num_layers=2, bidirectional=True)
out, last = both(torch.randn(steps, 2, inputs))
print(both, out.shape, last.shape)
print([name for name, _ in both.named_parameters()])

lstm = nn.LSTM(inputs, hidden)
seq, (h1, c1) = lstm(torch.randn(steps, 1, inputs))
print(lstm, seq.shape, h1.shape, c1.shape)
gru = nn.GRU(inputs, hidden, num_layers=2, dropout=0.1)
print(gru, gru(torch.randn(steps, 1, inputs))[0].shape)
print(sum(p.numel() for p in rnn.parameters()), sum(p.numel() for p in lstm.parameters()), sum(p.numel() for p in gru.parameters()))
print(lstm.weight_ih_l0[:2], lstm.bias_hh_l0[:3])

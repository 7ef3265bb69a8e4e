"""The adding problem: an LSTM has to remember two marked numbers."""
import torch
import torch.nn as nn

torch.manual_seed(17)

def make(n, length):
    numbers = torch.rand(n, length)
    marks = torch.zeros(n, length)
    for row in range(n):
        a, b = torch.randperm(length)[:2].tolist()
        marks[row, a] = marks[row, b] = 1
    return torch.stack([numbers, marks], dim=-1), (numbers * marks).sum(1, keepdim=True)

X, Y = make(64, 8)
print(X.shape, Y.shape)
print(X[0].T, Y[0])

class Adder(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.lstm = nn.LSTM(2, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        _, (h_n, c_n) = self.lstm(x)
        return self.head(h_n[-1])

model = Adder(12)
print(model)
print({name: tuple(p.shape) for name, p in model.named_parameters()})
base = ((Y - Y.mean()) ** 2).mean()
print("guessing the mean:", base)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for step in range(81):
    loss = nn.functional.mse_loss(model(X), Y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step:2d} loss {loss.item():.3f}")

# One step of the cell, gate by gate.
cell = nn.LSTMCell(2, 3)
x, h, c = torch.randn(1, 2), torch.zeros(1, 3), torch.ones(1, 3)
gates = x @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh
i, f, g, o = gates.chunk(4, dim=1)
c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
h_new = torch.sigmoid(o) * torch.tanh(c_new)
h2, c2 = cell(x, (h, c))
print(gates.shape, torch.allclose(h_new, h2, atol=1e-6), torch.allclose(c_new, c2, atol=1e-6))
print(h2, c2)
print(cell)

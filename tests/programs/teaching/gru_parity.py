"""A gated recurrent unit counts ones, modulo two."""
import torch
from torch import nn

torch.manual_seed(18)
bits = torch.randint(0, 2, (48, 6)).float()
target = bits.sum(dim=1) % 2
print(bits[:3], target[:3], target.mean())

class Parity(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(1, 8, batch_first=True)
        self.out = nn.Linear(8, 1)

    def forward(self, x):
        out, h = self.gru(x.unsqueeze(-1))
        return self.out(out[:, -1]).squeeze(-1)

model = Parity()
print(model, model(bits).shape)
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
for epoch in range(51):
    logits = model(bits)
    loss = criterion(logits, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        right = ((logits > 0) == target.bool()).float().mean()
        print(f"{epoch:2d} loss {loss.item():.3f} right {right.item():.3f}")

cell = nn.GRUCell(1, 3)
print(cell)
x, h = torch.tensor([[0.5]]), torch.tensor([[0.1, -0.2, 0.3]])
gi = x @ cell.weight_ih.T + cell.bias_ih
gh = h @ cell.weight_hh.T + cell.bias_hh
i_r, i_z, i_n = gi.chunk(3, 1)
h_r, h_z, h_n = gh.chunk(3, 1)
r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
n = torch.tanh(i_n + r * h_n)
mine = (1 - z) * n + z * h
print(mine, cell(x, h), torch.allclose(mine, cell(x, h), atol=1e-6))
h = torch.zeros(1, 3)
for t in range(4):
    h = cell(torch.full((1, 1), float(t)), h)
    print(t, h)
h.sum().backward()
print(cell.weight_ih.grad.squeeze().shape, cell.bias_hh.grad)

"""Exclusive or needs a hidden layer."""
import torch
import torch.nn as nn

torch.manual_seed(5)
X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])

class XOR(nn.Module):
    def __init__(self, hidden=4):
        super().__init__()
        self.hidden = nn.Linear(2, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        x = torch.tanh(self.hidden(x))
        return torch.sigmoid(self.out(x))

model = XOR()
print(model)
for name, p in model.named_parameters():
    print(name, tuple(p.shape), p.numel())
print(model.hidden.weight)
print(model(X))

loss_fn = nn.BCELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
for epoch in range(200):
    prediction = model(X)
    loss = loss_fn(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 40 == 0:
        print(f"Epoch {epoch}: loss {loss.item():.4f}, correct {((prediction > 0.5) == y.bool()).sum().item()}/4")
print(loss)
with torch.no_grad():
    for sample, p in zip(X, model(X)):
        print(sample.tolist(), "->", round(p.item()))

linear = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
optimizer = torch.optim.SGD(linear.parameters(), lr=1.0)
for _ in range(300):
    optimizer.zero_grad()
    loss = loss_fn(linear(X), y)
    loss.backward()
    optimizer.step()
print("a line cannot:", f"{loss.item():.4f}", linear(X).detach().squeeze().round(decimals=2))

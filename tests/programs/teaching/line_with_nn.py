"""The same line with nn.Linear, MSELoss and SGD."""
import torch
from torch import nn

torch.manual_seed(2)
X = torch.rand(40, 1) * 4
Y = -1.5 * X + 0.7 + torch.randn(40, 1) * 0.05

model = nn.Linear(1, 1)
print(model)
print(dict(model.named_parameters()))
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
print(criterion)
print(optimizer)

out = model(X)
print(out.shape, out.grad_fn)
print(criterion(out, Y))

for epoch in range(1, 201):
    optimizer.zero_grad()
    loss = criterion(model(X), Y)
    loss.backward()
    optimizer.step()
    if epoch in (1, 2, 5, 10, 50, 100, 200):
        print(f"Epoch [{epoch}/200], Loss: {loss.item():.4f}")

print(model.weight, model.bias)
print(model.weight.grad, model.bias.grad)
model.eval()
with torch.no_grad():
    print(model(torch.tensor([[0.0], [1.0], [2.0]])))
print(loss.grad_fn, loss.grad_fn.next_functions[0][0].name())

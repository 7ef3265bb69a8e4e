"""A cubic through noisy points of a sine, degree by degree."""
import math
import torch

torch.manual_seed(0)
x = torch.linspace(-math.pi, math.pi, 200)
y = torch.sin(x)

powers = torch.tensor([1, 2, 3])
xx = x.unsqueeze(-1).pow(powers)
print(xx.shape, xx[0], xx[-1])

model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
print(model)
loss_fn = torch.nn.MSELoss(reduction="sum")
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-2)
for t in range(401):
    loss = loss_fn(model(xx), y)
    if t % 100 == 0:
        print(t, round(loss.item(), 2))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
layer = model[0]
print("bias", round(layer.bias.item(), 4) == 0, "odd weights", layer.weight[:, ::2])

for degree in (1, 3, 5):
    basis = torch.stack([x ** k for k in range(degree + 1)], dim=1)
    coefficients = torch.linalg.lstsq(basis.double(), y.double().unsqueeze(1)).solution
    error = (basis.double() @ coefficients - y.double().unsqueeze(1)).pow(2).mean()
    print(degree, coefficients.shape, "odd ones", coefficients[1::2].squeeze(1), f"{error.item():.6f}")

# Underfitting, just right, overfitting, on few points.
train = torch.arange(0, 200, 25)
for degree in (1, 3, 7):
    basis = torch.vander(x / math.pi, degree + 1, increasing=True).double()
    c = torch.linalg.lstsq(basis[train], y[train].double().unsqueeze(1)).solution
    fit = (basis[train] @ c).squeeze() - y[train]
    everywhere = (basis @ c).squeeze() - y
    print(f"degree {degree}: train {fit.pow(2).mean():.5f}  all {everywhere.pow(2).mean():.5f}")

"""Eight numbers through a bottleneck of two."""
import torch
from torch import nn

torch.manual_seed(25)
angle = torch.rand(64) * 2 * torch.pi
basis = torch.randn(2, 8)
data = torch.stack([angle.cos(), angle.sin()], 1) @ basis + 0.02 * torch.randn(64, 8)
print(data.shape, data[0])

class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(8, 6), nn.Tanh(), nn.Linear(6, 2))
        self.decoder = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 8))

    def forward(self, x):
        code = self.encoder(x)
        return code, self.decoder(code)

model = AutoEncoder()
print(model)
for name, module in model.named_children():
    print(name, len(module), sum(p.numel() for p in module.parameters()))
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
loss_func = nn.MSELoss()
for epoch in range(81):
    code, back = model(data)
    loss = loss_func(back, data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 20 == 0:
        print("Epoch:", epoch, "| train loss: %.4f" % loss.data.numpy())
print(code.shape, back.shape, loss)
print("spread", data.var(0).mean(), "left", (data - back).pow(2).mean().detach())

# Denoising: what goes in is not what should come out.
noisy = data + 0.3 * torch.randn_like(data)
for epoch in range(21):
    _, back = model(noisy)
    loss = loss_func(back, data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"noise {loss_func(noisy, data).item():.4f} after {loss.item():.4f}")

tied = nn.Linear(8, 2, bias=False)
optimizer = torch.optim.SGD(tied.parameters(), lr=0.05)
for _ in range(100):
    z = tied(data)
    loss = loss_func(z @ tied.weight, data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"tied and linear: {loss.item():.4f}", tied.weight @ tied.weight.T)

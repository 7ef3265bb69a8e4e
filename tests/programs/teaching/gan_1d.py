"""A generator and a discriminator on numbers from a normal distribution."""
import torch
import torch.nn as nn

torch.manual_seed(24)

class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.map1 = nn.Linear(1, 8)
        self.map2 = nn.Linear(8, 1)

    def forward(self, z):
        return self.map2(torch.tanh(self.map1(z)))

class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(nn.Linear(1, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1), nn.Sigmoid())

    def forward(self, x):
        return self.main(x)

G, D = Generator(), Discriminator()
print(G)
print(D)
criterion = nn.BCELoss()
optimizerD = torch.optim.Adam(D.parameters(), lr=0.01, betas=(0.5, 0.999))
optimizerG = torch.optim.Adam(G.parameters(), lr=0.01, betas=(0.5, 0.999))
real_label, fake_label = 1.0, 0.0
batch = 32
for step in range(41):
    D.zero_grad()
    real = 4 + 1.25 * torch.randn(batch, 1)
    label = torch.full((batch, 1), real_label)
    errD_real = criterion(D(real), label)
    errD_real.backward()
    fake = G(torch.randn(batch, 1))
    label.fill_(fake_label)
    out = D(fake.detach())
    errD_fake = criterion(out, label)
    errD_fake.backward()
    D_x = out.mean().item()
    optimizerD.step()

    G.zero_grad()
    label.fill_(real_label)
    errG = criterion(D(fake), label)
    errG.backward()
    optimizerG.step()
    if step % 10 == 0:
        print(f"[{step}/40] Loss_D: {(errD_real + errD_fake).item():.3f} Loss_G: {errG.item():.3f} D(G(z)): {D_x:.3f} "
              f"mean {fake.mean().item():.3f} std {fake.std().item():.3f}")
print(errG, errD_real)
print(G.map2.bias, G.map2.bias.grad)
print("detached:", fake.detach().requires_grad, fake.requires_grad, fake.grad_fn)
with torch.no_grad():
    x = torch.linspace(-2, 6, 5).unsqueeze(1)
    print(torch.cat([x, D(x)], dim=1))

"""A variational autoencoder: mean, log variance, the reparameterisation trick, two losses."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(26)
prototypes = torch.tensor([[1, 1, 0, 0, 1, 1], [0, 0, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0]]).float()
which = torch.randint(0, 3, (48,))
data = torch.where(torch.rand(48, 6) < 0.05, 1 - prototypes[which], prototypes[which])
print(data[:3], which.bincount())

class VAE(nn.Module):
    def __init__(self, latent=2):
        super(VAE, self).__init__()
        self.fc1 = nn.Linear(6, 12)
        self.fc21 = nn.Linear(12, latent)
        self.fc22 = nn.Linear(12, latent)
        self.fc3 = nn.Linear(latent, 12)
        self.fc4 = nn.Linear(12, 6)

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 6))
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar

def loss_function(recon_x, x, mu, logvar):
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, 6), reduction="sum")
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE, KLD

model = VAE()
print(model)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(41):
    model.train()
    optimizer.zero_grad()
    recon, mu, logvar = model(data)
    bce, kld = loss_function(recon, data, mu, logvar)
    loss = bce + kld
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        print(f"epoch {epoch}: {loss.item() / len(data):.3f} = {bce.item() / len(data):.3f} + {kld.item() / len(data):.3f}")
print(loss, mu.shape, logvar.exp().mean(0))
model.eval()
with torch.no_grad():
    print(model.decode(torch.zeros(1, 2)).shape)
    mu, logvar = model.encode(prototypes)
    print("prototypes apart:", bool(torch.pdist(mu).min() > 0.1))
    from torch.distributions import Normal, kl_divergence
    q = Normal(mu, (0.5 * logvar).exp())
    print(torch.allclose(kl_divergence(q, Normal(0.0, 1.0)).sum(), loss_function(prototypes, prototypes, mu, logvar)[1], atol=1e-4))

"""nn.TransformerEncoder classifies sequences by what they hold more of."""
import torch
from torch import nn

torch.manual_seed(23)
layer = nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, dropout=0.0, batch_first=True)
print(layer)
x = torch.randn(2, 5, 8)
y = layer(x)
print(y.shape, y.grad_fn)
print(y[0, 0], y.mean(-1).abs().max() < 1e-5, y.var(-1, unbiased=False)[0])

class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(4, 8)
        self.position = nn.Parameter(torch.zeros(1, 7, 8))
        self.encoder = nn.TransformerEncoder(layer, num_layers=2)
        self.head = nn.Linear(8, 2)

    def forward(self, tokens):
        return self.head(self.encoder(self.embed(tokens) + self.position).mean(dim=1))

model = Classifier()
print(model)
print(sum(p.numel() for p in model.parameters()))
tokens = torch.randint(0, 4, (40, 7))
label = ((tokens == 1).sum(1) > (tokens == 2).sum(1)).long()
print(tokens[:2], label[:10], label.float().mean())
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(31):
    out = model(tokens)
    loss = nn.functional.cross_entropy(out, label)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        print(f"{epoch} loss {loss.item():.3f} accuracy {(out.argmax(1) == label).float().mean().item():.3f}")
print(out.shape, loss)
mask = nn.Transformer.generate_square_subsequent_mask(5)
masked = layer(x, src_mask=mask)
shorter = layer(x[:, :3], src_mask=mask[:3, :3])
print("the past does not see the future:", torch.allclose(masked[:, :3], shorter, atol=1e-5))
print([name for name, _ in layer.named_children()])

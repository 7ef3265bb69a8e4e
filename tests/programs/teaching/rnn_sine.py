"""A recurrent network continues a sine wave."""
import math
import torch
from torch import nn

torch.manual_seed(16)
t = torch.linspace(0, 8 * math.pi, 161)
wave = torch.sin(t)
window = 20
X = torch.stack([wave[i:i + window] for i in range(0, 140, 4)]).unsqueeze(-1)
Y = torch.stack([wave[i + 1:i + window + 1] for i in range(0, 140, 4)]).unsqueeze(-1)
print(X.shape, Y.shape)

class Forecaster(nn.Module):
    def __init__(self, hidden_size=16):
        super().__init__()
        self.rnn = nn.RNN(input_size=1, hidden_size=hidden_size, num_layers=1, batch_first=True)
        self.out = nn.Linear(hidden_size, 1)

    def forward(self, x, state=None):
        r, state = self.rnn(x, state)
        return self.out(r), state

model = Forecaster()
print(model)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
loss_fn = nn.MSELoss()
for epoch in range(60):
    prediction, _ = model(X)
    loss = loss_fn(prediction, Y)
    optimizer.zero_grad()
    loss.backward()
    total = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if epoch % 12 == 0:
        print(f"epoch {epoch:2d} loss {loss.item():.4f} gradient norm {total.item():.3f}")
print(prediction.shape, loss)

model.eval()
with torch.no_grad():
    out, state = model(wave[:window].view(1, -1, 1))
    value, made = out[:, -1:], []
    for _ in range(8):
        made.append(value.item())
        value, state = model(value, state)
print("goes on:", [f"{v:+.2f}" for v in made])
print("truth:  ", [f"{v:+.2f}" for v in wave[window:window + 8].tolist()])
print(state.shape, model.rnn.weight_hh_l0.norm())

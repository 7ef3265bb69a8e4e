"""Stop when the validation loss no longer falls; keep the best weights."""
import copy
import torch
from torch import nn

torch.manual_seed(33)
x = torch.rand(40, 1) * 6 - 3
y = torch.sin(x) + 0.3 * torch.randn(40, 1)
train_x, val_x = x[:20], x[20:]
train_y, val_y = y[:20], y[20:]
print(train_x.shape, val_x.shape)

class EarlyStopping:
    def __init__(self, patience=5, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.counter, self.best_score, self.best_state, self.stop = 0, None, None, False

    def __call__(self, loss, model):
        if self.best_score is None or loss < self.best_score - self.min_delta:
            self.best_score, self.counter = loss, 0
            self.best_state = copy.deepcopy(model.state_dict())
            return "*"
        self.counter += 1
        self.stop = self.counter >= self.patience
        return f"{self.counter} out of {self.patience}"

model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
stopping = EarlyStopping(patience=4, min_delta=1e-3)
for epoch in range(200):
    model.train()
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(train_x), train_y)
    loss.backward()
    optimizer.step()
    if epoch % 5 == 0:
        model.eval()
        with torch.no_grad():
            val_loss = nn.functional.mse_loss(model(val_x), val_y).item()
        word = stopping(val_loss, model)
        print(f"epoch {epoch:3d} train {loss.item():.3f} val {val_loss:.3f} {word}")
        if stopping.stop:
            print("Early stopping")
            break
model.load_state_dict(stopping.best_state)
with torch.no_grad():
    best = nn.functional.mse_loss(model(val_x), val_y)
print("best again:", abs(best.item() - stopping.best_score) < 1e-6)
print({name: tuple(v.shape) for name, v in stopping.best_state.items()})
twin = copy.deepcopy(model)
with torch.no_grad():
    twin[0].weight.zero_()
print(twin[0].weight.abs().sum(), model[0].weight.abs().sum() > 0)

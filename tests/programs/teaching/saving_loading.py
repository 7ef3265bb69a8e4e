"""Saving and loading tensors, models and checkpoints."""
import io
import os
import tempfile
import torch
from torch import nn

torch.manual_seed(32)
folder = tempfile.mkdtemp()
path = os.path.join(folder, "tensor.pt")
t = torch.arange(6.0).view(2, 3)
torch.save(t, path)
print(os.path.exists(path), torch.load(path), torch.equal(t, torch.load(path)))
torch.save({"a": t, "n": 3, "names": ["x", "y"], "view": t[:, 1]}, path)
loaded = torch.load(path, weights_only=True)
print(loaded["n"], loaded["names"], loaded["view"], sorted(loaded))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 4)
        self.bn = nn.BatchNorm1d(4)
        self.fc2 = nn.Linear(4, 1)

    def forward(self, x):
        return self.fc2(torch.relu(self.bn(self.fc1(x))))

model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(3):
    optimizer.zero_grad()
    model(torch.randn(5, 3)).pow(2).mean().backward()
    optimizer.step()
print("Model's state_dict:")
for name, value in model.state_dict().items():
    print(name, "\t", value.size(), value.dtype)
print("Optimizer's state_dict:")
for name in optimizer.state_dict():
    print(name, "\t", list(optimizer.state_dict()[name])[:3])

file = os.path.join(folder, "checkpoint.tar")
torch.save({"epoch": 3, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, file)
checkpoint = torch.load(file)
other = Net()
x = torch.randn(2, 3)
other.eval(), model.eval()
print("different:", torch.equal(model(x), other(x)))
print(other.load_state_dict(checkpoint["model"]))
print("same:", torch.equal(model(x), other(x)))
again = torch.optim.Adam(other.parameters(), lr=0.5)
again.load_state_dict(checkpoint["optimizer"])
print(again.param_groups[0]["lr"], again.state_dict()["state"][0]["step"], checkpoint["epoch"])

partly = {k: v for k, v in model.state_dict().items() if k.startswith("fc1")}
print(other.load_state_dict(partly, strict=False))
try:
    other.load_state_dict(partly)
except RuntimeError as error:
    print(error)
try:
    nn.Linear(2, 2).load_state_dict(nn.Linear(3, 2).state_dict())
except RuntimeError as error:
    print(error)
buffer = io.BytesIO()
torch.save([torch.tensor(1), torch.tensor([True, False]), torch.ones(2, dtype=torch.float64)], buffer)
buffer.seek(0)
print(torch.load(buffer))
for name in sorted(os.listdir(folder)):
    os.remove(os.path.join(folder, name))
    print("removed", name)
os.rmdir(folder)
try:
    torch.load(path)
except FileNotFoundError as error:
    print(type(error).__name__)

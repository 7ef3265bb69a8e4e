"""Freeze the body, train a new head, then thaw."""
import torch
from torch import nn

torch.manual_seed(40)
X = torch.randn(60, 5)
first = (X[:, 0] * X[:, 1] > 0).long()
second = (X[:, 0] + X[:, 2] > 0).long()
model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2))

def train(model, target, parameters, steps, lr=0.02):
    optimizer = torch.optim.Adam(parameters, lr=lr)
    for step in range(steps):
        out = model(X)
        loss = nn.functional.cross_entropy(out, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return f"loss {loss.item():.3f} accuracy {(out.argmax(-1) == target).float().mean().item():.3f}"

print("first task:", train(model, first, model.parameters(), 60))
for p in model.parameters():
    p.requires_grad = False
model[4] = nn.Linear(16, 2)
for name, p in model.named_parameters():
    print(name, p.requires_grad)
trainable = [p for p in model.parameters() if p.requires_grad]
print(len(trainable), sum(p.numel() for p in trainable), "of", sum(p.numel() for p in model.parameters()))
before = model[0].weight.clone()
print("new head:", train(model, second, trainable, 40))
print("body untouched:", torch.equal(before, model[0].weight), model[0].weight.grad is None)
out = model(X[:2])
print(out, model[:4](X[:2]).requires_grad)

for p in model.parameters():
    p.requires_grad_(True)
groups = [{"params": model[:4].parameters(), "lr": 1e-3}, {"params": model[4].parameters()}]
print("thawed:", train(model, second, groups, 30, lr=1e-2))
print("body moved by", f"{(before - model[0].weight).norm().item():.4f}", before.requires_grad)

# A teacher and a smaller student.
student = nn.Linear(5, 2)
with torch.no_grad():
    soft = nn.functional.softmax(model(X) / 2.0, dim=1)
optimizer = torch.optim.SGD(student.parameters(), lr=0.5)
for step in range(40):
    log_p = nn.functional.log_softmax(student(X) / 2.0, dim=1)
    loss = nn.functional.kl_div(log_p, soft, reduction="batchmean") * 4
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 13 == 0:
        print(f"student {loss.item():.4f}")
print(loss, (student(X).argmax(1) == model(X).argmax(1)).float().mean())
feature = {}
handle = model[3].register_forward_hook(lambda m, i, o: feature.update(out=o.detach()))
model(X)
handle.remove()
print(feature["out"].shape, (feature["out"] == 0).float().mean())

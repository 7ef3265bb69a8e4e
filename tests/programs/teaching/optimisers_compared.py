"""Many ways down the same two hills."""
import torch
from torch import optim

def bowl(p):
    return 0.5 * (p[0] ** 2 + 10 * p[1] ** 2)

def rosenbrock(p):
    return (1 - p[0]) ** 2 + 10 * (p[1] - p[0] ** 2) ** 2

choices = {
    "sgd": lambda p: optim.SGD(p, lr=0.05),
    "momentum": lambda p: optim.SGD(p, lr=0.02, momentum=0.9),
    "nesterov": lambda p: optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True),
    "weight decay": lambda p: optim.SGD(p, lr=0.05, weight_decay=0.1),
    "adagrad": lambda p: optim.Adagrad(p, lr=0.5),
    "adadelta": lambda p: optim.Adadelta(p, lr=5.0),
    "rmsprop": lambda p: optim.RMSprop(p, lr=0.05),
    "rmsprop centred": lambda p: optim.RMSprop(p, lr=0.02, centered=True, momentum=0.5),
    "adam": lambda p: optim.Adam(p, lr=0.1),
    "amsgrad": lambda p: optim.Adam(p, lr=0.1, amsgrad=True),
    "adamw": lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.05),
    "adamax": lambda p: optim.Adamax(p, lr=0.1),
    "nadam": lambda p: optim.NAdam(p, lr=0.1),
    "radam": lambda p: optim.RAdam(p, lr=0.1),
    "rprop": lambda p: optim.Rprop(p, lr=0.05),
}
for function, steps in ((bowl, 40), (rosenbrock, 60)):
    print(function.__name__)
    for name, make in choices.items():
        p = torch.tensor([-1.5, 1.0], requires_grad=True)
        optimizer = make([p])
        trail = []
        for step in range(steps):
            optimizer.zero_grad()
            loss = function(p)
            loss.backward()
            optimizer.step()
            if step % (steps // 4) == 0:
                trail.append(f"{loss.item():.4f}")
        print(f"  {name:16s}", *trail, f"{function(p).item():.4f}", [round(v, 3) for v in p.tolist()])

p = torch.tensor([-1.5, 1.0], requires_grad=True)
lbfgs = optim.LBFGS([p], lr=1.0, max_iter=10, line_search_fn="strong_wolfe")

def closure():
    lbfgs.zero_grad()
    loss = rosenbrock(p)
    loss.backward()
    return loss

for step in range(4):
    loss = lbfgs.step(closure)
    print("lbfgs", step, f"{loss.item():.4f}", [round(v, 3) for v in p.tolist()])

w = torch.nn.Linear(2, 1)
groups = optim.SGD([{"params": [w.weight], "lr": 0.1}, {"params": [w.bias]}], lr=0.01, momentum=0.9)
print(groups)
print(len(groups.param_groups), [g["lr"] for g in groups.param_groups], sorted(groups.param_groups[0]))
print(optim.Adam(w.parameters()))
adam = optim.Adam([p], lr=0.1)
p.grad = torch.ones(2)
adam.step()
print(adam.state_dict())

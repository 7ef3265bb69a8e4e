"""Learning rates that change."""
import torch
from torch import optim
from torch.optim import lr_scheduler as S

def fresh(lr=1.0):
    p = torch.nn.Parameter(torch.tensor([1.0]))
    return p, optim.SGD([p], lr=lr)

makers = {
    "StepLR": lambda o: S.StepLR(o, step_size=3, gamma=0.5),
    "MultiStepLR": lambda o: S.MultiStepLR(o, milestones=[2, 6], gamma=0.1),
    "ExponentialLR": lambda o: S.ExponentialLR(o, gamma=0.9),
    "CosineAnnealingLR": lambda o: S.CosineAnnealingLR(o, T_max=8, eta_min=0.1),
    "LambdaLR": lambda o: S.LambdaLR(o, lr_lambda=lambda epoch: 1 / (1 + epoch)),
    "LinearLR": lambda o: S.LinearLR(o, start_factor=0.2, total_iters=5),
    "ConstantLR": lambda o: S.ConstantLR(o, factor=0.5, total_iters=4),
    "PolynomialLR": lambda o: S.PolynomialLR(o, total_iters=8, power=2.0),
    "CosineAnnealingWarmRestarts": lambda o: S.CosineAnnealingWarmRestarts(o, T_0=4),
    "OneCycleLR": lambda o: S.OneCycleLR(o, max_lr=1.0, total_steps=10),
    "CyclicLR": lambda o: S.CyclicLR(o, base_lr=0.1, max_lr=1.0, step_size_up=3),
}
for name, make in makers.items():
    p, optimizer = fresh()
    scheduler = make(optimizer)
    rates = []
    for epoch in range(9):
        rates.append(round(optimizer.param_groups[0]["lr"], 4))
        optimizer.zero_grad()
        (p ** 2).sum().backward()
        optimizer.step()
        scheduler.step()
    print(f"{name:28s}", rates, scheduler.get_last_lr()[0].__round__(4))

p, optimizer = fresh(0.1)
plateau = S.ReduceLROnPlateau(optimizer, mode="min", factor=0.5, patience=1)
for loss in (1.0, 0.8, 0.81, 0.82, 0.83, 0.5, 0.6, 0.6, 0.6):
    plateau.step(loss)
    print(loss, optimizer.param_groups[0]["lr"], plateau.num_bad_epochs)

p, optimizer = fresh(1.0)
warm = S.LinearLR(optimizer, start_factor=0.1, total_iters=3)
then = S.ExponentialLR(optimizer, gamma=0.5)
both = S.SequentialLR(optimizer, [warm, then], milestones=[3])
for _ in range(6):
    optimizer.step()
    both.step()
    print(f"{both.get_last_lr()[0]:.5f}", end=" ")
print()
p, optimizer = fresh(0.4)
step = S.StepLR(optimizer, 2)
for epoch in range(5):
    loss = ((p - 3) ** 2).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step.step()
    print(epoch, f"{loss.item():.5f}", step.get_last_lr(), p.data)
print(step.state_dict())
print(step.last_epoch, step.base_lrs, optimizer.param_groups[0]["initial_lr"])

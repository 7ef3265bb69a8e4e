"""Channels pruned whole, parameters pruned as one, and the rates that lead to an average of weights."""

import warnings

import torch
from torch import nn
from torch.nn.utils import prune
from torch.optim.swa_utils import SWALR


def t(call):
    try:
        print(call())
    except Exception as error:  # noqa: BLE001 - what fails is shown
        print(type(error).__name__, error)


torch.manual_seed(0)
layer, images = nn.Linear(4, 5), nn.Conv2d(2, 3, 2)
print(prune.ln_structured(layer, "weight", amount=2, n=2, dim=0), prune.is_pruned(layer))
print(layer.weight_mask, layer.weight, [name for name, _ in layer.named_parameters()])
prune.ln_structured(layer, "weight", amount=0.34, n=1, dim=0)
print(layer.weight_mask)
prune.ln_structured(layer, "weight", amount=1, n=float("inf"), dim=1)
print(layer.weight_mask)
layer(torch.ones(4)).sum().backward()
print(layer.weight_orig.grad)
prune.random_structured(images, "weight", amount=1, dim=0)
print(images.weight_mask, images(torch.ones(1, 2, 3, 3)).shape)
prune.random_structured(images, "weight", amount=0.5, dim=-1)
print(images.weight_mask)
prune.ln_structured(images, "weight", 1, 2, 1, importance_scores=torch.arange(24.0).reshape(3, 2, 2, 2))
print(images.weight_mask, prune.RandomStructured.PRUNING_TYPE, prune.L1Unstructured.PRUNING_TYPE)
print(prune.remove(images, "weight"), prune.is_pruned(images), images.weight)
prune.ln_structured(images, "weight", amount=0, n=2, dim=0)
print(images.weight_mask.sum())
t(lambda: prune.ln_structured(layer, "bias", 1, 2, 0))
layer = nn.Linear(4, 5)
t(lambda: prune.ln_structured(layer, "weight", 1, 2, 5))
layer = nn.Linear(4, 5)
t(lambda: prune.random_structured(layer, "weight", 7, 0))
t(lambda: prune.random_structured(layer, "weight", -1, 0))
t(lambda: prune.random_structured(layer, "weight", "a", 0))

# %%
torch.manual_seed(1)
model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
pairs = [(model[0], "weight"), (model[1], "weight")]
prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=0.4)
print(model[0].weight_mask, model[1].weight_mask)
prune.global_unstructured(pairs, prune.RandomUnstructured, amount=3)
print(model[0].weight_mask, model[1].weight_mask)
prune.global_unstructured([(model[0], "bias")], prune.L1Unstructured, {(model[0], "bias"): torch.arange(4.0)}, amount=2)
print(model[0].bias_mask, prune.is_pruned(model))
t(lambda: prune.global_unstructured(3, prune.L1Unstructured, amount=1))
t(lambda: prune.global_unstructured(pairs, prune.L1Unstructured, 3, amount=1))
t(lambda: prune.global_unstructured(pairs, prune.L1Unstructured, amount=99))

# %%
warnings.simplefilter("ignore")
for options in ({}, {"anneal_epochs": 4, "anneal_strategy": "linear"}, {"anneal_epochs": 0}, {"anneal_epochs": 1}):
    weights = [nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(1))]
    optimizer = torch.optim.SGD([{"params": weights[0]}, {"params": weights[1], "lr": 0.5}], lr=0.1)
    scheduler = SWALR(optimizer, swa_lr=[0.05, 0.01], **options)
    for _ in range(13):
        optimizer.step()
        scheduler.step()
        print(scheduler.get_last_lr())
    print(sorted(scheduler.state_dict().items()), optimizer.param_groups[1]["swa_lr"])
    scheduler.load_state_dict(scheduler.state_dict())
    print(scheduler.anneal_func(0.5), scheduler.get_lr())
t(lambda: SWALR(optimizer, 0.1, anneal_strategy="step"))
t(lambda: SWALR(optimizer, 0.1, anneal_epochs=-1))
t(lambda: SWALR(optimizer, [0.1]))

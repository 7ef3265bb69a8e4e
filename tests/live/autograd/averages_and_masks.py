"""Averaged models and pruned parameters."""

import torch
from torch import nn
from torch.nn.utils import prune
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn, get_swa_avg_fn, update_bn


def t(call):
    try:
        print(call())
    except Exception as error:  # noqa: BLE001 - what fails is shown
        print(type(error).__name__, error)


torch.manual_seed(2)
x, y = torch.randn(8, 3), torch.randn(8, 1)
for options in ({}, {"multi_avg_fn": get_ema_multi_avg_fn(0.9)}, {"avg_fn": get_ema_avg_fn(0.5)},
                {"avg_fn": get_swa_avg_fn()}, {"use_buffers": True}):  # fmt: skip
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    average = AveragedModel(model, **options)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        ((model(x) - y) ** 2).mean().backward()
        optimizer.step()
        average.update_parameters(model)
    print(average.n_averaged, list(average.state_dict()))
    print(average.module[2].weight, average.module[1].running_mean, average.module[1].num_batches_tracked)
    print(average(x).shape, average)
update_bn([x, (x * 2, y)], average)
print(average.module[1].running_mean, average.module[1].momentum)
t(lambda: get_ema_avg_fn(1.5))
t(lambda: AveragedModel(model, avg_fn=get_swa_avg_fn(), multi_avg_fn=get_ema_multi_avg_fn()))

torch.manual_seed(0)
layer = nn.Linear(4, 3)
print(prune.is_pruned(layer))
print(prune.l1_unstructured(layer, "weight", amount=0.25))
print(prune.is_pruned(layer), layer.weight, layer.weight_mask, [name for name, _ in layer.named_parameters()])
layer(torch.ones(4)).sum().backward()
print(layer.weight_orig.grad, layer.weight.is_leaf, list(layer.state_dict()))
prune.l1_unstructured(layer, name="weight", amount=3)
print(layer.weight_mask)
prune.random_unstructured(layer, "weight", amount=0.5)
print(layer.weight_mask, layer.weight)
prune.random_unstructured(layer, "bias", 1)
print(layer.bias_mask, layer.bias)
prune.custom_from_mask(layer, "bias", torch.tensor([1, 0, 1]))
print(layer.bias_mask)
print(prune.remove(layer, "weight"), layer.weight, [name for name, _ in layer.named_buffers()])
t(lambda: prune.remove(layer, "weight"))
t(lambda: prune.l1_unstructured(layer, "weight", 100))
t(lambda: prune.l1_unstructured(layer, "weight", 1.5))
t(lambda: prune.l1_unstructured(layer, "weight", "a"))
t(lambda: prune.l1_unstructured(layer, "nothing", 1))
prune.identity(layer, "weight")
print(layer.weight_mask)

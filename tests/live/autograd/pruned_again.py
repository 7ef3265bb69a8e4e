"""One parameter pruned several times, by methods of several kinds and of the program's own."""

import torch
from torch import nn
from torch.nn.utils import prune


def t(call):
    try:
        print(call())
    except Exception as error:  # noqa: BLE001 - what fails is shown
        print(type(error).__name__, error)


def hooks(module):
    return len(module._forward_pre_hooks)


class EverySecond(prune.BasePruningMethod):
    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t, default_mask):
        mask = default_mask.clone()
        mask.view(-1)[::2] = 0
        return mask


class Channels(prune.BasePruningMethod):
    PRUNING_TYPE = "structured"

    def __init__(self, dim):
        if dim is not None:
            self.dim = dim

    def compute_mask(self, t, default_mask):
        mask = default_mask.clone()
        mask[:, :1] = 0
        return mask


class Odd(EverySecond):
    PRUNING_TYPE = "odd"


torch.manual_seed(0)
layer = nn.Linear(4, 3)
first = prune.L1Unstructured.apply(layer, "weight", amount=2)
print(type(first).__name__, hooks(layer))
second = prune.RandomUnstructured.apply(layer, "weight", amount=3)
print(type(second).__name__, len(second), [type(each).__name__ for each in second], hooks(layer), layer.weight_mask)
third = prune.LnStructured.apply(layer, "weight", 1, n=2, dim=0)
print(third is second, len(third), type(third[-1]).__name__, third[0] is first, layer.weight_mask)
prune.ln_structured(layer, "weight", 1, n=float("inf"), dim=-1, importance_scores=torch.arange(12.0).reshape(3, 4))
prune.custom_from_mask(layer, "weight", torch.tensor([1.0, 0, 1, 1]).expand(3, 4))
print([type(each).__name__ for each in third], layer.weight_mask)
EverySecond.apply(layer, "weight")
print(layer.weight_mask, layer.weight, third._tensor_name)
layer(torch.ones(4)).sum().backward()
print(layer.weight_orig.grad, type(layer.weight.grad_fn).__name__, sorted(layer.state_dict()))
print(prune.remove(layer, "weight"), hooks(layer), layer.weight, prune.is_pruned(layer))

# %% two parameters of one layer
prune.identity(layer, "weight")
prune.identity(layer, "bias")
prune.l1_unstructured(layer, "bias", 1)
print(hooks(layer), layer.bias_mask)
prune.global_unstructured([(layer, "weight"), (layer, "bias")], EverySecond)
print(hooks(layer), layer.weight_mask, layer.bias_mask)
prune.remove(layer, "bias")
print(hooks(layer), layer.bias)

# %% without a module
ones = torch.ones(2, 3)
method = prune.L1Unstructured(2)
print(method.prune(torch.arange(6.0)), method.prune(torch.arange(6.0), importance_scores=-torch.arange(6.0)))
method._tensor_name = "weight"
container = prune.PruningContainer(method)
print(len(container), container._tensor_name, container[0] is method, list(container) == [method], len(container[:1]))
print(container.compute_mask(torch.arange(6.0), torch.tensor([0.0, 1, 1, 1, 0, 1])))
print(container.prune(torch.arange(6.0), default_mask=torch.tensor([0.0, 1, 1, 1, 0, 1])))
other = Channels(1)
other._tensor_name = "weight"
container.add_pruning_method(other)
print(container.compute_mask(ones.double(), torch.tensor([[0.0, 1, 1], [0, 1, 0]])), len(container))

# %% mistakes
t(lambda: prune.BasePruningMethod())
t(lambda: container.add_pruning_method(3))
other._tensor_name = "bias"
t(lambda: container.add_pruning_method(other).__class__)
t(lambda: method.prune(ones, importance_scores=torch.ones(3)))
t(lambda: prune.l1_unstructured(layer, "weight", 1, importance_scores=torch.ones(3)))
for wrong in (Channels(None), Channels(-3), Odd()):
    wrong._tensor_name = "weight"
    t(lambda wrong=wrong: prune.PruningContainer(wrong).compute_mask(ones, ones))
t(lambda: prune.remove(layer, "scale"))

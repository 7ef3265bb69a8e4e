"""torch.nn.utils.prune: parameters with some elements held at zero by a mask.

The parameter moves to `name_orig`, the mask to the buffer `name_mask`, and before each forward their product becomes
the attribute `name` (Frankle and Carbin 2019 train such networks).
"""

from __future__ import annotations

import numbers
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from gradviz.engine import torch
from gradviz.engine.names import missing, shown_as
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.utils.convert_parameters import parameters_to_vector
from gradviz.engine.torch.nn.utils.weight_norm_hook import hooks_before


class BasePruningMethod(ABC):
    """The hook that multiplies; how a mask is found is said by `compute_mask`."""

    _tensor_name: str

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self._tensor_name, self.apply_mask(module))

    @abstractmethod
    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        """Return which elements stay, of those that `default_mask` left."""

    def apply_mask(self, module: Any) -> Any:
        """Return the product of mask and original."""
        mask, orig = (getattr(module, f"{self._tensor_name}_{part}") for part in ("mask", "orig"))
        return mask.to(dtype=orig.dtype) * orig

    def prune(self, t: Tensor, default_mask: Tensor | None = None, importance_scores: Tensor | None = None) -> Any:
        """Return the tensor with zeros where this takes elements away; no module is changed."""
        scores = scores_for(importance_scores, t, "tensor t")
        return t * self.compute_mask(scores, torch.ones_like(t) if default_mask is None else default_mask)

    @classmethod
    def apply(cls, module: Any, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any) -> Any:
        """Prune a parameter, or prune it further: then the methods so far and this one stand in a container."""
        before = [(key, hook) for key, hook in hooks_before(module) if is_hook(hook, name)]
        if len(before) > 1:
            raise AssertionError(
                f"Avoid adding multiple pruning hooks to the same tensor {name} of module {module}. Use a "
                "PruningContainer."
            )
        for key, _ in before:
            del module._forward_pre_hooks[key]
        method: BasePruningMethod = cls(*args, **kwargs)
        method._tensor_name = name
        for _, hook in before:
            container = hook if isinstance(hook, PruningContainer) else PruningContainer(hook)
            container.add_pruning_method(method)
            method = container
        orig = getattr(module, name)
        scores = scores_for(importance_scores, orig, f"parameter {name} of {module}")
        if before:
            mask = method.compute_mask(scores, getattr(module, f"{name}_mask").detach().clone())
        else:
            mask = method.compute_mask(scores, torch.ones_like(orig))
            module.register_parameter(f"{name}_orig", orig)
            del module._parameters[name]
        module.register_buffer(f"{name}_mask", mask)
        setattr(module, name, method.apply_mask(module))
        module.register_forward_pre_hook(method)
        return method

    def remove(self, module: Any) -> None:
        """Make the zeros part of the parameter and forget the mask."""
        name = self._tensor_name
        weight = self.apply_mask(module)
        delattr(module, name)
        orig = module._parameters.pop(f"{name}_orig")
        orig.data = weight.data
        del module._buffers[f"{name}_mask"]
        setattr(module, name, orig)


class PruningContainer(BasePruningMethod):
    """Several prunings of one parameter: each looks only at what those before it left."""

    def __init__(self, *args: BasePruningMethod) -> None:
        self._pruning_methods: tuple[Any, ...] = ()
        if len(args) == 1:
            self._tensor_name = args[0]._tensor_name
        for method in args:
            self.add_pruning_method(method)

    def add_pruning_method(self, method: Any) -> None:
        """Append a method for the same parameter."""
        if method is not None and not isinstance(method, BasePruningMethod):
            raise TypeError(f"{type(method)} is not a BasePruningMethod subclass")
        if method is not None and self._tensor_name != method._tensor_name:
            raise ValueError(
                f"Can only add pruning methods acting on the parameter named '{self._tensor_name}' to PruningContainer "
                f"{self}. Found '{method._tensor_name}'"
            )
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Iterator[BasePruningMethod]:
        return iter(self._pruning_methods)

    def __getitem__(self, idx: Any) -> Any:
        return self._pruning_methods[idx]

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        """Return the mask of what the newest method lets stay of what `default_mask` left."""
        method = self._pruning_methods[-1]
        mask = default_mask.to(dtype=t.dtype)
        place = left_for(method, default_mask)
        mask[place] = method.compute_mask(t[place], default_mask=default_mask[place]).to(dtype=mask.dtype)
        return mask


def left_for(method: Any, mask: Tensor) -> Any:
    """Return the index of what a method still chooses from: elements, channels or all, by its type of pruning."""
    if method.PRUNING_TYPE == "unstructured":
        return mask == 1
    if method.PRUNING_TYPE == "global":
        return (slice(None),) * mask.ndim
    if method.PRUNING_TYPE != "structured":
        raise ValueError(f"Unrecognized PRUNING_TYPE {method.PRUNING_TYPE}")
    if not hasattr(method, "dim"):
        raise AttributeError('Pruning methods of PRUNING_TYPE "structured" need to have the attribute `dim` defined.')
    dim = method.dim + mask.ndim if method.dim < 0 else method.dim
    if dim < 0:
        raise IndexError(f"Index is out of bounds for tensor with dimensions {mask.ndim}")
    left = mask.sum(dim=[axis for axis in range(mask.ndim) if axis != dim]) != 0
    return tuple(left if axis == dim else slice(None) for axis in range(mask.ndim))


def scores_for(scores: Tensor | None, t: Tensor, what: str) -> Tensor:
    """Return by what elements are chosen: by themselves, where nothing else is given."""
    if scores is None:
        return t
    if scores.shape != t.shape:
        raise AssertionError(f"importance_scores should have the same shape as {what}, got {scores.shape} vs {t.shape}")
    return scores


class Identity(BasePruningMethod):
    """Keeps everything."""

    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        return default_mask


def check_amount(amount: Any) -> None:
    """Raise for what is neither a share nor a number of elements."""
    if not isinstance(amount, numbers.Real):
        raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    whole = isinstance(amount, numbers.Integral)
    if float(amount) < 0 or (not whole and float(amount) > 1):
        raise ValueError(f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer")


def number_of(amount: Any, size: int) -> int:
    """Return how many of `size` elements an amount means; raise where it is more."""
    number = int(amount) if isinstance(amount, numbers.Integral) else round(amount * size)
    if number > size:
        raise ValueError(f"amount={number} should be smaller than the number of parameters to prune={size}")
    return number


class Unstructured(BasePruningMethod):
    """Takes away a number of elements, or a share of them."""

    PRUNING_TYPE = "unstructured"

    def __init__(self, amount: Any) -> None:
        check_amount(amount)
        self.amount = amount

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        number = number_of(self.amount, t.numel())
        mask = default_mask.clone()
        if number:
            mask.view(-1)[self.least(t, number)] = 0
        return mask

    def least(self, t: Tensor, number: int) -> Any:
        """Return which elements go."""
        raise NotImplementedError


class RandomUnstructured(Unstructured):
    """Takes away elements at random."""

    def least(self, t: Tensor, number: int) -> Any:
        return torch.topk(torch.rand_like(t).view(-1), number).indices


class L1Unstructured(Unstructured):
    """Takes away the smallest elements."""

    def least(self, t: Tensor, number: int) -> Any:
        return torch.topk(torch.abs(t.detach()).view(-1), number, largest=False).indices


class Structured(BasePruningMethod):
    """Takes away whole channels, a number or a share of those along a dimension."""

    PRUNING_TYPE = "structured"

    def __init__(self, amount: Any, dim: int = -1) -> None:
        check_amount(amount)
        self.amount = amount
        self.dim = dim

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        if t.ndim <= 1:
            raise ValueError(
                "Structured pruning can only be applied to multidimensional tensors. Found tensor of shape "
                f"{t.shape} with {t.ndim} dims"
            )
        if self.dim >= t.ndim:
            raise IndexError(f"Invalid index {self.dim} for tensor of size {t.shape}")
        number = number_of(self.amount, t.shape[self.dim])
        if not number:
            return default_mask
        mask = torch.zeros_like(t)
        mask[self.channels(t.ndim, self.kept(t, number))] = 1
        mask *= default_mask.to(dtype=mask.dtype)
        return mask

    def channels(self, ndim: int, chosen: Any) -> tuple[Any, ...]:
        """Return the index of some channels."""
        return tuple(chosen if axis == self.dim % ndim else slice(None) for axis in range(ndim))

    def kept(self, t: Tensor, number: int) -> Any:
        """Return which channels stay where `number` go, as an index."""
        raise NotImplementedError


class RandomStructured(Structured):
    """Takes away channels at random."""

    def kept(self, t: Tensor, number: int) -> Any:
        drawn = torch.rand(t.shape[self.dim])
        return drawn > torch.kthvalue(drawn, k=number).values


class LnStructured(Structured):
    """Takes away the channels of the smallest norm."""

    def __init__(self, amount: Any, n: Any, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def kept(self, t: Tensor, number: int) -> Any:
        others = [axis for axis in range(t.ndim) if axis != self.dim % t.ndim]
        norm = torch.norm(t, p=self.n, dim=others)
        return torch.topk(norm, k=t.shape[self.dim] - number, largest=True).indices


class CustomFromMask(BasePruningMethod):
    """Takes away what a mask says."""

    PRUNING_TYPE = "global"

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        return default_mask * self.mask.to(dtype=default_mask.dtype)


def is_hook(hook: Any, name: str) -> bool:
    """Return whether a hook prunes the parameter of this name."""
    return isinstance(hook, BasePruningMethod) and hook._tensor_name == name


def identity(module: Any, name: str) -> Any:
    """Give a parameter a mask of ones; return the module."""
    Identity.apply(module, name)
    return module


def random_unstructured(module: Any, name: str, amount: Any) -> Any:
    """Prune a number or share of a parameter's elements at random; return the module."""
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: Any, name: str, amount: Any, importance_scores: Any = None) -> Any:
    """Prune a number or share of a parameter's smallest elements; return the module."""
    L1Unstructured.apply(module, name, amount=amount, importance_scores=importance_scores)
    return module


def random_structured(module: Any, name: str, amount: Any, dim: int) -> Any:
    """Prune a number or share of the channels along a dimension at random; return the module."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(module: Any, name: str, amount: Any, n: Any, dim: int, importance_scores: Any = None) -> Any:
    """Prune the channels along a dimension whose norm of order n is smallest; return the module."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def global_unstructured(parameters: Any, pruning_method: Any, importance_scores: Any = None, **kwargs: Any) -> None:
    """Prune parameters, given as pairs of module and name, as if they were one: some may lose more than others."""
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured(): parameters is not an Iterable")
    scores = {} if importance_scores is None else importance_scores
    if not isinstance(scores, dict):
        raise TypeError("global_unstructured(): importance_scores must be of type dict")
    pairs = list(parameters)
    weights = [getattr(module, name) for module, name in pairs]
    whole = parameters_to_vector([scores.get(pair, weight) for pair, weight in zip(pairs, weights, strict=True)])
    left = [getattr(module, f"{name}_mask", torch.ones_like(getattr(module, name))) for module, name in pairs]
    method, container = pruning_method(**kwargs), PruningContainer()
    method._tensor_name = container._tensor_name = "temp"  # a container takes methods for one name only
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(
            'Only "unstructured" PRUNING_TYPE supported for '
            f"the `pruning_method`. Found method {pruning_method} of type {method.PRUNING_TYPE}"
        )
    container.add_pruning_method(method)
    mask = container.compute_mask(whole, parameters_to_vector(left))
    start = 0
    for (module, name), weight in zip(pairs, weights, strict=True):
        custom_from_mask(module, name, mask=mask[start : start + weight.numel()].view_as(weight))
        start += weight.numel()


def custom_from_mask(module: Any, name: str, mask: Tensor) -> Any:
    """Prune a parameter by a mask; return the module."""
    CustomFromMask.apply(module, name, mask)
    return module


def remove(module: Any, name: str) -> Any:
    """Make the zeros of a pruned parameter its own; return the module."""
    for key, hook in hooks_before(module):
        if is_hook(hook, name):
            hook.remove(module)
            del module._forward_pre_hooks[key]
            return module
    raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")


def is_pruned(module: Any) -> bool:
    """Return whether some part of a module is pruned."""
    return any(isinstance(hook, BasePruningMethod) for part in module.modules() for _, hook in hooks_before(part))


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.utils.prune", name)


shown_as("torch.nn.utils.prune", BasePruningMethod, Identity, RandomUnstructured, L1Unstructured, PruningContainer)
shown_as("torch.nn.utils.prune", RandomStructured, LnStructured, CustomFromMask)
__all__ = [
    "BasePruningMethod",
    "CustomFromMask",
    "Identity",
    "L1Unstructured",
    "LnStructured",
    "PruningContainer",
    "RandomStructured",
    "RandomUnstructured",
    "custom_from_mask",
    "global_unstructured",
    "identity",
    "is_pruned",
    "l1_unstructured",
    "ln_structured",
    "random_structured",
    "random_unstructured",
    "remove",
]

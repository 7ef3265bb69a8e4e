"""torch.nn.utils.prune: parameters with some elements held at zero by a mask.

The parameter moves to `name_orig`, the mask to the buffer `name_mask`, and before each forward their product becomes
the attribute `name` (Frankle and Carbin 2019 train such networks).
"""

from __future__ import annotations

import numbers
from typing import Any

from gradviz.engine import torch
from gradviz.engine.names import missing, shown_as
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.utils.weight_norm_hook import hooks_before


class BasePruningMethod:
    """The hook that multiplies; how a mask is found is said by `compute_mask`."""

    _tensor_name: str

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self._tensor_name, self.apply_mask(module))

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        """Return which elements stay, of those that `default_mask` left."""
        raise NotImplementedError

    def apply_mask(self, module: Any) -> Any:
        """Return the product of mask and original."""
        mask, orig = (getattr(module, f"{self._tensor_name}_{part}") for part in ("mask", "orig"))
        return mask.to(dtype=orig.dtype) * orig

    @classmethod
    def apply(cls, module: Any, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any) -> Any:
        """Prune a parameter, or prune it further."""
        method = cls(*args, **kwargs)
        method._tensor_name = name
        orig = getattr(module, name)
        if importance_scores is not None and importance_scores.shape != orig.shape:
            raise AssertionError(
                f"importance_scores should have the same shape as parameter {name} of {module}, got "
                f"{importance_scores.shape} vs {orig.shape}"
            )
        scores = orig if importance_scores is None else importance_scores
        before = [key for key, hook in hooks_before(module) if is_hook(hook, name)]
        if before:
            left = getattr(module, f"{name}_mask").detach().clone()
            mask = method.further(scores, left)
            for key in before:
                del module._forward_pre_hooks[key]
        else:
            mask = method.compute_mask(scores, torch.ones_like(orig))
            module.register_parameter(f"{name}_orig", orig)
            del module._parameters[name]
        module.register_buffer(f"{name}_mask", mask)
        setattr(module, name, method.apply_mask(module))
        module.register_forward_pre_hook(method)
        return method

    def further(self, scores: Tensor, left: Tensor) -> Any:
        """Return the mask of what stays of the elements that were left."""
        chosen = left == 1
        left[chosen] = self.compute_mask(scores[chosen], left[chosen]).to(left.dtype)
        return left

    def remove(self, module: Any) -> None:
        """Make the zeros part of the parameter and forget the mask."""
        name = self._tensor_name
        weight = self.apply_mask(module)
        delattr(module, name)
        orig = module._parameters.pop(f"{name}_orig")
        orig.data = weight.data
        del module._buffers[f"{name}_mask"]
        setattr(module, name, orig)


class Identity(BasePruningMethod):
    """Keeps everything."""

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        return default_mask


class Unstructured(BasePruningMethod):
    """Takes away a number of elements, or a share of them."""

    def __init__(self, amount: Any) -> None:
        if not isinstance(amount, numbers.Real):
            raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
        whole = isinstance(amount, numbers.Integral)
        if float(amount) < 0 or (not whole and float(amount) > 1):
            raise ValueError(
                f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer"
            )
        self.amount = amount

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        size = t.numel()
        number = self.amount if isinstance(self.amount, numbers.Integral) else round(self.amount * size)
        if number > size:
            raise ValueError(f"amount={number} should be smaller than the number of parameters to prune={size}")
        mask = default_mask.clone()
        if number:
            mask.view(-1)[self.least(t, int(number))] = 0
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


class CustomFromMask(BasePruningMethod):
    """Takes away what a mask says."""

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Any:
        return default_mask * self.mask.to(dtype=default_mask.dtype)

    def further(self, scores: Tensor, left: Tensor) -> Any:
        return left * self.mask.to(dtype=left.dtype)


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
    return any(
        isinstance(hook, BasePruningMethod) for part in module.modules() for _, hook in hooks_before(part)
    )


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.utils.prune", name)


shown_as(
    "torch.nn.utils.prune", BasePruningMethod, Identity, RandomUnstructured, L1Unstructured, CustomFromMask
)
__all__ = [
    "BasePruningMethod",
    "CustomFromMask",
    "Identity",
    "L1Unstructured",
    "RandomUnstructured",
    "custom_from_mask",
    "identity",
    "is_pruned",
    "l1_unstructured",
    "random_unstructured",
    "remove",
]

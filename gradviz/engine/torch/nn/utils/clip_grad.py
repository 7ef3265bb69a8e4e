"""Keeping gradients small: their common norm, or each element."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradviz.engine import torch
from gradviz.engine.tensor import Tensor


def get_total_norm(
    tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Any:
    """The norm of all tensors together, as if they were one vector: the norm of their norms."""
    found = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    norm_type = float(norm_type)
    if not found:
        return torch.tensor(0.0)
    with torch.no_grad():
        norms = [torch.linalg.vector_norm(each, norm_type) for each in found]
        total = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be "
            "clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    return total


def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Tensor, foreach: bool | None = None) -> None:
    """Scale gradients in place so that a norm of `total_norm` becomes at most `max_norm`."""
    # Scaled by at most one: a product by exactly 1 costs less than to look at the value first.
    scale = (float(max_norm) / (total_norm + 1e-6)).clamp(max=1.0)
    for each in _with_gradient(parameters):
        each.mul_(scale)


def clip_grad_norm_(
    parameters: Any,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Any:
    """Scale all gradients in place so that their common norm is at most `max_norm`; return the norm before."""
    with torch.no_grad():
        found = [parameters] if isinstance(parameters, Tensor) else list(parameters)
        total = get_total_norm(_with_gradient(found), norm_type, error_if_nonfinite, foreach)
        clip_grads_with_norm_(found, max_norm, total, foreach)
    return total


def clip_grad_value_(parameters: Any, clip_value: float, foreach: bool | None = None) -> None:
    """Bring every element of the gradients into [−clip_value, clip_value], in place."""
    with torch.no_grad():
        for each in _with_gradient(parameters):
            each.clamp_(-float(clip_value), float(clip_value))


def _with_gradient(parameters: Any) -> list[Any]:
    """The gradients of those that have one."""
    found: Iterable[Tensor] = [parameters] if isinstance(parameters, Tensor) else parameters
    return [each.grad for each in found if each.grad is not None]

"""Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019), in torch's order of operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.rounding import multiply_add
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, Value


class Adam(Optimizer):
    """Steps of about lr each: the running mean of the gradients over the root of the running mean of their squares."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        if not lr >= 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not eps >= 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
        if not weight_decay >= 0.0:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        defaults = {
            "lr": lr,
            "betas": tuple(betas),
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
            "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        kind = value.dtype.type
        lr, (beta1, beta2) = group["lr"], group["betas"]
        state = self._state_of(parameter, value, group)
        step = state["step"].item() + 1
        if group["weight_decay"] != 0:
            if group["decoupled_weight_decay"]:
                value = value * kind(1 - lr * group["weight_decay"])
            else:
                gradient = multiply_add(value, kind(group["weight_decay"]), gradient)
        mean = _mixed(state["exp_avg"].numpy_value(), gradient, kind(1 - beta1))
        square = multiply_add(gradient * kind(1 - beta2), gradient, state["exp_avg_sq"].numpy_value() * kind(beta2))
        state["step"] = self.remembered(np.float32(step))
        state["exp_avg"], state["exp_avg_sq"] = self.remembered(mean), self.remembered(square)
        if group["amsgrad"]:
            square = np.maximum(state["max_exp_avg_sq"].numpy_value(), square)
            state["max_exp_avg_sq"] = self.remembered(square)
        size = np.sqrt(square) / kind((1 - beta2**step) ** 0.5) + kind(group["eps"])
        return value + kind(-lr / (1 - beta1**step)) * mean / size

    def _state_of(self, parameter: Tensor, value: Value, group: Group) -> dict[str, Any]:
        state: dict[str, Any] = self.state[parameter]
        if not state:
            names = ["exp_avg", "exp_avg_sq", *(["max_exp_avg_sq"] if group["amsgrad"] else [])]
            state["step"] = self.remembered(np.float32(0))
            state.update({name: self.remembered(np.zeros_like(value)[()]) for name in names})
        return state


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself and stays out of the running means."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        **switches: Any,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, decoupled_weight_decay=True, **switches)


def _mixed(before: Value, now: Value, weight: np.floating[Any]) -> Value:
    """`torch.lerp`: before + weight · (now − before), counted from the nearer end."""
    difference = now - before
    if weight < 0.5:
        return multiply_add(difference, weight, before)
    return multiply_add(-difference, type(weight)(1) - weight, now)

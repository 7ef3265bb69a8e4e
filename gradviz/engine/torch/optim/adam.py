"""Adam (Kingma and Ba 2015), in torch's order of operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, mean_of_squares, mixed, plus, plus_quotient
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, check, number_of


class Adam(Optimizer):
    """Steps of about lr each: the running mean of the gradients over the root of the running mean of their squares."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1e-3,
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
        if isinstance(lr, Tensor) and foreach and not capturable:
            raise ValueError("lr as a Tensor is not supported for capturable=False and foreach=True")
        check(lr, eps=eps, betas=betas, weight_decay=weight_decay)
        kinds = {type(beta) is float if not isinstance(beta, Tensor) else None for beta in betas}
        if kinds not in ({True}, {None}):
            raise ValueError("betas must be either both floats or both Tensors")
        defaults = {
            "lr": lr,
            "betas": tuple(number_of(beta) for beta in betas),
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
        lr, (beta1, beta2) = number_of(group["lr"]), group["betas"]
        state: dict[str, Any] = self.state[parameter]
        if not state:
            self.begin(state, value, "exp_avg", "exp_avg_sq", *(["max_exp_avg_sq"] if group["amsgrad"] else []))
        step = self.count(state)
        if group["weight_decay"] != 0:
            if group["decoupled_weight_decay"]:
                value = value * kind(1 - lr * group["weight_decay"])
            else:
                gradient = plus(gradient, value, group["weight_decay"])
        mean = mixed(state["exp_avg"].numpy_value(), gradient, 1 - beta1)
        square = mean_of_squares(state["exp_avg_sq"].numpy_value(), gradient, beta2)
        state["exp_avg"]._assign(mean)
        state["exp_avg_sq"]._assign(square)
        if group["amsgrad"]:
            square = np.maximum(state["max_exp_avg_sq"].numpy_value(), square)
            state["max_exp_avg_sq"]._assign(square)
        size = np.sqrt(square) / kind((1 - beta2**step) ** 0.5) + kind(group["eps"])
        return plus_quotient(value, mean, size, -(lr / (1 - beta1**step)))

"""Adamax (Kingma and Ba 2015, section 7): Adam with the largest gradient in the place of the mean square."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, mixed, plus, plus_quotient
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, check, number_of


class Adamax(Optimizer):
    """p ← p − lr / (1 − betas[0]^t) · mean / largest, largest ← max(betas[1] · largest, |gradient| + eps)."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check(lr, eps=eps, betas=betas, weight_decay=weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        kind = value.dtype.type
        beta1, beta2 = group["betas"]
        state: dict[str, Any] = self.state[parameter]
        if not state:
            self.begin(state, value, "exp_avg", "exp_inf")
        step = self.count(state)
        if group["weight_decay"] != 0:
            gradient = plus(gradient, value, group["weight_decay"])
        mean = mixed(state["exp_avg"].numpy_value(), gradient, 1 - beta1)
        largest = np.maximum(state["exp_inf"].numpy_value() * kind(beta2), np.abs(gradient) + kind(group["eps"]))
        state["exp_avg"]._assign(mean)
        state["exp_inf"]._assign(largest)
        return plus_quotient(value, mean, largest, -(number_of(group["lr"]) / (1 - beta1**step)))

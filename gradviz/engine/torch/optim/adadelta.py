"""Adadelta (Zeiler 2012): steps as large as the steps before, measured against the gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, mean_of_squares, plus
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, check, number_of


class Adadelta(Optimizer):
    """p ← p − lr · Δ with Δ = gradient · √(mean of Δ² + eps) / √(mean of gradient² + eps)."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check(lr)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        check(lr, eps=eps, weight_decay=weight_decay)
        defaults = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "capturable": capturable,
            "foreach": foreach,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        rho, eps = group["rho"], value.dtype.type(group["eps"])
        state: dict[str, Any] = self.state[parameter]
        if not state:
            self.begin(state, value, "square_avg", "acc_delta")
        self.count(state)
        if group["weight_decay"] != 0:
            gradient = plus(gradient, value, group["weight_decay"])
        square, changes = state["square_avg"], state["acc_delta"]
        square._assign(mean_of_squares(square.numpy_value(), gradient, rho))
        size = np.sqrt(square.numpy_value() + eps)
        change = np.sqrt(changes.numpy_value() + eps) / size * gradient
        changes._assign(mean_of_squares(changes.numpy_value(), change, rho))
        return plus(value, change, -number_of(group["lr"]))

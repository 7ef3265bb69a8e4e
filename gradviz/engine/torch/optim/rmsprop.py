"""RMSprop (Hinton, lecture 6e of his 2012 course; centred: Graves 2013), in torch's order of operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, mean_of_squares, mixed, plus, plus_product, plus_quotient
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, check, number_of


class RMSprop(Optimizer):
    """p ← p − lr · gradient / (√(mean of gradient²) + eps), with momentum if asked for."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check(lr, eps=eps, momentum=momentum, weight_decay=weight_decay, alpha=alpha)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "capturable": capturable,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        kind, lr = value.dtype.type, number_of(group["lr"])
        state: dict[str, Any] = self.state[parameter]
        if not state:
            further = {"momentum_buffer": group["momentum"] > 0, "grad_avg": group["centered"]}
            self.begin(state, value, "square_avg", *(name for name, wanted in further.items() if wanted))
        self.count(state)
        if group["weight_decay"] != 0:
            gradient = plus(gradient, value, group["weight_decay"])
        square = mean_of_squares(state["square_avg"].numpy_value(), gradient, group["alpha"])
        state["square_avg"]._assign(square)
        if group["centered"]:
            mean = mixed(state["grad_avg"].numpy_value(), gradient, 1 - group["alpha"])
            state["grad_avg"]._assign(mean)
            square = plus_product(square, mean, mean, -1.0)
        size = np.sqrt(square) + kind(group["eps"])
        if group["momentum"] <= 0:
            return plus_quotient(value, gradient, size, -lr)
        velocity = state["momentum_buffer"].numpy_value() * kind(group["momentum"])
        velocity = plus_quotient(velocity, gradient, size)
        state["momentum_buffer"]._assign(velocity)
        return plus(value, velocity, -lr)

"""RAdam (Liu et al. 2020): Adam that waits with dividing until its squares are known well enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, mean_of_squares, mixed, plus
from gradviz.engine.torch.optim.optimizer import Group, Optimizer, Parameters, check, number_of


class RAdam(Optimizer):
    """Plain momentum in the first steps, then Adam with a factor that grows to 1."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check(lr, eps=eps, betas=betas, weight_decay=weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        kind = value.dtype.type
        lr, (beta1, beta2) = number_of(group["lr"]), group["betas"]
        state: dict[str, Any] = self.state[parameter]
        if not state:
            self.begin(state, value, "exp_avg", "exp_avg_sq")
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
        correction = 1 - beta2**step
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * step * (beta2**step) / correction
        change = mean / kind(1 - beta1**step) * kind(lr)
        if length > 5.0:  # from here on the variance of the squares is finite
            factor = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            inverse = kind(1) / (np.sqrt(square) + kind(group["eps"]))  # torch divides a number by a tensor like this
            change = change * (inverse * kind(correction**0.5)) * kind(factor**0.5)
        return value - change

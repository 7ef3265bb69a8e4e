"""NAdam (Dozat 2016): Adam that looks ahead as Nesterov's momentum does, in torch's order of operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, mean_of_squares, mixed, plus, plus_quotient
from gradviz.engine.torch.optim.optimizer import (
    Group,
    Optimizer,
    Parameters,
    check,
    default_step,
    number_of,
    remembered,
)


class NAdam(Optimizer):
    """The momentum of step t is betas[0] · (1 − ½ · 0.96^(t · momentum_decay)); each step takes the next one's too."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check(lr, eps=eps, betas=betas, weight_decay=weight_decay, momentum_decay=momentum_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        kind = value.dtype.type
        lr, (beta1, beta2), decay = number_of(group["lr"]), group["betas"], group["momentum_decay"]
        state: dict[str, Any] = self.state[parameter]
        if not state:
            self.begin(state, value)
            state["mu_product"] = remembered(default_step()(1))
            state["exp_avg"] = remembered(np.zeros(value.shape, value.dtype)[()])
            state["exp_avg_sq"] = remembered(np.zeros(value.shape, value.dtype)[()])
        step = self.count(state)
        if group["weight_decay"] != 0:
            if group["decoupled_weight_decay"]:
                value = value * kind(1 - lr * group["weight_decay"])
            else:
                gradient = plus(gradient, value, group["weight_decay"])
        momentum = beta1 * (1.0 - 0.5 * (0.96 ** (step * decay)))
        momentum_next = beta1 * (1.0 - 0.5 * (0.96 ** ((step + 1) * decay)))
        product = state["mu_product"].numpy_value()
        product = product * product.dtype.type(momentum)
        mean = mixed(state["exp_avg"].numpy_value(), gradient, 1 - beta1)
        square = mean_of_squares(state["exp_avg_sq"].numpy_value(), gradient, beta2)
        state["mu_product"]._assign(product)
        state["exp_avg"]._assign(mean)
        state["exp_avg_sq"]._assign(square)
        size = np.sqrt(square / kind(1 - beta2**step)) + kind(group["eps"])
        products = product.item()
        value = plus_quotient(value, gradient, size, -lr * (1.0 - momentum) / (1.0 - products))
        return plus_quotient(value, mean, size, -lr * momentum_next / (1.0 - products * momentum_next))

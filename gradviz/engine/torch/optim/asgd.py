"""ASGD (Polyak and Juditsky 1992): descent that also keeps the mean of the places it went through."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, plus
from gradviz.engine.torch.optim.optimizer import (
    Group,
    Optimizer,
    Parameters,
    check,
    default_step,
    number_of,
    remembered,
)


class ASGD(Optimizer):
    """Steps lr / (1 + lambd · lr · t)^alpha; `state[p]["ax"]` is the mean, taken from step t0 on."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check(lr, weight_decay=weight_decay)
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        kind, lr, lambd = value.dtype.type, number_of(group["lr"]), group["lambd"]
        state: dict[str, Any] = self.state[parameter]
        if not state:
            counted = default_step()
            self.begin(state, value)
            state["eta"], state["mu"] = remembered(counted(lr)), remembered(counted(1))
            state["ax"] = remembered(np.zeros(value.shape, value.dtype)[()])
        step = self.count(state)
        if group["weight_decay"] != 0:
            gradient = plus(gradient, value, group["weight_decay"])
        eta, weight, mean = state["eta"], state["mu"], state["ax"]
        rate = eta.item()
        value = plus(value * kind(1 - lambd * rate), gradient, -rate)
        if weight.item() == 1:
            mean._assign(value.copy())
        else:
            mean._assign(mean.numpy_value() + (value - mean.numpy_value()) * kind(weight.item()))
        eta._assign(eta.numpy_value().dtype.type(lr / ((1 + lambd * lr * step) ** group["alpha"])))
        weight._assign(weight.numpy_value().dtype.type(1 / max(1, step - group["t0"])))
        return value

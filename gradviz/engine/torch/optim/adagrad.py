"""Adagrad (Duchi, Hazan and Singer 2011): steps shrink with the root of all squared gradients so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.arithmetic import Value, plus, plus_product, plus_quotient
from gradviz.engine.torch.optim.optimizer import (
    Group,
    Optimizer,
    Parameters,
    check,
    default_step,
    number_of,
    remembered,
)


class Adagrad(Optimizer):
    """p ← p − lr / (1 + (t − 1) · lr_decay) · gradient / (√sum + eps), sum ← sum + gradient²."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check(
            lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)
        # Unlike the others, torch makes this optimizer's state before the first step.
        for group in self.param_groups:
            for parameter in group["params"]:
                self._start(self.state[parameter], parameter.numpy_value())

    def _start(self, state: dict[str, Any], value: Value) -> None:
        state["step"] = remembered(default_step()(0))
        state["sum"] = remembered(np.full(value.shape, self.defaults["initial_accumulator_value"], value.dtype)[()])

    def share_memory(self) -> None:
        """Do nothing: there is one process."""

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        state: dict[str, Any] = self.state[parameter]
        if not state:
            self._start(state, value)
        step = self.count(state)
        if group["weight_decay"] != 0:
            gradient = plus(gradient, value, group["weight_decay"])
        lr = number_of(group["lr"]) / (1 + (step - 1) * group["lr_decay"])
        total = plus_product(state["sum"].numpy_value(), gradient, gradient)
        state["sum"]._assign(total)
        return plus_quotient(value, gradient, np.sqrt(total) + value.dtype.type(group["eps"]), -lr)
